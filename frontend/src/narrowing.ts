// A long select gets a box above it: what is typed there narrows the choices. Without script it is a plain select.
import { word } from "./words";

const LONG = 15;

function box(select: HTMLSelectElement): void {
  const every = [...select.options];
  const typed = document.createElement("input");
  typed.type = "search";
  typed.className = "form-control select-narrow";
  typed.placeholder = word("narrow");
  typed.setAttribute("aria-label", word("narrow"));
  typed.setAttribute("aria-controls", select.id);
  typed.autocomplete = "off";
  typed.addEventListener("input", () => {
    const wanted = typed.value.trim().toLowerCase();
    const kept = every.filter((one) => !wanted || !one.value || one.text.toLowerCase().includes(wanted));
    const chosen = select.value;
    select.replaceChildren(...kept);
    const fits = kept.filter((one) => one.value);
    select.value = wanted && fits.length === 1 ? fits[0]!.value : kept.some((one) => one.value === chosen) ? chosen : "";
    if (select.value !== chosen) select.dispatchEvent(new Event("change", { bubbles: true }));
  });
  typed.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "ArrowDown") return;
    event.preventDefault();
    select.focus();
  });
  select.before(typed);
}

function narrow(within: ParentNode): void {
  within.querySelectorAll<HTMLSelectElement>("main form[method=post] select[data-narrow]").forEach((select) => {
    if (select.options.length > LONG && !select.previousElementSibling?.matches(".select-narrow")) box(select);
  });
}

narrow(document);
document.body.addEventListener("htmx:afterSwap", () => narrow(document));

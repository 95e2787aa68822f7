// Composing a theme: layers, figures, charts, lists and the story's steps, ordered by dragging or by buttons.
import Sortable from "sortablejs";

type Said = Record<string, unknown>;

for (const form of document.querySelectorAll<HTMLFormElement>("[data-compose]")) {
  const layers = form.querySelector<HTMLInputElement>("[data-compose-layers]")!;
  const parts = form.querySelector<HTMLInputElement>("[data-compose-parts]")!;
  const all = <T extends HTMLElement>(within: ParentNode, name: string) => [...within.querySelectorAll<T>(name)];
  const copy = (name: string): HTMLElement =>
    (form.querySelector<HTMLTemplateElement>(`[data-compose-template="${name}"]`)!.content.cloneNode(true) as DocumentFragment).querySelector("li")!;

  const step = (row: HTMLElement): Said => {
    const found: Said = { show: JSON.parse(row.dataset.show || "[]") as string[] };
    for (const field of all<HTMLInputElement>(row, "[data-field]")) {
      const [name, language] = field.dataset.field!.split(".") as [string, string?];
      found[name] = language ? { ...(found[name] as Said | undefined), [language]: field.value } : field.value;
    }
    if (!(found.show as string[]).length) found.show = [found.layer as string];
    return found;
  };

  /** The hidden fields as they stand when the form goes. */
  const keep = () => {
    layers.value = all(form, "[data-compose-list] [data-layer]").filter((row) => row.querySelector("input")!.checked).map((row) => row.dataset.layer).join("\n");
    const said: Said = { story: all(form, "[data-compose-story] [data-compose-items] > li").map(step) };
    for (const part of all(form, "[data-compose-part]")) said[part.dataset.composePart!] = all(part, "[data-item]").map((row) => JSON.parse(row.dataset.item!) as Said);
    parts.value = JSON.stringify(said);
  };

  function add(part: HTMLElement): void {
    const choice = part.querySelector<HTMLInputElement>("[data-compose-choice]")!;
    const known = all<HTMLOptionElement>(part, "datalist option").find((one) => one.value === choice.value.trim());
    choice.setCustomValidity(known || !choice.value ? "" : choice.placeholder);
    if (!known) { choice.reportValidity(); return; }
    const row = copy("item");
    row.dataset.item = JSON.stringify({ [known.dataset.kind!]: known.dataset.key });
    row.querySelector("[data-name]")!.textContent = known.value;
    row.querySelector("[data-address]")!.textContent = known.dataset.key!;
    part.querySelector("[data-compose-items]")!.append(row);
    choice.value = "";
  }

  for (const list of all(form, "[data-compose-list], [data-compose-items]")) new Sortable(list, { handle: ".compose-grip" });
  form.addEventListener("input", (event) => (event.target as HTMLInputElement).setCustomValidity?.(""));
  form.addEventListener("focusout", (event) => (event.target as HTMLInputElement).setCustomValidity?.("")); // no word left over holds up saving
  form.addEventListener("keydown", (event) => {
    const choice = (event.target as Element).closest("[data-compose-choice]");
    if (choice && event.key === "Enter") { event.preventDefault(); add(choice.closest<HTMLElement>("[data-compose-part]")!); }
  });
  form.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("button");
    const row = button?.closest("li");
    if (!button) return;
    if ("composeAdd" in button.dataset) add(button.closest<HTMLElement>("[data-compose-part]")!);
    else if ("composeStep" in button.dataset) form.querySelector("[data-compose-story] [data-compose-items]")!.append(copy("step"));
    else if (row && "composeRemove" in button.dataset) row.remove();
    else if (row && "composeUp" in button.dataset) { row.previousElementSibling?.before(row); button.focus(); }
    else if (row && "composeDown" in button.dataset) { row.nextElementSibling?.after(row); button.focus(); }
  });
  form.addEventListener("submit", keep);
}

// Forms: errors come into view, typed words are not lost by a stray click, a form is sent once, copy buttons copy.
import { confirmed } from "./dialogs";
import { toast } from "./toasts";
import { word } from "./words";

let touched = false;

document.addEventListener("input", (event) => {
  if ((event.target as Element).closest("form[data-guard]")) touched = true;
});
document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (event.defaultPrevented || form.method !== "post") return;
  if ((event.submitter as HTMLButtonElement | null)?.formTarget === "_blank") return; // a preview beside: the form stays
  touched = false;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
addEventListener("pageshow", () => document.querySelectorAll<HTMLFormElement>("form[data-sent]").forEach((form) => {
  delete form.dataset.sent;
  delete form.dataset.agreed;
}));
addEventListener("beforeunload", (event) => {
  if (touched) event.preventDefault();
});
document.addEventListener("click", (event) => {
  const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-leave]");
  if (!link || !touched) return;
  event.preventDefault();
  void confirmed(word("unsaved"), word("leave")).then((yes) => {
    if (yes) (touched = false), location.assign(link.href);
  });
});

const problems = (within: ParentNode) => within.querySelector<HTMLElement>("[data-focus]")?.focus();
problems(document);
document.body.addEventListener("htmx:afterSwap", (event) => problems(event.target as Element));

document.addEventListener("click", (event) => {
  const copy = (event.target as Element).closest<HTMLElement>("[data-copy]");
  if (copy) void navigator.clipboard.writeText(copy.dataset.copy!).then(() => toast({ text: word("copied") }));
});

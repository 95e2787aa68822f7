// Rows of a list: walk with j and k, open, select, act on many at once.
import { word } from "./words";

const rows = () => [...document.querySelectorAll<HTMLElement>("[data-row]")];
const at = () => document.querySelector<HTMLElement>("[data-row].at");

export function move(step: 1 | -1): boolean {
  const all = rows();
  const here = at();
  const next = all[here ? all.indexOf(here) + step : step > 0 ? 0 : all.length - 1];
  if (!next) return false;
  here?.classList.remove("at");
  next.classList.add("at");
  (next.querySelector<HTMLElement>("a[href]") ?? next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  return true;
}

export function openRow(): boolean {
  const link = at()?.querySelector<HTMLAnchorElement>("a[href]");
  link?.click();
  return Boolean(link);
}

export function pickRow(): boolean {
  const box = at()?.querySelector<HTMLInputElement>("[data-pick]");
  box?.click();
  return Boolean(box);
}

export function turn(where: "next" | "prev"): boolean {
  const link = document.querySelector<HTMLAnchorElement>(`.pager a[rel=${where}]`);
  link?.click();
  return Boolean(link);
}

// A press anywhere on a row opens it, except on what acts by itself or while words are being selected.
document.addEventListener("click", (event) => {
  const target = event.target as Element;
  const row = target.closest<HTMLElement>("[data-row][data-href]");
  if (!row || target.closest("a, button, input, label, select, summary, details") || String(getSelection())) return;
  const link = row.querySelector<HTMLAnchorElement>("a[href]");
  if (event.ctrlKey || event.metaKey) open(row.dataset.href, "_blank");
  else link?.getAttribute("href") === row.dataset.href ? link?.click() : location.assign(row.dataset.href!);
});

let last: HTMLInputElement | null = null;

document.addEventListener("click", (event) => {
  const box = event.target as HTMLInputElement;
  if (!box.matches?.("[data-pick]")) return;
  const all = [...document.querySelectorAll<HTMLInputElement>("[data-pick]")];
  if (event.shiftKey && last && all.includes(last)) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b) as [number, number];
    for (const one of all.slice(from, to + 1)) one.checked = box.checked;
  }
  last = box;
});

document.addEventListener("change", (event) => {
  const box = event.target as HTMLInputElement;
  const results = box.closest<HTMLElement>(".results");
  if (!results || !box.matches("[data-pick], [data-pick-all]")) return;
  if (box.matches("[data-pick-all]")) for (const one of picks(results)) one.checked = box.checked;
  count(results);
});

document.addEventListener("click", (event) => {
  const results = (event.target as Element).closest("[data-bulk-clear]")?.closest<HTMLElement>(".results");
  if (!results) return;
  for (const one of picks(results)) one.checked = false;
  count(results);
});

const picks = (results: HTMLElement) => results.querySelectorAll<HTMLInputElement>("[data-pick]");

function count(results: HTMLElement): void {
  const all = [...picks(results)];
  const chosen = all.filter((one) => one.checked).length;
  const words = results.querySelector("[data-bulk-count]");
  if (words) words.textContent = word("selected", { n: chosen });
  const head = results.querySelector<HTMLInputElement>("[data-pick-all]");
  if (!head) return;
  head.checked = chosen > 0 && chosen === all.length;
  head.indeterminate = chosen > 0 && chosen < all.length;
}

// A list that is asked again keeps the row one stands on, and the focus in it.
let kept = "";
let held = false;

document.body.addEventListener("htmx:beforeSwap", () => {
  const here = at();
  kept = here?.querySelector("a[href]")?.getAttribute("href") ?? "";
  held = Boolean(here?.contains(document.activeElement));
});
document.body.addEventListener("htmx:afterSettle", () => {
  if (!kept || at()) return;
  const row = rows().find((one) => one.querySelector("a[href]")?.getAttribute("href") === kept);
  row?.classList.add("at");
  if (held) row?.querySelector<HTMLElement>("a[href]")?.focus({ preventScroll: true });
});

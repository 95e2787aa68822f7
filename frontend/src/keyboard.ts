// The keyboard map (keyboard.html shows it). One table; a sequence like "g d" waits a second for its second key.
import { closeMenu } from "./menus";
import { move, openRow, pickRow, turn } from "./rows";

const focus = (...selectors: string[]) => () => {
  const fields = selectors.flatMap((one) => [...document.querySelectorAll<HTMLInputElement>(one)]);
  const field = fields.find((one) => one.offsetParent && getComputedStyle(one).visibility === "visible");
  field?.focus();
  field?.select?.();
  return Boolean(field);
};
const go = (path: string) => () => {
  location.assign(path);
  return true;
};

const keys: Record<string, () => boolean> = {
  "/": focus(".big-search input", "#finder"),
  "?": () => ((document.getElementById("keyboard") as HTMLDialogElement).showModal(), true),
  "g d": go("/desk/"),
  "g p": go("/"),
  "g s": go("/screen/"),
  "g n": () => (document.querySelector<HTMLElement>("[data-bell]")?.click(), true),
  f: focus("#list-search", ".filter-fields :is(input, select)", ".filter-toggle"),
  j: () => move(1),
  k: () => move(-1),
  x: pickRow,
  Enter: openRow,
  "]": () => turn("next"),
  "[": () => turn("prev"),
};

let before = "";
let waiting = 0;

document.addEventListener("keydown", (event) => {
  const target = event.target as HTMLElement;
  const typing = target.isContentEditable || target.matches("input:not([type=checkbox], [type=radio]), textarea, select");
  if (event.key === "Escape") return escape(event, target, typing);
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return target.closest("form")?.requestSubmit();
  if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.key === "Enter" && target.closest("a, button, summary, label, input")) return;
  const chord = before ? `${before} ${event.key}` : event.key;
  const act = keys[chord];
  clearTimeout(waiting);
  before = "";
  if (act?.()) event.preventDefault();
  else if (Object.keys(keys).some((key) => key.startsWith(`${event.key} `))) {
    before = event.key;
    waiting = window.setTimeout(() => (before = ""), 1000);
  }
});

function escape(event: KeyboardEvent, target: HTMLElement, typing: boolean): void {
  if (closeMenu() || !typing || document.querySelector("dialog[open]")) return;
  event.preventDefault(); // a browser would empty a search field
  target.blur();
}

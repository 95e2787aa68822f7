// A board's composer: tiles dragged into order (or moved by buttons), made wider, added, taken away; one form sends them.
import Sortable from "sortablejs";

const form = document.querySelector<HTMLFormElement>("form[data-composer]");

if (form) {
  const list = form.querySelector<HTMLElement>("[data-list]")!;
  const template = form.querySelector<HTMLTemplateElement>("[data-template]")!;
  Sortable.create(list, { handle: ".composed-grip", animation: 120 });

  // One tile a line, as an officer would type it: address, width, by what.
  const tiles = () => [...list.querySelectorAll<HTMLElement>("[data-tile]")].map((tile) =>
    `${tile.dataset.chart} ${tile.querySelector<HTMLSelectElement>("[data-width]")!.value} ${tile.dataset.by ?? ""}`.trim());

  function add(button: HTMLElement): void {
    const tile = (template.content.cloneNode(true) as DocumentFragment).querySelector<HTMLElement>("[data-tile]")!;
    tile.dataset.chart = button.dataset.add;
    tile.querySelector(".composed-title")!.textContent = button.dataset.title ?? "";
    list.append(tile);
    tile.scrollIntoView({ block: "nearest" });
  }

  function move(tile: Element, by: number): void {
    const beside = by < 0 ? tile.previousElementSibling : tile.nextElementSibling;
    if (beside) by < 0 ? beside.before(tile) : beside.after(tile);
  }

  form.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("button");
    const tile = button?.closest("[data-tile]");
    if (button?.dataset.add) add(button);
    else if (tile && button?.dataset.move) { move(tile, Number(button.dataset.move)); button.focus(); }
    else if (tile && button?.hasAttribute("data-remove")) tile.remove();
  });
  form.querySelector<HTMLInputElement>("[data-narrow]")!.addEventListener("input", (event) => {
    const words = (event.target as HTMLInputElement).value.trim().toLowerCase();
    for (const one of form.querySelectorAll<HTMLElement>("[data-words]")) one.hidden = !(one.dataset.words ?? "").includes(words);
  });
  // A click before this script listens would be lost: the buttons wait for it.
  form.querySelector<HTMLFieldSetElement>("[data-until-ready]")!.disabled = false;
  form.addEventListener("submit", () => { form.querySelector<HTMLInputElement>("[data-tiles]")!.value = tiles().join("\n"); });
}

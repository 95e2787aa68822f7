// What the page around a map does: layers switched, rows opened, time moved, addresses found, the story told.
import type { PlaceMap } from "./map";
import type { Said } from "./said";

const MONTHS = 120; // the slider's reach, back from today

export function around(root: HTMLElement, map: PlaceMap, said: Said): void {
  const find = <T extends Element>(name: string) => root.querySelector<T>(`[data-place-${name}]`);
  root.addEventListener("change", (event) => {
    const box = event.target as HTMLInputElement;
    const layer = said.layers.find((one) => one.address === box.dataset.placeLayer);
    if (layer) void map.show(layer, box.checked);
  });
  root.addEventListener("click", (event) => {
    const target = event.target as Element;
    const go = target.closest<HTMLElement>("[data-place-go]");
    if (go) { const [x, y] = go.dataset.placeGo!.split(",").map(Number); map.map.easeTo({ center: [x!, y!], zoom: Math.max(map.map.getZoom(), 15) }); if (go.dataset.placeRow) map.openRow(Number(go.dataset.placeRow)); }
    const from = target.closest<HTMLElement>("[data-place-from]");
    if (from) void map.list(Number(from.dataset.placeFrom));
  });
  slider(find<HTMLInputElement>("slider"), find<HTMLElement>("when"), find<HTMLElement>("play"), map);
  search(find<HTMLFormElement>("search"), map);
}

function slider(range: HTMLInputElement | null, when: HTMLElement | null, play: HTMLElement | null, map: PlaceMap): void {
  if (!range || !when) return;
  range.max = String(MONTHS);
  range.value = range.max;
  const day = () => { const at = new Date(); at.setMonth(at.getMonth() - (MONTHS - Number(range.value))); return at.toISOString().slice(0, 10); };
  let waits = 0;
  const moved = () => { when.textContent = day(); clearTimeout(waits); waits = window.setTimeout(() => void map.until(day()), 160); };
  range.addEventListener("input", moved);
  when.textContent = day();
  let turns = 0;
  play?.addEventListener("click", () => {
    const isOn = play.getAttribute("aria-pressed") !== "true";
    play.setAttribute("aria-pressed", String(isOn));
    clearInterval(turns);
    if (!isOn) return;
    if (range.value === range.max) range.value = "0";
    turns = window.setInterval(() => {
      range.value = String(Number(range.value) + 3);
      moved();
      if (range.value === range.max) play.click();
    }, 900);
  });
}

function search(form: HTMLFormElement | null, map: PlaceMap): void {
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const words = new FormData(form).get("q") as string;
    const answer = await fetch(`${form.action}?q=${encodeURIComponent(words)}`, { headers: { Accept: "application/json" } });
    const { found } = (await answer.json()) as { found: { address: string; longitude: number; latitude: number }[] };
    const list = form.querySelector("[data-place-found]")!;
    list.replaceChildren(...found.map((one) => {
      const row = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "plain link";
      button.dataset.placeGo = `${one.longitude},${one.latitude}`;
      button.textContent = one.address;
      row.append(button);
      return row;
    }));
    if (found[0]) map.map.easeTo({ center: [found[0].longitude, found[0].latitude], zoom: 16 });
  });
}

export function story(map: PlaceMap): void {
  const steps: HTMLElement[] = [...document.querySelectorAll<HTMLElement>("[data-story-step]")];
  for (const step of steps)
    step.addEventListener("click", () => {
      for (const one of steps) one.setAttribute("aria-current", String(one === step));
      void map.only(step.dataset.layers!.split(","));
      const [x, y, zoom] = (step.dataset.spot ?? "").split(",").map(Number);
      if (zoom) map.map.easeTo({ center: [x!, y!], zoom });
    });
  if (document.querySelector("[data-tour]")) tour(steps);
}

const STAY = 14_000; // milliseconds at each step

/** A wall tells its story by itself, until somebody takes a step of their own. */
function tour(steps: HTMLElement[]): void {
  if (!steps.length || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  let next = 0;
  let mine = false;
  const turn = () => { mine = true; steps[next % steps.length]!.click(); mine = false; next += 1; };
  const timer = window.setInterval(turn, STAY);
  addEventListener("pointerdown", () => { if (!mine) clearInterval(timer); });
  addEventListener("keydown", () => clearInterval(timer));
  setTimeout(turn, 3000);
}

// What the page around a map does: layers switched, rows opened, time moved, addresses found, the story told.
import type { PlaceMap } from "./map";
import type { Said } from "./said";

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
  slider(root, map);
  filters(root, map);
  search(find<HTMLFormElement>("search"), map);
}

/** Area, period and kind: asked for the layer whose list is shown, kept in the address. */
function filters(root: HTMLElement, map: PlaceMap): void {
  const form = root.querySelector<HTMLFormElement>("[data-place-filters]");
  const controls = root.querySelector<HTMLElement>("[data-place-controls]");
  if (!form || !controls) return;
  const fill = async (address: string) => {
    const answer = await fetch(`/place/filters/${address}/?${new URLSearchParams(map.asked)}`, { headers: { "HX-Request": "true" } });
    if (answer.ok) controls.innerHTML = await answer.text();
  };
  const changed = () => {
    const given = [...new FormData(form)].map(([name, value]) => [name, String(value)] as const);
    const own = Object.fromEntries(given.filter(([name, value]) => name.startsWith("f.") && value).map(([name, value]) => [name.slice(2), value]));
    for (const [name, value] of given) said(name, value);
    map.keep(Object.fromEntries(given.filter(([name]) => name.startsWith("_"))), own);
  };
  form.addEventListener("change", (event) => {
    changed();
    const area = event.target as HTMLSelectElement;
    if (area.name === "_area" && layerOf(map)) void fill(layerOf(map)!); // its streets can be chosen now
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); changed(); });
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    for (const one of form.querySelectorAll<HTMLInputElement | HTMLSelectElement>("[name]")) one.value = "";
    changed();
  });
  root.addEventListener("shown", (event) => {
    const layer = (event as CustomEvent<{ address: string } | null>).detail;
    for (const name of [...new URL(location.href).searchParams.keys()]) if (name.startsWith("f.")) said(name, "");
    if (layer) void fill(layer.address);
    if (root.closest("[data-place-page]") === null) said("layers", map.shown().reverse().join(","));
  });
}

const layerOf = (map: PlaceMap): string | undefined => map.shown().at(-1);

/** The page around a map: what refreshes with it, and holds the time for all of it. */
const pageOf = (root: HTMLElement): HTMLElement => root.closest<HTMLElement>("[data-place-page]") ?? root;

const iso = (at: Date): string => at.toISOString().slice(0, 10);

function slider(root: HTMLElement, map: PlaceMap): void {
  const place = pageOf(root).querySelector<HTMLElement>("[data-place-time]");
  if (!place) return;
  const find = <T extends HTMLElement>(name: string) => place.querySelector<T>(`[data-place-${name}]`)!;
  const [range, when, play, until] = [find<HTMLInputElement>("slider"), find("when"), find("play"), find<HTMLInputElement>("until")];
  const [now, first] = [new Date(), new Date(place.dataset.first!)];
  const months = Math.max(1, (now.getFullYear() - first.getFullYear()) * 12 + now.getMonth() - first.getMonth());
  // The last day of each month; the slider's end is now, and nothing is kept back.
  const day = (): string => Number(range.value) >= months ? "" : iso(new Date(Date.UTC(first.getFullYear(), first.getMonth() + Number(range.value) + 1, 0)));
  range.max = String(months);
  const at = until.value ? new Date(until.value) : null;
  range.value = String(at ? (at.getFullYear() - first.getFullYear()) * 12 + at.getMonth() - first.getMonth() : months);
  let waits = 0;
  const moved = () => {
    until.value = day();
    when.textContent = until.value || until.dataset.now!;
    clearTimeout(waits);
    waits = window.setTimeout(() => { said(until.name, until.value); map.until(until.value); pageOf(root).dispatchEvent(new CustomEvent("moved")); }, 200);
  };
  range.addEventListener("input", moved);
  let turns = 0;
  play.addEventListener("click", () => {
    const isOn = play.getAttribute("aria-pressed") !== "true";
    play.setAttribute("aria-pressed", String(isOn));
    clearInterval(turns);
    if (!isOn) return;
    if (Number(range.value) >= months) range.value = String(Math.max(0, months - 120));
    turns = window.setInterval(() => {
      range.value = String(Number(range.value) + Math.max(1, Math.round(months / 80)));
      moved();
      if (Number(range.value) >= months) play.click();
    }, 1200);
  });
}

/** What is looked at stands in the address, so that it can be shared. */
export function said(name: string, value: string): void {
  const here = new URL(location.href);
  if (value) here.searchParams.set(name, value); else here.searchParams.delete(name);
  history.replaceState(history.state, "", here);
}

/** When the data of the page moved, its map asks again too. */
export function follow(root: HTMLElement, map: PlaceMap): void {
  let last = 0;
  let waits = 0;
  const again = () => { last = Date.now(); void map.refresh(); };
  pageOf(root).addEventListener("live", () => {
    clearTimeout(waits);
    waits = window.setTimeout(again, Date.now() - last > 4000 ? 0 : 4000);
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

const steps = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>("[data-story-step]")];

export function story(root: HTMLElement, map: PlaceMap): void {
  const page = pageOf(root);
  let now = -1;
  page.addEventListener("click", (event) => {
    const step = (event.target as Element).closest<HTMLElement>("[data-story-step]");
    if (!step) return;
    now = steps().indexOf(step);
    mark(now);
    void map.only(step.dataset.layers!.split(","));
    const [x, y, zoom] = (step.dataset.spot ?? "").split(",").map(Number);
    if (zoom) map.map.easeTo({ center: [x!, y!], zoom });
  });
  document.body.addEventListener("htmx:oobAfterSwap", () => mark(now));
  if (page.matches("[data-tour]")) tour();
}

const mark = (now: number): void => steps().forEach((one, n) => one.setAttribute("aria-current", String(n === now)));

const STAY = 14_000; // milliseconds at each step

/** A wall tells its story by itself, until somebody takes a step of their own. */
function tour(): void {
  if (!steps().length || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  let next = 0;
  let mine = false;
  const turn = () => { const all = steps(); mine = true; all[next % all.length]?.click(); mine = false; next += 1; };
  const timer = window.setInterval(turn, STAY);
  addEventListener("pointerdown", () => { if (!mine) clearInterval(timer); });
  addEventListener("keydown", () => clearInterval(timer));
  setTimeout(turn, 3000);
}

// One map on a page: its ground, its layers, what is chosen, the list beside it, the time, and drawing.
import "maplibre-gl/dist/maplibre-gl.css";
import { AttributionControl, Map as Ground, NavigationControl, ScaleControl, addProtocol, setWorkerUrl, type MapMouseEvent } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { Protocol } from "pmtiles";
import { ground } from "./base";
import { drawing } from "./draw";
import { choosing } from "./ground";
import * as layers from "./layers";
import type { Layer, Said } from "./said";

setWorkerUrl(workerUrl);
addProtocol("pmtiles", new Protocol().tile);

export class PlaceMap {
  readonly map: Ground;
  readonly asked: Record<string, string>; // what every layer is kept to, as it stands in the address
  private own: Record<string, string>; // and the one whose list is shown, by its own columns
  private ownOf: string;
  isChoosing = false;
  private readonly on = new Set<string>();
  private readonly keys = new Map<string, [layers.Legend, Layer]>();
  private chosen: Layer | null = null;

  constructor(private readonly root: HTMLElement, private readonly said: Said) {
    this.asked = { ...said.asked };
    this.own = { ...said.own };
    this.ownOf = said.first;
    const container = root.querySelector<HTMLElement>("[data-place-map]")!;
    this.map = new Ground({
      container, style: ground(said), bounds: said.bounds, attributionControl: false, maxZoom: 19, minZoom: 7,
      fitBoundsOptions: { padding: 12 }, dragRotate: true, locale: { "Map.Title": said.words.map! },
    });
    const at = new URLSearchParams(location.search).get("at")?.split(",").map(Number);
    if (at?.length === 2) this.map.jumpTo({ center: [at[0]!, at[1]!], zoom: 16 });
    this.map.addControl(new AttributionControl({ compact: true }), "bottom-right");
    if (!said.quiet) {
      this.map.addControl(new NavigationControl({ visualizePitch: true }), "top-right");
      this.map.addControl(new ScaleControl(), "bottom-left");
    }
    this.map.on("load", () => void this.begin());
    this.map.on("error", (event) => console.warn("map", event.error?.message));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.restyle());
    new MutationObserver(() => this.restyle()).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
  }

  private async begin(): Promise<void> {
    const until = this.around("[data-place-until]")?.value;
    if (until) this.asked._until = until;
    const on = this.said.layers.filter((one) => one.on);
    for (const layer of on.sort((a, b) => Number(a.address === this.said.first) - Number(b.address === this.said.first))) await this.show(layer, true);
    this.root.dataset.ready = "yes";
    this.map.on("click", (event) => void this.clicked(event));
    this.map.on("mousemove", (event) => { if (!this.isChoosing) this.map.getCanvas().style.cursor = this.at(event) ? "pointer" : ""; });
    this.map.on("moveend", () => void this.list(0));
    drawing(this.root, this.map);
    choosing(this.root, this, this.said);
  }

  /** Turn a layer on or off; the one turned on last has its list beside the map. */
  async show(layer: Layer, isOn: boolean): Promise<void> {
    if (!isOn) { layers.remove(this.map, layer); this.on.delete(layer.address); this.legend(layer, null); this.root.dispatchEvent(new CustomEvent("shown")); return; }
    if (this.root.dataset.ready && this.ownOf !== layer.address) { this.own = {}; this.ownOf = layer.address; }
    this.chosen = layer;
    this.on.add(layer.address);
    try {
      const legend = await layers.add(this.map, this.said, layer, this.askedOf(layer));
      this.legend(layer, legend);
    } catch (error) {
      console.warn("layer", layer.address, error);
      this.tell(this.said.words.failed!);
    }
    if (layer.kind === "buildings" && this.map.getPitch() < 20) this.map.easeTo({ pitch: 55, zoom: Math.max(this.map.getZoom(), 14) });
    this.time(layer);
    if (this.root.dataset.ready) this.root.dispatchEvent(new CustomEvent("shown", { detail: layer }));
    await this.list(0);
  }

  async only(addresses: string[]): Promise<void> {
    for (const layer of this.said.layers) {
      const isOn = addresses.includes(layer.address);
      if (isOn !== this.on.has(layer.address)) await this.show(layer, isOn);
      const box = this.root.querySelector<HTMLInputElement>(`[data-place-layer="${layer.address}"]`);
      if (box) box.checked = isOn;
    }
  }

  /** Until a day ("" is now): every layer that has a time is kept to it. */
  until(day: string): void {
    this.keep({ _until: day });
  }

  /** Keep what is shown to an area, a time, a ground ("" is no longer), or the chosen layer to its own words. */
  keep(asked: Record<string, string>, own?: Record<string, string>): void {
    for (const [name, value] of Object.entries(asked)) if (value) this.asked[name] = value; else delete this.asked[name];
    if (own) this.own = own;
    void this.refresh();
  }

  shown(): string[] {
    return [...this.on];
  }

  /** Ask anew for what every layer shows. */
  async refresh(): Promise<void> {
    for (const layer of this.said.layers.filter((one) => this.on.has(one.address))) {
      if (layers.isTiled(layer)) (this.map.getSource(layer.address) as { setTiles?(tiles: string[]): void } | undefined)?.setTiles?.([layers.tilesOf(layer, this.askedOf(layer))]);
      else this.legend(layer, await layers.add(this.map, this.said, layer, this.askedOf(layer)));
    }
    await this.list(0);
  }

  private around<T extends HTMLInputElement>(name: string): T | null {
    return (this.root.closest("[data-place-page]") ?? this.root).querySelector<T>(name);
  }

  private askedOf(layer: Layer): Record<string, string> {
    return { ...this.asked, ...(layer.address === this.ownOf ? this.own : {}) };
  }

  async list(from: number): Promise<void> {
    const place = this.root.querySelector<HTMLElement>("[data-place-rows]");
    if (!place || !this.chosen) return;
    const box = this.map.getBounds();
    const asked = new URLSearchParams({ ...this.askedOf(this.chosen), _from: String(from), _box: [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map((n) => n.toFixed(6)).join(",") });
    const answer = await fetch(`${this.chosen.rows}?${asked}`, { headers: { "HX-Request": "true" } });
    if (answer.ok) place.innerHTML = await answer.text();
  }

  private at(event: MapMouseEvent) {
    const ids = (this.map.getStyle().layers ?? []).map((one) => one.id).filter((id) => id.includes("/") && !id.endsWith("/heat") && !id.endsWith("/words"));
    return this.map.queryRenderedFeatures(event.point, { layers: ids })[0];
  }

  private async clicked(event: MapMouseEvent): Promise<void> {
    if (this.isChoosing) return;
    const feature = this.at(event);
    if (!feature) return;
    const address = feature.layer.id.slice(0, feature.layer.id.lastIndexOf("/"));
    const layer = this.said.layers.find((one) => one.address === address);
    const about = feature.properties as { n?: number; r?: number; words?: string; value?: number; name?: string };
    if (!layer) return;
    if ((about.n ?? 1) > 1) { this.map.easeTo({ center: event.lngLat, zoom: Math.min(this.map.getZoom() + 2, 18) }); return; }
    if (about.words) this.say(`${about.words}：${layers.number(about.value ?? 0)} ${layer.unit}`);
    else if (about.r !== undefined) await this.open(layer, about.r);
    else if (about.name) this.say(about.name);
  }

  async open(layer: Layer, row: number): Promise<void> {
    const place = this.root.querySelector<HTMLElement>("[data-place-one]");
    const asked = new URLSearchParams(this.askedOf(layer));
    const answer = await fetch(`${layer.one}${row}/?${asked}`, { headers: { "HX-Request": "true" } });
    if (place && answer.ok) { place.innerHTML = await answer.text(); place.hidden = false; }
  }

  private say(words: string): void {
    const place = this.root.querySelector<HTMLElement>("[data-place-one]");
    if (place) { place.textContent = words; place.hidden = false; } else this.tell(words);
  }

  openRow(row: number): void {
    if (this.chosen) void this.open(this.chosen, row);
  }

  tell(words: string): void {
    const place = this.root.querySelector<HTMLElement>("[data-place-told]");
    if (place) place.textContent = words;
  }

  /** What the colours of all that is shown mean, each with the moment that it is of. */
  private legend(layer: Layer, legend: layers.Legend | null): void {
    if (legend) this.keys.set(layer.address, [legend, layer]); else this.keys.delete(layer.address);
    const place = this.root.querySelector<HTMLElement>("[data-place-legend]");
    if (!place) return;
    place.hidden = !this.keys.size;
    place.replaceChildren(...[...this.keys.values()].flatMap(([one, of]) => this.key(one, of)));
  }

  private key(legend: layers.Legend, layer: Layer): HTMLElement[] {
    const rows = legend.steps.map((step) => {
      const row = document.createElement("li");
      const swatch = document.createElement("i");
      swatch.style.setProperty("background-color", step.colour);
      row.append(swatch, step.words);
      return row;
    });
    const title = document.createElement("p");
    title.textContent = legend.unit ? `${legend.title} · ${legend.unit}` : legend.title;
    const list = document.createElement("ul");
    list.append(...rows);
    if (!layer.as_of) return [title, list];
    const moment = document.createElement("small");
    moment.textContent = `${this.said.words.as_of} ${layer.as_of}`;
    return [title, list, moment];
  }

  private time(layer: Layer): void {
    const place = this.root.querySelector<HTMLElement>("[data-place-time]"); // a theme's own stands outside, for all of it
    if (place) place.hidden = !layer.at;
  }

  private restyle(): void {
    const shown = [...this.on];
    this.map.setStyle(ground(this.said));
    this.map.once("styledata", () => {
      this.on.clear();
      for (const layer of this.said.layers.filter((one) => shown.includes(one.address))) void this.show(layer, true);
    });
  }
}

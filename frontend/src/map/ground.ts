// Choosing ground on the map: a place with a radius or an outline; what lies there is counted, listed and exported.
import type { GeoJSONSource, Map as Ground, MapMouseEvent } from "maplibre-gl";
import type { FeatureCollection, Geometry } from "geojson";
import { colour } from "./colours";
import type { PlaceMap } from "./map";
import { said as told } from "./page";
import type { Said } from "./said";

type Spot = [number, number];

export function choosing(root: HTMLElement, place: PlaceMap, said: Said): void {
  const tools = root.querySelector<HTMLElement>("[data-place-tools]");
  if (!tools) return;
  const map = place.map;
  const radius = tools.querySelector<HTMLSelectElement>("[data-place-radius]")!;
  const clear = tools.querySelector<HTMLButtonElement>("[data-place-unpick]")!;
  const found = tools.querySelector<HTMLElement>("[data-place-around]")!;
  const buttons = [...tools.querySelectorAll<HTMLButtonElement>("[data-place-pick]")];
  let kind = "";
  let spots: Spot[] = [];
  let isFitted = !place.asked._within; // an address that names a ground opens upon it

  function pick(next: string): void {
    kind = next;
    spots = [];
    place.isChoosing = !!kind;
    for (const one of buttons) one.setAttribute("aria-pressed", String(one.dataset.placePick === kind));
    map.getCanvas().style.cursor = kind ? "crosshair" : "";
    map.doubleClickZoom[kind ? "disable" : "enable"]();
    place.tell(kind ? said.words.draw! : "");
  }

  function clicked(event: MapMouseEvent): void {
    if (!kind) return;
    spots.push([Number(event.lngLat.lng.toFixed(6)), Number(event.lngLat.lat.toFixed(6))]);
    if (kind === "POINT") void keep(`POINT(${spots[0]!.join(" ")})`, radius.value);
    else outline(map, { type: "LineString", coordinates: spots });
  }

  async function keep(text: string, metres: string): Promise<void> {
    place.keep({ _within: text, _radius: metres });
    told("_within", text);
    told("_radius", text ? metres : "");
    clear.hidden = !text;
    pick("");
    await show();
  }

  /** Counts for the layers that are shown, and the ground drawn as the server understood it. */
  async function show(): Promise<void> {
    if (!place.asked._within) { found.replaceChildren(); outline(map, null); return; }
    const asked = new URLSearchParams({ ...place.asked, layers: place.shown().join(",") });
    const answer = await fetch(`/place/around/?${asked}`, { headers: { "HX-Request": "true" } });
    if (!answer.ok) return place.tell(said.words.failed!);
    found.innerHTML = await answer.text();
    drawn();
  }

  function drawn(): void {
    const text = found.querySelector("script")?.textContent;
    const shape = text ? (JSON.parse(text) as Geometry | null) : null;
    outline(map, shape);
    if (shape && !isFitted) map.fitBounds(boundsOf(shape), { padding: 60, maxZoom: 15 });
    isFitted = true;
  }

  for (const one of buttons) one.addEventListener("click", () => pick(kind === one.dataset.placePick ? "" : one.dataset.placePick!));
  clear.addEventListener("click", () => void keep("", ""));
  radius.addEventListener("change", () => { if (place.asked._within?.startsWith("POINT")) void keep(place.asked._within, radius.value); });
  map.on("click", clicked);
  map.on("dblclick", () => { if (kind === "POLYGON" && spots.length > 2) void keep(`POLYGON((${[...spots, spots[0]!].map((spot) => spot.join(" ")).join(",")}))`, ""); });
  root.addEventListener("keydown", (event) => { if (event.key === "Escape" && kind) { pick(""); drawn(); } });
  root.addEventListener("shown", () => void show());
  if (place.asked._radius) radius.value = place.asked._radius;
  drawn();
}

function boundsOf(shape: Geometry): [number, number, number, number] {
  const numbers = ("coordinates" in shape ? shape.coordinates : []).flat(4) as unknown as number[];
  const [x, y] = [numbers.filter((_, n) => n % 2 === 0), numbers.filter((_, n) => n % 2 === 1)];
  return [Math.min(...x), Math.min(...y), Math.max(...x), Math.max(...y)];
}

function outline(map: Ground, shape: Geometry | null): void {
  const data: FeatureCollection = { type: "FeatureCollection", features: shape ? [{ type: "Feature", properties: {}, geometry: shape }] : [] };
  const known = map.getSource<GeoJSONSource>("ground");
  if (known) { known.setData(data); return; }
  map.addSource("ground", { type: "geojson", data });
  map.addLayer({ id: "ground-fill", type: "fill", source: "ground", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colour("bad"), "fill-opacity": 0.1 } });
  map.addLayer({ id: "ground-line", type: "line", source: "ground", paint: { "line-color": colour("bad"), "line-width": 2, "line-dasharray": [3, 2] } });
}

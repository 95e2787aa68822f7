// Drawing on a layer of one's own: points are clicked, Enter ends, and the form of the action does the rest.
import type { GeoJSONSource, Map as Ground, MapMouseEvent } from "maplibre-gl";
import { colour } from "./colours";

type Spot = [number, number];

export function drawing(root: HTMLElement, map: Ground): void {
  const tools = root.parentElement?.querySelector<HTMLElement>("[data-place-draw]");
  if (!tools) return;
  const done = tools.querySelector<HTMLButtonElement>("[data-place-done]")!;
  let kind = "";
  let spots: Spot[] = [];

  const geometry = () => kind === "Point" ? { type: "Point", coordinates: spots.at(-1) } : kind === "LineString" ? { type: kind, coordinates: spots } : { type: "Polygon", coordinates: [[...spots, spots[0]]] };
  const enough = () => spots.length >= ({ Point: 1, LineString: 2, Polygon: 3 }[kind] ?? 9);

  function show(): void {
    const line = kind === "Polygon" && spots.length > 2 ? [...spots, spots[0]!] : spots;
    const data = { type: "FeatureCollection" as const, features: [
      { type: "Feature" as const, properties: {}, geometry: { type: "LineString" as const, coordinates: line.length > 1 ? line : [] } },
      { type: "Feature" as const, properties: {}, geometry: { type: "MultiPoint" as const, coordinates: spots } },
    ] };
    const known = map.getSource<GeoJSONSource>("drawn");
    if (known) known.setData(data);
    else {
      map.addSource("drawn", { type: "geojson", data });
      map.addLayer({ id: "drawn-line", type: "line", source: "drawn", paint: { "line-color": colour("bad"), "line-width": 2.5, "line-dasharray": [2, 1] } });
      map.addLayer({ id: "drawn-spot", type: "circle", source: "drawn", paint: { "circle-color": colour("bad"), "circle-radius": 5 } });
    }
    done.hidden = !enough();
  }

  function clicked(event: MapMouseEvent): void {
    if (!kind) return;
    const spot: Spot = [Number(event.lngLat.lng.toFixed(6)), Number(event.lngLat.lat.toFixed(6))];
    spots = kind === "Point" ? [spot] : [...spots, spot];
    show();
  }

  const end = () => { if (kind && enough()) location.href = `${tools.dataset.placeDraw}&geometry=${encodeURIComponent(JSON.stringify(geometry()))}`; };
  const drop = () => { kind = ""; spots = []; show(); map.getCanvas().style.cursor = ""; };

  tools.addEventListener("click", (event) => {
    const tool = (event.target as Element).closest<HTMLElement>("[data-place-tool]");
    if (tool) { drop(); kind = tool.dataset.placeTool!; map.getCanvas().style.cursor = "crosshair"; map.getCanvas().focus(); }
    if ((event.target as Element).closest("[data-place-done]")) end();
  });
  map.on("click", clicked);
  root.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && kind && (event.target as Element).tagName === "CANVAS") end();
    if (event.key === "Escape" && kind) drop();
  });
}

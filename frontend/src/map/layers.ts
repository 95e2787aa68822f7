// How each kind of layer is drawn. Points and heat come as live tiles; areas, flows and tracks as figures.
import type { ExpressionSpecification, GeoJSONSource, LayerSpecification, Map as Ground } from "maplibre-gl";
import { large } from "./base";
import { colour, mixed, tone } from "./colours";
import { figures, type AreaValue, type Figures, type Layer, type Said } from "./said";

export const isTiled = (layer: Layer): boolean => ["points", "heat", "shapes", "buildings"].includes(layer.kind);
const below = "district-name";

export interface Legend { title: string; unit: string; steps: { colour: string; words: string }[] }

export async function add(map: Ground, said: Said, layer: Layer, more: Record<string, string>): Promise<Legend | null> {
  remove(map, layer);
  if (isTiled(layer)) return tiled(map, said, layer, more);
  const found = await figures(layer, more);
  if (layer.kind === "choropleth") return areas(map, said, layer, found);
  lines(map, layer, found);
  return key(layer, [[tone(layer.tone), said.words.wide!]]);
}

export function remove(map: Ground, layer: Layer): void {
  for (const one of map.getStyle().layers ?? []) if (one.id.startsWith(`${layer.address}/`)) map.removeLayer(one.id);
  if (map.getSource(layer.address)) map.removeSource(layer.address);
}

export function tilesOf(layer: Layer, more: Record<string, string>): string {
  const [path, query] = (location.origin + layer.tiles).split("?");
  const asked = new URLSearchParams(query);
  for (const [name, value] of Object.entries(more)) asked.set(name, value);
  return asked.size ? `${path}?${asked}` : path!;
}

function tiled(map: Ground, said: Said, layer: Layer, more: Record<string, string>): Legend {
  map.addSource(layer.address, { type: "vector", tiles: [tilesOf(layer, more)], maxzoom: layer.kind === "shapes" ? 16 : 18, promoteId: "r" });
  const before = map.getLayer(below) ? below : undefined;
  for (const one of looks(layer)) map.addLayer(one, before);
  return keyOf(layer, said.words);
}

const key = (layer: Layer, steps: [string, string][]): Legend =>
  ({ title: layer.title, unit: layer.unit, steps: steps.map(([colour, words]) => ({ colour, words })) });

// What the colours of a tiled layer mean, in words.
function keyOf(layer: Layer, words: Record<string, string>): Legend {
  const [main, ground] = [tone(layer.tone), colour("map-land")];
  if (layer.kind === "heat") return key(layer, [[mixed(main, ground, 0.7), words.few!], [main, "·"], [colour("map-hot"), words.many!]]);
  if (layer.kind === "buildings") return key(layer, [[mixed(main, ground, 0.65), words.low!], [main, words.high!]]);
  if (layer.kind === "shapes") return key(layer, [[main, layer.title]]);
  return key(layer, [[main, words.one!], [mixed(main, ground, 0.18), words.together!]]);
}

const source = (layer: Layer, name: string, more: object): LayerSpecification =>
  ({ id: `${layer.address}/${name}`, source: layer.address, "source-layer": layer.kind, ...more }) as LayerSpecification;

const STREET = "街道";
const after: ExpressionSpecification = ["index-of", STREET, ["get", "name"]];
// Of an address what follows the street's office: the road and the number, which are short enough to stand by a house.
const SHORT: ExpressionSpecification = ["case", [">", after, 0], ["slice", ["get", "name"], ["+", after, STREET.length]], ["coalesce", ["get", "name"], ""]];

// What a thing is called, beside it; a house of whom only the number differs by its number.
const named = (layer: Layer, from: number): LayerSpecification =>
  source(layer, "words", { type: "symbol", minzoom: from, layout: { "text-field": SHORT, "text-size": 11 * large(), "text-font": ["Noto Sans SC"], "text-max-width": 9, "text-offset": [0, 1.4] }, paint: { "text-color": colour("map-ink"), "text-halo-color": colour("map-land"), "text-halo-width": 1.4 } });

function looks(layer: Layer): LayerSpecification[] {
  const main = tone(layer.tone);
  const ring = colour("map-land");
  if (layer.kind === "heat")
    return [source(layer, "heat", { type: "heatmap", paint: {
      "heatmap-weight": ["interpolate", ["linear"], ["ln", ["+", ["get", "n"], 1]], 0, 0.1, 4, 1],
      "heatmap-radius": ["interpolate", ["linear"], ["zoom"], 8, 14, 14, 60], "heatmap-intensity": ["interpolate", ["linear"], ["zoom"], 8, 1, 14, 2.4],
      "heatmap-opacity": 0.82,
      "heatmap-color": ["interpolate", ["linear"], ["heatmap-density"], 0, "rgba(0,0,0,0)", 0.15, mixed(main, ring, 0.7), 0.5, main, 1, colour("map-hot")],
    } })];
  if (layer.kind === "buildings")
    return [source(layer, "solid", { type: "fill-extrusion", minzoom: 11, paint: {
      "fill-extrusion-color": ["interpolate", ["linear"], ["coalesce", ["get", "height"], 6], 6, mixed(main, ring, 0.65), 60, main],
      "fill-extrusion-height": ["coalesce", ["get", "height"], 6], "fill-extrusion-opacity": 0.88,
    } }), ...(layer.address.endsWith(".roof") ? [] : [named(layer, 16.5)])];
  if (layer.kind === "shapes")
    return [
      source(layer, "fill", { type: "fill", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": main, "fill-opacity": 0.28 } }),
      source(layer, "line", { type: "line", filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": main, "line-width": 2 } }),
      source(layer, "point", { type: "circle", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-color": main, "circle-radius": 7, "circle-stroke-color": ring, "circle-stroke-width": 2 } }),
      source(layer, "words", { type: "symbol", minzoom: 12, layout: { "text-field": ["get", "name"], "text-size": 12 * large(), "text-font": ["Noto Sans SC"], "text-offset": [0, 1.2] }, paint: { "text-color": colour("map-ink"), "text-halo-color": ring, "text-halo-width": 1.4 } }),
    ];
  const many: ExpressionSpecification = [">", ["get", "n"], 1];
  return [
    source(layer, "one", { type: "circle", filter: ["!", many], paint: { "circle-color": main, "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, 3 * large(), 16, 7 * large()], "circle-stroke-color": ring, "circle-stroke-width": 1 } }),
    source(layer, "many", { type: "circle", filter: many, paint: {
      "circle-color": main, "circle-opacity": 0.82, "circle-stroke-color": ring, "circle-stroke-width": 1.5,
      "circle-radius": ["interpolate", ["linear"], ["ln", ["get", "n"]], 0.7, 7 * large(), 3, 12 * large(), 7, 24 * large()],
    } }),
    source(layer, "count", { type: "symbol", filter: many, layout: { "text-field": ["to-string", ["get", "n"]], "text-size": 11 * large(), "text-font": ["Noto Sans SC"], "text-overlap": "always" }, paint: { "text-color": colour("primary-fg") } }),
  ];
}

function areas(map: Ground, said: Said, layer: Layer, found: Figures): Legend | null {
  const rows = found.areas ?? [];
  if (!rows.length || !said.base) return null;
  const steps = classes(rows);
  const ramp = steps.map((_, n) => mixed(colour("map-land"), tone(layer.tone), 0.2 + (0.8 * (n + 1)) / steps.length));
  const of = (value: number): string => ramp[steps.findIndex((top) => value <= top)] ?? ramp.at(-1)!;
  const paint = ["match", ["get", "code"], ...rows.flatMap((row) => [row.code, of(row.value)]), "rgba(0,0,0,0)"] as unknown as ExpressionSpecification;
  map.addLayer({ id: `${layer.address}/areas`, type: "fill", source: "base", "source-layer": layer.level, paint: { "fill-color": paint, "fill-opacity": 0.85 } }, "road");
  let from = Math.min(...rows.map((row) => row.value));
  const told = steps.map((top, n) => { const words = `${number(from)} – ${number(top)}`; from = top; return { colour: ramp[n]!, words }; });
  return { title: layer.measure || layer.title, unit: layer.unit, steps: told };
}

// Five classes with as many areas in each, so that one giant does not make all others pale.
function classes(rows: AreaValue[]): number[] {
  const values = rows.map((row) => row.value).sort((a, b) => a - b);
  const tops = [1, 2, 3, 4, 5].map((n) => values[Math.max(0, Math.ceil((values.length * n) / 5) - 1)]!);
  return [...new Set(tops)];
}

export const number = (value: number): string => value.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 2 });

function lines(map: Ground, layer: Layer, found: Figures): void {
  const features = layer.kind === "flows" ? flows(found) : (found.tracks ?? []).map((track) => ({
    type: "Feature" as const, properties: { value: 1, words: track.id, tint: 0 }, geometry: { type: "LineString" as const, coordinates: track.points },
  }));
  const most = Math.max(1, ...features.map((one) => one.properties.value));
  const data = { type: "FeatureCollection" as const, features };
  const known = map.getSource<GeoJSONSource>(layer.address);
  if (known) { known.setData(data); return; }
  map.addSource(layer.address, { type: "geojson", data });
  const wide = ["interpolate", ["linear"], ["get", "value"], 1, 1.2, most, 11] as unknown as ExpressionSpecification;
  const before = map.getLayer(below) ? below : undefined;
  map.addLayer({ id: `${layer.address}/flow`, type: "line", source: layer.address, layout: { "line-cap": "round" }, paint: { "line-color": tone(layer.tone), "line-width": wide, "line-opacity": 0.62 } }, before);
}

type Line = { type: "Feature"; properties: { value: number; words: string; tint: number }; geometry: { type: "LineString"; coordinates: [number, number][] } };

// An arc bends to the right of its way, so that there and back are two lines.
function flows(found: Figures): Line[] {
  const spots = found.spots ?? {};
  return (found.flows ?? []).map((flow) => {
    const [x0, y0, from] = spots[flow.source]!;
    const [x1, y1, to] = spots[flow.target]!;
    const [mx, my] = [(x0 + x1) / 2 + (y1 - y0) * 0.18, (y0 + y1) / 2 - (x1 - x0) * 0.18];
    const coordinates = Array.from({ length: 25 }, (_, n): [number, number] => {
      const t = n / 24;
      return [(1 - t) ** 2 * x0 + 2 * t * (1 - t) * mx + t * t * x1, (1 - t) ** 2 * y0 + 2 * t * (1 - t) * my + t * t * y1];
    });
    return { type: "Feature", properties: { value: flow.value, words: `${from} → ${to}`, tint: 0 }, geometry: { type: "LineString", coordinates } };
  });
}


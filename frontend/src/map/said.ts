// What the page says of its map: the JSON that `mapping.map_of` writes.
export interface Layer {
  address: string; title: string; kind: string; tone: string; on: boolean; tiles: string; figures: string; rows: string;
  one: string; level: string; label: string; tint: string; unit: string; at: string; measure: string; height: string; as_of: string;
}
export interface Said {
  bounds: [number, number, number, number]; base: string; quiet: boolean; language: string; layers: Layer[];
  words: Record<string, string>; first: string; asked: Record<string, string>; own: Record<string, string>;
}
export interface AreaValue { code: string; name: string; value: number; count: number }
export interface Flow { source: string; target: string; value: number }
export interface Track { id: string; points: [number, number][] }
export interface Figures {
  total: number; as_of: string; areas?: AreaValue[]; flows?: Flow[]; spots?: Record<string, [number, number, string]>; tracks?: Track[];
}

export const absolute = (path: string): string => location.origin + path;

export async function figures(layer: Layer, more: Record<string, string>): Promise<Figures> {
  const url = new URL(layer.figures, location.origin);
  for (const [name, value] of Object.entries(more)) url.searchParams.set(name, value);
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()) as Figures;
}

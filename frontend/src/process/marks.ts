// Marks on a drawing: what is done, what is open, what a check found, how often a simulation passed.
type Viewer = { get(name: string): any };
const list = (text: string | undefined) => (text ?? "").split(",").filter(Boolean);

export function mark(viewer: Viewer, ids: string[], name: string) {
  const canvas = viewer.get("canvas");
  for (const one of viewer.get("elementRegistry").getAll()) canvas.removeMarker(one, name);
  for (const id of ids) if (viewer.get("elementRegistry").get(id)) canvas.addMarker(id, name);
}

export function markFrom(viewer: Viewer, host: HTMLElement) {
  mark(viewer, list(host.dataset.done), "is-done");
  mark(viewer, list(host.dataset.open), "is-open");
  mark(viewer, list(host.dataset.stuck), "is-stuck");
}

// {id: text}: a small figure at each element; of a flow, at its middle.
export function figures(viewer: Viewer, texts: Record<string, string>) {
  const overlays = viewer.get("overlays");
  overlays.remove({ type: "figure" });
  for (const [id, text] of Object.entries(texts)) {
    const element = viewer.get("elementRegistry").get(id);
    if (!element) continue;
    const badge = document.createElement("span");
    badge.className = element.waypoints ? "process-figure is-flow" : "process-figure";
    badge.textContent = text;
    const at = element.waypoints ? middle(element) : { top: -14, left: 4 };
    overlays.add(element, "figure", { position: at, html: badge, scale: { min: 0.6 } });
  }
}

function middle(flow: { waypoints: { x: number; y: number }[]; x?: number }) {
  const xs = flow.waypoints.map((p) => p.x);
  const ys = flow.waypoints.map((p) => p.y);
  const place = Math.floor((flow.waypoints.length - 1) / 2);
  const [a, b] = [flow.waypoints[place]!, flow.waypoints[place + 1]!];
  return { left: (a.x + b.x) / 2 - Math.min(...xs) - 10, top: (a.y + b.y) / 2 - Math.min(...ys) - 10 };
}

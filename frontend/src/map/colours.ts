// The colours of a map, taken from the page's own tokens, so that light and dark follow the rest.
const probe = document.createElement("i");
probe.hidden = true;

export function colour(token: string, fallback = "#888888"): string {
  if (!probe.isConnected) document.body.append(probe);
  probe.style.setProperty("color", `var(--${token}, ${fallback})`);
  return toHex(getComputedStyle(probe).color) ?? fallback;
}

// light-dark() comes back as rgb(…) or color(srgb …); the map's own parser knows the first only.
function toHex(text: string): string | null {
  const numbers = text.match(/[\d.]+(?=[\s,)/])/g)?.slice(0, 3).map(Number);
  if (!numbers || numbers.length < 3) return null;
  const scale = text.startsWith("color(") ? 255 : 1;
  return `#${numbers.map((n) => Math.round(n * scale).toString(16).padStart(2, "0")).join("")}`;
}

const tones: Record<string, string> = { sea: "primary", ok: "ok", warn: "warn", bad: "bad", idle: "idle", violet: "map-violet" };
export const tone = (name: string): string => colour(tones[name] ?? "primary");

export function mixed(from: string, to: string, share: number): string {
  const part = (hex: string, n: number) => parseInt(hex.slice(1 + 2 * n, 3 + 2 * n), 16);
  return `#${[0, 1, 2].map((n) => Math.round(part(from, n) + (part(to, n) - part(from, n)) * share).toString(16).padStart(2, "0")).join("")}`;
}

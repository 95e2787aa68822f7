// The sprite of just those Tabler icons that the house names: `{% icon "search" %}` in a template,
// `icon="search"` or `icon: search` in Python, JSON and TOML. A name Tabler does not have fails the build.
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";

const tabler = join(process.cwd(), "node_modules/@tabler/icons");
const named = [
  { in: /\.html$/, is: /\{%\s*icon\s+(?:[\w.]+\|default:)?"([a-z0-9-]+)"/g },
  { in: /\.html$/, is: /\bicon="([a-z0-9-]+)"/g },
  { in: /\.(py|toml|json|ya?ml)$/, is: /\bicon["']?(?:\s*:\s*str)?\s*[=:]\s*["']([a-z0-9-]+)["']/g },
  { in: /\.ts$/, is: /\bicon\("([a-z0-9-]+)"/g },
];
const closed = new Set(["node_modules", "static", "__pycache__", "migrations"]);

function* files(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (closed.has(name)) continue;
    if (statSync(path).isDirectory()) yield* files(path);
    else yield path;
  }
}

function names(folders) {
  const found = new Map();
  for (const folder of folders)
    for (const path of files(folder))
      for (const rule of named.filter((one) => one.in.test(path)))
        for (const [, name] of readFileSync(path, "utf8").matchAll(rule.is)) found.set(name, path);
  return found;
}

function symbol(name, path) {
  const filled = name.endsWith("-filled");
  const file = join(tabler, "icons", filled ? "filled" : "outline", `${name.replace(/-filled$/, "")}.svg`);
  let svg;
  try {
    svg = readFileSync(file, "utf8");
  } catch {
    throw new Error(`${relative(process.cwd(), path)}: Tabler has no icon "${name}"; see https://tabler.io/icons`);
  }
  const body = svg
    .replace(/[\s\S]*?<svg[^>]*>/, "")
    .replace("</svg>", "")
    .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none" \/>/, "")
    .replace(/\s+/g, " ")
    .trim();
  const ink = filled
    ? 'fill="currentColor"'
    : 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"';
  return `<symbol id="${name}" viewBox="0 0 24 24" ${ink}>${body}</symbol>`;
}

export function sprite(folders) {
  const found = names(folders);
  const symbols = [...found.keys()].sort().map((name) => symbol(name, found.get(name)));
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("\n")}</svg>\n`;
}

/** Vite plugin: emits the sprite as a hashed asset that manifest.json names `icons.svg`. */
export function icons(folders) {
  return {
    name: "ludao-icons",
    apply: "build",
    generateBundle() {
      this.emitFile({ type: "asset", name: "icons.svg", originalFileName: "icons.svg", source: sprite(folders) });
    },
  };
}

// Prints what the first page costs over the wire, compressed: `npm run size`. Fails above 150 KB.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const limit = 150_000;
const bundle = join(import.meta.dirname, "../../src/ludao/static/ludao");
const manifest = JSON.parse(readFileSync(join(bundle, "manifest.json"), "utf8"));

/** The files an entry brings at once: itself, its styles, its static imports; what is imported later is not counted. */
function first(key, seen = new Set()) {
  if (seen.has(key)) return [];
  seen.add(key);
  const entry = manifest[key];
  return [entry.file, ...(entry.css ?? []), ...(entry.imports ?? []).flatMap((one) => first(one, seen))];
}

const files = [...first("src/entries/main.ts"), manifest["icons.svg"].file, "egret.svg"];
const weigh = (suffix) => files.map((file) => statSync(join(bundle, file + suffix)).size);
const [gzip, brotli] = [weigh(".gz"), weigh(".br")];
files.forEach((file, at) => console.log(`${file.padEnd(32)} gzip ${gzip[at]}  brotli ${brotli[at]}`));
const total = (sizes) => sizes.reduce((sum, size) => sum + size, 0);
console.log(JSON.stringify({ name: "page.first_bytes", value: total(gzip), brotli: total(brotli), limit, unit: "bytes" }));
if (total(gzip) > limit) process.exit(1);

// Writes .br and .gz beside every text file of the bundle, so that no server compresses the same bytes twice.
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const worth = /\.(js|css|svg|json|webmanifest|pbf|geojson)$/;

const isShrunk = (path) => existsSync(`${path}.br`) && statSync(`${path}.br`).mtimeMs >= statSync(path).mtimeMs;

function shrink(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) shrink(path);
    else if (worth.test(name) && !isShrunk(path)) {
      const bytes = readFileSync(path);
      writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
      writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
    }
  }
}

/** Vite plugin: runs once the bundle is written. */
export function compress(folder) {
  return { name: "ludao-compress", apply: "build", closeBundle: () => shrink(folder) };
}

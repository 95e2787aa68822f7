// Keeps the hashed files of earlier builds for a week: a running server still hands out what its pages name.
import { readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

const week = 7 * 24 * 3600 * 1000;

/** Vite plugin: after a build, removes from assets/ what it does not name and what is older than a week. */
export function sweep(folder) {
  return {
    name: "ludao-sweep",
    apply: "build",
    closeBundle() {
      const manifest = readFileSync(join(folder, "manifest.json"), "utf8");
      for (const name of readdirSync(join(folder, "assets"))) {
        const path = join(folder, "assets", name);
        const isNamed = manifest.includes(name.replace(/\.(br|gz)$/, ""));
        if (!isNamed && Date.now() - statSync(path).mtimeMs > week) rmSync(path);
      }
    },
  };
}

// Keeps the files of the build before, so that a running server can still hand out what its pages name.
import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

function named(folder) {
  const path = join(folder, "manifest.json");
  if (!existsSync(path)) return [];
  return Object.values(JSON.parse(readFileSync(path, "utf8"))).flatMap((one) => [one.file, ...(one.css ?? []), ...(one.assets ?? [])]);
}

/** Vite plugin: after a build only the files of this one and of the last stay in assets/. */
export function generations(folder) {
  let before = [];
  return {
    name: "ludao-generations",
    apply: "build",
    buildStart: () => void (before = named(folder)),
    closeBundle() {
      const kept = new Set([...before, ...named(folder)]);
      for (const name of readdirSync(join(folder, "assets")))
        if (!kept.has(`assets/${name.replace(/\.(br|gz)$/, "")}`)) rmSync(join(folder, "assets", name));
    },
  };
}

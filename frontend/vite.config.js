// Builds the static bundle: one entry a file of src/entries/, hashed, listed in manifest.json for `{% asset %}`.
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { defineConfig } from "vite";
import { compress } from "./build/compress.js";
import { icons } from "./build/icons.js";
import { sweep } from "./build/sweep.js";

const here = import.meta.dirname;
const bundle = join(here, "../src/ludao/static/ludao");
const entries = join(here, "src/entries");

export default defineConfig({
  base: "./",
  publicDir: "public",
  plugins: [icons([join(here, "../src/ludao"), join(here, "src")]), compress(bundle), sweep(bundle)],
  css: { preprocessorOptions: { scss: { loadPaths: [join(here, "node_modules")], quietDeps: true } } },
  build: {
    outDir: bundle,
    emptyOutDir: false, // `sweep` clears it
    manifest: "manifest.json",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    target: ["chrome111", "edge111", "firefox115", "safari16.4"],
    rolldownOptions: {
      input: Object.fromEntries(readdirSync(entries).map((name) => [basename(name, ".ts"), join(entries, name)])),
    },
  },
});

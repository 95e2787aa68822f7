// Measures the contrast (WCAG 2.2) of every pair of ink and ground of src/tokens.scss, light and dark: `npm run contrast`.
import { join } from "node:path";
import { compileString } from "sass";

const text = 4.5;
const edge = 3;
const grounds = ["--body-bg", "--bg-surface", "--bg-surface-tertiary", "--bg-forms"];
const inks = ["--body-color", "--ink-strong", "--secondary", "--link-color", "--link-hover-color", "--primary"];
const pairs = [
  ...inks.flatMap((ink) => grounds.map((ground) => [ink, ground, text])),
  ...["ok", "warn", "bad", "idle"].flatMap((tone) => [
    [`--${tone}`, `--${tone}-bg`, text],
    ...grounds.map((ground) => [`--${tone}`, ground, text]),
  ]),
  ["--primary", "--primary-lt", text],
  ["--body-color", "--primary-lt", text],
  ["--body-color", "--idle-bg", text],
  ["--secondary", "--idle-bg", text],
  ...["primary", "success", "warning", "danger"].map((tone) => [`--${tone}-fg`, `--${tone}`, text]),
  ["--primary-fg", "--primary-darken", text],
  ["--danger-fg", "--danger-darken", text],
  ...grounds.map((ground) => ["--border-control", ground, edge]),
];

const css = compileString('@use "tokens"; @include tokens.properties;', {
  loadPaths: [join(import.meta.dirname, "../src")],
}).css;
const values = Object.fromEntries([...css.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name, value]));

function resolve(name, dark) {
  const value = values[name];
  const other = value?.match(/^var\((--[\w-]+)\)$/);
  if (other) return resolve(other[1], dark);
  const both = value?.match(/^light-dark\((#\w+), (#\w+)\)$/);
  if (!both) throw new Error(`${name} is no light-dark pair: ${value}`);
  return both[dark ? 2 : 1];
}

function luminance(hex) {
  const full = hex.length === 4 ? hex.replace(/\w/g, "$&$&") : hex;
  const [r, g, b] = [1, 3, 5]
    .map((at) => parseInt(full.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one, other) {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

let worst = Infinity;
let failed = 0;
for (const dark of [false, true])
  for (const [ink, ground, needs] of pairs) {
    const ratio = contrast(resolve(ink, dark), resolve(ground, dark));
    worst = Math.min(worst, ratio / needs);
    if (ratio >= needs) continue;
    failed += 1;
    console.error(`${dark ? "dark" : "light"}: ${ink} on ${ground} is ${ratio.toFixed(2)}, needs ${needs}`);
  }
console.log(`${pairs.length * 2} pairs, ${failed} below AA; the tightest stands at ${worst.toFixed(2)} of what it needs`);
if (failed) process.exit(1);

// Draws the figures of a page (chart/_chart.html) with ECharts, which is fetched when the first of them comes in sight.
import { begin } from "../charts/begin";

begin(document);
document.body.addEventListener("htmx:load", (event) => begin((event as CustomEvent).detail.elt as ParentNode));

// What a phone folds away stands open where there is room.
if (matchMedia("(min-width: 60rem)").matches)
  for (const one of document.querySelectorAll<HTMLDetailsElement>("details[data-open-wide]")) one.open = true;

document.addEventListener("click", (event) => {
  if ((event.target as Element).closest("[data-chart-picture]")) void import("../charts/draw").then((m) => m.picture());
});
document.addEventListener("change", (event) => {
  const form = (event.target as Element).closest<HTMLFormElement>("form[data-send-on-change]");
  form?.requestSubmit();
});

// Finds the figures of a page or of a part of it (chart/_chart.html) and draws each when it comes in sight.
import { seen } from "./seen";

export function begin(root: ParentNode): void {
  const self = root instanceof HTMLElement && root.matches("[data-chart]") ? [root] : [];
  for (const figure of [...self, ...root.querySelectorAll<HTMLElement>("[data-chart]:not([data-drawn])")]) {
    if (!figure.querySelector(".chart-canvas")) continue;
    figure.dataset.drawn = "";
    seen(figure, () => void import("./draw").then((m) => m.draw(figure)));
  }
}

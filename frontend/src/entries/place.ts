// Maps and their charts; what is heavy comes only when a page has one.
import "../style/place.scss";
import type { Said } from "../map/said";

async function begin(root: HTMLElement): Promise<void> {
  const said = JSON.parse(root.querySelector("script[type='application/json']")!.textContent!) as Said;
  const told = root.querySelector<HTMLElement>("[data-place-told]");
  try {
    const [{ PlaceMap }, page] = await Promise.all([import("../map/map"), import("../map/page")]);
    const map = new PlaceMap(root, said);
    page.around(root, map, said);
    page.story(map);
    document.addEventListener("place:show", (event) => {
      const { layers, spot } = (event as CustomEvent<{ layers: string[]; spot: string }>).detail;
      void map.only(layers);
      const [x, y, zoom] = spot.split(",").map(Number);
      if (zoom) map.map.easeTo({ center: [x!, y!], zoom });
    });
  } catch (error) {
    console.warn(error);
    if (told) told.textContent = said.words.failed!;
  }
}

for (const root of document.querySelectorAll<HTMLElement>("[data-place]")) void begin(root);
if (document.querySelector("[data-chart]")) void import("../map/charts").then(({ draw }) => draw());

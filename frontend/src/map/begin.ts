// Begins a map where the page has one; what is heavy comes only then.
import type { Said } from "./said";

export async function begin(root: HTMLElement): Promise<void> {
  const said = JSON.parse(root.querySelector("script[type='application/json']")!.textContent!) as Said;
  const told = root.querySelector<HTMLElement>("[data-place-told]");
  try {
    const [{ PlaceMap }, page] = await Promise.all([import("./map"), import("./page")]);
    const map = new PlaceMap(root, said);
    page.around(root, map, said);
    page.story(root, map);
    page.follow(root, map);
  } catch (error) {
    console.warn(error);
    if (told) told.textContent = said.words.failed!;
  }
}

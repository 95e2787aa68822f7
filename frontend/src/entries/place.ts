// Maps.
import "../style/place.scss";
import { begin } from "../map/begin";

for (const root of document.querySelectorAll<HTMLElement>("[data-place]")) void begin(root);

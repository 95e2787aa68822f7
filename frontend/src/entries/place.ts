// Maps and their charts.
import "../style/place.scss";
import { begin, charts } from "../map/begin";

for (const root of document.querySelectorAll<HTMLElement>("[data-place]")) void begin(root);
charts();

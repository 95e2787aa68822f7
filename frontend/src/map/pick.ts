// Choosing one point: a click or a drag writes longitude and latitude into the form's two fields, and typing moves the mark.
import "../style/place.scss";
import { Map as Ground, Marker, NavigationControl } from "maplibre-gl";
import { ground } from "./base";
import "./map";
import type { Said } from "./said";

export function pick(root: HTMLElement): void {
  const container = root.querySelector<HTMLElement>("[data-point-map]")!;
  const said = JSON.parse(root.querySelector("script")!.textContent!) as Said;
  const fields = ["longitude", "latitude"].map((name) => root.querySelector<HTMLInputElement>(`input[name$='.${name}']`)!);
  const isFixed = fields[0]!.readOnly;
  container.hidden = false;
  const map = new Ground({ container, style: ground(said), bounds: said.bounds, attributionControl: false, maxZoom: 19, locale: { "Map.Title": said.words.map! } });
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  const mark = new Marker({ draggable: !isFixed, color: getComputedStyle(document.documentElement).getPropertyValue("--bs-primary") || "#0b6796" });

  const shown = () => {
    const [longitude, latitude] = fields.map((one) => Number.parseFloat(one.value));
    if (!Number.isFinite(longitude) || !Number.isFinite(latitude) || Math.abs(latitude!) > 90) return void mark.remove();
    mark.setLngLat([longitude!, latitude!]).addTo(map);
    if (!map.getBounds().contains([longitude!, latitude!]) || map.getZoom() < 12) map.jumpTo({ center: [longitude!, latitude!], zoom: 15 });
  };
  const write = ({ lng, lat }: { lng: number; lat: number }) => {
    [lng, lat].forEach((value, n) => (fields[n]!.value = value.toFixed(6)));
    mark.setLngLat([lng, lat]).addTo(map);
    fields[0]!.dispatchEvent(new Event("input", { bubbles: true }));
  };
  if (!isFixed) {
    map.on("click", (event) => write(event.lngLat));
    mark.on("dragend", () => write(mark.getLngLat()));
  }
  fields.forEach((one) => one.addEventListener("change", shown));
  map.on("load", () => { shown(); root.dataset.ready = "yes"; });
}

// Drawings of processes: shown with what is done and open, or drawn. bpmn-js is loaded by these pages only.
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "bpmn-js/dist/assets/bpmn-font/css/bpmn.css";
import "../style/process.scss";
import { translation } from "../process/chinese";
import { ludao } from "../process/ludao";
import { figures, mark, markFrom } from "../process/marks";

type Any = any;

const begun = new WeakSet<HTMLElement>();

function beginAll() {
  for (const host of document.querySelectorAll<HTMLElement>("[data-process]")) {
    if (!begun.has(host)) void begin(host);
    begun.add(host);
  }
}

beginAll();
document.addEventListener("htmx:afterSettle", beginAll); // a case shows its drawing in a tab that comes later

async function begin(host: HTMLElement) {
  const source = document.getElementById(host.dataset.process!) as HTMLTextAreaElement;
  const isDrawn = host.hasAttribute("data-draw");
  const { default: Kind } = isDrawn ? await import("bpmn-js/lib/Modeler") : await import("bpmn-js/lib/NavigatedViewer");
  const viewer: Any = new (Kind as Any)({ container: host, moddleExtensions: { ludao }, additionalModules: [translation] });
  const fail = (error: unknown) => {
    host.classList.add("is-broken");
    host.textContent = String(error instanceof Error ? error.message : error);
  };
  try {
    await viewer.importXML(source.value);
  } catch (error) {
    if (String(error).includes("no diagram")) host.classList.add("is-empty");
    return fail(error);
  }
  const fit = () => {
    const canvas = viewer.get("canvas");
    canvas.zoom("fit-viewport", "auto");
    if (!isDrawn) return;
    const { x, y, width, height } = canvas.viewbox(); // the palette stands on the left
    const room = (110 * width) / host.clientWidth;
    canvas.viewbox({ x: x - room, y, width: width + room, height: height + (room * height) / width });
  };
  fit();
  markFrom(viewer, host);
  if (host.dataset.figures) figures(viewer, JSON.parse(host.dataset.figures));
  host.dataset.ready = "";
  document.addEventListener("click", (event) => {
    if (!host.isConnected) return;
    const chosen = (event.target as Element).closest<HTMLElement>("[data-element]")?.dataset.element;
    const element = chosen && viewer.get("elementRegistry").get(chosen);
    if (element) {
      viewer.get("canvas").scrollToElement(element);
      if (isDrawn) viewer.get("selection").select(element);
      else mark(viewer, [element.id], "is-chosen");
    }
    const zoom = (event.target as Element).closest<HTMLElement>("[data-zoom]")?.dataset.zoom;
    if (zoom === "fit") fit();
    else if (zoom) viewer.get("zoomScroll").stepZoom(Number(zoom));
  });
  if (isDrawn) await draw(viewer, host, source);
}

async function draw(modeler: Any, host: HTMLElement, source: HTMLTextAreaElement) {
  const [{ panel }, { outline }] = await Promise.all([import("../process/panel"), import("../process/outline")]);
  panel(modeler, document.getElementById("process-panel")!);
  outline(modeler, document.getElementById("process-outline")!);
  let isClean = true;
  const keep = async () => {
    source.value = (await modeler.saveXML({ format: true })).xml;
    isClean = false;
  };
  modeler.on("commandStack.changed", keep);
  await keep();
  isClean = true;
  source.form!.addEventListener("submit", () => (isClean = true));
  addEventListener("beforeunload", (event) => isClean || event.preventDefault());
  document.body.addEventListener("htmx:afterSwap", (event) => {
    const told = (event.target as Element).querySelector<HTMLElement>("[data-told]");
    if (!told) return;
    mark(modeler, (told.dataset.wrong ?? "").split(",").filter(Boolean), "is-wrong");
    figures(modeler, JSON.parse(told.dataset.told || "{}"));
  });
  document.getElementById("process-file")?.addEventListener("change", async (event) => {
    const file = (event.target as HTMLInputElement).files?.[0];
    if (!file) return;
    await modeler.importXML(await file.text());
    modeler.get("canvas").zoom("fit-viewport", "auto");
    await keep();
  });
}

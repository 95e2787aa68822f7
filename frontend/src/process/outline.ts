// The drawing as a list, for the keyboard and for who cannot see it: select, and add what follows.
type Any = any;
const SHOWN = ["Task", "Event", "Gateway", "SubProcess", "CallActivity", "Lane", "Participant", "Transaction"];

export function outline(viewer: { get(name: string): Any }, host: HTMLElement) {
  const list = host.querySelector("ol")!;
  const elements = () =>
    viewer.get("elementRegistry").filter((one: Any) => one.type !== "label" && SHOWN.some((kind) => one.type.endsWith(kind)))
      .sort((a: Any, b: Any) => a.x - b.x || a.y - b.y);
  const draw = () => {
    list.replaceChildren(
      ...elements().map((one: Any) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "plain";
        button.dataset.element = one.id;
        button.textContent = one.businessObject.name || one.id;
        const kind = document.createElement("small");
        kind.textContent = ` ${viewer.get("translate")(words(one.type))}`;
        const item = document.createElement("li");
        item.append(button, kind);
        return item;
      }),
    );
  };
  viewer.get("eventBus").on(["import.done", "commandStack.changed"], draw);
  draw();
  host.addEventListener("click", (event) => {
    const add = (event.target as Element).closest<HTMLElement>("[data-append]");
    const [source] = viewer.get("selection").get();
    if (!add || !source) return;
    const shape = viewer.get("elementFactory").createShape({ type: add.dataset.append });
    viewer.get("autoPlace").append(source, shape);
    viewer.get("selection").select(shape);
  });
}

const words = (type: string) => {
  const text = type.replace("bpmn:", "").replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase().replace("sub process", "sub-process");
  return text[0]!.toUpperCase() + text.slice(1);
};

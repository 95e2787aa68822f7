// Forms that people fill in: what is typed while the server answers is not lost; a place can be where one stands.
type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

const controls = () => [...document.querySelectorAll<Control>("[data-filling] :is(input, select, textarea)[name]")];
const isFilling = (event: Event) => (event as CustomEvent<{ target: Element }>).detail.target.matches("[data-filling]");
const isTick = (one: Control): one is HTMLInputElement => one instanceof HTMLInputElement && ["radio", "checkbox"].includes(one.type);
const isTyped = (one: Control) => one.type !== "file" && one.type !== "hidden";
const key = (one: Control) => {
  const name = `${one.closest("[data-filling]")!.id} ${one.name}`;
  return isTick(one) ? `${name}=${one.value}` : name;
};
const state = (one: Control) => (isTick(one) ? String(one.checked) : one.value);
const snapshot = () => new Map(controls().filter(isTyped).map((one) => [key(one), state(one)]));

let sent = new Map<string, string>();
let since = new Map<string, string>();
let typedOver: Control[] = [];

document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (isFilling(event)) sent = snapshot();
});
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (!isFilling(event)) return;
  since = new Map([...snapshot()].filter(([name, value]) => sent.get(name) !== value));
});
document.body.addEventListener("htmx:afterSwap", () => {
  typedOver = controls().filter((one) => isTyped(one) && since.has(key(one)));
  for (const one of typedOver) {
    const typed = since.get(key(one))!;
    if (isTick(one)) one.checked = typed === "true";
    else one.value = typed;
  }
  since = new Map();
});
document.body.addEventListener("htmx:afterSettle", () => {
  askFor(typedOver);
  typedOver = [];
});

// The server has not seen what was chosen while it answered, or before this script listened: it is asked once more.
function askFor(chosen: Control[]): void {
  chosen.find((one) => one.matches("[hx-post]") && (one.type !== "radio" || (one as HTMLInputElement).checked))?.dispatchEvent(new Event("change", { bubbles: true }));
}
const first = (one: Control) => {
  if (one instanceof HTMLSelectElement) return [...one.options].find((choice) => choice.defaultSelected)?.value ?? one.options[0]?.value ?? "";
  return isTick(one) ? String(one.defaultChecked) : one.defaultValue;
};
function catchUp(): void {
  askFor(controls().filter((one) => isTyped(one) && state(one) !== first(one)));
}
if (document.readyState === "complete") catchUp();
else addEventListener("load", catchUp);

document.addEventListener("click", (event) => {
  const place = (event.target as Element).closest("[data-here]")?.closest("[data-point]");
  if (!place) return;
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    const set = (name: string, value: number) => {
      const one = place.querySelector<HTMLInputElement>(`input[name$='.${name}']`)!;
      one.value = value.toFixed(6);
      one.dispatchEvent(new Event("input", { bubbles: true }));
      one.dispatchEvent(new Event("change"));
    };
    set("longitude", coords.longitude);
    set("latitude", coords.latitude);
  });
});

// A map where a place is asked for; the library comes only then.
function places(): void {
  for (const root of document.querySelectorAll<HTMLElement>("[data-point]:not([data-begun])")) {
    root.dataset.begun = "yes";
    void import("../map/pick").then(({ pick }) => pick(root));
  }
}
places();
document.body.addEventListener("htmx:afterSettle", places);

// The editor by keyboard: the focused field or section moves with Alt and the arrows, Delete removes it.
document.addEventListener("keydown", (event) => {
  const item = (event.target as Element).closest?.("[data-item]");
  if (!item || !(event.target as Element).matches("button")) return;
  const press = (what: string) => (event.preventDefault(), item.querySelector<HTMLButtonElement>(`[data-${what}]`)!.click());
  if (event.altKey && event.key === "ArrowUp") press("up");
  else if (event.altKey && event.key === "ArrowDown") press("down");
  else if (event.key === "Delete") press("remove");
});

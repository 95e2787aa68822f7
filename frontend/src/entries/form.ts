// Forms that people fill in: what is typed while the server answers is not lost; a place can be where one stands.
type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

const filling = () => document.getElementById("filling");
const controls = () => [...(filling()?.querySelectorAll<Control>("input[name], select[name], textarea[name]") ?? [])];
const isTick = (one: Control): one is HTMLInputElement => one instanceof HTMLInputElement && ["radio", "checkbox"].includes(one.type);
const isTyped = (one: Control) => one.type !== "file" && one.type !== "hidden";
const key = (one: Control) => (isTick(one) ? `${one.name}=${one.value}` : one.name);
const state = (one: Control) => (isTick(one) ? String(one.checked) : one.value);
const snapshot = () => new Map(controls().filter(isTyped).map((one) => [key(one), state(one)]));

let sent = new Map<string, string>();
let since = new Map<string, string>();

document.body.addEventListener("htmx:beforeRequest", (event) => {
  if ((event as CustomEvent<{ target: Element }>).detail.target.id === "filling") sent = snapshot();
});
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if ((event as CustomEvent<{ target: Element }>).detail.target.id !== "filling") return;
  since = new Map([...snapshot()].filter(([name, value]) => sent.get(name) !== value));
});
document.body.addEventListener("htmx:afterSwap", () => {
  for (const one of controls().filter(isTyped)) {
    const typed = since.get(key(one));
    if (typed === undefined) continue;
    if (isTick(one)) one.checked = typed === "true";
    else one.value = typed;
  }
  since = new Map();
});

document.addEventListener("click", (event) => {
  const place = (event.target as Element).closest("[data-here]")?.closest("[data-place]");
  if (!place) return;
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    const set = (name: string, value: number) => {
      const one = place.querySelector<HTMLInputElement>(`input[name$='.${name}']`)!;
      one.value = value.toFixed(6);
      one.dispatchEvent(new Event("input", { bubbles: true }));
    };
    set("longitude", coords.longitude);
    set("latitude", coords.latitude);
  });
});

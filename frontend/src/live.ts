// Live refresh: one stream of server-sent events a visible page. A part with data-live="plan.item other" and
// hx-trigger="live" asks again when an event of that name arrives. Hidden tabs hold no connection, since a browser
// opens six a host at most and the seventh tab would hang.
import htmx from "./hypertext";
import { toast, type Toast } from "./toasts";

const address = document.querySelector<HTMLMetaElement>("meta[name=live]")?.content;
const names = new Set(["notices", "toast"]);
let stream: EventSource | null = null;

const parts = () => [...document.querySelectorAll<HTMLElement>("[data-live]")];
const wants = (part: HTMLElement) => (part.dataset.live ?? "").split(/[\s,]+/).filter(Boolean);

function listen(): void {
  for (const part of parts()) for (const name of wants(part)) names.add(name);
  stream?.close();
  stream = new EventSource(address!);
  for (const name of names) stream.addEventListener(name, (event) => arrived(name, event.data as string));
}

function arrived(name: string, data: string): void {
  if (name === "toast") return toast(JSON.parse(data) as Toast);
  if (name === "notices") ring(Number((JSON.parse(data) as { count: number }).count));
  for (const part of parts())
    // Somebody who has just selected rows is not to lose the selection.
    if (wants(part).includes(name) && !part.querySelector("[data-pick]:checked")) htmx.trigger(part, "live", {});
}

function ring(count: number): void {
  const bell = document.querySelector<HTMLElement>("[data-bell-count]");
  if (!bell) return;
  bell.textContent = String(count);
  bell.hidden = count === 0;
}

if (address) {
  const follow = () => (document.hidden ? stream?.close() : listen());
  document.addEventListener("visibilitychange", follow);
  document.body.addEventListener("htmx:afterSettle", () => {
    if (parts().some((part) => wants(part).some((name) => !names.has(name)))) listen();
  });
  addEventListener("pagehide", () => stream?.close());
  follow();
}

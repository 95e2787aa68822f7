// Short words about what was just done: from the page, from HX-Trigger: {"toast": {…}}, from live events.
import { word } from "./words";

export type Toast = { text: string; tone?: "ok" | "warn" | "bad" | "sea"; url?: string; link?: string };

const region = document.getElementById("toasts")!;
const signs = { ok: icon("circle-check"), warn: icon("alert-triangle"), bad: icon("alert-octagon"), sea: icon("info-circle") };

function icon(name: string): string {
  const sprite = document.querySelector("svg.icon use")?.getAttribute("href")?.split("#")[0] ?? "";
  return `${sprite}#${name}`;
}

function picture(href: string): SVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS("http://www.w3.org/2000/svg", "use"));
  svg.firstElementChild!.setAttribute("href", href);
  return svg;
}

export function toast({ text, tone = "ok", url, link }: Toast): void {
  const card = document.createElement("div");
  card.className = `toast-card toast-${tone}`;
  card.dataset.toast = "";
  const words = document.createElement("p");
  words.textContent = text;
  if (url) {
    const anchor = Object.assign(document.createElement("a"), { href: url, textContent: link || url });
    words.append(" ", anchor);
  }
  const close = Object.assign(document.createElement("button"), { type: "button", className: "plain" });
  close.dataset.dismiss = "";
  close.setAttribute("aria-label", word("close"));
  close.append(picture(icon("x")));
  card.append(picture(signs[tone]), words, close);
  region.append(card);
  leave(card);
}

/** Good news goes by itself; what went wrong stays until it is closed. */
function leave(card: Element): void {
  if (card.matches(".toast-bad, .toast-warn")) return;
  const go = () => (card.matches(":hover, :focus-within") ? setTimeout(go, 2000) : card.remove());
  setTimeout(go, 7000);
}

region.querySelectorAll("[data-toast]").forEach(leave);
region.addEventListener("click", (event) => {
  if ((event.target as Element).closest("[data-dismiss]")) (event.target as Element).closest("[data-toast]")?.remove();
});
document.body.addEventListener("toast", (event) => toast((event as CustomEvent<Toast>).detail));
for (const failure of ["htmx:sendError", "htmx:timeout"]) document.body.addEventListener(failure, failed);
document.body.addEventListener("htmx:responseError", (event) => {
  const xhr = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail.xhr;
  if (!xhr.getResponseHeader("HX-Trigger")?.includes("toast")) failed();
});

function failed(): void {
  toast({ text: word("failed"), tone: "bad" });
}

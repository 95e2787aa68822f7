// The API's page: try a dataset or an action in place, copy a token.
import "../style/api-docs.scss";
import { confirmed } from "../dialogs";
import { word } from "../words";

const token = (JSON.parse(document.body.getAttribute("hx-headers") ?? "{}") as Record<string, string>)["X-CSRFToken"] ?? "";
const language = document.documentElement.lang;

function request(form: HTMLFormElement): [string, RequestInit] {
  const headers: Record<string, string> = { Accept: "application/json", "Accept-Language": language };
  if (form.dataset.try === "GET") {
    const query = (form.elements.namedItem("query") as HTMLInputElement).value.replace(/^\?/, "");
    return [`${form.action}?${query}`, { headers }];
  }
  const body = (form.elements.namedItem("body") as HTMLTextAreaElement).value;
  return [form.action, { method: "POST", body, headers: { ...headers, "Content-Type": "application/json", "X-CSRFToken": token } }];
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

async function attempt(form: HTMLFormElement): Promise<void> {
  const answer = form.querySelector<HTMLOutputElement>(".answer")!;
  const began = performance.now();
  const line = document.createElement("p");
  const body = document.createElement("pre");
  body.tabIndex = 0;
  try {
    const response = await fetch(...request(form));
    body.textContent = pretty(await response.text());
    line.textContent = `${response.status} · ${Math.round(performance.now() - began)} ms`;
    line.className = response.ok ? "good" : "bad";
  } catch {
    line.textContent = word("failed");
    line.className = "bad";
  }
  answer.replaceChildren(line, body);
  answer.hidden = false;
}

document.addEventListener("submit", async (event) => {
  const form = event.target as HTMLFormElement;
  if (!form.dataset.try) return;
  event.preventDefault();
  if (form.dataset.ask && !(await confirmed(form.dataset.ask))) return;
  await attempt(form);
});

document.addEventListener("click", async (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy!);
  button.textContent = word("copied");
});

// An address in the page's own address opens its entry.
const named = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
if (named instanceof HTMLDetailsElement) named.open = true;

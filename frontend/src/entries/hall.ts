// The hall's wall: scenes fetched one after the other, captions under them, steered from a phone by live events.
import "../style/hall.scss";
import "../style/place.scss";
import { begin as draw } from "../charts/begin";
import { begin } from "../map/begin";

interface Scene { title: string; title_en: string; caption: string; caption_en: string; wall: string; seconds: number }
interface State { code: string; scene: number; left: number; playing: boolean; language: string; scenes: Scene[] }

const RENEW = 10_000; // milliseconds between two looks at the numbers of what is shown
const RENEWED = ["#theme-figures", "#theme-story", "#theme-charts", "#theme-districts", "#theme-lists"];
const hall = document.querySelector<HTMLElement>("[data-hall]");

function run(hall: HTMLElement): void {
  const stage = hall.querySelector<HTMLElement>("[data-hall-stage]")!;
  const find = (name: string) => hall.querySelector<HTMLElement>(`[data-hall-${name}]`)!;
  let state = JSON.parse(hall.querySelector("script")!.textContent!) as State;
  let timer = 0;
  let shown = -1;

  async function show(): Promise<void> {
    const scene = state.scenes[state.scene];
    if (!scene) return;
    words(scene);
    clearTimeout(timer);
    if (state.playing) timer = window.setTimeout(next, Math.max(state.left, 1) * 1000);
    if (shown === state.scene) return;
    shown = state.scene;
    const answer = await fetch(scene.wall, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const content = page.querySelector("#wall") ?? page.querySelector("main");
    if (!content || !answer.ok) { stage.textContent = scene.title; return; }
    for (const part of content.querySelectorAll("[hx-get], [hx-trigger]")) part.removeAttribute("hx-get");
    content.removeAttribute("hx-get");
    stage.replaceChildren(content);
    for (const root of stage.querySelectorAll<HTMLElement>("[data-place]")) void begin(root);
    draw(stage);
  }

  /** What is shown stays true while it is shown: its numbers are asked for anew, its map asks by itself. */
  async function renew(): Promise<void> {
    const scene = state.scenes[state.scene];
    if (!scene || shown !== state.scene || document.hidden) return;
    const answer = await fetch(scene.wall, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer?.ok || scene !== state.scenes[state.scene]) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const name of RENEWED) {
      const [old, fresh] = [stage.querySelector(name), page.querySelector(name)];
      if (old && fresh && old.textContent !== fresh.textContent) old.replaceWith(fresh);
    }
    draw(stage);
    stage.querySelector("[data-place-page]")?.dispatchEvent(new CustomEvent("live"));
  }

  function next(): void {
    state = { ...state, scene: (state.scene + 1) % state.scenes.length };
    state.left = state.scenes[state.scene]!.seconds;
    void show();
  }

  function words(scene: Scene): void {
    find("zh").textContent = state.language === "en" ? "" : `${scene.title}　${scene.caption}`;
    find("en").textContent = state.language === "zh" ? "" : `${scene.title_en} — ${scene.caption_en}`;
    find("dots").replaceChildren(...state.scenes.map((_, n) => {
      const dot = document.createElement("li");
      if (n === state.scene) dot.className = "on";
      return dot;
    }));
  }

  async function ask(): Promise<void> {
    const answer = await fetch(hall.dataset.hall!, { headers: { Accept: "application/json" } });
    if (answer.ok) { state = (await answer.json()) as State; await show(); }
  }

  document.addEventListener("keydown", (event) => { if (event.key === "ArrowRight") next(); });
  const address = document.querySelector<HTMLMetaElement>("meta[name=live]")?.content;
  if (address) new EventSource(address).addEventListener("overview.hall", () => void ask());
  setInterval(() => void renew(), RENEW);
  void show();
}

// The phone's buttons answer without leaving the page; without script they are plain forms.
document.addEventListener("submit", async (event) => {
  const form = (event.target as HTMLElement).closest<HTMLFormElement>("[data-remote]");
  if (!form) return;
  event.preventDefault();
  const data = new FormData(form, (event as SubmitEvent).submitter);
  await fetch(form.action, { method: "POST", body: data, redirect: "manual" });
});

if (hall) run(hall);

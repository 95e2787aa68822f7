// A text field that becomes an editor: colours, completion, and mistakes marked where they stand. It lives in a shadow
// root, whose style sheets the Content-Security-Policy lets a script adopt. The field keeps the text and its name.
import { acceptCompletion, autocompletion, type CompletionSource } from "@codemirror/autocomplete";
import { indentWithTab } from "@codemirror/commands";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { EditorState, Prec, type Extension } from "@codemirror/state";
import { EditorView, keymap, placeholder, tooltips } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { basicSetup } from "codemirror";

const look = EditorView.theme({
  "&": { fontSize: "0.9375rem", backgroundColor: "var(--bg-forms)", color: "var(--body-color)", border: "1px solid var(--border-control)", borderRadius: "6px", minHeight: "13rem", maxHeight: "60vh" },
  "&.cm-focused": { outline: "2px solid var(--primary)", outlineOffset: "1px" },
  ".cm-scroller": { fontFamily: "ui-monospace, 'Noto Sans Mono CJK SC', monospace", lineHeight: "1.6", overflow: "auto" },
  ".cm-content": { caretColor: "var(--body-color)", minHeight: "12rem" },
  ".cm-cursor": { borderLeftColor: "var(--body-color)" },
  ".cm-gutters": { backgroundColor: "var(--bg-surface-secondary)", color: "var(--secondary)", borderRight: "1px solid var(--border-color)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--primary) 7%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "color-mix(in srgb, var(--primary) 25%, transparent)" },
  ".cm-placeholder": { color: "var(--secondary)" },
  ".cm-tooltip": { backgroundColor: "var(--bg-surface)", color: "var(--body-color)", border: "1px solid var(--border-control)", borderRadius: "6px", maxWidth: "min(36rem, 90vw)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { maxHeight: "16rem", fontFamily: "inherit" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.25rem 0.5rem" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--primary)", color: "var(--primary-fg)" },
  ".cm-tooltip-hover": { padding: "0.25rem 0.5rem" },
  ".cm-completionDetail": { fontStyle: "normal", opacity: "0.85" },
  ".cm-completionInfo": { padding: "0.25rem 0.5rem" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--bad)" },
});
const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.heading], color: "var(--primary)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--ok)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--warn)" },
  { tag: tags.comment, color: "var(--secondary)" },
]);

export function edit(field: HTMLTextAreaElement, language: Extension, complete: CompletionSource): EditorView {
  const form = field.form!;
  const host = document.createElement("div");
  field.before(host);
  const root = host.attachShadow({ mode: "open" });
  const button = form.querySelector<HTMLButtonElement>("[data-run]") ?? form.querySelector<HTMLButtonElement>("button:not([name])");
  const run = () => (button?.click(), true);
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: field.value,
      extensions: [
        basicSetup, language, syntaxHighlighting(colours), look, placeholder(field.placeholder), EditorView.lineWrapping,
        autocompletion({ override: [complete], icons: false, maxRenderedOptions: 60 }), tooltips({ position: "fixed" }),
        Prec.highest(keymap.of([{ key: "Mod-Enter", run, stopPropagation: true }, { key: "Tab", run: acceptCompletion }])), keymap.of([indentWithTab]),
        EditorView.contentAttributes.of({ "aria-label": field.labels[0]?.textContent ?? "SQL", id: `${field.id}-editor`, tabindex: "0" }),
        EditorView.updateListener.of((update) => { if (update.docChanged) kept(field, update.state.doc.toString()); }),
      ],
    }),
  });
  field.hidden = true;
  field.labels[0]?.addEventListener("click", () => view.focus());
  mark(view);
  document.body.addEventListener("htmx:afterSwap", () => mark(view));
  document.addEventListener("click", (event) => {
    const pressed = (event.target as Element).closest<HTMLElement>(`[data-put], [data-line], a[href="#${field.id}"]`);
    if (pressed?.dataset.put) view.dispatch(view.state.replaceSelection(pressed.dataset.put));
    else if (pressed?.dataset.line) view.dispatch({ selection: { anchor: spot(view, pressed).from }, scrollIntoView: true });
    if (pressed) view.focus();
  });
  host.dataset.ready = "";
  return view;
}

/** The field has what the editor has, and whoever listens to the field hears of it. */
function kept(field: HTMLTextAreaElement, text: string): void {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** The mistakes that the page tells with their place ([data-line]), underlined where they stand. */
function mark(view: EditorView): void {
  const told = [...document.querySelectorAll<HTMLElement>("[data-line]")].filter((one) => Number(one.dataset.line) <= view.state.doc.lines);
  const found = told.map((one): Diagnostic => ({ ...spot(view, one), severity: "error", message: (one.querySelector("[data-said]") ?? one).textContent ?? "" }));
  view.dispatch(setDiagnostics(view.state, found));
}

/** The word at the place that an element names. */
function spot(view: EditorView, { dataset }: HTMLElement): { from: number; to: number } {
  const there = view.state.doc.line(Math.min(Math.max(Number(dataset.line), 1), view.state.doc.lines));
  const from = Math.min(there.from + Math.max(Number(dataset.column || 1) - 1, 0), there.to);
  const word = /^[\w.]+/.exec(view.state.doc.sliceString(from, there.to))?.[0].length ?? 1;
  return { from, to: Math.min(from + word, view.state.doc.length) };
}

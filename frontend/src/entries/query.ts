// The query desk: the text field becomes an editor that completes addresses and columns and marks a mistake where it
// stands. It lives in a shadow root, whose style sheets the Content-Security-Policy lets a script adopt.
import { acceptCompletion, autocompletion } from "@codemirror/autocomplete";
import { indentWithTab } from "@codemirror/commands";
import { PLSQL, SQLDialect } from "@codemirror/lang-sql";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { setDiagnostics } from "@codemirror/lint";
import { EditorState, Prec } from "@codemirror/state";
import { EditorView, keymap, placeholder, tooltips } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { basicSetup } from "codemirror";
import { completion } from "../query/complete";
import { tablesOf } from "../query/tables";

const dialect = SQLDialect.define({ ...PLSQL.spec, doubleQuotedStrings: false });
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
  ".cm-completionDetail": { fontStyle: "normal", opacity: "0.85" },
  ".cm-completionInfo": { padding: "0.25rem 0.5rem" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--bad)" },
});
const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--primary)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--ok)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--warn)" },
  { tag: tags.comment, color: "var(--secondary)" },
]);

for (const field of document.querySelectorAll<HTMLTextAreaElement>("textarea[data-query]")) begin(field);

function begin(field: HTMLTextAreaElement): void {
  const form = field.form!;
  const host = document.createElement("div");
  field.before(host);
  const root = host.attachShadow({ mode: "open" });
  const run = () => (form.requestSubmit(form.querySelector<HTMLButtonElement>("button:not([name])")), true);
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: field.value,
      extensions: [
        basicSetup, dialect.extension, syntaxHighlighting(colours), look, placeholder(field.placeholder), EditorView.lineWrapping,
        autocompletion({ override: [completion(tablesOf(document))], icons: false, maxRenderedOptions: 60 }), tooltips({ position: "fixed" }),
        Prec.highest(keymap.of([{ key: "Mod-Enter", run }, { key: "Tab", run: acceptCompletion }])), keymap.of([indentWithTab]),
        EditorView.contentAttributes.of({ "aria-label": field.labels[0]?.textContent ?? "SQL", id: "sql-editor" }),
        EditorView.updateListener.of((update) => { if (update.docChanged) field.value = update.state.doc.toString(); }),
      ],
    }),
  });
  field.hidden = true;
  field.labels[0]?.addEventListener("click", () => view.focus());
  mark(view, field);
  const put = (text: string) => (view.dispatch(view.state.replaceSelection(text)), view.focus());
  document.addEventListener("click", (event) => {
    const named = (event.target as Element).closest<HTMLElement>("[data-put]");
    if (named) put(named.dataset.put!);
  });
  host.dataset.ready = "";
}

/** The mistake that the server found, underlined where it stands. */
function mark(view: EditorView, field: HTMLTextAreaElement): void {
  const { line, column, error } = field.dataset;
  if (!error || !line || Number(line) > view.state.doc.lines) return;
  const there = view.state.doc.line(Number(line));
  const from = Math.min(there.from + Math.max(Number(column ?? 1) - 1, 0), there.to);
  const word = /^[\w.]+/.exec(view.state.doc.sliceString(from, there.to))?.[0].length ?? 1;
  view.dispatch(setDiagnostics(view.state, [{ from, to: Math.min(from + word, view.state.doc.length), severity: "error", message: error }]));
}

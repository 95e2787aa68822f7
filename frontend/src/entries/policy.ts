// The text of a policy ([data-policy]): facts, figures and conditions are completed, mistakes marked, parts put in.
import { hoverTooltip } from "@codemirror/view";
import { edit } from "../query/editor";
import { completion, meaning, vocabulary } from "../policy/complete";
import { insertion } from "../policy/parts";
import { toml } from "../policy/toml";

for (const field of document.querySelectorAll<HTMLTextAreaElement>("textarea[data-policy]")) {
  const words = vocabulary(document, field);
  const hover = hoverTooltip((view, at) => {
    const word = view.state.wordAt(at);
    const told = word && meaning(view.state.doc.toString(), words, view.state.sliceDoc(word.from, word.to));
    return told ? { pos: word.from, create: () => ({ dom: Object.assign(document.createElement("div"), { textContent: told }) }) } : null;
  });
  const view = edit(field, [toml, hover], completion(words));
  for (const button of document.querySelectorAll<HTMLElement>("[data-insert]")) {
    button.addEventListener("click", () => (view.dispatch(insertion(view.state.doc.toString(), button.dataset.insert!)), view.focus()));
  }
}

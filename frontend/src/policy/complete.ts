// Completion of a policy's text: within an expression the facts, figures and functions; within a list the conditions;
// elsewhere the words that this part of the text may hold. Found by the Chinese or English title as well.
import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";

type Fact = { name: string; title: string; kind: string; of: string };
type Named = { name: string; title: string };
export type Vocabulary = { facts: Fact[]; functions: string[] };

const OPERATORS = "and or not in between like is null true false case when then else end interval date".split(" ");
const KEYS: Record<string, string> = {
  "": "code entity title summary owner from until period exclusive", legal: "document issuer article url note", parameters: "zh en unit values",
  conditions: "zh en says", who: "all any none at_least of", amount: "formula hit otherwise", "amount.table": "zh en when pay", examples: "title on facts expect amount_yuan",
};
const CHOICES: Record<string, string> = {
  entity: "person company", period: "once month quarter year", unit: "分 元 万元 亿元", expect: "met not_met unknown", hit: "first sum max",
};
const SECTIONS = ["[legal]", "[parameters.]", "[conditions.]", "[who]", "[amount]", "[[amount.table]]", "[[examples]]"];
const fits = (said: string, ...texts: string[]) => texts.some((text) => text.toLowerCase().includes(said));
const plain = (words: string, type = "keyword"): Completion[] => words.split(" ").map((label) => ({ label, type }));

/** What the page lists: facts with their titles, and the functions that may be used. */
export function vocabulary(page: ParentNode, field: HTMLElement): Vocabulary {
  const facts = [...page.querySelectorAll<HTMLElement>("[data-fact]")].map(({ dataset: d }) => ({ name: d.fact!, title: d.title ?? "", kind: d.kind ?? "", of: d.of ?? "" }));
  return { facts, functions: (field.dataset.functions ?? "").split(" ") };
}

/** Facts of the kind of entity that the policy is for; all of them while it names none. */
const known = (text: string, { facts }: Vocabulary) => {
  const entity = /^entity\s*=\s*"(\w+)"/m.exec(text)?.[1];
  return facts.filter((fact) => !entity || fact.of === entity);
};

/** What a policy names itself: [parameters.standard] zh = "标准". */
function own(text: string, kind: string): Named[] {
  const heads = text.matchAll(new RegExp(`^\\[${kind}\\.(\\w+)\\]\\s*(?:\\nzh\\s*=\\s*"([^"]*)")?`, "gm"));
  return [...heads].map(([, name, title]) => ({ name: name!, title: title ?? "" }));
}

/** What a word of the text stands for, in words. */
export function meaning(text: string, words: Vocabulary, word: string): string {
  return [...known(text, words), ...own(text, "parameters"), ...own(text, "conditions")].find((one) => one.name === word)?.title ?? "";
}

export const completion = (words: Vocabulary) => (context: CompletionContext): CompletionResult | null => {
  const word = context.matchBefore(/[\p{L}\p{N}_]*/u);
  const said = (word?.text ?? "").toLowerCase();
  if (!said && !context.explicit) return null;
  const line = context.state.doc.lineAt(context.pos);
  const options = offered(context.state.doc.toString(), line.from, line.text.slice(0, (word?.from ?? context.pos) - line.from), words);
  const chosen = options.filter((one) => fits(said, one.label, one.detail ?? "") && one.label !== word?.text);
  chosen.sort((a, b) => Number(b.label.startsWith(said)) - Number(a.label.startsWith(said)));
  return chosen.length ? { from: word?.from ?? context.pos, filter: false, options: chosen.slice(0, 60) } : null;
};

/** The words that may stand here, by the section and by what the line says before. */
function offered(text: string, from: number, before: string, words: Vocabulary): Completion[] {
  const told = (list: Named[], type: string): Completion[] => list.map(({ name, title }) => ({ label: name, detail: title, type }));
  const key = [...before.matchAll(/\b(\w+)\s*=/g)].at(-1)?.[1] ?? "";
  const open = ((before.match(/(?<!\\)"/g)?.length ?? 0) % 2) === 1;
  if (open && /^(says|formula|otherwise|when|pay)\b/.test(before.trimStart())) {
    return [...told(own(text, "parameters"), "variable"), ...told(known(text, words), "property"), ...plain(words.functions.join(" "), "function"), ...plain(OPERATORS.join(" "))];
  }
  if (open && /\[[^\]]*$/.test(before)) return told(own(text, "conditions"), "class");
  if (open) return plain(CHOICES[key] ?? "");
  if (/^\s*facts\s*=\s*\{[^}]*$/.test(before)) return told(known(text, words), "property");
  if (/^\s*\[+[\w.]*$/.test(before)) return [];
  const head = [...text.slice(0, from).matchAll(/^\[+([\w.]+)\]+/gm)].at(-1)?.[1] ?? "";
  const section = head in KEYS ? head : head.split(".")[0]!;
  return before.trim() ? [] : [...plain(KEYS[section] ?? ""), ...SECTIONS.map((label) => ({ label, type: "class" }))];
}

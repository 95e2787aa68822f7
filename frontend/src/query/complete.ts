// Completion of a query: addresses after "from" and "join", columns of the tables it names; found by title as well.
import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { named, type Column, type Table } from "./tables";

const WORDS = (
  "select from where group by order having limit join left on as and or not in is null like between case when then else end with union all " +
  "distinct count sum avg min max coalesce round cast date_trunc over partition desc asc"
).split(" ");

const fits = (said: string, ...texts: string[]) => texts.some((text) => text.toLowerCase().includes(said));
const column = ({ name, title }: Column, of: string, boost: number): Completion => ({ label: name, detail: title, info: of, type: "property", boost });
const address = ({ address, title }: Table, boost: number): Completion => ({ label: address, detail: title, type: "class", boost });

export const completion = (tables: Table[]) => (context: CompletionContext): CompletionResult | null => {
  const word = context.matchBefore(/[\p{L}\p{N}_.]*/u);
  const said = (word?.text ?? "").toLowerCase();
  if (!said && !context.explicit) return null;
  const sql = context.state.doc.toString();
  const before = sql.slice(0, word?.from ?? context.pos);
  if ((before.match(/'/g)?.length ?? 0) % 2) return null; // within a text
  const known = named(sql, tables);
  const dot = said.lastIndexOf(".");
  const owner = dot > 0 ? known.get(said.slice(0, dot)) : undefined;
  if (owner && !tables.some((t) => t.address.startsWith(said))) {
    const rest = said.slice(dot + 1);
    return { from: word!.from + dot + 1, filter: false, options: owner.columns.filter((c) => fits(rest, c.name, c.title)).map((c) => column(c, owner.title, 0)) };
  }
  const wantsTable = /\b(from|join)\s+$/i.test(before);
  const options = tables.filter((t) => fits(said, t.address, t.title)).map((t) => address(t, wantsTable ? 9 : t.address.startsWith(said) ? 1 : -1));
  if (!wantsTable && dot < 0) {
    for (const table of new Set(known.values())) options.push(...table.columns.filter((c) => fits(said, c.name, c.title)).map((c) => column(c, table.title, 5)));
    options.push(...WORDS.filter((w) => w.startsWith(said) && w !== said).map((label) => ({ label, type: "keyword", boost: 3 })));
  }
  options.sort((a, b) => (b.boost ?? 0) - (a.boost ?? 0) || Number(b.label.startsWith(said)) - Number(a.label.startsWith(said)) || a.label.localeCompare(b.label));
  return options.length ? { from: word?.from ?? context.pos, filter: false, options: options.slice(0, 60) } : null;
};

// Parts of a policy that a button puts in, after the last of their kind and before what comes next in the text.
type Part = { after: RegExp; text: string; select: string };
const today = new Date().toLocaleDateString("sv");
const PARTS: Record<string, Part> = {
  parameter: { after: /^\[parameters\./, text: `[parameters.name]\nzh = "名称"\nen = "Name"\nunit = "元"\nvalues = [{ from = ${today}, value = 0, source = "第 条" }]`, select: "name" },
  condition: { after: /^\[conditions\./, text: '[conditions.name]\nzh = "名称"\nen = "Name"\nsays = ""', select: "name" },
  row: { after: /^\[\[amount\.table\]\]/, text: '[[amount.table]]\nzh = "情形"\nen = "Case"\nwhen = ""\npay = ""', select: "情形" },
  example: { after: /^\[\[examples\]\]/, text: '[[examples]]\ntitle = "例子"\nfacts = { }\nexpect = "met"\namount_yuan = 0', select: "例子" },
};
const ORDER = [/^\[legal\]/, /^\[parameters\./, /^\[conditions\./, /^\[who\]/, /^\[amount\]/, /^\[\[amount\.table\]\]/, /^\[\[examples\]\]/];

export function insertion(text: string, name: string): { changes: { from: number; insert: string }; selection: { anchor: number; head: number }; scrollIntoView: true } {
  const part = PARTS[name]!;
  const blocks = [...text.matchAll(/^\[.*(?:\n(?!\[).*)*/gm)];
  const earlier = ORDER.slice(0, ORDER.findIndex((kind) => kind.source === part.after.source) + 1);
  const last = blocks.filter(([block]) => earlier.some((kind) => kind.test(block))).at(-1);
  const end = last ? last.index + last[0].trimEnd().length : text.trimEnd().length;
  const insert = `\n\n${part.text}`;
  const anchor = end + insert.indexOf(part.select);
  return { changes: { from: end, insert }, selection: { anchor, head: anchor + part.select.length }, scrollIntoView: true };
}

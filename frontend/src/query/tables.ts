// What a query may name, as the page lists it: tables with their columns, each with its Chinese or English title.
export type Column = { name: string; title: string };
export type Table = { address: string; title: string; columns: Column[] };

/** The page's own list of tables ([data-table]), so that no name travels twice. */
export function tablesOf(page: ParentNode): Table[] {
  return [...page.querySelectorAll<HTMLElement>("[data-table]")].map((one) => ({
    address: one.dataset.table!,
    title: one.dataset.title ?? "",
    columns: [...one.querySelectorAll<HTMLElement>("[data-column]")].map((c) => ({ name: c.dataset.column!, title: c.title })),
  }));
}

/** The tables that a query names, by the words they are called by in it: their address, their last part, an alias. */
export function named(sql: string, tables: Table[]): Map<string, Table> {
  const known = new Map(tables.map((one) => [one.address, one]));
  const found = new Map<string, Table>();
  for (const [, address, alias] of sql.matchAll(/\b([a-z_]\w*(?:\.\w+)+)(?:\s+as)?(?:\s+([a-z_]\w*))?/gi)) {
    const table = known.get(address!.toLowerCase());
    if (!table) continue;
    found.set(table.address, table).set(table.address.split(".").at(-1)!, table);
    if (alias && !RESERVED.test(alias)) found.set(alias.toLowerCase(), table);
  }
  return found;
}

const RESERVED = /^(as|on|where|join|left|right|inner|full|cross|group|order|having|limit|union|using|and|or|asof|semi|anti|qualify|window)$/i;

// Words a script says, written by the server in the reader's language (<template id="words"> of base.html).
const table = document.getElementById("words")?.dataset ?? {};

export function word(name: string, values: Record<string, string | number> = {}): string {
  return Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, String(value)), table[name] ?? "");
}

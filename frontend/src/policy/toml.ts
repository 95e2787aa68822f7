// The colours of a policy's text, which is TOML: headings, words, texts, days and figures.
import { StreamLanguage } from "@codemirror/language";

export const toml = StreamLanguage.define<null>({
  name: "policy",
  token(stream) {
    if (stream.sol() && stream.match(/^\s*\[{1,2}[^\]]*\]{1,2}/)) return "heading";
    if (stream.eatSpace()) return null;
    if (stream.match(/^#.*/)) return "comment";
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/) || stream.match(/^'[^']*'?/)) return "string";
    if (stream.match(/^(?:true|false)\b/)) return "bool";
    if (stream.match(/^[+-]?\d[\d_.-]*/)) return "number";
    if (!stream.match(/^[\w-]+/)) stream.next();
    return null;
  },
  languageData: { commentTokens: { line: "#" }, closeBrackets: { brackets: ["(", "[", "{", '"'] } },
});

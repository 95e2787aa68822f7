// Every field of SQL over the lake ([data-query]): addresses and columns are completed, a mistake is marked.
import { PLSQL, SQLDialect } from "@codemirror/lang-sql";
import { completion } from "../query/complete";
import { edit } from "../query/editor";
import { tablesOf } from "../query/tables";

const dialect = SQLDialect.define({ ...PLSQL.spec, doubleQuotedStrings: false });
for (const field of document.querySelectorAll<HTMLTextAreaElement>("textarea[data-query]")) {
  edit(field, dialect.extension, completion(tablesOf(document)));
}

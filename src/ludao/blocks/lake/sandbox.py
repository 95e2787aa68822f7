"""SQL that a person writes: only the tables, columns and rows allowed, masked where they must be, within limits."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from ludao.base import sql as safe_sql
from ludao.base.errors import Problem
from ludao.base.sql.rules import nearest
from ludao.base.text import t
from ludao.blocks.lake import mistakes, resolving
from ludao.blocks.lake import table as tables
from ludao.blocks.lake.masking import masked
from ludao.blocks.lake.resolving import quoted
from ludao.blocks.lake.session import Result
from ludao.blocks.lake.table import Table

if TYPE_CHECKING:
    import pyarrow as pa

CELL = Path(__file__).with_name("cell.py")


@dataclass(frozen=True)
class Allowed:
    """What one person may see of one table. `where`: a condition over any of its columns, in safe SQL."""

    columns: tuple[str, ...]
    masks: Mapping[str, str] = field(default_factory=dict)
    where: str = ""


class Answer(Result):
    """The rows; `is_cut` when there were more than asked for."""

    def __init__(self, table: "pa.Table", is_cut: bool) -> None:
        super().__init__(None)
        self._table, self.is_cut = table, is_cut

    @property
    def columns(self) -> list[str]:
        return list(self._table.column_names)

    def arrow(self) -> "pa.Table":
        return self._table

    def reader(self, batch_rows: int = 100_000) -> "pa.RecordBatchReader":
        return self._table.to_reader(batch_rows)

    def one(self) -> Any:
        return self._table.column(0)[0].as_py() if self._table.num_rows else None


def sandbox(sql: str, allowed: Mapping[str, Allowed], *, seconds: int = 30, memory_mib: int = 512,
            most_rows: int = 10_000) -> Answer:
    """Run a person's SELECT. Raises Problem in words for whatever is not allowed, wrong, too long or too large."""
    names = {address: f"lake_{number}" for number, address in enumerate(sorted(allowed))}
    checked = _checked(sql, names)
    used = {address: tables.now(address) for address, name in names.items() if name in checked.tables}
    asked = {
        "query": _lenient(checked).sql(dialect="duckdb", comments=False),
        "views": {names[address]: _view(table, allowed[address]) for address, table in used.items()},
        "files": [table.path(file) for table in used.values() for file in table.files],
        "seconds": seconds, "memory_mib": memory_mib, "most_rows": most_rows,
    }
    found = _run(asked, seconds, memory_mib)
    return Answer(found.slice(0, most_rows), found.num_rows > most_rows)


def tables_of(sql: str) -> list[str]:
    """The addresses that a person's query names, for whoever asks what is allowed of them."""
    tree = safe_sql.parse(sql, "duckdb", "sql")
    return sorted({".".join(part.name for part in node.parts) for node in tree.find_all(exp.Table)
                   if len(node.parts) > 1})


def _checked(sql: str, names: Mapping[str, str]) -> safe_sql.SafeQuery:
    """The query over plain names, each construct and function of it on the list."""
    tree = safe_sql.parse(sql, "duckdb", "sql")
    out, at = [], 0
    for node in sorted(tree.find_all(exp.Table), key=lambda n: n.parts[0].meta.get("start", 0)):
        parts = node.parts
        if len(parts) < 2 or any(not isinstance(part, exp.Identifier) for part in parts):
            continue
        address = ".".join(part.name for part in parts)
        if address not in names:
            zh, en = nearest(address, names)
            raise Problem(t(f"没有 {address}，或您无权查询{zh}",
                            f"There is no {address}, or it is not yours to query{en}"), field="sql")
        start, end = parts[0].meta["start"], parts[-1].meta["end"] + 1
        out += [sql[at:start], names[address], "" if node.alias else f" as {quoted(node.name)}"]
        at = end
    return safe_sql.select_only("".join([*out, sql[at:]]), set(names.values()), dialect="duckdb", field="sql")


def _lenient(query: safe_sql.SafeQuery) -> exp.Expr:
    """A cast that does not fit gives nothing: an error would tell the value it stumbled over."""
    return query.tree.copy().transform(
        lambda node: exp.TryCast(**node.args) if type(node) is exp.Cast else node)


def _view(table: Table, allowed: Allowed) -> str:
    """The rows and columns allowed. Under a condition each value is empty outside of it, so that a filter which
    the engine happens to ask first learns nothing either."""
    import pyarrow as pa

    where = safe_sql.expression(allowed.where, table.columns).sql("duckdb") if allowed.where else ""
    shown = []
    for name in allowed.columns:
        value = quoted(name)
        if name in allowed.masks:
            is_text = pa.types.is_string(table.schema.field(name).type)
            value = masked(allowed.masks[name], value) if is_text else "null"
        shown.append(f"{f'case when {where} then {value} end' if where else value} as {quoted(name)}")
    if not shown:
        raise Problem(t(f"{table.address} 没有您可查的列", f"No column of {table.address} is yours to query"),
                      field="sql")
    return f"select {', '.join(shown)} from {resolving.source(table)}{f' where {where}' if where else ''}"


def _run(asked: dict[str, Any], seconds: int, memory_mib: int) -> "pa.Table":
    import pyarrow as pa

    try:
        done = subprocess.run([sys.executable, "-I", str(CELL)], input=json.dumps(asked).encode(), env={},
                              capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired as error:
        raise Problem(t(f"查询超过 {seconds} 秒，已停止：请加条件或减少连接",
                        f"Stopped after {seconds} seconds: add conditions or join less"), field="sql") from error
    if done.returncode:
        raise _told(done.stderr.decode(errors="replace"), memory_mib)
    return pa.ipc.open_stream(done.stdout).read_all()


def _told(error: str, memory_mib: int) -> Problem:
    try:
        told = json.loads(error)
    except ValueError:
        told = {"kind": "MemoryError", "text": ""}
    return told_of(told["kind"], told["text"], memory_mib)


def told_of(kind: str, text: str, memory_mib: int = 2048) -> Problem:
    """The engine's words where they speak of the query; never those that may quote a value or a path."""
    match kind:
        case "OutOfMemoryException" | "MemoryError":
            return Problem(t(f"查询需要的内存超过 {memory_mib} MiB：请加条件或先汇总",
                             f"The query needs more than {memory_mib} MiB: add conditions or summarise first"),
                           field="sql")
        case "BinderException" | "CatalogException" | "ParserException":
            return mistakes.said(text)
        case _:
            return Problem(t("有的值不能这样计算：请检查除法、日期和类型",
                             "Some values cannot be computed so: look at divisions, days and types"), field="sql")

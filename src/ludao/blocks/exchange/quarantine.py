"""The rows that were turned away: read page by page, with what a person has since put right laid over them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ludao.blocks.exchange import reasons
from ludao.blocks.exchange.contract import Contract
from ludao.blocks.exchange.loading import quarantine_path
from ludao.blocks.exchange.models import Delivery, Mend
from ludao.blocks.exchange.relations import Relation, literal, quoted
from ludao.blocks.lake import public as lake

PAGE = 50
SHAPE = "shape:"


@dataclass(frozen=True)
class BadRow:
    """One row as it came, why it was turned away, and what it is to become."""

    line: int
    marks: list[str]
    raw: dict[str, Any]
    mend: Mend | None = None

    def why(self, contract: Contract) -> list[str]:
        return [str(reasons.words(contract, *mark.split(":", 1))) for mark in self.marks]

    @property
    def wrong(self) -> set[str]:
        return {mark.split(":", 1)[1] for mark in self.marks}

    def value(self, column: str) -> Any:
        return (self.mend.values if self.mend else {}).get(column, self.raw.get(column))


def rows(delivery: Delivery, mark: str = "", after: int = 0, limit: int = PAGE) -> list[BadRow]:
    """Rows of a reason behind a line, in the order of the file."""
    return _read(
        delivery,
        "line > $after and ($mark = '' or list_contains(marks, $mark))",
        {"after": after, "mark": mark},
        limit,
    )


def row(delivery: Delivery, line: int) -> BadRow | None:
    return next(iter(_read(delivery, "line = $line", {"line": line}, 1)), None)


def _read(delivery: Delivery, where: str, given: dict[str, Any], limit: int) -> list[BadRow]:
    path = quarantine_path(delivery)
    if not path.exists():
        return []
    found = lake.sql(
        f"select line, marks, raw from read_parquet({literal(str(path))}) where {where}"
        f" order by line limit {int(limit)}",
        given,
    ).rows()
    mends = {m.line: m for m in open_mends(delivery).filter(line__in=[r["line"] for r in found])}
    return [BadRow(r["line"], list(r["marks"]), json.loads(r["raw"]), mends.get(r["line"])) for r in found]


def open_mends(delivery: Delivery) -> Any:
    return Mend.objects.filter(delivery=delivery, undone_at=None, run=None)


def overlay(contract: Contract, delivery: Delivery, mends: Iterable[Mend]) -> Relation:
    """The bad rows with every mend laid over them, in the order they were made; discarded rows are left out, and
    lines without a shape that no mend touches."""
    mends, names = list(mends), list(contract.columns)
    base = ", ".join(f"raw ->> {literal('$.' + json.dumps(name))} as {quoted(name)}" for name in names)
    sql = (
        f"select line, marks, {base}, raw ->> '$._op' as _op"
        f" from read_parquet({literal(str(quarantine_path(delivery)))})"
    )
    out = [_untouched(mends)]
    singles: dict[str, list[tuple[int, str | None]]] = {}
    for mend in mends:
        here = f"line = {int(mend.line)}" if mend.line is not None else f"list_contains(marks, {literal(mend.mark)})"
        if mend.is_discard:
            out.append(here)
        elif mend.expression:
            sql = _over(sql, names, {mend.column: rule_sql(contract, mend.expression)}, here)
        else:
            for name, value in mend.values.items():
                singles.setdefault(name, []).append((int(mend.line or 0), value))
    values = {name: _cases(name, given) for name, given in singles.items()}
    sql = _over(sql, names, values, "true") if values else sql
    kept = ["_op"] if contract.origin.get("kind") == "stream" else []
    shown = ", ".join([*(quoted(name) for name in names), *(f"coalesce({k}, 'u') as {k}" for k in kept), "line"])
    return Relation(f"select {shown} from ({sql}) where not ({' or '.join(out)})", (*names, *kept, "line"))


def _untouched(mends: list[Mend]) -> str:
    """A line without a shape has no columns that could be held against the contract before a person has filled it in:
    it would come in empty where nothing is required."""
    if any(mend.line is None and mend.mark == SHAPE for mend in mends):
        return "false"
    lines = ", ".join(str(int(mend.line)) for mend in mends if mend.line is not None)
    return f"list_contains(marks, {literal(SHAPE)})" + (f" and line not in ({lines})" if lines else "")


def keep_untouched(work: lake.Session, before: Path, mends: list[Mend], target: Path) -> int:
    """Lines without a shape stay as they lay, in the file of what a replay left; gives their number."""
    left = f"select * from read_parquet({literal(str(before))}) where {_untouched(mends)}"
    row = work.connection.execute(f"select count(*) from ({left})").fetchall()
    if count := int(row[0][0]):
        new = target.with_name(f".{target.name}")
        work.connection.execute(
            f"copy (select * from read_parquet({literal(str(target))}) union all {left} order by line)"
            f" to {literal(str(new))} (format parquet, compression zstd)"
        )
        new.rename(target)
    return count


def _cases(name: str, given: list[tuple[int, str | None]]) -> str:
    told = " ".join(
        f"when {line} then {'null' if value is None else literal(str(value))}"
        for line, value in {line: (line, value) for line, value in given}.values()
    )
    return f"case line {told} else {quoted(name)} end"


def _over(sql: str, names: list[str], changed: dict[str, str], where: str) -> str:
    columns = ", ".join(
        f"case when {where} then ({changed[n]})::varchar else {quoted(n)} end as {quoted(n)}"
        if n in changed
        else quoted(n)
        for n in names
    )
    return f"select line, marks, {columns}, _op from ({sql})"


def rule_sql(contract: Contract, text: str) -> str:
    """A person's expression over the row's texts, checked and written anew."""
    from ludao.base.sql import expression

    return expression(text, list(contract.columns), field="expression").sql("duckdb")


def preview(delivery: Delivery, mark: str, column: str, text: str, limit: int = 20) -> list[dict[str, Any]]:
    """What an expression would make of the first rows of a reason: line, before, after."""
    contract = delivery.source.terms
    trial = Mend(delivery=delivery, mark=mark, column=column, expression=text)
    after = overlay(contract, delivery, [*open_mends(delivery).order_by("pk"), trial]).sql
    path = literal(str(quarantine_path(delivery)))
    found: list[dict[str, Any]] = lake.sql(
        f"select q.line, q.raw ->> {literal('$.' + json.dumps(column))} as before, o.{quoted(column)} as after"
        f" from (select line, raw from read_parquet({path}) where list_contains(marks, $mark)"
        f" order by line limit {int(limit)}) q join ({after}) o using (line) order by q.line",
        {"mark": mark},
    ).rows()
    return found


def discarded(delivery: Delivery, mends: Iterable[Mend]) -> int:
    """How many rows these mends leave out for good."""
    here = [
        f"line = {int(m.line)}" if m.line is not None else f"list_contains(marks, {literal(m.mark)})"
        for m in mends
        if m.is_discard
    ]
    if not here:
        return 0
    return int(
        lake.sql(
            f"select count(*) from read_parquet({literal(str(quarantine_path(delivery)))}) where {' or '.join(here)}"
        ).one()
    )


def export(delivery: Delivery, mark: str, target: Path) -> Path:
    """The rows as CSV: line, reasons in words, and every column as it came."""
    contract = delivery.source.terms
    columns = ", ".join(f"raw ->> {literal('$.' + json.dumps(name))} as {quoted(name)}" for name in contract.columns)
    with lake.session() as work:
        work.connection.execute(
            f"copy (select line, array_to_string(marks, ' ') as reasons, {columns} from"
            f" read_parquet({literal(str(quarantine_path(delivery)))})"
            f" where {literal(mark)} = '' or list_contains(marks, {literal(mark)}) order by line)"
            f" to {literal(str(target))} (format csv, header)"
        )
    return target

"""The contract check of a whole delivery, in one scan: types, what must be there, what values mean, rules.

The scan takes each row once into the session, which spills beside the lake what does not fit into memory: its typed
columns, the bits of what is wrong with it, and, of a bad row only, its original texts. Lines that have no shape at all
are told apart by the reader of the file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ludao.blocks.exchange import meanings
from ludao.blocks.exchange.contract import SQL, Contract
from ludao.blocks.exchange.relations import REJECTS, Relation, literal, quoted
from ludao.blocks.lake import public as lake

BITS = 60
AT_ONCE = 32_000_000  # hashes of keys in memory, 256 MB
DELETES = "('d', 'delete')"


@dataclass(frozen=True)
class Check:
    """One thing that can be wrong with a row, and when it is, in SQL: among the rows in which its column is empty
    (`when` is False), has a value (True), or all (None)."""

    code: str
    column: str
    is_broken: str
    when: bool | None = None

    @property
    def mark(self) -> str:
        return f"{self.code}:{self.column}"


@dataclass(frozen=True)
class Checked:
    """A delivery that was looked at, its rows in the session's `_rows`: how many are of which sort."""

    rows: int
    bad: int
    marks: dict[str, int]
    words: int  # of bits
    checks: tuple[Check, ...]
    rejected: int
    has_deletes: bool
    lines_before: int


def checks_of(contract: Contract, has_deletes: bool = False) -> tuple[Check, ...]:
    """In the order of their bits. A deletion needs its key only."""
    found = []
    for name, column in contract.columns.items():
        value, came = quoted(name), meanings.given(quoted(f"o_{name}"))
        is_key = name in contract.key
        alive = "" if is_key or not has_deletes else f"_op not in {DELETES} and "
        if column.type != "text":
            said = f"{came} is not null and not {meanings.says_nothing(came)}"
            found.append(Check("type", name, f"{alive}{said}", False))
        if is_key or column.required:
            unsaid = "true" if column.type == "text" else f"({came} is null or {meanings.says_nothing(came)})"
            found.append(Check("key" if is_key else "required", name, f"{alive}{unsaid}", False))
            if wrong := meanings.invalid(column, value, quoted(f"n_{name}")):
                found.append(Check("means", name, wrong, True))
    alive = f"_op not in {DELETES} and " if has_deletes else ""
    found += [
        Check(f"rule-{rule.name}", "", f"{alive}({rule.over(contract.columns).sql('duckdb')}) is false")
        for rule in contract.rules
        if rule.stops
    ]
    return tuple(found)


def check(
    work: lake.Session,
    contract: Contract,
    given: Relation,
    mapping: Mapping[str, str | None],
    line: str = "",
) -> Checked:
    """Look at every row of `given`. `mapping`: the contract's column → the name under which it came. `line` names
    the column with a row's number where the rows do not stand as in their file."""
    has_deletes = "_op" in given.columns
    checks = checks_of(contract, has_deletes)
    words = max(1, -(-len(checks) // BITS))
    query = _query(contract, given, mapping, checks, words, has_deletes, line)
    work.connection.execute(f"create or replace temp table _checked as {query}")
    work.connection.execute("create or replace temp view _rows as select *, rowid as _place from _checked")
    rejected = _rejected(work) if given.is_csv else 0
    summed = ", ".join(f"count(*) filter (_b{n // BITS} & {1 << n % BITS} <> 0)" for n in range(len(checks)))
    row = work.connection.execute(
        f"select (select count(*) from _checked), count(*){', ' + summed if summed else ''}"
        f" from _checked where {_is_bad(words)}"
    ).fetchall()[0]
    marks = {one.mark: count for one, count in zip(checks, row[2:], strict=True) if count}
    if rejected:
        marks["shape:"] = rejected
    rows, bad = row[0] + rejected, row[1] + rejected
    return Checked(rows, bad, marks, words, checks, rejected, has_deletes, given.lines_before)


def _query(
    contract: Contract,
    given: Relation,
    mapping: Mapping[str, str | None],
    checks: tuple[Check, ...],
    words: int,
    has_deletes: bool,
    line: str,
) -> str:
    raws = {
        name: quoted(mapping.get(name) or "") if mapping.get(name) else "null::varchar" for name in contract.columns
    }
    beside = [*(["_op"] if has_deletes else []), *([f"{quoted(line)} as _line"] if line else [])]
    known = {mapping.get(name) for name in contract.columns}
    others = [c for c in given.columns if c not in known and c not in ("_op", "_at", line)]
    came = [f"{value} as {quoted('o_' + name)}" for name, value in raws.items()]
    typed = [
        f"{meanings.typed(column, quoted('o_' + name))}::{SQL[column.type]} as {quoted(name)}"
        for name, column in contract.columns.items()
    ]
    numbers = [
        f"{number} as {quoted('n_' + name)}"
        for name, column in contract.columns.items()
        if (number := meanings.number_in(column, quoted(name)))
    ]
    extra = [f"{quoted(name)} as {quoted('x_' + name)}" for name in others]
    bits = [_bits(checks, word) + f" as _b{word}" for word in range(words)]
    kept = [f"{quoted(name)} := {quoted('o_' + name)}" for name in contract.columns]
    kept += [f"{quoted(name)} := {quoted('x_' + name)}" for name in others if name not in contract.columns]
    kept += ["_op := _op"] if has_deletes else []
    names = ", ".join(quoted(name) for name in contract.columns)
    more = "".join([", _op" if has_deletes else "", ", _line" if line else ""])
    return (
        f"select {names}{more}, {', '.join(f'_b{n}' for n in range(words))},"
        f" case when {_is_bad(words)} then to_json(struct_pack({', '.join(kept)}))::varchar end as _raw"
        f" from (select *, {', '.join(bits)}"
        f" from (select {', '.join(['*', *numbers])} from (select {', '.join(['*', *typed])}"
        f" from (select {', '.join([*came, *extra, *beside])} from ({given.sql})))))"
    )


def _bits(checks: tuple[Check, ...], word: int) -> str:
    """A case for each column: of most rows one side of it alone is worked out, as it would not be of an `and`."""
    by_column: dict[str, dict[bool | None, list[str]]] = {}
    for number, one in enumerate(checks):
        if number // BITS == word:
            bit = f"case when {one.is_broken} then {1 << number % BITS}::bigint else 0::bigint end"
            by_column.setdefault(one.column, {}).setdefault(one.when, []).append(bit)
    parts = [bit for sides in by_column.values() for bit in sides.get(None, [])]
    for column, sides in by_column.items():
        empty, full = (" | ".join(sides.get(side, [])) or "0::bigint" for side in (False, True))
        if sides.keys() & {True, False}:
            parts.append(f"case when {quoted(column)} is null then {empty} else {full} end")
    return f"({' | '.join(parts) or '0::bigint'})"


def _is_bad(words: int) -> str:
    return "(" + " or ".join(f"_b{n} <> 0" for n in range(words)) + ")"


def _rejected(work: lake.Session) -> int:
    row = work.connection.execute(f"select count(distinct line) from {REJECTS}").fetchall()
    return int(row[0][0])


def good(contract: Contract, seen: Checked, older: int) -> str:
    """SELECT of the rows that go on, one a key: of several the newest, of equally new ones the last."""
    names = ", ".join(quoted(name) for name in contract.columns)
    deleted = f", _op in {DELETES} as _deleted" if seen.has_deletes else ""
    rows = f"select {names}{deleted} from _rows where not {_is_bad(seen.words)}"
    return f"{rows} and _place not in (select _place from _older)" if older else rows


def older(work: lake.Session, contract: Contract, seen: Checked) -> int:
    """How many good rows are older accounts of a key in the delivery; their places stand in `_older`."""
    if not contract.key:
        return 0
    keys = ", ".join(quoted(name) for name in contract.key)
    fine = f"not {_is_bad(seen.words)}"
    order = f"{quoted(contract.at)} desc nulls last, _place desc" if contract.at else "_place desc"
    twice = _twice(work, f"select hash({keys}) as _h from _rows where {fine}", seen.rows)
    if not len(twice):
        return 0
    work.register("_twice", {"h": twice})
    work.connection.execute(
        f"create or replace temp table _older as select _place from _rows where {fine}"
        f" and hash({keys}) in (select h from _twice)"
        f" qualify row_number() over (partition by {keys} order by {order}) > 1"
    )
    row = work.connection.execute("select count(*) from _older").fetchall()
    return int(row[0][0])


def _twice(work: lake.Session, hashes: str, rows: int) -> Any:
    """The hashes of eight bytes that come more than once: sorted, equal ones stand side by side, which takes a fifth
    of grouping them. Of many rows a part of the hashes at a time. Rows that share one are compared in full by the
    caller."""
    import numpy as np

    parts = -(-max(1, rows) // AT_ONCE)
    found = []
    for part in range(parts):
        query = f"{hashes} and _h % {parts} = {part}" if parts > 1 else hashes
        some = work.connection.execute(query).fetchnumpy()["_h"]
        some.sort()
        found.append(np.unique(some[1:][some[1:] == some[:-1]]))
    return np.concatenate(found)


def quarantine(work: lake.Session, seen: Checked, target: Path) -> None:
    """The bad rows as a file of their own: line, marks, original texts."""
    marks = (
        " || ".join(
            f"list_filter([{', '.join(literal(one.mark) for one in seen.checks[word * BITS : (word + 1) * BITS])}],"
            f" lambda mark, i: (_b{word} >> (i::integer - 1)) & 1 = 1)"
            for word in range(seen.words)
        )
        if seen.checks
        else "[]::varchar[]"
    )
    line = "_line" if "_line" in _columns(work) else f"_place + {seen.lines_before + 1}{_before(seen)}"
    bad = f"select {line} as line, {marks} as marks, _raw as raw from _rows where {_is_bad(seen.words)}"
    if seen.rejected:
        bad += (
            f" union all select line, ['shape:'], to_json(struct_pack(_line := first(csv_line)))::varchar"
            f" from {REJECTS} group by line"
        )
    new = target.with_name(f".{target.name}")
    work.connection.execute(
        f"copy (select line::bigint as line, marks::varchar[] as marks, raw::varchar as raw from ({bad})"
        f" order by line) to {literal(str(new))} (format parquet, compression zstd)"
    )
    new.rename(target)


def _before(seen: Checked) -> str:
    """Lines that were turned away by their shape stand among the others and are counted too: of the second the one
    before it is none of `_place`."""
    if not seen.rejected:
        return ""
    return (
        f" + (select count(*) from (select line, row_number() over (order by line) as n from"
        f" (select distinct line from {REJECTS})) where line - n - {seen.lines_before} <= _place)"
    )


def _columns(work: lake.Session) -> list[str]:
    return [row[0] for row in work.connection.execute("describe _rows").fetchall()]

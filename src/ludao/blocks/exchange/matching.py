"""Which column of a delivery is which of the contract, and what to ask when they are not the same."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from ludao.blocks.exchange.contract import Contract, folded
from ludao.blocks.exchange.relations import Relation, quoted
from ludao.blocks.lake import public as lake

ENVELOPE = ("_op", "_at")
SEEN = 2000


@dataclass(frozen=True)
class Match:
    """The contract's column → the name under which it came; what is missing, and what nobody knows."""

    mapping: dict[str, str | None]
    missing: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    proposals: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def is_clear(self) -> bool:
        return not self.missing and not self.new


def match(contract: Contract, columns: Sequence[str], may_lack: bool = False) -> Match:
    """`may_lack`: in JSON a value that is not there is not written, so that only required columns are missed."""
    mapping: dict[str, str | None] = {}
    new = []
    for name in columns:
        column = contract.by_name.get(folded(name))
        if column is not None and mapping.get(column) is None:
            mapping[column] = name
        elif name not in ENVELOPE and folded(name) not in contract.ignorable:
            new.append(name)
    missing = [
        name
        for name, column in contract.columns.items()
        if name not in mapping
        and folded(name) not in contract.ignorable
        and not (may_lack and not column.required and name not in contract.key)
    ]
    return Match(mapping, tuple(missing), tuple(new))


def propose(work: lake.Session, contract: Contract, given: Relation, found: Match) -> list[dict[str, Any]]:
    """For each new column: some of its values, and which missing column it looks like, best first.

    Likeness is of the names, and of the values: how many of the new column's values the lake has in the old one.
    """
    asked = []
    for name in found.new:
        values = _values(work, given, name)
        like = sorted(
            ((_likeness(contract, name, values, missing), missing) for missing in found.missing), reverse=True
        )
        asked.append(
            {
                "name": name,
                "values": values[:5],
                "type": guess(values),
                "like": [{"column": column, "share": round(share, 2)} for share, column in like if share > 0.2],
            }
        )
    return asked


def _values(work: lake.Session, given: Relation, name: str) -> list[str]:
    rows = work.connection.execute(
        f"select distinct {quoted(name)} from (select {quoted(name)} from ({given.sql})"
        f" where {quoted(name)} is not null"
        f" limit {SEEN * 5}) limit {SEEN}"
    ).fetchall()
    return [row[0] for row in rows]


def _likeness(contract: Contract, name: str, values: list[str], column: str) -> float:
    about = contract.columns[column]
    by_name = max((SequenceMatcher(None, folded(name), folded(other)).ratio() for other in about.names), default=0.0)
    by_type = 0.2 if guess(values) == about.type else 0.0
    return max(by_name * 0.8 + by_type, overlap(contract, values, column))


def overlap(contract: Contract, values: list[str], column: str) -> float:
    """The share of the values that stand in the lake's column already."""
    if not values or not lake.exists(contract.address):
        return 0.0
    found = lake.sql(
        f"select count(distinct {quoted(column)}::varchar) as n from {contract.address}"
        f" where {quoted(column)}::varchar in (select unnest($values))",
        {"values": values},
    ).one()
    return float(found or 0) / len(values)


def guess(values: Sequence[str]) -> str:
    """The narrowest type that all these texts fit."""
    import re

    def all_of(pattern: str) -> bool:
        return bool(values) and all(re.fullmatch(pattern, value.strip()) for value in values)

    if all_of(r"[-+]?(0|[1-9]\d{0,14})"):
        return "integer"
    if all_of(r"[-+]?\d{1,15}(\.\d+)?") and not any(
        v.strip().startswith("0") and "." not in v and len(v) > 1 for v in values
    ):
        return "decimal"
    if all_of(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?"):
        return "date"
    if all_of(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[-+]\d{2}:?\d{2})?"):
        return "timestamp"
    return "boolean" if all_of(r"是|否|true|false|[YyNn]") else "text"

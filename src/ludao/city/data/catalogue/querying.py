"""Runs a person's SQL in the lake's sandbox, within what the catalogue allows; counted, timed, mistakes by line."""

import time
from dataclasses import dataclass
from typing import Any

from ludao.base.actor import Actor
from ludao.base.datasets import outside
from ludao.base.errors import Problem
from ludao.base.sql import located
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.lake import public as lake

from .models import Run

MOST_ROWS = 2000


@dataclass(frozen=True)
class Answer:
    """What a query gave: its columns, its rows, whether there were more, what was masked."""

    columns: list[str]
    rows: list[list[Any]]
    is_cut: bool
    masked: list[str]
    ms: int


def run(actor: Actor, sql: str, purpose: str = "") -> Answer:
    """Raises Problem that names line and column of a mistake."""
    began = time.monotonic()
    try:
        answer = _answer(actor, sql, purpose, began)
    except Problem as problem:
        raise located(problem, sql, "sql") from problem
    _keep(actor, sql, purpose, began, rows=len(answer.rows))
    return answer


def _answer(actor: Actor, sql: str, purpose: str, began: float) -> Answer:
    named = lake.tables_of(sql)
    may = {a: allowed for a in named if lake.exists(a) and (allowed := catalogue.allowed(actor, a, purpose))}
    found = lake.sandbox(sql, may, most_rows=MOST_ROWS)
    table = found.arrow()
    rows = [[outside(value) for value in row.values()] for row in table.to_pylist()]
    for address, allowed in may.items():
        columns = [c for c in allowed.columns if c in sql or "*" in sql]
        catalogue.used(address, columns, actor, purpose, len(rows), by="data.catalogue.query")
    masked = sorted({c for allowed in may.values() for c in allowed.masks if c in table.column_names})
    return Answer(list(table.column_names), rows, found.is_cut, masked, _ms(began))


def failed(actor: Actor, sql: str, purpose: str, error: str) -> None:
    """For the history; outside the action, which takes back whatever it wrote when it fails."""
    _keep(actor, sql, purpose, time.monotonic(), error=error)


def _ms(began: float) -> int:
    return round((time.monotonic() - began) * 1000)


def _keep(actor: Actor, sql: str, purpose: str, began: float, rows: int = 0, error: str = "") -> None:
    Run.objects.create(person=actor.person, sql=sql, purpose=purpose[:200], ms=_ms(began), rows=rows, error=error[:500])


def preview(actor: Actor, entry: catalogue.Entry, purpose: str = "", limit: int = 50) -> Answer | None:
    """The first rows as this person may see them; None where nothing of it is theirs to see."""
    allowed = catalogue.allowed(actor, entry.address, purpose)
    if allowed is None or not lake.exists(entry.address):
        return None
    return _answer(actor, f"select {', '.join(allowed.columns)} from {entry.address} limit {limit}", purpose,
                   time.monotonic())

"""Reading a dataset: within the reader's reach, masked by grade, page by page or as a stream."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db import DataError, connection, transaction

from ludao.base import audit, clock, rights
from ludao.base.actor import Actor
from ludao.base.datasets import house
from ludao.base.datasets.asking import MOST_ROWS, Ask, Malformed, ask
from ludao.base.datasets.conditions import beyond, close_cursor, ordering, scope_condition, where
from ludao.base.datasets.dataset import Dataset
from ludao.base.datasets.elsewhere import store_of
from ludao.base.datasets.tables import Faulty, expand
from ludao.base.errors import Problem, Refused
from ludao.base.masks import mask
from ludao.base.rights import Reach
from ludao.base.text import t

OPEN = "__open"  # the column that says of each row whether its sensitive values may be seen plainly
CHUNK = 2000
Row = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """Rows, the cursor of the next page ("" at the end), the moment they are of, and what is masked in them."""

    dataset: Dataset
    rows: list[Row]
    next: str
    as_of: datetime
    masked: tuple[str, ...]


@dataclass
class _Reading:
    asked: Ask
    reach: Reach
    unmask: Reach
    purpose: str

    @property
    def guarded(self) -> tuple[str, ...]:
        """The sensitive columns that are read."""
        return tuple(n for n in self.asked.columns if self.asked.dataset.column(n).is_guarded)


def read(
    address: str | Dataset, actor: Actor, *, filters: Mapping[str, Any] | None = None, order: Sequence[str] = (),
    after: str = "", limit: int = 100, as_of: datetime | None = None, columns: Sequence[str] = (), purpose: str = "",
) -> Page:
    """One page. Raises Refused without the right, Problem for what is asked wrongly.

    `filters`: {"due_on__gte": date(…)}; `order`: ["-due_on"]; `purpose` opens sensitive columns to who may unmask.
    """
    reading = _begin(address, actor, filters, order, columns, as_of, purpose)
    if not 1 <= limit <= MOST_ROWS:
        raise Malformed(t(f"limit 应为1至{MOST_ROWS}", f"limit must be 1 to {MOST_ROWS}"), field="limit")
    now = clock.now()
    sql = _sql(reading, after, limit + 1)
    now, found = _found(reading, sql, now)
    has_more, found = len(found) > limit, found[:limit]
    rows = [_shown(reading, row) for row in found]
    _note(reading, actor, len(rows))
    cursor_text = close_cursor(reading.asked, found[-1]) if has_more else ""
    masked = () if all(row[OPEN] for row in found) else reading.guarded
    return Page(reading.asked.dataset, rows, cursor_text, as_of or now, masked)


def _found(reading: _Reading, sql: str, now: datetime) -> tuple[datetime, list[Row]]:
    """The rows, and the moment they are of."""
    asked = reading.asked
    if store := store_of(asked.dataset):
        moment, rows = store.rows(asked.dataset, sql, asked.parameters, asked.as_of)
        return moment, list(rows)
    with _asked_well(), connection.cursor() as cursor:
        cursor.execute(sql, asked.parameters)
        return now, _rows(cursor.description, cursor.fetchall())


def stream(
    address: str | Dataset, actor: Actor, *, filters: Mapping[str, Any] | None = None, order: Sequence[str] = (),
    as_of: datetime | None = None, columns: Sequence[str] = (), purpose: str = "", limit: int | None = None,
) -> tuple[tuple[str, ...], Iterator[Row]]:
    """All rows from a server-side cursor: the columns, and the rows as they come. Checked before the first row."""
    reading = _begin(address, actor, filters, order, columns, as_of, purpose)
    sql = _sql(reading, "", limit)
    _note(reading, actor, limit)
    return reading.asked.columns, _stream(reading, sql)


def _stream(reading: _Reading, sql: str) -> Iterator[Row]:
    asked = reading.asked
    if store := store_of(asked.dataset):
        for row in store.rows(asked.dataset, sql, asked.parameters, asked.as_of)[1]:
            yield _shown(reading, row)
        return
    with _asked_well(), transaction.atomic(), closing(connection.chunked_cursor()) as cursor:
        cursor.execute(sql, reading.asked.parameters)
        while chunk := cursor.fetchmany(CHUNK):
            for row in _rows(cursor.description, chunk):
                yield _shown(reading, row)


def _begin(
    address: str | Dataset, actor: Actor, filters: Mapping[str, Any] | None, order: Sequence[str],
    columns: Sequence[str], as_of: datetime | None, purpose: str,
) -> _Reading:
    dataset = house.get(address) if isinstance(address, str) else address
    reach = rights.reach(actor, dataset.right)
    if not reach:
        raise Refused(t(f"没有数据集 {dataset.address}", f"There is no dataset {dataset.address}"))
    asked = ask(dataset, filters=filters, order=order, columns=columns, as_of=as_of)
    purpose = purpose.strip() or actor.purpose
    unmask = rights.reach(actor, dataset.unmask) if purpose and _touches_guarded(asked) else ()
    reading = _Reading(asked, reach, unmask, purpose)
    _refuse_peeking(reading)
    return reading


def _touches_guarded(asked: Ask) -> bool:
    return any(asked.dataset.column(name).is_guarded for name in {*asked.columns, *asked.touched})


def _refuse_peeking(reading: _Reading) -> None:
    """Who may not see a value may not find it out by filtering or sorting either."""
    dataset = reading.asked.dataset
    for name in sorted(reading.asked.touched):
        if dataset.column(name).is_guarded and not reading.unmask:
            raise Problem(t(f"{name} 是敏感数据：须有权限 {dataset.unmask} 并写明用途 purpose，才能按它筛选或排序",
                            f"{name} is sensitive: to filter or sort by it you need the right {dataset.unmask} and a "
                            "purpose"), field=name)


def _sql(reading: _Reading, after: str, limit: int | None) -> str:
    asked = reading.asked
    needed = dict.fromkeys((*asked.columns, *(name.lstrip("-") for name in asked.order)))
    names = ", ".join(f'"{name}"' for name in needed)
    opened = (scope_condition(asked, reading.unmask) or "true") if reading.guarded else "false"
    conditions = list(where(asked, reading.reach))
    if any(asked.dataset.column(name).is_guarded for name in asked.touched):
        conditions.append(scope_condition(asked, reading.unmask) or "true")
    if after:
        conditions.append(beyond(asked, after))
    if asked.as_of and not store_of(asked.dataset):
        asked.parameters["as_of"] = asked.as_of
    return (f"select {names}, {opened} as {OPEN} from ({_source(asked)}) as rows"
            f"{' where ' if conditions else ''}{' and '.join(conditions)}"
            f" order by {ordering(asked)}{f' limit {limit}' if limit else ''}")


def _source(asked: Ask) -> str:
    if store_of(asked.dataset):
        return f"select * from {asked.dataset.address}"
    try:
        return expand(asked.dataset, is_past=asked.as_of is not None)
    except Faulty as error:
        if asked.as_of is None:
            raise
        raise Problem(t(f"不能按过去的时间读：{error.text}", f"It cannot be read as of a moment: {error.text}"),
                      field="as_of") from error


def _rows(description: Any, rows: list[tuple[Any, ...]]) -> list[Row]:
    names = [c.name for c in description]
    return [dict(zip(names, row, strict=True)) for row in rows]


def _shown(reading: _Reading, row: Row) -> Row:
    """The row as its reader may see it."""
    dataset, kinds = reading.asked.dataset, reading.asked.kinds
    shown = {}
    for name in reading.asked.columns:
        value, column = row[name], dataset.column(name)
        if column.is_guarded and not row[OPEN]:
            shown[name] = mask(column.mask, value) if isinstance(value, str) and kinds[name].name == "text" else None
        else:
            shown[name] = json.loads(value) if kinds[name].name == "jsonb" and isinstance(value, str) else value
    return shown


def _note(reading: _Reading, actor: Actor, number: int | None) -> None:
    """Who reads sensitive values plainly leaves a line: which dataset, what for, by which conditions."""
    if not reading.unmask:
        return
    dataset = reading.asked.dataset
    filters = {f"{n}__{op}" if op else n: mask(dataset.column(n).mask, str(v)) if dataset.column(n).is_guarded else v
               for n, op, v in reading.asked.filters}
    detail = {"columns": list(reading.guarded), "filters": _plain(filters), "rows": number,
              "as_of": reading.asked.as_of}
    audit.write(actor.with_purpose(reading.purpose), dataset.address, None, detail)


def _plain(filters: Mapping[str, Any]) -> dict[str, Any]:
    return {n: [str(one) for one in v] if isinstance(v, list) else v if isinstance(v, bool) else str(v)
            for n, v in filters.items()}


class _asked_well:
    """A value that fits its form but not PostgreSQL's range is the reader's to mend."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if isinstance(error, DataError):
            raise Problem(t("条件的值超出了范围", "A filter's value is out of range")) from error


def outside(value: Any) -> Any:
    """A value as JSON and CSV carry it: moments of Shanghai, exact numbers as text."""
    if isinstance(value, datetime):
        return value.astimezone(clock.SHANGHAI).isoformat() if value.tzinfo else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    if isinstance(value, list | tuple):
        return [outside(one) for one in value]
    return value if value is None or isinstance(value, bool | int | float | str | dict) else str(value)

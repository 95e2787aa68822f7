"""Where a chart's rows stand: a table of the lake or a live view, with its columns' grades and the moment it is of."""

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from ludao.base import clock, datasets
from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.lake import public as lake

from .engine import asking
from .engine.asking import View
from .engine.spec import Spec

LIVE_SECONDS = 5
REMEMBERED = 4000
SECONDS = 20  # a live view may be asked this long
Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Source:
    """One dataset as charts read it."""

    address: str
    title: str
    owner: str
    url: str
    columns: dict[str, str]  # what each tells of a person: open, guarded, identifying
    is_live: bool
    as_of: datetime
    mark: str

    joined: str = ""

    @property
    def table(self) -> str:
        if self.joined:
            return self.joined
        return f'"{datasets.get(self.address).view}"' if self.is_live else self.address


def source_of(spec: Spec) -> Source:
    """What a chart reads: its dataset, with the columns of another one beside it where it says so."""
    first = source(spec.data)
    if spec.joined is None:
        return first
    other, one = source(spec.joined.data), spec.joined
    if first.is_live or other.is_live:
        raise Problem(t("实时数据不能与其他数据并列", "A live dataset cannot be joined"), field="joined")
    lacking = [*({*one.on} - first.columns.keys()), *({*one.on, *one.columns} - other.columns.keys())]
    if lacking:
        raise Problem(t(f"没有列 {lacking[0]}", f"There is no column {lacking[0]}"), field="joined")
    keys = ", ".join(f'"{name}"' for name in one.on)
    beside = ", ".join(f'min("{name}") as "{name}"' for name in one.columns)
    own = ", ".join(name if name in one.on else f'a."{name}"' for name in first.columns if name not in one.columns)
    found = ", ".join(f'b."{name}"' for name in one.columns)
    query = (f"(select {own}, {found} from {first.address} as a left join"
             f" (select {keys}, {beside} from {other.address} as c group by {keys}) as b using ({keys}))")
    columns = {n: g for n, g in first.columns.items() if n not in one.columns}
    columns |= {n: other.columns[n] for n in one.columns}
    return replace(first, title=f"{first.title} + {other.title}", columns=columns, joined=query,
                   as_of=min(first.as_of, other.as_of), mark=f"{first.mark} {other.mark}")


_entries: dict[str, tuple[float, catalogue.Entry, dict[str, str]]] = {}


def _entry(address: str) -> tuple[catalogue.Entry, dict[str, str]]:
    """What the catalogue says of a dataset, asked at most every few seconds: a board names the same ones often."""
    known = _entries.get(address)
    if known is None or time.monotonic() - known[0] > LIVE_SECONDS:
        entry = catalogue.Entry.objects.filter(pk=address, is_withdrawn=False).select_related("owner").first()
        if entry is None:
            raise Problem(t(f"目录中没有数据 {address}", f"The catalogue has no {address}"), field="data")
        known = time.monotonic(), entry, {column.name: column.tells for column in entry.columns.all()}
        _entries[address] = known
    return known[1], known[2]


def source(address: str) -> Source:
    """Raises Problem where the catalogue has none, or nothing of it has come yet."""
    entry, columns = _entry(address)
    owner = str(entry.owner or "")
    if not entry.is_lake:
        now = clock.now()
        mark = f"{int(now.timestamp()) // LIVE_SECONDS}"
        return Source(address, str(entry), owner, entry.get_absolute_url(), columns, True, now, mark)
    if not lake.exists(address):
        raise Problem(t(f"{entry}还没有数据", f"{entry} holds nothing yet"), field="data")
    table = lake.describe(address)
    held = {name: tells for name, tells in columns.items() if name in table.columns}
    return Source(address, str(entry), owner, entry.get_absolute_url(), held, False, table.updated_at,
                  f"v{table.version}")


_known: OrderedDict[tuple[str, ...], Rows] = OrderedDict()
_lock = threading.Lock()


def rows(spec: Spec, view: View, at: Source) -> Rows:
    """The groups of a chart: (by, split, measures …). Remembered for as long as the data stay the same."""
    query = asking.statement(spec, view, at.table, at.columns, "postgres" if at.is_live else "duckdb")
    words = asking.parameters(view)
    key = (query, at.mark, *words.values())
    with _lock:
        if key in _known:
            _known.move_to_end(key)
            return _known[key]
    found = _live(query, words) if at.is_live else _lake(query, words)
    with _lock:
        _known[key] = found
        while len(_known) > REMEMBERED:
            _known.popitem(last=False)
    return found


def _lake(query: str, words: dict[str, str]) -> Rows:
    return [tuple(row.values()) for row in lake.sql(query, words or None, engine="").rows()]


def _live(query: str, words: dict[str, str]) -> Rows:
    """For the house: what is shown is summed up. Never longer than a moment."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select set_config('statement_timeout', %s, true)", [f"{SECONDS}s"])
        text = query.replace("%", "%%")
        for name in words:
            text = text.replace(f"${name}", f"%({name})s")
        cursor.execute(text, words)
        found: Rows = cursor.fetchall()
        cursor.execute("select set_config('statement_timeout', '0', true)")
        return found

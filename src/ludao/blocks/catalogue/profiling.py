"""What the values of each column look like, over all rows: empty, distinct, range, most frequent, distribution."""

from datetime import UTC, date, datetime
from typing import Any

from ludao.base.text import t
from ludao.base.work import Progress, work
from ludao.blocks.catalogue.entries import Column, Entry
from ludao.blocks.catalogue.measures import Profile

BARS = 20
TOP = 10
FEW = 2000  # text with more different values than this has no list of frequent ones
NUMBERS = ("integer", "decimal", "number")
DAYS = ("date", "timestamp")


@work("catalogue.profile", title=t("画像", "Profile"))
def profile(progress: Progress, *, address: str) -> dict[str, Any] | None:
    """Each column of a table of the lake, over all its rows; running it again brings it up to the newest version."""
    entry = Entry.objects.prefetch_related("columns").get(pk=address)
    columns = list(entry.columns.all())
    for place, made in enumerate(profiles(entry, columns), 1):
        Profile.objects.update_or_create(entry=entry, column=made.pop("column"), defaults=made)
        progress.tell(place, len(columns), str(columns[place - 1]))
        progress.check()
    return {"columns": len(columns)}


def profiles(entry: Entry, columns: list[Column]) -> Any:
    """One pass for the counts of all columns, then one for each column's distribution."""
    from ludao.blocks.lake import public as lake

    if not entry.is_lake or not lake.exists(entry.address):
        return
    table = lake.describe(entry.address)
    columns = [c for c in columns if c.name in table.schema.names]
    if not columns:
        return
    asked = ", ".join(part for place, c in enumerate(columns) for part in _counts(place, c))
    row = lake.sql(f"select count(*) as n, {asked} from {entry.address}").rows()[0]
    for place, column in enumerate(columns):
        yield {"column": column.name, "version": table.version, **_summary(row, place, column),
               **_shape(lake, entry, column, row, place)}


def _counts(place: int, column: Column) -> list[str]:
    name = f'"{column.name}"'
    asked = [f"count({name}) as c{place}", f"approx_count_distinct({name}) as d{place}"]
    if _is_told(column):
        asked += [f"min({name}) as l{place}", f"max({name}) as h{place}"]
    if column.type in NUMBERS:
        asked.append(f"avg({name}) as a{place}")
    return asked


def _is_told(column: Column) -> bool:
    """Of what is guarded only numbers and days are told, as a distribution, never a single value."""
    return column.type in (*NUMBERS, *DAYS) or not column.is_guarded


def _summary(row: dict[str, Any], place: int, column: Column) -> dict[str, Any]:
    shown = not column.is_guarded
    return {"rows": row["n"], "empty": row["n"] - row[f"c{place}"], "distinct": min(row[f"d{place}"], row[f"c{place}"]),
            "low": _said(row.get(f"l{place}")) if shown else "", "high": _said(row.get(f"h{place}")) if shown else "",
            "average": float(row[f"a{place}"]) if row.get(f"a{place}") is not None else None, "top": [], "bars": []}


def _shape(lake: Any, entry: Entry, column: Column, row: dict[str, Any], place: int) -> dict[str, Any]:
    name, low, high = f'"{column.name}"', row.get(f"l{place}"), row.get(f"h{place}")
    if column.type in (*NUMBERS, *DAYS) and low is not None and high != low:
        return {"bars": _bars(lake, entry, name, low, high)}
    if column.is_guarded or column.type == "boolean" and low is None or row[f"d{place}"] > FEW:
        return {}
    found = lake.sql(f"select cast({name} as varchar) as v, count(*) as n from {entry.address} where {name} is not null"
                     f" group by 1 order by n desc, v limit {TOP}").rows()
    return {"top": [[r["v"][:60], r["n"]] for r in found]}


def _bars(lake: Any, entry: Entry, name: str, low: Any, high: Any) -> list[list[Any]]:
    """[from, to, rows] of equal widths; days are counted in days."""
    is_day = isinstance(low, date | datetime)
    value = f"epoch({name})" if is_day else f"cast({name} as double)"
    first, last = (_seconds(low), _seconds(high)) if is_day else (float(low), float(high))
    width = (last - first) / BARS
    found = lake.sql(
        f"select least(cast(floor(({value} - $first) / $width) as integer), {BARS - 1}) as bar, count(*) as n"
        f" from {entry.address} where {name} is not null group by 1", {"first": first, "width": width}).rows()
    counts = {r["bar"]: r["n"] for r in found}

    def edge(place: int) -> Any:
        at = first + width * place
        return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d") if is_day else round(at, 2)

    return [[edge(n), edge(n + 1), counts.get(n, 0)] for n in range(BARS)]


def _seconds(value: Any) -> float:
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day, tzinfo=UTC)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _said(value: Any) -> str:
    return "" if value is None else str(value)[:200]

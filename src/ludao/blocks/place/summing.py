"""A layer's rows summed: by area, from area to area, along tracks, over time; and what they come from."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from ludao.base.text import from_pair, pick
from ludao.blocks.lake import public as lake
from ludao.blocks.place import registers
from ludao.blocks.place.declared import LEVELS, Layer
from ludao.blocks.place.engine import grid
from ludao.blocks.place.index import Index
from ludao.blocks.place.seeing import Seen

MOST_FLOWS, MOST_TRACKS = 400, 500


def by_area(seen: Seen, level: str = "") -> list[dict[str, Any]]:
    """[{code, value, count}], the largest first; areas without rows are not among them."""
    layer = seen.layer
    column = layer.place.get("area") or (layer.scope.area if layer.scope else "")
    if not isinstance(column, str) or not column:
        return []
    digits = LEVELS[level or layer.level]
    query = (
        f'select left("{column}", {digits}) as code, {measure(layer)} as value, count(*) as count from rows'
        f' where length("{column}") >= {digits} group by 1 having value is not null and count(*) >= {layer.least}'
        " order by value desc, code"
    )
    return asked(seen, query)


def asked(seen: Seen, query: str) -> list[dict[str, Any]]:
    """Rows of a SELECT over what is seen."""
    return seen.index.answer(query, seen.table, seen.key)


def measure(layer: Layer) -> str:
    """What is counted: rows unless the declaration says `value = { sql = "sum(amount_fen) / 100" }`."""
    value = layer.value
    if value.get("column"):
        return f'{ {"sum": "sum", "mean": "avg", "most": "max"}[value.get("of", "sum")] }("{value["column"]}")'
    return str(value.get("sql", "count(*)"))


def flows(seen: Seen, level: str = "") -> list[dict[str, Any]]:
    """[{source, target, value}] between different areas, the widest first."""
    layer = seen.layer
    digits = LEVELS[level or layer.level]
    one, two = (f'left("{layer.place[name]}", {digits})' for name in ("from", "to"))
    query = (
        f"select {one} as source, {two} as target, {measure(layer)} as value from rows where {one} <> {two}"
        f" and length({one}) = {digits} and length({two}) = {digits} group by 1, 2 order by 3 desc, 1, 2"
        f" limit {MOST_FLOWS}"
    )
    return asked(seen, query)


def tracks(seen: Seen) -> list[dict[str, Any]]:
    """[{id, points: [[lon, lat]], from, to}]: the places of one thing in the order of time."""
    layer = seen.layer
    query = (
        f'select "{layer.id}" as id, list(_x order by "{layer.at}") as x, list(_y order by "{layer.at}") as y,'
        f' min("{layer.at}") as since, max("{layer.at}") as until from rows group by 1 having count(*) > 1'
        f" order by 1 limit {MOST_TRACKS}"
    )
    found = []
    for row in asked(seen, query):
        lon, lat = grid.degrees(row["x"], row["y"])
        found.append(
            {
                "id": row["id"],
                "since": row["since"],
                "until": row["until"],
                "points": [[round(a, 6), round(b, 6)] for a, b in zip(lon, lat, strict=True)],
            }
        )
    return found


def over_time(seen: Seen, step: str = "month") -> list[dict[str, Any]]:
    """[{at, value}] by day, month or year of the layer's own time."""
    layer = seen.layer
    if not layer.at or layer.at not in seen.index.columns:
        return []
    query = (
        f"select cast(date_trunc('{step}', \"{layer.at}\") as date) as at, {measure(layer)} as value from rows"
        f' where "{layer.at}" is not null group by 1 order by 1'
    )
    return asked(seen, query)


def by_word(seen: Seen, column: str, most: int = 12) -> list[dict[str, Any]]:
    """[{word, value}] of one column, the most frequent first."""
    if column not in seen.index.columns:
        return []
    query = (
        f'select cast("{column}" as varchar) as word, {measure(seen.layer)} as value from rows'
        f' where "{column}" is not null group by 1 order by 2 desc, 1 limit {most}'
    )
    return asked(seen, query)


def total(seen: Seen) -> Any:
    """The measure over all rows that are shown."""
    return asked(seen, f"select {measure(seen.layer)} as value from rows")[0]["value"]


def span(index: Index) -> tuple[str, str]:
    """The first and the last day of the layer's time."""
    if not index.layer.at or index.layer.at not in index.columns or not len(index):
        return "", ""
    at = index.layer.at
    query = f'select cast(min("{at}") as date) as a, cast(max("{at}") as date) as b from rows'
    row = index.answer(query, index.table, ("span", index.stamp))[0]
    return str(row["a"] or ""), str(row["b"] or "")


def sources(layer: Layer) -> list[dict[str, Any]]:
    """What it comes from: [{address, title, owner, as_of, url}]."""
    addresses = [layer.dataset] if layer.dataset else lake.addresses_in(layer.query) if not layer.drawn else []
    entries = registers.entries(addresses)
    found = []
    for address in addresses:
        entry = entries.get(address)
        as_of = lake.describe(address).updated_at if lake.exists(address) else None
        found.append(
            {
                "address": address,
                "title": entry.title if entry else address,
                "owner": str(entry.owner) if entry and entry.owner else "",
                "as_of": as_of,
                "url": f"/data/catalogue/entry/{address}/",
            }
        )
    return found


def names() -> dict[str, str]:
    """Area code → what it is called."""
    return registers.names()


def words_of(layer: Layer, index: Index, column: str, most: int = 40) -> list[str]:
    """The values of a filter, the most frequent first; of all rows, whoever asks: they are words, not rows."""
    table: pa.Table = index.sql(
        f'select cast("{column}" as varchar) as word from rows where "{column}" is not null'
        f" group by 1 order by count(*) desc, 1 limit {most}"
    )
    words: list[str] = table.column("word").to_pylist()
    return words


def measure_title(layer: Layer) -> str:
    """产值（亿元） / Output (100 million yuan)"""
    title = str(from_pair(dict(layer.value["title"]))) if layer.value.get("title") else pick("数量", "Number")
    return f"{title}{pick('（{}）', ' ({})').format(unit(layer.value))}" if layer.value.get("unit") else title


def unit(value: Mapping[str, Any]) -> str:
    return str(from_pair(dict(value["unit"]))) if value.get("unit") else ""

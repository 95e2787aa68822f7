"""From the groups that a chart found to the figure that is drawn: words for codes, the top ones, the rest as one."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from ludao.base.actor import Actor
from ludao.base.text import pick
from ludao.blocks.identity.public import Area

from .engine import asking
from .engine.asking import ALL, CITY_DIGITS, UNKNOWN, Kept, View, view_of
from .engine.spec import Dimension, Measure, Spec
from .figures import Figure, Series, number
from .sourcing import Rows, rows, source_of

MOST_SPLITS = 8
MOST_WORDS = 60


def draw(spec: Spec, actor: Actor, *, by: str = "", split: str | None = None, area: str = "", kept: Kept = ALL,
         url: str = "", link: Callable[[View, str], str] | None = None) -> Figure:
    """The chart as this person may see it: whoever is posted to an area sees that area's rows. Raises Problem."""
    view = view_of(spec, by, split, within(actor, area), kept)
    at = source_of(spec)
    found = rows(spec, view, at)
    categories, series = _table(spec, view, found)
    few = asking.hides_few(spec, view, at.columns)
    drill = tuple(link(view, raw) for raw, _ in categories) if link else ()
    return Figure(
        title=str(spec.title), kind=_kind(spec, view), by=str(spec.dimensions[view.by]) if view.by else "",
        categories=[word for _, word in categories], series=series, as_of=at.as_of, url=url, drill=drill,
        source=" · ".join(part for part in (at.owner, at.title) if part), source_url=at.url,
        lead="；".join(part for part in (str(spec.lead or ""), _few() if few else "") if part))


def _few() -> str:
    return pick(f"少于 {asking.FEWEST} 条的组不显示", f"groups of fewer than {asking.FEWEST} are not shown")


def words(spec: Spec, actor: Actor, name: str, area: str = "", kept: Kept = ALL) -> list[tuple[str, str]]:
    """What one dimension can be kept to: (raw, word), the most frequent first, in the area and time looked at."""
    others = Kept(kept.since, kept.until, tuple(pair for pair in kept.picks if pair[0] != name))
    view = View(name, "", view_of(spec, area=within(actor, area)).area, view_of(spec, kept=others).kept)
    found = sorted(rows(spec, view, source_of(spec)), key=lambda row: -(number(row[2]) or 0))
    raws = list(dict.fromkeys(_raw(row[0]) for row in found))[:MOST_WORDS]
    said = _words(spec.dimensions[name], raws)
    return [(str(raw), said[raw]) for raw in raws]


def statement(spec: Spec, actor: Actor, *, by: str = "", split: str | None = None, area: str = "",
              kept: Kept = ALL) -> str:
    """The SQL of a view, for whoever asks how its numbers came about."""
    view, at = view_of(spec, by, split, within(actor, area), kept), source_of(spec)
    return asking.statement(spec, view, at.table, at.columns, "postgres" if at.is_live else "duckdb")


def total(spec: Spec, actor: Actor, area: str = "", kept: Kept = ALL) -> float | None:
    """The first measure over all rows that this person may see, in its shown unit."""
    view = View("", "", within(actor, area) if spec.area else "", view_of(spec, kept=kept).kept)
    found = rows(spec, view, source_of(spec))
    one = spec.measures[0]
    value = number(found[0][2]) if found else None
    return None if value is None else round(value * one.scale, one.precision)


def within(actor: Actor, area: str) -> str:
    """The area that is looked at: inside one's own when that is smaller than the city."""
    own = actor.area
    return area if len(own) <= CITY_DIGITS or area.startswith(own) else own


def _kind(spec: Spec, view: View) -> str:
    """A line is for time, whatever was declared; other groups stand as columns."""
    if view.by == spec.by or spec.kind in ("table", "pie", "number"):
        return spec.kind
    if view.by and spec.dimensions[view.by].is_time:
        return "line"
    return "bar" if spec.kind in ("line", "area", "bar") else spec.kind


def _table(spec: Spec, view: View, found: Rows) -> tuple[list[tuple[str, str]], list[Series]]:
    """Categories as (raw, word), and a series for each measure or each part of the split."""
    raws = _chosen(spec, view, found)
    place = {raw: n for n, raw in enumerate(raws)}
    words = _words(spec.dimensions.get(view.by), raws)
    categories = [(str(raw), words[raw]) for raw in raws]
    if not view.split:
        return categories, [_series(str(m), m, raws, place, ((r[0], r[2 + n]) for r in found))
                            for n, m in enumerate(spec.measures)]
    one = spec.measures[0]
    parts = _parts(found)
    titles = _words(spec.dimensions[view.split], parts)
    return categories, [_series(titles[part], one, raws, place, ((r[0], r[2]) for r in found if _raw(r[1]) == part))
                        for part in parts]


def _raw(value: Any) -> Any:
    return UNKNOWN if value is None or value == "" else value


def _chosen(spec: Spec, view: View, found: Rows) -> list[Any]:
    """In order; of times the newest, of others the first `most`."""
    raws = list(dict.fromkeys(_raw(row[0]) for row in found))
    if view.by and spec.dimensions[view.by].is_time:
        return sorted(raw for raw in raws if raw != UNKNOWN)[-spec.most:]
    return raws[: spec.most]


def _parts(found: Rows) -> list[Any]:
    """The parts of a split, the largest first."""
    sums: dict[Any, float] = {}
    for row in found:
        sums[_raw(row[1])] = sums.get(_raw(row[1]), 0) + (number(row[2]) or 0)
    return sorted(sums, key=lambda part: -sums[part])[:MOST_SPLITS]


def _series(name: str, one: Measure, raws: list[Any], place: dict[Any, int],
            given: Iterable[tuple[Any, Any]]) -> Series:
    values: list[float | None] = [None] * len(raws)
    for raw, value in given:
        if (at := place.get(_raw(raw))) is not None and value is not None:
            values[at] = round((number(value) or 0) * one.scale, one.precision)
    return Series(name, values, str(one.unit or ""), one.precision)


@lru_cache(maxsize=1)
def _areas() -> dict[str, tuple[str, str]]:
    """Codes and names of the city's areas: they are shipped, and change with a release only."""
    rows = Area.objects.values_list("code", "name", "name_en")
    return {code: (name, name_en or name) for code, name, name_en in rows}


def _words(one: Dimension | None, raws: list[Any]) -> dict[Any, str]:
    """What a group is called: areas by name, a missing value by words."""
    names = {raw: str(word) for raw, word in one.words.items()} if one else {}
    if one and one.kind == "area":
        names = {code: pick(*pair) for code, pair in _areas().items()}
    return {raw: pick("未填", "not given") if raw == UNKNOWN else names.get(raw, str(raw)) for raw in raws}


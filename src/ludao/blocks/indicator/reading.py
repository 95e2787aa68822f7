"""Read indicators: one value, a series, a card with what a screen needs; every figure with its date and source."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from ludao.base.text import from_pair, pick
from ludao.blocks.indicator import house
from ludao.blocks.indicator.engine import definition as definitions
from ludao.blocks.indicator.engine import periods
from ludao.blocks.indicator.engine.compiling import CITY
from ludao.blocks.indicator.engine.definition import Definition
from ludao.blocks.indicator.models import LIGHTS, Indicator, Value, shown


@dataclass(frozen=True)
class Point:
    """One value of a series."""

    period: str
    starts_on: date
    value: float
    is_partial: bool
    as_of: date
    run: int | None = None


@dataclass(frozen=True)
class Card:
    """An indicator as a screen shows it: its newest value, against the one before and a year ago, target and light."""

    code: str
    title: str
    theme: str
    group: str
    unit: str
    precision: int
    direction: str
    area: str
    period: str
    value: float | None
    text: str
    is_partial: bool
    as_of: date | None
    made_at: datetime | None
    source: str
    change: float | None  # per cent against the period before
    growth: float | None  # per cent against the same period a year before
    step: float | None  # the same moves in its own unit
    year_step: float | None
    target: float | None
    light: str
    points: tuple[Point, ...]
    url: str

    @property
    def change_text(self) -> str:
        return self._against(self.change, self.step)

    @property
    def growth_text(self) -> str:
        return self._against(self.growth, self.year_step)

    def _against(self, share: float | None, step: float | None) -> str:
        """A share's own change is told in points: from 2 % to 3 % is 1 point, not half as much again."""
        if self.is_share:
            return "" if step is None else f"{step:+,.{self.precision}f} {pick('个百分点', 'points')}"
        return "" if share is None else f"{share:+,.1f}%"

    @property
    def light_word(self) -> str:
        return str(dict(LIGHTS).get(self.light, ""))

    @property
    def is_share(self) -> bool:
        return self.unit in ("%", "‰")

    @property
    def trend(self) -> str:
        """good, bad or flat: which way the last change goes."""
        if not self.step or self.direction not in ("up", "down"):
            return "flat"
        return "good" if (self.step > 0) == (self.direction == "up") else "bad"


def value(code: str, area: str = CITY, period: str = "") -> Point | None:
    """The value of a period (`2026-10`), by default the newest."""
    one = house.get(code)
    rows = Value.objects.filter(indicator=code, area=area)
    if period:
        rows = rows.filter(starts_on=periods.parse(period)[1])
    row = rows.order_by("-starts_on").first()
    return _point(one, row) if row else None


def series(code: str, area: str = CITY, last: int = 0) -> list[Point]:
    """A series, the earliest first; `last` keeps the newest so many."""
    one = house.get(code)
    rows = Value.objects.filter(indicator=code, area=area).order_by("-starts_on")
    return [_point(one, row) for row in (rows[:last] if last else rows)][::-1]


def across(code: str, level: str = "district", period: str = "") -> list[tuple[str, str, Point]]:
    """The values of all districts (or streets) of one period, by default the newest: (code, name, point)."""
    one = house.get(code)
    rows = Value.objects.filter(indicator=code, area__level=level).select_related("area")
    if period:
        start = periods.parse(period)[1]
    else:
        newest = rows.order_by("-starts_on").first()
        if newest is None:
            return []
        start = newest.starts_on
    return [(row.area_id, str(row.area), _point(one, row)) for row in rows.filter(starts_on=start).order_by("area_id")]


def card(code: str, area: str = CITY, last: int = 13) -> Card | None:
    return next(iter(cards([code], area, last)), None)


def cards(codes: Sequence[str], area: str = CITY, last: int = 13) -> list[Card]:
    """Several at once, in their order, by two statements; what is not defined is left out, what has no value is not."""
    here = house.known().definitions
    wanted = [code for code in codes if code in here]
    found = newest(wanted, area, last)
    return [build(here[code], area, found.get(code, [])) for code in wanted]


def cards_in(codes: Sequence[str], areas: Sequence[str], last: int = 13) -> dict[str, list[Card]]:
    """The same for several areas, by one statement."""
    here = house.known().definitions
    wanted = [code for code in codes if code in here]
    found = _newest(wanted, areas, last)
    return {area: [build(here[code], area, found.get((code, area), [])) for code in wanted] for area in areas}


def newest(codes: Collection[str], area: str, last: int) -> dict[str, list[Value]]:
    """The newest values of each, the earliest first."""
    return {code: rows for (code, _), rows in _newest(codes, [area], last).items()}


def _newest(codes: Collection[str], areas: Sequence[str], last: int) -> dict[tuple[str, str], list[Value]]:
    rows = (
        Value.objects.filter(indicator__in=list(codes), area__in=list(areas))
        .annotate(place=Window(RowNumber(), partition_by=["indicator", "area"], order_by=F("starts_on").desc()))
        .filter(place__lte=max(last, 2))
        .order_by("starts_on")
    )
    found: dict[tuple[str, str], list[Value]] = defaultdict(list)
    for row in rows:
        found[row.indicator_id, row.area_id].append(row)
    return found


def build(one: Definition, area: str, rows: Sequence[Value]) -> Card:
    points = tuple(_point(one, row) for row in rows)
    place = headline(one, points)
    last = points[place] if points else None
    by_start = {p.starts_on: p.value for p in points}
    before = by_start.get(periods.shift(one.period, last.starts_on, -1)) if last else None
    year_ago = by_start.get(periods.year_before(one.period, last.starts_on)) if last else None
    now = last.value if last else None
    is_open = bool(last and last.is_partial and one.runs)  # a count that still grows compares with nothing
    return Card(
        one.code,
        pick(one.zh, one.en),
        one.theme,
        one.group,
        pick(one.unit_zh, one.unit_en),
        one.precision,
        one.direction,
        area,
        last.period if last else "",
        now,
        shown(now, one.precision),
        bool(last and last.is_partial),
        last.as_of if last else None,
        rows[place].computed_at if rows else None,
        source_of(one, rows[place] if rows else None),
        None if is_open else percent(now, before),
        None if is_open else percent(now, year_ago),
        None if is_open or now is None or before is None else now - before,
        None if is_open or now is None or year_ago is None else now - year_ago,
        one.target,
        light(one, None if is_open else now),
        points,
        f"/indicator/indicator/{one.code}/" + ("" if area == CITY else f"?area={area}"),
    )


def headline(one: Definition, points: Sequence[Point]) -> int:
    """Which point a card speaks of: the newest; of what runs through a period the last one that is over."""
    if one.runs and len(points) > 1 and points[-1].is_partial and not points[-2].is_partial:
        return len(points) - 2
    return len(points) - 1


def percent(now: float | None, then: float | None) -> float | None:
    return None if now is None or not then else (now / then - 1) * 100


def light(one: Definition, now: float | None) -> str:
    """red or amber where a limit is crossed, green where limits or a target are met, grey where nothing judges."""
    if now is None:
        return "grey"
    if one.red and definitions.crossed(one.red, now):
        return "red"
    if one.amber and definitions.crossed(one.amber, now):
        return "amber"
    if one.target is not None and one.direction in ("up", "down"):
        return "green" if (now >= one.target) == (one.direction == "up") or now == one.target else "amber"
    return "green" if one.red or one.amber else "grey"


def source_of(one: Definition, row: Value | None = None) -> str:
    """From where, in a few words: what the value itself states, or the department and how it comes about."""
    if row is not None and row.source:
        return row.source
    owner = pick(*house.known().owners.get(one.owner, ("", "")))
    way = pick(
        *{
            "computed": ("数据计算", "computed"),
            "formula": ("公式", "formula"),
            "live": ("实时", "live"),
            "loaded": ("导入", "loaded"),
        }.get(one.method, ("部门填报", "reported"))
    )
    return f"{owner} · {way}" if owner else way


def _point(one: Definition, row: Value) -> Point:
    return Point(
        periods.name(one.period, row.starts_on), row.starts_on, row.value, row.is_partial, row.as_of, row.run_id
    )


def references(one: Definition) -> list[str]:
    """The frameworks it is drawn from, in words, each with the place."""
    known = house.references()
    return [f"{from_pair(known[key])} {place}".strip() for key, place in one.refs if key in known]  # type: ignore[arg-type]


def in_theme(theme: str) -> Iterable[Indicator]:
    return Indicator.objects.filter(theme=theme, is_retired=False)


__all__ = ["Card", "Point", "across", "card", "cards", "light", "series", "value"]

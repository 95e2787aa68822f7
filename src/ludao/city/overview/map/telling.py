"""What a theme says in numbers: its figures, charts and story, by indicators, declared charts, and layers' rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.errors import LudaoError, Refused
from ludao.base.text import from_pair, pick, t
from ludao.blocks.chart import public as charting
from ludao.blocks.indicator import public as indicator
from ludao.blocks.place import public as place

from .declared import Theme, full

STEPS = ("day", "month", "year")
POINTS, ALL_POINTS = 37, 600  # of an indicator: as it stands, and when the time is moved back


@dataclass
class Views:
    """The layers of one request, each opened once, as they stood `until` a day; None where the person may not see one,
    or it has no data yet."""

    actor: Actor
    until: str = ""
    known: dict[str, place.Seen | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        try:
            self.until = f"{date.fromisoformat(self.until):%Y-%m-%d}"
        except ValueError:
            self.until = ""

    def of(self, name: str) -> place.Seen | None:
        address = full(name)
        if address not in self.known:
            try:
                layer = place.find(self.actor, address)
                asked = {f"{layer.at}__lte": self.until} if layer.at and self.until else {}
                self.known[address] = place.see(self.actor, layer, asked)
            except Refused:
                self.known[address] = None
        return self.known[address]

    @property
    def kept(self) -> charting.Kept:
        return charting.Kept(until=self.until)

    def cards(self, codes: list[str]) -> dict[str, indicator.Card]:
        """By one statement for all of a theme."""
        found = indicator.cards(codes, last=ALL_POINTS if self.until else POINTS)
        return {card.code: card for card in found if card.value is not None}

    def points(self, card: indicator.Card) -> list[indicator.Point]:
        """Those that are over by the day looked at; as it stands, up to the one that a card speaks of."""
        if not self.until:
            return [point for point in card.points if point.period <= card.period]
        period, end = indicator.known().definitions[card.code].period, date.fromisoformat(self.until)
        over = (p for p in card.points if indicator.periods.shift(period, p.starts_on, 1) <= end + timedelta(days=1))
        return list(over)[-POINTS:]


def figures(theme: Theme, views: Views) -> list[dict[str, Any]]:
    """As ludao/_figure.html takes them: value, date, source, and where each opens."""
    cards = views.cards([one["indicator"] for one in theme.figures if one.get("indicator")])
    return [figure for one in theme.figures if (figure := _figure(one, views, cards))]


def _figure(one: Mapping[str, Any], views: Views, cards: Mapping[str, indicator.Card]) -> dict[str, Any] | None:
    """An indicator where it has values, else a declared chart, else the rows of a layer."""
    if card := cards.get(one.get("indicator", "")):
        return _of_indicator(card, views.points(card))
    if one.get("chart"):
        return _of_chart(one["chart"], views)
    return _of_layer(one, views) if one.get("layer") and one.get("title") else None


def _of_indicator(card: indicator.Card, points: list[indicator.Point]) -> dict[str, Any]:
    if not points:
        early = pick("此前没有数据", "no values so early")
        return {"title": card.title, "value": None, "text": early, "source": card.source, "url": card.url}
    last = points[-1]
    is_newest = last.period == card.period
    change = card.change_text if is_newest else ""
    told = [f"{last.period}", pick(f"环比 {change}", f"{change} on the period before") if change else ""]
    return {
        "title": card.title,
        "value": f"{last.value:,.{card.precision}f}",
        "unit": card.unit,
        "text": " · ".join(part for part in told if part),
        "as_of": last.as_of,
        "source": card.source,
        "url": card.url,
        "tone": {"red": "bad", "amber": "warn"}.get(card.light, "") if is_newest else "",
    }


def _of_chart(address: str, views: Views) -> dict[str, Any] | None:
    try:
        chart = charting.get(address)
        spec, at = chart.spec, charting.source(chart.spec.data)
        value = charting.total(spec, views.actor, kept=views.kept)
    except LudaoError:
        return None
    return {
        "title": str(chart),
        "value": charting.figure_text(value, spec.measures[0].precision),
        "unit": str(spec.measures[0].unit or ""),
        "as_of": at.as_of,
        "source": at.owner or at.title,
        "url": chart.get_absolute_url(),
    }


def _of_layer(one: Mapping[str, Any], views: Views) -> dict[str, Any] | None:
    seen = views.of(one["layer"])
    if seen is None:
        return None
    value = place.total(seen) if one.get("of") == "value" else len(seen.numbers)
    return {
        "title": from_pair(dict(one["title"])),
        "value": value,
        "unit": from_pair(dict(one["unit"])) if one.get("unit") else "",
        "as_of": seen.index.as_of,
        "source": source(seen),
        "url": f"/place/?layers={seen.layer.address}",
    }


def source(seen: place.Seen) -> str:
    owners = dict.fromkeys(one["owner"] or one["title"] for one in place.sources(seen.layer))
    return pick("、", ", ").join(list(owners)[:2])


def charts(theme: Theme, views: Views) -> list[charting.Figure]:
    """As chart/_chart.html takes them: the picture, its table, its date and source."""
    cards = views.cards([one["indicator"] for one in theme.charts if one.get("indicator")])
    return [chart for one in theme.charts if (chart := _chart(one, views, cards)) and not chart.is_empty]


def _chart(one: Mapping[str, Any], views: Views, cards: Mapping[str, indicator.Card]) -> charting.Figure | None:
    if card := cards.get(one.get("indicator", "")):
        return _line(card, views.points(card))
    if one.get("chart") and (figure := _declared(one, views)):
        return figure
    return _counted(one, views) if one.get("layer") and one.get("by") else None


def _line(card: indicator.Card, points: list[indicator.Point]) -> charting.Figure:
    values = charting.Series(card.title, [point.value for point in points], card.unit, card.precision)
    return charting.Figure(
        title=card.title,
        kind="line",
        by=pick("时期", "Period"),
        categories=[point.period for point in points],
        series=[values],
        as_of=points[-1].as_of if points else card.as_of,
        source=card.source,
        source_url=card.url,
        url=card.url,
    )


def _declared(one: Mapping[str, Any], views: Views) -> charting.Figure | None:
    try:
        chart = charting.get(one["chart"])
        by = one.get("chart_by", "")
        url = chart.get_absolute_url() + (f"?by={by}" if by else "")
        drawn = charting.draw(chart.spec, views.actor, by=by, split="" if by else None, kept=views.kept, url=url)
        # Looked at by something else than it declares, it is called by what the theme says of it.
        return replace(drawn, title=str(from_pair(dict(one["title"])))) if by and one.get("title") else drawn
    except LudaoError:
        return None


def _counted(one: Mapping[str, Any], views: Views) -> charting.Figure | None:
    seen = views.of(one["layer"])
    if seen is None:
        return None
    by, layer = one["by"], seen.layer
    if by in STEPS:
        rows = [(_period(row["at"], by), row["value"]) for row in place.over_time(seen, by)]
    else:
        rows = [(row["word"], row["value"]) for row in place.by_word(seen, by)]
    url = f"/place/?layers={layer.address}"
    return charting.Figure(
        title=str(from_pair(dict(one["title"]))),
        kind=one["kind"],
        by=pick("时期", "Period") if by in STEPS else layer.title_of(by),
        categories=[row[0] for row in rows],
        series=[charting.Series(pick("数量", "Number"), [row[1] for row in rows])],
        as_of=seen.index.as_of,
        source=source(seen),
        source_url=url,
        url=url,
    )


def _period(day: Any, step: str) -> str:
    return f"{day:%Y}" if step == "year" else f"{day:%Y-%m}" if step == "month" else f"{day:%Y-%m-%d}"


MOST_LISTED, MOST_COLUMNS = 6, 4


def lists(theme: Theme, views: Views, request: HttpRequest) -> list[dict[str, Any]]:
    """The first rows of a layer, within the reader's rights; the whole of it opens from there."""
    found = []
    for one in theme.lists:
        if (seen := views.of(one["layer"])) is None:
            continue
        told = place.rows_of(request, seen)
        rows = [[value for _, value in row["cells"][:MOST_COLUMNS]] for row in told["rows"][:MOST_LISTED]]
        found.append(
            {
                "title": seen.layer.title,
                "heads": told["heads"][:MOST_COLUMNS],
                "rows": rows,
                "total": told["total"],
                "as_of": seen.index.as_of,
                "source": source(seen),
                "url": f"/place/?layers={seen.layer.address}",
            }
        )
    return found


def first(views: Views) -> date:
    """The month in which the time slider begins: the first of any layer, forty years back at most."""
    today = clock.today()
    days = [day for seen in views.known.values() if seen and (day := place.span(seen.index)[0])]
    earliest = min((date.fromisoformat(day) for day in days), default=today.replace(year=today.year - 10))
    return max(earliest, today.replace(year=today.year - 40, day=1))


def story(theme: Theme, views: Views) -> list[dict[str, Any]]:
    """The steps a leader follows; a step without rows says nothing and is left out."""
    return [step for one in theme.story if (step := _step(one, views))]


def _step(one: Mapping[str, Any], views: Views) -> dict[str, Any] | None:
    seen = views.of(one["layer"])
    if seen is None or not len(seen.numbers):
        return None
    bound = _bound(seen, one.get("level", "street"))
    if bound is None:
        return None
    return {
        "title": from_pair(dict(one["title"])),
        "text": str(from_pair(dict(one["text"]))).format(**bound),
        "layers": [full(name) for name in one.get("show", (one["layer"],))],
        "spot": bound["spot"],
        "as_of": seen.index.as_of,
        "source": source(seen),
        "url": f"/place/?layers={seen.layer.address}",
    }


def _bound(seen: place.Seen, level: str) -> dict[str, Any] | None:
    """The values that a sentence is bound to."""
    names = place.names()
    if seen.layer.kind == "flows":
        widest = place.flows(seen, level)[:1]
        if not widest:
            return None
        words = pick("{}到{}", "{} to {}").format(
            *(names.get(widest[0][n], widest[0][n]) for n in ("source", "target"))
        )
        return {
            "total": _said(place.total(seen)),
            "first": words,
            "first_value": _said(widest[0]["value"]),
            "spot": _spot(widest[0]["target"]),
        }
    areas = place.by_area(seen, level)
    if not areas:
        return None
    return {
        "total": _said(place.total(seen)),
        "first": names.get(areas[0]["code"], areas[0]["code"]),
        "first_value": _said(areas[0]["value"]),
        "spot": _spot(areas[0]["code"]),
    }


def _said(value: Any) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"


def _spot(code: str) -> str:
    """Where the map goes to show an area: longitude, latitude, zoom."""
    spot = place.spots().get(code)
    return f"{spot[0]},{spot[1]},{ {6: 10.6, 9: 12.2}.get(len(code), 13.5) }" if spot else ""


def oldest(views: Views) -> datetime | None:
    """How old the oldest of what is shown is."""
    return min((seen.index.as_of for seen in views.known.values() if seen), default=None)


DISTRICT = (
    ("resident", t("户籍人口", "Residents")),
    ("enterprise", t("市场主体", "Enterprises")),
    ("calls", t("热线诉求", "Orders")),
)


def districts(views: Views) -> dict[str, Any]:
    """One row a district: people, enterprises, requests; each column opens to its layer."""
    names, table, heads = place.names(), dict[str, dict[str, Any]](), []
    for name, title in DISTRICT:
        seen = views.of(name)
        if seen is None:
            continue
        heads.append({"title": title, "url": f"/place/?layers={seen.layer.address}", "as_of": seen.index.as_of})
        for row in place.by_area(seen, "district"):
            table.setdefault(row["code"], {})[name] = row["value"]
    shown = [name for name, _ in DISTRICT if views.of(name) is not None]
    return {
        "heads": heads,
        "rows": [
            {"name": names.get(code, code), "values": [row.get(name) for name in shown]}
            for code, row in sorted(table.items())
        ],
    }

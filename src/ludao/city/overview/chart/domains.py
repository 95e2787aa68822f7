"""The domains of 数看厦门 and the cards of their charts: the newest figure, its change, its line."""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.safestring import SafeString

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.errors import LudaoError
from ludao.base.text import from_pair, pick
from ludao.blocks.chart import public as charts
from ludao.blocks.indicator import public as indicator


@dataclass(frozen=True)
class Domain:
    """One field of the city's work."""

    key: str
    pair: dict[str, str]
    icon: str

    @property
    def title(self) -> str:
        return from_pair(self.pair)

    @property
    def url(self) -> str:
        return f"/overview/chart/domain/{self.key}/"


@dataclass(frozen=True)
class Card:
    """A chart in a line: what it is, its newest figure (or its largest part), how that changed."""

    title: str
    url: str
    value: str
    unit: str
    when: str
    change: str
    tone: str
    spark: SafeString
    as_of: str
    source: str
    judged: Any = None  # the indicator that sets a target or a limit


@cache
def every() -> dict[str, Domain]:
    table = tomllib.loads((Path(__file__).parent / "content" / "domains.toml").read_text(encoding="utf-8"))
    return {key: Domain(key, {"zh": one["zh"], "en": one["en"]}, one["icon"]) for key, one in table.items()}


def cards(chosen: Iterable[charts.Chart], actor: Actor, area: str = "") -> list[Card]:
    """Those whose data have come, each with what judges it."""
    held = list(chosen)
    codes = tuple(dict.fromkeys(chart.spec.indicator for chart in held if chart.spec.indicator))
    judged = charts.judged(codes, area)
    made = (card(chart, actor, area, judged.get(chart.spec.indicator)) for chart in held)
    return [one for one in made if one]


def indicators(codes: Sequence[str]) -> list[Card]:
    """Indicators as cards beside charts."""
    return [Card(one.title, one.url, one.text, one.unit, one.period, one.change_text, "",
                 charts.sparkline([point.value for point in one.points]), f"{one.as_of:%Y-%m-%d}" if one.as_of else "",
                 one.source, one) for one in indicator.cards(codes) if one.value is not None]


def card(chart: charts.Chart, actor: Actor, area: str = "", judged: Any = None) -> Card | None:
    """None where its data have not come yet."""
    spec = chart.spec
    try:
        figure = charts.draw(spec, actor, split="", area=area)
        if figure.is_empty:
            return None
        is_time = bool(spec.by) and spec.dimensions[spec.by].is_time
        said = _newest(figure) if is_time else _whole(spec, figure, charts.total(spec, actor, area))
    except LudaoError:
        return None
    url = chart.get_absolute_url() + (f"?area={area}" if area else "")
    as_of = f"{figure.as_of:%Y-%m-%d}" if figure.as_of else ""
    return Card(str(chart), url, unit=figure.series[0].unit, as_of=as_of, source=figure.source, judged=judged, **said)


def _newest(figure: charts.Figure) -> dict[str, Any]:
    """The last of a time, its change and its line; a year or month that still runs is not compared."""
    one = figure.series[0]
    known = [(when, value) for when, value in zip(figure.categories, one.values, strict=True) if value is not None]
    when, value = known[-1]
    now = f"{clock.today():%Y-%m}"
    is_running = when in (now[:4], now)
    change, tone = "", ""
    if len(known) > 1 and known[-2][1] and not is_running:
        share = (value - known[-2][1]) / abs(known[-2][1]) * 100
        change, tone = f"{share:+.1f}%", "up" if share > 0 else "down" if share < 0 else ""
    return {"value": charts.figure_text(value, one.precision), "change": change, "tone": tone,
            "when": pick(f"{when}（至今）", f"{when} so far") if is_running else when,
            "spark": charts.sparkline(one.values[-24:])}


def _whole(spec: charts.Spec, figure: charts.Figure, total: float | None) -> dict[str, Any]:
    """All of it, and its largest part."""
    one = figure.series[0]
    place = max(range(len(one.values)), key=lambda n: one.values[n] or 0)
    largest, value = figure.categories[place], charts.figure_text(one.values[place], one.precision)
    return {"value": charts.figure_text(total, one.precision), "change": "", "tone": "", "spark": SafeString(""),
            "when": pick(f"最多：{largest} {value}", f"Most: {largest} {value}")}

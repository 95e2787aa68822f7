"""Several charts over the same time in one picture; different units are set to 100 where all of them begin."""

from collections.abc import Sequence

from ludao.base.actor import Actor
from ludao.base.text import t
from ludao.blocks.chart import public as charts

MOST = 4


def compared(chosen: Sequence[charts.Chart], actor: Actor, area: str = "") -> charts.Figure | None:
    """None when they share no time."""
    drawn = [(chart, charts.draw(chart.spec, actor, by="year", split="", area=area)) for chart in chosen[:MOST]]
    times = sorted(set.intersection(*(set(figure.categories) for _, figure in drawn))) if drawn else []
    if not times:
        return None
    units = {figure.series[0].unit for _, figure in drawn}
    series = [_series(str(chart), figure, times, len(units) > 1) for chart, figure in drawn]
    indexed = t(f"单位不同：各以 {times[0]} 年为 100", f"Different units: each is 100 in {times[0]}")
    lead = indexed if len(units) > 1 else ""
    moments = [figure.as_of for _, figure in drawn if figure.as_of]
    return charts.Figure(
        title=" · ".join(str(chart) for chart, _ in drawn), kind="line", by=str(t("年份", "Year")), categories=times,
        series=series, as_of=min(moments) if moments else None, lead=lead,
        source=" / ".join(dict.fromkeys(figure.source for _, figure in drawn)))


def _series(name: str, figure: charts.Figure, times: list[str], is_indexed: bool) -> charts.Series:
    one = figure.series[0]
    by_time = dict(zip(figure.categories, one.values, strict=True))
    values = [by_time[when] for when in times]
    base = values[0]
    if not is_indexed:
        return charts.Series(name, values, one.unit, one.precision)
    return charts.Series(name, [None if v is None or not base else round(v / base * 100, 1) for v in values], "", 1)

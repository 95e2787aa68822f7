"""An indicator's page: its figure, its course, its areas, why it moved, what moves with it, and down to the rows."""

from typing import Any

import yaml
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ludao.base import rights
from ludao.base.pages.lists import buttons
from ludao.base.registry import by_address
from ludao.base.text import pick, t
from ludao.blocks.chart import public as charts
from ludao.blocks.identity.public import Area
from ludao.blocks.indicator import house, lineage, reading, tracing
from ludao.blocks.indicator.engine import analysis, periods
from ludao.blocks.indicator.engine.compiling import CITY
from ludao.blocks.indicator.engine.definition import Definition
from ludao.blocks.indicator.models import Alert, Indicator, Value, shown

DRAWN = 60  # values of a chart
ROWS = 100  # shown of those behind a value


def facts(request: HttpRequest, row: Indicator) -> dict[str, Any]:
    """What the page of one indicator shows beside the facts."""
    one = house.known().definitions.get(row.code) or house.of(row)
    area = _area(request.GET.get("area", CITY))
    values = reading.newest([row.code], area.pk, DRAWN).get(row.code, [])
    card = reading.build(one, area.pk, values)
    chosen = _chosen(request, one, card)
    why = tracing.why(one, area, chosen, card.points)
    parts = tracing.parts(one, area, [s for s in (chosen and chosen.starts_on, why and why["before_on"]) if s])
    if why and one.additive:
        why["areas"] = tracing.by_area(one, parts, why["before_on"])
    trace = tracing.trace(one, area.pk, chosen)
    alerts = list(
        Alert.objects.filter(indicator=row, state__in=(Alert.OPEN, Alert.ACCEPTED)).select_related("area")[:5]
    )
    for alert in alerts:
        alert.indicator = row
    return {
        "card": card,
        "area": area,
        "areas": _areas(one, area),
        "figure": _figure(one, area, card),
        "history": [{"point": p, "text": shown(p.value, one.precision)} for p in reversed(card.points)],
        "chosen": chosen,
        "breakdown": _breakdown(one, [p for p in parts if chosen and p.starts_on == chosen.starts_on]),
        "why": why if why and (why.get("areas") or why.get("factors")) else None,
        "trace": trace,
        "way": lineage.drawn(one, trace["run"]),
        "least": one.least,
        "references": reading.references(one),
        "means": row.means,
        "definition": yaml.safe_dump(dict(row.text), allow_unicode=True, sort_keys=False),
        "alerts": alerts,
        "may_draw": row.method in ("computed", "formula", "reported")
        and bool(rights.reach(request.actor, "indicator.define")),
        "as_of": card.made_at,
    }


def begun(request: HttpRequest) -> dict[str, Any]:
    """What can be begun on the list: an indicator by its fields first, as text second."""
    rest = [{**one, "tone": ""} for one in buttons(request, by_address()["indicator"], ("define", "compute"))]
    title = t("新建指标", "Draw up an indicator")
    drawn = {"title": title, "url": "/indicator/draw/", "icon": "plus", "tone": "primary"}
    actions = [drawn, *rest] if rights.reach(request.actor, "indicator.define") else rest
    return {"actions": actions, "empty": {"text": t("还没有指标。", "No indicator yet."), "actions": actions}}


def _area(code: str) -> Area:
    found = Area.objects.filter(pk=code).first()
    if found is None:
        raise Http404
    return found


def _areas(one: Definition, here: Area) -> list[Area]:
    """Where one can look: the city, its districts, and the streets of the district one is in."""
    if one.areas == "city":
        return []
    where = Q(level__in=("city", "district"))
    if len(here.pk) >= 6 and one.areas == "street":
        where |= Q(parent=here.pk[:6], level="street")
    return sorted(Area.objects.filter(where).defer("polygon"), key=lambda area: (len(area.pk) > 6, area.pk))


def _chosen(request: HttpRequest, one: Definition, card: reading.Card) -> reading.Point | None:
    """The period that the page speaks of: the one asked for, or the card's."""
    asked = request.GET.get("period", card.period)
    return next((p for p in card.points if p.period == asked), None)


def _figure(one: Definition, area: Area, card: reading.Card) -> charts.Figure | None:
    """The course so far, what is expected of it, and its limits, for the chart block."""
    points = card.points
    if len(points) < 2:
        return None
    whole = [p for p in points if not (p.is_partial and one.runs)]
    can_tell = len(points) - len(whole) <= 1
    ahead = analysis.forecast([p.value for p in whole], periods.A_YEAR[one.period]) if can_tell else []
    use = whole if ahead else list(points)
    names = [p.period for p in use]
    names += [periods.name(one.period, periods.shift(one.period, use[-1].starts_on, n + 1)) for n in range(len(ahead))]
    gap, unit = [None] * (len(use) - 1), pick(one.unit_zh, one.unit_en)
    series = [
        charts.Series(
            pick(one.zh, one.en), [*(p.value for p in use), *([None] * len(ahead))], unit, one.precision, [], []
        )
    ]
    if ahead:
        last = use[-1].value
        middle, low, high = ([*gap, last, *(band[n] for band in ahead)] for n in (1, 0, 2))
        series.append(charts.Series(pick("预测", "Forecast"), middle, unit, one.precision, low, high, is_dashed=True))
    for limit, word in _limits(one):
        series.append(charts.Series(word, [limit] * len(names), unit, one.precision, is_dashed=True))
    return charts.Figure(
        title=pick(f"{area}：{one.zh}走势", f"{area}: course of {one.en}"),
        kind="line",
        by=pick("周期", "Period"),
        categories=names,
        series=series,
        as_of=card.as_of,
        source=card.source,
        source_url="#source",
        lead=pick("虚线为预测及阈值，阴影为八成把握的区间。", "Dashed: forecast and limits; shaded: 80 % likelihood.")
        if len(series) > 1
        else "",
    )


def _limits(one: Definition) -> list[tuple[float, str]]:
    said = ((one.amber, pick("预警", "Warning")), (one.red, pick("告警", "Alarm")))
    found = [(float(limit.split()[-1].lstrip("<>=")), f"{word} {limit}") for limit, word in said if limit]
    return [*found, *([(one.target, pick("目标", "Target"))] if one.target is not None else [])]


def _breakdown(one: Definition, rows_: list[Value]) -> list[dict[str, Any]]:
    """The parts of the area in the chosen period, each with its bar."""
    most = max((abs(row.value) for row in rows_), default=0) or 1
    return [
        {
            "area": row.area,
            "value": shown(row.value, one.precision),
            "share": round(abs(row.value) / most * 100, 1),
            "light": reading.light(one, row.value),
        }
        for row in rows_
    ]


def rows(request: HttpRequest, code: str) -> HttpResponse:
    """The rows that a value counts, as far as the reader may see them."""
    one = house.known().definitions.get(code)
    if one is None or one.method != "computed":
        raise Http404
    area, period = _area(request.GET.get("area", CITY)), request.GET.get("period", "")
    point = reading.value(code, area.pk, period) if not period or _is_period(period) else None
    if point is None:
        raise Http404
    found, problem, hidden = tracing.rows(request.actor, one, area.pk, point, ROWS)
    return render(
        request,
        "indicator/rows.html",
        {
            "title": t(f"{one.zh}：背后的数据行", f"{one.en}: the rows behind"),
            "rows": found,
            "problem": problem,
            "one": one,
            "area": area,
            "point": point,
            "value": shown(point.value, one.precision),
            "limit": ROWS,
            "unit": pick(one.unit_zh, one.unit_en),
            "hidden": hidden,
            "crumbs": [
                {"title": t("指标", "Indicators"), "url": "/indicator/"},
                {"title": pick(one.zh, one.en), "url": f"/indicator/indicator/{code}/"},
                {"title": t("数据行", "Rows"), "url": ""},
            ],
        },
    )


def _is_period(text: str) -> bool:
    try:
        periods.parse(text)
    except ValueError:
        return False
    return True


def search(request: HttpRequest) -> HttpResponse:
    """A few indicators by what somebody types, for pickers."""
    asked = request.GET.get("q", "").strip()[:60]
    found = Indicator.objects.filter(is_retired=False)
    if asked:
        found = found.filter(title_zh__icontains=asked) | found.filter(title_en__icontains=asked)
    return render(request, "indicator/_found.html", {"found": found[:20]})


def correlate(request: HttpRequest) -> HttpResponse:
    """Which indicators move with this one: over time, and across streets."""
    code = request.GET.get("code", "")
    one = house.known().definitions.get(code)
    over = request.GET.get("over", "areas")
    found = analysis_rows(one, over) if one else []
    card = reading.card(code) if one and found else None
    return render(
        request,
        "indicator/correlate.html",
        {
            "title": t("相关性", "Correlation"),
            "one": one,
            "over": over,
            "found": found,
            "code": code,
            "told_on": card.as_of if card else None,
            "source": card.source if card else "",
            "name": pick(one.zh, one.en) if one else "",
            "choices": Indicator.objects.filter(is_retired=False, method__in=("computed", "formula", "loaded"))
            .order_by("title_zh")
            .values_list("code", "title_zh", "title_en")[:1500],
        },
    )


def analysis_rows(one: Definition, over: str) -> list[dict[str, Any]]:
    here = house.known().definitions
    found = tracing.correlations(one, over)
    return [
        {
            "title": pick(here[code].zh, here[code].en),
            "code": code,
            "r": r,
            "n": n,
            "p": p,
            "tone": "up" if r > 0 else "down",
        }
        for code, r, n, p in found
        if code in here
    ]

"""Where a value comes from: its tables in their versions, its statement, its rows by right; and why it moved."""

from collections.abc import Callable, Sequence
from typing import Any

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.text import pick, t
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.identity.public import Area
from ludao.blocks.indicator import computing, house, reading
from ludao.blocks.indicator.engine import analysis, compiling, formulas, periods
from ludao.blocks.indicator.engine.compiling import CITY
from ludao.blocks.indicator.engine.definition import Definition
from ludao.blocks.indicator.models import Entry, Run, Value, shown
from ludao.blocks.indicator.reading import Point
from ludao.blocks.lake import public as lake


def trace(one: Definition, area: str, point: Point | None) -> dict[str, Any]:
    """What the page shows of a value's way: run, versions, statement, what it takes and what takes it."""
    run = Run.objects.filter(pk=point.run).first() if point and point.run else None
    found: dict[str, Any] = {"run": run, "method": one.method, "taken": _taken(one), "takers": _takers(one.code)}
    if one.method == "computed":
        unit = computing.unit_of(one.code)
        if unit:
            found |= {
                "sql": compiling.alone(unit, one, run.as_of if run else clock.today()),
                "unit": unit,
                "tables": _tables(unit, run),
                "with": len(unit.definitions) - 1,
            }
    elif one.method == "formula":
        found["sql"] = formulas.sql(one, house.known().definitions)
    elif one.method == "reported" and point:
        found["entries"] = list(
            Entry.objects.filter(task__indicator=one.code, task__area=area, task__starts_on=point.starts_on).order_by(
                "pk"
            )
        )
    return found


def _tables(unit: compiling.Unit, run: Run | None) -> list[dict[str, Any]]:
    addresses = computing.reads(unit)
    entries = catalogue.Entry.objects.filter(pk__in=addresses).select_related("owner").in_bulk()
    return [
        {
            "address": a,
            "title": str(entries[a]) if a in entries else a,
            "entry": entries.get(a),
            "owner": entries[a].owner if a in entries else None,
            "version": (run.versions.get(a) if run else None),
        }
        for a in addresses
    ]


def _taken(one: Definition) -> list[Definition]:
    here = house.known().definitions
    if one.method != "formula":
        return []
    return [here[c] for c in sorted(formulas.read(one.formula).codes) if c in here]


def _takers(code: str) -> list[Definition]:
    return [
        d
        for d in house.known().definitions.values()
        if d.method == "formula" and code in formulas.read(d.formula).codes
    ]


def rows(
    actor: Actor, one: Definition, area: str, point: Point, limit: int
) -> tuple[list[dict[str, Any]], Any, list[str]]:
    """The rows a value counts, as the catalogue lets this person see their tables; else why not."""
    unit = computing.unit_of(one.code)
    if unit is None:
        return [], t("现在不能计算", "It cannot be computed now"), []
    allowed, closed = {}, []
    for address in computing.reads(unit):
        may = catalogue.allowed(actor, address)
        if may is None:
            closed.append(address)
        else:
            allowed[address] = may
    if closed:
        return (
            [],
            t(
                f"您无权查看 {'、'.join(closed)} 的数据行，可在数据目录申请",
                f"The rows of {', '.join(closed)} are not yours to see; ask for them in the catalogue",
            ),
            closed,
        )
    try:
        sql = compiling.rows_of(unit, one, area, point.starts_on, point.as_of, limit)
        return lake.sandbox(sql, allowed, most_rows=limit).rows(), None, []
    except Problem as problem:
        return [], problem, []


def register() -> None:
    """Tells the catalogue which datasets the values come from. By dataset, not by column: a count of telephones is no
    telephone, and must not be graded like one."""
    read = sorted({address for unit in computing.plan(house.known()) for address in computing.reads(unit)})
    catalogue.derived("indicator.value", columns={"": [(address, "") for address in read]}, by="indicator")


# — why it moved ————————————————————————————————————————————————————————————————————————————————————


def why(one: Definition, area: Area, point: Point | None, points: Sequence[Point]) -> dict[str, Any] | None:
    """The move against the period before: by areas, or by what the formula takes."""
    before_on = periods.shift(one.period, point.starts_on, -1) if point else None
    before = next((p for p in points if p.starts_on == before_on), None)
    if point is None or before is None:
        return None
    found: dict[str, Any] = {
        "before": before.period,
        "before_on": before.starts_on,
        "moved_text": f"{point.value - before.value:+,.{one.precision}f}",
        "is_open": point.is_partial and one.runs,
    }
    if one.method == "formula":
        found["factors"] = _shown(_by_factor(one, area, before.starts_on, point), one.precision)
    return found


def parts(one: Definition, area: Area, starts: Sequence[Any]) -> list[Value]:
    """The values of the area's parts in these periods."""
    level = "district" if len(area.pk) == 4 else "street"
    if one.depth <= len(area.pk):
        return []
    rows_ = Value.objects.filter(indicator=one.code, area__parent=area, area__level=level, starts_on__in=starts)
    return list(rows_.select_related("area").order_by("-value"))


def by_area(one: Definition, rows_: Sequence[Value], before_on: Any) -> list[dict[str, Any]]:
    """How much each part's own change moved the whole."""
    then = {str(r.area): r.value for r in rows_ if r.starts_on == before_on}
    now = {str(r.area): r.value for r in rows_ if r.starts_on != before_on}
    return _shown(analysis.parts(then, now), one.precision)


def moved(cards: Sequence[reading.Card], area: Area) -> dict[str, list[dict[str, Any]]]:
    """How much each part of the area moved each indicator, between its headline period and the one before; by one
    statement for all of them."""
    here = house.known().definitions
    spans: dict[str, tuple[Any, Any]] = {}
    for card in cards:
        point = next((p for p in card.points if p.period == card.period), None)
        if point is not None and here[card.code].depth > len(area.pk):
            spans[card.code] = point.starts_on, periods.shift(here[card.code].period, point.starts_on, -1)
    days = {day for span in spans.values() for day in span}
    level = "district" if len(area.pk) == 4 else "street"
    rows_ = Value.objects.filter(indicator__in=spans, area__parent=area, area__level=level, starts_on__in=days)
    found: dict[str, list[Value]] = {code: [] for code in spans}
    for row in rows_.select_related("area"):
        if row.starts_on in spans[row.indicator_id]:
            found[row.indicator_id].append(row)
    return {code: by_area(here[code], some, spans[code][1]) for code, some in found.items()}


def _by_factor(one: Definition, area: Area, before_on: Any, point: Point) -> list[analysis.Share]:
    """Only where each operand is a plain value of the same kind of period."""
    here, formula = house.known().definitions, formulas.read(one.formula)
    if any(o.view or here[o.code].period != one.period for o in formula.operands) or len(formula.operands) < 2:
        return []
    rows_ = Value.objects.filter(indicator__in=formula.codes, area=area, starts_on__in=(before_on, point.starts_on))
    known = {(r.indicator_id, r.starts_on): r.value for r in rows_}
    pairs = [(known.get((o.code, before_on)), known.get((o.code, point.starts_on))) for o in formula.operands]
    if any(a is None or b is None for a, b in pairs):
        return []
    names = [pick(here[o.code].zh, here[o.code].en) for o in formula.operands]
    return analysis.factors(_worked(formula.rest), [a for a, _ in pairs], [b for _, b in pairs], names)  # type: ignore[misc]


def _worked(rest: str) -> Callable[[Sequence[float]], float]:
    """The formula as it is computed: by the engine, on given numbers."""

    def at(values: Sequence[float]) -> float:
        names = ", ".join(f"$v{n}::double as v{n}" for n in range(len(values)))
        found = lake.sql(f"select ({rest})::double from (select {names})", {f"v{n}": v for n, v in enumerate(values)})
        value = found.one()
        return float("nan") if value is None else float(value)

    return at


def _shown(shares: list[analysis.Share], precision: int) -> list[dict[str, Any]]:
    most = max((abs(s.moved) for s in shares), default=0) or 1
    return [
        {
            "name": s.name,
            "moved": f"{s.moved:+,.{max(precision, 0 if abs(s.moved) >= 10 else 2)}f}",
            "share": None if s.share is None else f"{s.share:.0f}%",
            "width": round(abs(s.moved) / most * 100, 1),
            "tone": "up" if s.moved >= 0 else "down",
            "before": shown(s.before, precision),
            "after": shown(s.after, precision),
        }
        for s in shares[:10]
    ]


# — what it moves with ——————————————————————————————————————————————————————————————————————————————

MOST = 30


def correlations(one: Definition, over: str) -> list[tuple[str, float, int, float]]:
    """Across streets (or districts) in each one's newest period; or over time, by changes from period to period, so
    that two trends alone are no correlation."""
    if over == "time":
        rows_ = Value.objects.filter(indicator__period=one.period, area=CITY).values_list(
            "indicator", "starts_on", "value"
        )
        found: dict[str, dict[Any, float]] = {}
        for code, start, value in rows_:
            found.setdefault(code, {})[start] = value
        starts = sorted(found.get(one.code, {}))
        table = {code: _steps([by.get(s, float("nan")) for s in starts]) for code, by in found.items()}
    else:
        newest = Value.objects.filter(area__level="street").raw(
            "select distinct on (indicator_id, area_id) id, indicator_id, area_id, value from indicator_value"
            " where length(area_id) = 9 order by indicator_id, area_id, starts_on desc"
        )
        found = {}
        for row in newest:
            found.setdefault(row.indicator_id, {})[row.area_id] = row.value
        areas = sorted(found.get(one.code, {}))
        table = {code: [by.get(a, float("nan")) for a in areas] for code, by in found.items()}
    mine = table.pop(one.code, [])
    linked = _kin(one.code)
    others = {code: series for code, series in table.items() if code not in linked}
    return analysis.correlated(mine, others)[:MOST] if mine else []


def _steps(values: list[float]) -> list[float]:
    return [b - a for a, b in zip(values, values[1:], strict=False)]


def _kin(code: str) -> set[str]:
    """What is made of it or it is made of: of course they move together."""
    here = house.known().definitions
    kin = {d.code for d in _takers(code)}
    if here[code].method == "formula":
        kin |= formulas.read(here[code].formula).codes
    return kin


__all__ = ["correlations", "rows", "shown", "trace", "why"]

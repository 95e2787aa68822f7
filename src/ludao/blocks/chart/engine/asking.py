"""From a declared chart to one SELECT that groups: safe expressions only, and nothing that would name a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from ludao.base import sql
from ludao.base.errors import Problem
from ludao.base.sql import Dialect, SafeExpression
from ludao.base.text import t

from .spec import MOST_GROUPS, Dimension, Spec

DIGITS = {4: 6, 6: 9, 9: 12, 12: 12}  # an area code's length → that of its parts
CITY_DIGITS = 4
# What a column tells of a person. Identifying ones are counted only; guarded ones may part the rows into groups, of
# which those with fewer than FEWEST rows are not shown.
OPEN, GUARDED, IDENTIFYING = "open", "guarded", "identifying"
FEWEST = 5
UNKNOWN = "∅"  # how a group is called whose value is missing
_SUMS = (exp.Count, exp.Sum, exp.Avg)


@dataclass(frozen=True)
class Kept:
    """Which rows are looked at: from a day, until a day (""), and of which words of its dimensions."""

    since: str = ""
    until: str = ""
    picks: tuple[tuple[str, str], ...] = ()


ALL = Kept()
PICK = "f."


def kept_of(asked: Mapping[str, str]) -> Kept:
    """As it stands in an address: since=2024-01-01, until=2024-12-31, f.kind=食品."""
    named = {name.removeprefix(PICK): word[:200] for name, word in asked.items() if name.startswith(PICK) and word}
    return Kept(asked.get("since", ""), asked.get("until", ""), tuple(named.items())[:8])


def asked_of(kept: Kept) -> dict[str, str]:
    """The same for an address."""
    days = {"since": kept.since, "until": kept.until}
    return {name: said for name, said in {**days, **{PICK + n: w for n, w in kept.picks}}.items() if said}


@dataclass(frozen=True)
class View:
    """How a chart is looked at: by which of its dimensions, in which area ("" is the whole city), of which rows."""

    by: str = ""
    split: str = ""
    area: str = ""
    kept: Kept = ALL


def view_of(spec: Spec, by: str = "", split: str | None = None, area: str = "", kept: Kept = ALL) -> View:
    """What was asked for, where the chart knows it; else what it declares."""
    chosen = by if by in spec.dimensions else spec.by
    other = spec.split if split is None else split if split in spec.dimensions else ""
    return View(chosen, "" if other == chosen else other, area if spec.area else "", _known(spec, kept))


def _known(spec: Spec, kept: Kept) -> Kept:
    """What the chart can be kept to: its own words, and days where it knows a time."""
    for day in (kept.since, kept.until):
        if day and not _is_day(day):
            raise Problem(t(f"不是日期：{day[:20]}", f"Not a day: {day[:20]}"), field="until")
    picks = tuple((name, word) for name, word in kept.picks if name in spec.dimensions and word)
    return Kept(kept.since, kept.until, picks) if spec.time else Kept(picks=picks)


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def hides_few(spec: Spec, view: View, columns: Mapping[str, str]) -> bool:
    """Whether small groups are left out, because a guarded column parts or picks the rows."""
    time = spec.time if view.kept.since or view.kept.until else ""
    names = (view.by, view.split, time, *(name for name, _ in view.kept.picks))
    texts = [spec.where, *(spec.dimensions[name].sql for name in names if name)]
    used = {column for text in texts if text for column in _grouping(text, columns, "").columns}
    return any(columns[name] == GUARDED for name in used)


def statement(spec: Spec, view: View, source: str, columns: Mapping[str, str], dialect: Dialect) -> str:
    """The SELECT with the columns b, s and m0, m1 …; `source` is a table or a query in brackets, `columns` what it has
    and what that tells. Raises Problem for what may not be asked."""
    b = _dimension(spec, view.by, view.area, columns, dialect)
    s = _dimension(spec, view.split, view.area, columns, dialect)
    measures = ", ".join(f"{_measure(m.sql, columns).sql(dialect)} as m{n}" for n, m in enumerate(spec.measures))
    conditions = [_grouping(spec.where, columns, "where").sql(dialect)] if spec.where else []
    if view.area:
        conditions.append(_within(spec.area, view.area, columns).sql(dialect))
    conditions += _kept(spec, view, columns, dialect)
    where = " where " + " and ".join(f"({c})" for c in conditions) if conditions else ""
    having = f" having count(*) >= {FEWEST}" if hides_few(spec, view, columns) else ""
    order = "1, 2" if spec.order == "by" or _is_time(spec, view.by) else "3 desc nulls last, 1, 2"
    return (f"select {b} as b, {s} as s, {measures} from {source} as rows{where} group by 1, 2{having}"
            f" order by {order} limit {MOST_GROUPS}")


def parameters(view: View) -> dict[str, str]:
    """The words that a statement is bound to."""
    return {f"pick_{n}": word for n, (_, word) in enumerate(view.kept.picks) if word != UNKNOWN}


def _kept(spec: Spec, view: View, columns: Mapping[str, str], dialect: Dialect) -> list[str]:
    found = []
    for n, (name, word) in enumerate(view.kept.picks):
        one = spec.dimensions[name]
        text = _grouping(one.sql, columns, name).sql(dialect)
        said = f"cast({text} as varchar)"
        if word == UNKNOWN:
            found.append(f"{text} is null or {said} = ''")
        elif one.kind == "area":
            found.append(f"starts_with({said}, $pick_{n})")
        else:
            found.append(f"{said} = $pick_{n}")
    for sign, day in ((">=", view.kept.since), ("<=", view.kept.until)):
        if day:
            time = _dimension(spec, spec.time, "", columns, dialect)
            found.append(f"{time} {sign} {_moment(spec.dimensions[spec.time], day)}")
    return found


def _moment(one: Dimension, day: str) -> str:
    """A day as the dimension tells it: its year, its month, itself."""
    return {"year": str(int(day[:4])), "month": f"'{day[:7]}'"}.get(one.kind, f"date '{day}'")


def _is_time(spec: Spec, name: str) -> bool:
    return bool(name) and spec.dimensions[name].is_time


def _dimension(spec: Spec, name: str, area: str, columns: Mapping[str, str], dialect: Dialect) -> str:
    if not name:
        return "null"
    one = spec.dimensions[name]
    text = f"left({one.sql}, {parts_digits(area)})" if one.kind == "area" else one.sql
    return f"cast({_grouping(text, columns, name).sql(dialect)} as {_kind(one)})"


def _kind(one: Dimension) -> str:
    return {"year": "integer", "day": "date"}.get(one.kind, "varchar")


def parts_digits(area: str) -> int:
    """How many digits the codes of an area's parts have."""
    return DIGITS.get(len(area or "0" * CITY_DIGITS), 12)


def _within(column: str, area: str, columns: Mapping[str, str]) -> SafeExpression:
    if not (area.isdigit() and len(area) in DIGITS):
        raise Problem(t("不是区划代码", "Not an area code"), field="area")
    return _grouping(f"left({column}, {len(area)}) = '{area}'", columns, "area")


def _grouping(text: str, columns: Mapping[str, str], field: str) -> SafeExpression:
    """What parts or picks the rows: never a column that names somebody."""
    safe = sql.expression(text, list(columns), field=field)
    for name in safe.columns:
        if columns[name] == IDENTIFYING:
            raise Problem(t(f"{name} 能指明个人，图表不能按它分组或筛选",
                            f"{name} names people: a chart does not group or filter by it"), field=field)
    return safe


def _measure(text: str, columns: Mapping[str, str]) -> SafeExpression:
    """Counts, sums and means; others only over what tells of nobody."""
    safe = sql.expression(text, list(columns), sql.DEFAULT | sql.AGGREGATES, "measures")
    if not any(isinstance(node, exp.AggFunc) for node in safe.tree.walk()):
        raise Problem(t(f"“{text}”不是汇总：请用 count、sum、avg 等",
                        f"“{text}” sums nothing up: use count, sum, avg …"), field="measures")
    for column in safe.tree.find_all(exp.Column):
        above = column.find_ancestor(exp.AggFunc)
        if columns.get(column.name, OPEN) != OPEN and not isinstance(above, _SUMS):
            raise Problem(t(f"{column.name} 是敏感数据，只能计数、求和或求平均",
                            f"{column.name} is sensitive: only counted, summed or averaged"), field="measures")
    return safe

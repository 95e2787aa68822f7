"""From definitions to SQL: indicators over one source become one scan of it, and each alone becomes one statement.

A scan makes partial results by month (or day) and street; what is asked by city, district, street and by longer
periods is added up from those few rows. Three ways of time: `flow` counts rows whose day lies in the period, `stock`
those that hold at its end (who came less who went), `state` those there are now. What cannot be added up (a median, a
distinct count, an age at the period's end) is `whole`: computed for every period and area by itself, in one more scan.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ludao.blocks.indicator.engine import aggregates, periods
from ludao.blocks.indicator.engine.aggregates import Partial
from ludao.blocks.indicator.engine.definition import Definition, Source

CITY = "3502"
AREA = 9  # digits of a street's code, the smallest area values are kept for


@dataclass(frozen=True)
class Unit:
    """Indicators that one scan serves: of one source, in one way of time."""

    source: Source
    way: str  # flow, stock, state
    is_whole: bool
    on: str
    since: str
    until: str
    definitions: tuple[Definition, ...]

    @property
    def name(self) -> str:
        when = self.on or "-".join(filter(None, (self.since, self.until))) or "now"
        return f"{self.source.name}.{self.way}{'.whole' if self.is_whole else ''}.{when}"

    @property
    def digest(self) -> str:
        """Changes with whatever changes its values, but the data."""
        parts = [self.source.sql, self.way, self.on, self.since, self.until, self.source.area]
        parts += [f"{d.code} {d.value} {d.where} {d.period} {d.depth} {d.periods}" for d in self.definitions]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def units(definitions: Iterable[Definition], sources: Mapping[str, Source]) -> list[Unit]:
    """Which scans compute them. Each definition is in exactly one."""
    found: dict[tuple[object, ...], list[Definition]] = {}
    for one in definitions:
        source = sources[one.source]
        on, since, until = one.on or source.on, one.since or source.since, one.until or source.until
        if one.on or (source.on and not one.since):
            since = until = ""
        else:
            on = ""
        way = "flow" if on else "stock" if since else "state"
        taken = aggregates.take(one.value, one.where)
        is_whole = (
            taken is None
            or taken.reads_end
            or (
                way == "stock"
                and (
                    one.period not in ("month", "quarter", "year")
                    or not all(p.can_be_taken_off for p in taken.partials)
                )
            )
        )
        found.setdefault((source, way, is_whole, on, since, until), []).append(one)
    return [Unit(*key, tuple(some)) for key, some in found.items()]  # type: ignore[arg-type, call-arg]


@dataclass(frozen=True)
class Step:
    """A statement that makes the temporary table `name`."""

    name: str
    sql: str


def columns_read(some: Iterable[Unit]) -> list[str]:
    """The columns of their source that these units ask for."""
    texts = [text for u in some for text in (u.source.area, u.source.at, u.on, u.since, u.until)]
    texts += [text for u in some for d in u.definitions for text in (d.value, d.where)]
    return sorted({name for text in texts if text for name in aggregates.columns(text)} - {"ends_on"})


def steps(unit: Unit, as_of: date) -> list[Step]:
    """The scan and what is added up from it; the tables `value_<n>` (area, starts_on, one column a definition) result,
    of which `columns` tells the codes. `areas(code, depth)` must be there."""
    return _whole(unit, as_of) if unit.is_whole else _parts(unit, as_of)


def groups(unit: Unit) -> list[tuple[str, list[Definition]]]:
    """Definitions by period: each makes one table of values."""
    kinds: dict[str, list[Definition]] = {}
    for one in unit.definitions:
        kinds.setdefault(one.period, []).append(one)
    return list(kinds.items())


def alone(unit: Unit, one: Definition, as_of: date) -> str:
    """One indicator's values as one statement (area, starts_on, value): what a person opens, and can run by hand."""
    single = Unit(unit.source, unit.way, unit.is_whole, unit.on, unit.since, unit.until, (one,))
    made = steps(single, as_of)
    ctes = ",\n".join(f"{step.name} as (\n{step.sql}\n)" for step in made)
    return f"with {ctes}\nselect area, starts_on, v0 as value from {made[-1].name} where v0 is not null"


def tables(one: Definition, as_of: date) -> list[date]:
    return periods.back(one.period, as_of, one.periods)


# — what can be added up ————————————————————————————————————————————————————————————————————————————


def _parts(unit: Unit, as_of: date) -> list[Step]:
    partials = list(dict.fromkeys(p for d in unit.definitions for p in _taken(d)))
    base = "day" if any(d.period in ("day", "week") for d in unit.definitions) and unit.way == "flow" else "month"
    made = [Step("scan", _scan(unit, partials, base, as_of))]
    for number, (kind, some) in enumerate(groups(unit)):
        made += _kind(unit, number, kind, some, partials, as_of)
    return made


def _taken(one: Definition) -> tuple[Partial, ...]:
    taken = aggregates.take(one.value, one.where)
    assert taken is not None
    return taken.partials


def _scan(unit: Unit, partials: Sequence[Partial], base: str, as_of: date) -> str:
    area = f"coalesce(left({unit.source.area}, {AREA}), '')" if unit.source.area else "''"
    rows = f"({unit.source.sql})"
    if unit.way == "flow":
        first = min(tables(d, as_of)[0] for d in unit.definitions)
        columns = ", ".join(f"{p.sql()} as x{n}" for n, p in enumerate(partials))
        return (
            f"select date_trunc('{base}', {unit.on})::date as at_on, {area} as street, {columns}\n"
            f"from {rows} as rows\n"
            f"where {unit.on} >= date '{first}' and {unit.on} < date '{as_of + timedelta(days=1)}'\ngroup by all"
        )
    if unit.way == "state":
        columns = ", ".join(f"{p.sql()} as x{n}" for n, p in enumerate(partials))
        return (
            f"select date '{as_of.replace(day=1)}' as at_on, {area} as street, {columns}\n"
            f"from {rows} as rows\ngroup by all"
        )
    come = ", ".join(f"{p.sql()} as x{n}" for n, p in enumerate(partials))
    text = (
        f"select date_trunc('month', {unit.since})::date as at_on, {area} as street, {come}\n"
        f"from {rows} as rows\n"
        f"where {unit.since} <= date '{as_of}'\ngroup by all"
    )
    if unit.until:
        go = ", ".join(f"{p.sql('-1')} as x{n}" for n, p in enumerate(partials))
        text += (
            f"\nunion all\nselect date_trunc('month', {unit.until})::date, {area}, {go}\nfrom {rows} as rows\n"
            f"where {unit.until} <= date '{as_of}' and {unit.since} <= date '{as_of}'\ngroup by all"
        )
    return text


def _kind(
    unit: Unit, number: int, kind: str, some: Sequence[Definition], partials: Sequence[Partial], as_of: date
) -> list[Step]:
    used = sorted({partials.index(p) for d in some for p in _taken(d)})
    depth = max(d.depth for d in some) if unit.source.area else 4
    lengths = [length for length in (6, 9) if length <= depth]
    sets = ", ".join(["(starts_on)", *(f"(starts_on, area{length})" for length in lengths)])
    area = f"coalesce({', '.join([f'area{length}' for length in reversed(lengths)] + [repr(CITY)])})"
    sums = ", ".join(f"{partials[n].again(f'x{n}')} as x{n}" for n in used)
    cuts = "".join(f", left(street, {length}) as area{length}" for length in lengths)
    if unit.way == "stock":
        starts = periods.back(kind, as_of, max(d.periods for d in some))
        calendar = ", ".join(f"(date '{s}', date '{min(periods.last_day(kind, s), as_of)}')" for s in starts)
        source = (
            f"(select c.starts_on{cuts}, s.* exclude (street) from (values {calendar}) as c(starts_on, ends_on)\n"
            f" join scan s on s.at_on <= c.ends_on)"
        )
    else:
        source = f"(select date_trunc('{kind}', at_on)::date as starts_on{cuts}, scan.* from scan)"
    total = Step(
        f"total_{number}", f"select starts_on, {area} as area, {sums}\nfrom {source}\ngroup by grouping sets ({sets})"
    )
    filled = ", ".join(f"{_filled(partials[n], f't.x{n}')} as x{n}" for n in used)
    values = ", ".join(f"({_over(d, partials)})::double as v{n}" for n, d in enumerate(some))
    return [
        total,
        Step(
            f"value_{number}",
            (
                f"select g.area, g.starts_on, {values}\n"
                f"from (select g.area, g.starts_on, {filled}\n"
                f"  from (select a.code as area, p.starts_on from areas a cross join "
                f"(select distinct starts_on from total_{number}) p where length(a.code) <= {depth}) g\n"
                f"  left join total_{number} t on t.area = g.area and t.starts_on = g.starts_on) g"
            ),
        ),
    ]


def _filled(partial: Partial, column: str) -> str:
    """Where no row was, a count and a sum are nought; a smallest or largest is not known."""
    return f"coalesce({column}, 0)" if partial.can_be_taken_off else column


def _over(one: Definition, partials: Sequence[Partial]) -> str:
    taken = aggregates.take(one.value, one.where)
    assert taken is not None
    return taken.over([f"x{partials.index(p)}" for p in taken.partials])


# — what is computed whole ——————————————————————————————————————————————————————————————————————————


def _whole(unit: Unit, as_of: date) -> list[Step]:
    made = []
    for number, (kind, some) in enumerate(groups(unit)):
        depth = max(d.depth for d in some) if unit.source.area else 4
        lengths = [length for length in (6, 9) if length <= depth]
        sets = ", ".join(["(starts_on)", *(f"(starts_on, area{length})" for length in lengths)])
        area = f"coalesce({', '.join([f'area{length}' for length in reversed(lengths)] + [repr(CITY)])})"
        cuts = "".join(f", coalesce(left({unit.source.area}, {length}), '') as area{length}" for length in lengths)
        values = ", ".join(f"({aggregates.filtered(d.value, d.where)})::double as v{n}" for n, d in enumerate(some))
        made.append(
            Step(
                f"value_{number}",
                (
                    f"select {area} as area, starts_on, {values}\nfrom ({_timed(unit, kind, some, cuts, as_of)})\n"
                    f"group by grouping sets ({sets})"
                ),
            )
        )
    return made


def _timed(unit: Unit, kind: str, some: Sequence[Definition], cuts: str, as_of: date) -> str:
    """The source's rows, each with the period it counts in (several, for what holds at their ends)."""
    starts = periods.back(kind, as_of, max(d.periods for d in some))
    if unit.way == "flow":
        return (
            f"select *{cuts}, date_trunc('{kind}', {unit.on})::date as starts_on,"
            f" least(date_trunc('{kind}', {unit.on})::date + interval 1 {kind} - interval 1 day,"
            f" date '{as_of}')::date"
            f" as ends_on\nfrom ({unit.source.sql}) as rows"
            f" where {unit.on} >= date '{starts[0]}' and {unit.on} < date '{as_of + timedelta(days=1)}'"
        )
    ends = [(s, min(periods.last_day(kind, s), as_of)) for s in (starts if unit.way == "stock" else starts[-1:])]
    calendar = ", ".join(f"(date '{s}', date '{e}')" for s, e in ends)
    held = (
        ""
        if unit.way == "state"
        else (
            f" on {unit.since} <= c.ends_on"
            + (f" and ({unit.until} is null or {unit.until} > c.ends_on)" if unit.until else "")
        )
    )
    join = (
        f"join (values {calendar}) as c(starts_on, ends_on){held}"
        if held
        else f"cross join (values {calendar}) as c(starts_on, ends_on)"
    )
    return f"select *{cuts}\nfrom ({unit.source.sql}) as rows {join}"


# — the rows behind a value —————————————————————————————————————————————————————————————————————————


def rows_of(unit: Unit, one: Definition, area: str, start: date, as_of: date, limit: int) -> str:
    """The source's rows that one value counts."""
    conditions = [one.where] if one.where else []
    if unit.source.area and area != CITY:
        conditions.append(f"starts_with({unit.source.area}, '{area}')")
    end = min(periods.last_day(one.period, start), as_of)
    if unit.way == "flow":
        conditions += [f"{unit.on} >= date '{start}'", f"{unit.on} < date '{end + timedelta(days=1)}'"]
    elif unit.way == "stock":
        conditions.append(f"{unit.since} <= date '{end}'")
        if unit.until:
            conditions.append(f"({unit.until} is null or {unit.until} > date '{end}')")
    where = " and ".join(f"({one})" for one in conditions).replace("ends_on", f"date '{end}'")
    return f"select * from ({unit.source.sql}) as counted{f' where {where}' if where else ''} limit {limit}"

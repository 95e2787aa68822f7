"""Computes what has changed: one scan a source, sums by area and period, formulas level by level, values in one copy.

A unit (indicators over one source) is computed again when its definitions, the versions of its tables or the newest
day in them differ from its last run; formulas follow what they take.
"""

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from io import BytesIO
from typing import Any

import structlog
from django.db import connection, transaction

from ludao.base import clock, datasets
from ludao.blocks.identity.public import Area
from ludao.blocks.indicator import defining, house, shipping
from ludao.blocks.indicator.engine import compiling, formulas, periods
from ludao.blocks.indicator.engine.compiling import Unit
from ludao.blocks.indicator.engine.definition import Definition
from ludao.blocks.indicator.house import House
from ludao.blocks.indicator.models import Indicator, Run
from ludao.blocks.lake import public as lake

log = structlog.get_logger()
FORMULAS = "formulas"


@dataclass
class Computed:
    """What one computing did."""

    units: int = 0
    skipped: int = 0
    values: int = 0
    changed: int = 0
    seconds: float = 0.0
    codes: set[str] = field(default_factory=set)
    failed: dict[str, str] = field(default_factory=dict)


def compute(
    addresses: Collection[str] | None = None,
    *,
    is_forced: bool = False,
    tell: Callable[[int, int, str], None] = lambda done, total, what: None,
) -> Computed:
    """Everything that has changed; with `addresses` only what reads these tables. `is_forced` computes all anew."""
    began, done, here = time.monotonic(), Computed(), house.known()
    here = _without_refused(here, done)
    units = [u for u in plan(here) if addresses is None or set(reads(u)) & set(addresses)]
    newest = {run.unit: run for run in Run.objects.filter(is_newest=True)}
    made: list[Any] = []
    with lake.session() as work:
        _begin(work)
        for number, (source, some) in enumerate(_by_source(units)):
            tell(number, len(units) + 1, source)
            try:
                made += _source(work, some, newest, is_forced, done)
            except Exception as error:  # noqa: BLE001  whatever an engine raises is kept, and the others go on
                log.error("indicators failed", source=source, error=str(error))
                told = str(lake.told_of(type(error).__name__, str(error)))
                done.failed[source] = told[:500]
                for unit in some:
                    _note(unit, {}, clock.today(), 0, 0, told[:2000])
        tell(len(units), len(units) + 1, FORMULAS)
        other = redefined(newest.get(FORMULAS))
        if done.codes or is_forced or other:
            made += _formulas(work, here, done, other, is_forced, made)
    if made:
        import pyarrow as pa

        whole = pa.concat_tables(made)
        done.values, done.changed = whole.num_rows, store(whole)
    done.seconds = time.monotonic() - began
    return done


def _without_refused(here: House, done: Computed) -> House:
    """What a page defined over columns that were graded higher since is computed no more, and its values go."""
    mine = [d for d in here.definitions.values() if d.by == "page" and d.method == "computed"]
    found = {one.code: problem for one in mine if (problem := defining.refused(one))}
    if not found:
        return here
    shipping.drop_values(found)
    done.failed |= {code: str(problem)[:500] for code, problem in found.items()}
    return replace(here, definitions={c: d for c, d in here.definitions.items() if c not in found})


def _by_source(units: Iterable[Unit]) -> list[tuple[str, list[Unit]]]:
    found: dict[str, list[Unit]] = {}
    for unit in units:
        found.setdefault(unit.source.name, []).append(unit)
    return list(found.items())


def _source(work: Any, units: list[Unit], newest: Mapping[str, Run], is_forced: bool, done: Computed) -> list[Any]:
    """One pass over a source: the columns its units ask for, read once; each unit's sums are made from those."""
    versions = _versions(reads(units[0]))
    stale = [u for u in units if is_forced or not _stands(u, newest.get(u.name), versions)]
    done.skipped += len(units) - len(stale)
    if not stale:
        return []
    columns = ", ".join(f'"{name}"' for name in compiling.columns_read(stale)) or "1 as one"
    work.sql(f"create or replace temp table source_rows as select {columns} from ({stale[0].source.sql}) as rows")
    days: dict[str, date] = {}
    return [_unit(work, unit, versions, days, done) for unit in stale]


def _stands(unit: Unit, last: Run | None, versions: Mapping[str, int]) -> bool:
    return last is not None and not last.error and last.digest == unit.digest and last.versions == versions


def redefined(last: Run | None) -> set[str]:
    """Formulas that were written since formulas were last computed."""
    found = Indicator.objects.filter(method="formula", is_retired=False)
    return set((found.filter(changed_at__gt=last.at) if last else found).values_list("pk", flat=True))


def is_stale() -> bool:
    """Whether a definition, or the query of a source, is other than what the values were computed by."""
    newest = {run.unit: run for run in Run.objects.filter(is_newest=True)}
    digests = {unit: run.digest for unit, run in newest.items()}
    is_other = any(digests.get(unit.name) != unit.digest for unit in plan(house.known()))
    return is_other or bool(redefined(newest.get(FORMULAS)))


def plan(here: House) -> list[Unit]:
    """The scans of all computed indicators whose tables are there or can be copied."""
    found = compiling.units([d for d in here.definitions.values() if d.method == "computed"], here.sources)
    return sorted(found, key=lambda unit: unit.name)


def unit_of(code: str) -> Unit | None:
    return next((u for u in plan(house.known()) if any(d.code == code for d in u.definitions)), None)


def reads(unit: Unit) -> list[str]:
    """The tables its query names, found by sqlglot."""
    return list(named(unit.source.sql))


@cache
def named(sql: str) -> tuple[str, ...]:
    return tuple(lake.tables_of(sql))


def _begin(work: Any) -> None:
    import pyarrow as pa

    codes = list(Area.objects.filter(level__in=("city", "district", "street")).values_list("pk", flat=True))
    work.register("areas", pa.table({"code": codes}))


def _unit(work: Any, unit: Unit, versions: Mapping[str, int], days: dict[str, date], done: Computed) -> Any:
    """Its values as one table. Nothing here names a table of the lake, so the engine is asked as it is."""
    import pyarrow as pa

    began = time.monotonic()
    told = unit.source.at or unit.on
    if told not in days:
        days[told] = newest_day(work, told)
    as_of, held = days[told], replace(unit, source=replace(unit.source, sql="select * from source_rows"))
    for step in compiling.steps(held, as_of):
        work.connection.execute(f"create or replace temp table {step.name} as {step.sql}")
    table = pa.concat_tables(
        [
            _long(work, f"value_{number}", kind, some, as_of)
            for number, (kind, some) in enumerate(compiling.groups(unit))
        ]
    )
    run = _note(unit, versions, as_of, table.num_rows, time.monotonic() - began)
    done.units += 1
    done.codes |= {d.code for d in unit.definitions}
    return _made_by(table, run)


def _made_by(table: Any, run: Run) -> Any:
    import pyarrow as pa

    return table.append_column("run", pa.array([run.pk] * table.num_rows, pa.int64()))


def _versions(addresses: Iterable[str]) -> dict[str, int]:
    """Of each table; a dataset of the house that lives in PostgreSQL is brought up to its tables first."""
    known = {d.address for d in datasets.every()}
    return {
        address: lake.flow(address).version if address in known else lake.describe(address).version
        for address in sorted(addresses)
    }


def newest_day(work: Any, told: str) -> date:
    """The newest day the source tells of, not after today."""
    if not told:
        return clock.today()
    row = work.connection.execute(f"select max({told})::date from source_rows").fetchall()
    found: date | None = row[0][0]
    return min(found, clock.today()) if found else clock.today()


def _long(work: Any, table: str, kind: str, some: list[Definition], as_of: date) -> Any:
    """One row a value: code, area, starts_on, value, is_partial."""
    parts = [
        f"select '{d.code}' as code, area, starts_on, v{n} as value from {table}"
        f" where v{n} is not null and isfinite(v{n}) and length(area) between 4 and {d.depth}"
        f" and starts_on >= date '{periods.back(kind, as_of, d.periods)[0]}'"
        for n, d in enumerate(some)
    ]
    open_from = periods.start_of(kind, as_of + timedelta(days=1))
    step = {"day": "1 day", "week": "7 day", "month": "1 month", "quarter": "3 month", "year": "1 year"}[kind]
    query = (
        f"select code, area, starts_on, value, starts_on >= date '{open_from}' as is_partial,"
        f" least(starts_on + interval {step} - interval 1 day, date '{as_of}')::date as as_of"
        f" from ({' union all '.join(parts)})"
    )
    return work.connection.sql(query).to_arrow_table()


def _note(unit: Unit, versions: Mapping[str, int], as_of: date, values: int, seconds: float, error: str = "") -> Run:
    Run.objects.filter(unit=unit.name, is_newest=True).update(is_newest=False)
    return Run.objects.create(
        unit=unit.name,
        digest=unit.digest,
        versions=dict(versions),
        as_of=as_of,
        values_made=values,
        seconds=round(seconds, 3),
        indicators=len(unit.definitions),
        error=error,
    )


# — formulas ————————————————————————————————————————————————————————————————————————————————————————


def _formulas(
    work: Any, here: House, done: Computed, other: set[str], is_forced: bool, fresh: list[Any]
) -> list[Any]:
    """What takes a changed value or is defined otherwise (`other`), and what takes that in turn; `fresh` are values
    made just now."""
    import pyarrow as pa

    levels = formulas.order(here.definitions)
    wanted, changed = [], set(done.codes)
    for level in levels:
        some = [
            c for c in level if is_forced or c in other or formulas.read(here.definitions[c].formula).codes & changed
        ]
        changed |= set(some)
        wanted.append(some)
    every = [code for level in wanted for code in level]
    if not every:
        return []
    began = time.monotonic()
    taken = {code for c in every for code in formulas.read(here.definitions[c].formula).codes} - set(every)
    work.register("known_rows", _stored(taken - done.codes))
    work.sql("create or replace temp table known as select * from known_rows")
    for table in fresh:
        work.register("fresh_rows", table)
        work.sql("insert into known select code, area, starts_on, value from fresh_rows")
    work.register("periods", _periods({here.definitions[c].period for c in every}))
    results = []
    for level in (some for some in wanted if some):
        texts = {code: formulas.sql(here.definitions[code], here.definitions) for code in level}
        parts = [f"select '{code}' as code, area, starts_on, value from ({sql})" for code, sql in texts.items()]
        made = work.connection.sql(
            f"select * from ({' union all '.join(parts)}) where value is not null and isfinite(value)"
        ).to_arrow_table()
        work.register("made_rows", made)
        work.sql("insert into known select * from made_rows")
        results.append(made)
    as_of = _freshness(every, here, fresh)
    table = _dated(pa.concat_tables(results), here, as_of)
    Run.objects.filter(unit=FORMULAS, is_newest=True).update(is_newest=False)
    run = Run.objects.create(
        unit=FORMULAS,
        digest="",
        versions={},
        as_of=max(as_of.values(), default=clock.today()),
        values_made=table.num_rows,
        indicators=len(every),
        seconds=round(time.monotonic() - began, 3),
    )
    done.codes |= set(every)
    return [_made_by(table, run)]


def trial(one: Definition) -> list[tuple[str, date, float]]:
    """What a definition would give (area, start, value), the newest first; nothing is kept."""
    here = house.known()
    with lake.session() as work:
        _begin(work)
        if one.method == "computed":
            source = one.own or here.sources[one.source]
            unit = compiling.units([one], {source.name: source})[0]
            work.sql(f"create or replace temp table source_rows as select * from ({source.sql}) as rows")
            day = newest_day(work, source.at or unit.on)
            held = replace(unit, source=replace(source, sql="select * from source_rows"))
            query = compiling.alone(held, one, day)
        else:
            found = {**here.definitions, one.code: one}
            work.register("known_rows", _stored(formulas.read(one.formula).codes))
            work.sql("create or replace temp table known as select * from known_rows")
            work.register("periods", _periods({one.period}))
            query = formulas.sql(one, found)
        rows = work.connection.sql(
            f"select area, starts_on::date, value from ({query}) where value is not null and isfinite(value)"
            f" and length(area) <= 6 and starts_on <= date '{clock.today()}' order by starts_on desc, area limit 400"
        ).fetchall()
    return [(str(area), start, float(value)) for area, start, value in rows]


def _stored(codes: Collection[str]) -> Any:
    """Values of these indicators as the table holds them."""
    import pyarrow as pa

    with connection.cursor() as cursor:
        cursor.execute(
            "select indicator_id, area_id, starts_on, value from indicator_value where indicator_id = any(%s)",
            [sorted(codes)],
        )
        rows = cursor.fetchall()
    columns: list[Any] = list(zip(*rows, strict=True)) if rows else [(), (), (), ()]
    types = (pa.string(), pa.string(), pa.date32(), pa.float64())
    return pa.table(
        {
            name: pa.array(column, kind)
            for name, column, kind in zip(("code", "area", "starts_on", "value"), columns, types, strict=True)
        }
    )


def _periods(kinds: Collection[str]) -> Any:
    import pyarrow as pa

    rows = [(kind, start) for kind in sorted(kinds) for start in periods.back(kind, clock.today(), periods.KEPT[kind])]
    return pa.table({"kind": [kind for kind, _ in rows], "starts_on": pa.array([s for _, s in rows], pa.date32())})


def _freshness(codes: list[str], here: House, fresh: list[Any]) -> dict[str, date]:
    """As of which day each formula is: the oldest of what it takes."""
    import pyarrow as pa

    with connection.cursor() as cursor:
        taken = {c for code in codes for c in formulas.read(here.definitions[code].formula).codes}
        cursor.execute(
            "select indicator_id, max(as_of) from indicator_value where indicator_id = any(%s) group by 1",
            [sorted(taken)],
        )
        days = dict(cursor.fetchall())
    for table in fresh:
        newest = pa.TableGroupBy(table, "code").aggregate([("as_of", "max")])
        days |= dict(zip(newest.column("code").to_pylist(), newest.column("as_of_max").to_pylist(), strict=True))
    for code in codes:
        days[code] = min(
            (days[c] for c in formulas.read(here.definitions[code].formula).codes if c in days), default=clock.today()
        )
    return {code: days[code] for code in codes}


def _dated(table: Any, here: House, as_of: Mapping[str, date]) -> Any:
    import pyarrow as pa

    codes, starts = table.column("code").to_pylist(), table.column("starts_on").to_pylist()
    ends = [periods.last_day(here.definitions[code].period, start) for code, start in zip(codes, starts, strict=True)]
    days = [as_of[code] for code in codes]
    partial = [end > day for end, day in zip(ends, days, strict=True)]
    told = [min(end, day) for end, day in zip(ends, days, strict=True)]
    return table.append_column("is_partial", pa.array(partial, pa.bool_())).append_column(
        "as_of", pa.array(told, pa.date32())
    )


# — values into the table ———————————————————————————————————————————————————————————————————————————

_MERGE = """
insert into indicator_value as v
  (indicator_id, area_id, starts_on, value, is_partial, as_of, computed_at, run_id, source)
select code, area, starts_on, value, is_partial, as_of, now(), run, '' from indicator_made
on conflict (indicator_id, area_id, starts_on) do update set value = excluded.value, is_partial = excluded.is_partial,
  as_of = excluded.as_of, computed_at = excluded.computed_at, run_id = excluded.run_id, source = ''
where (v.value, v.is_partial, v.as_of) is distinct from (excluded.value, excluded.is_partial, excluded.as_of)
"""
_GONE = """
delete from indicator_value v using (select code, min(starts_on) as first from indicator_made group by 1) m
where v.indicator_id = m.code and v.starts_on >= m.first and not exists (
  select from indicator_made n where n.code = v.indicator_id and n.area = v.area_id and n.starts_on = v.starts_on)
"""


def store(table: Any) -> int:
    """Values into PostgreSQL by COPY. What is no longer computed in the range goes; what is as it was keeps its run.
    Gives the rows written."""
    from pyarrow import csv

    names = ("code", "area", "starts_on", "value", "is_partial", "as_of", "run")
    ordered = table.select(names).sort_by([("code", "ascending"), ("area", "ascending"), ("starts_on", "ascending")])
    sink = BytesIO()
    csv.write_csv(ordered, sink, csv.WriteOptions(include_header=False))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "create temp table indicator_made (code varchar(100), area varchar(12), starts_on date,"
            " value double precision, is_partial boolean, as_of date, run bigint) on commit drop"
        )
        with cursor.copy("copy indicator_made from stdin with (format csv)") as into:
            into.write(sink.getbuffer())
        cursor.execute("analyze indicator_made")
        cursor.execute(_GONE)
        cursor.execute(_MERGE)
        written = cursor.rowcount
        cursor.execute("drop table indicator_made")
    return int(written)

"""A contract with other types or another key: the table is made anew from the files as they came, beside the one that
stands, and put in its place in one version when a person has seen what becomes of the rows.

Killed anywhere, it is begun anew and ends the same: what was built beside is swept, and the lake's log tells whether
the new table is in its place already.
"""

import json
import shutil
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction

from ludao.base import clock, events
from ludao.base.actor import Actor
from ludao.base.errors import Conflict, LudaoError, Problem
from ludao.base.text import t
from ludao.base.work import Interrupted, Progress, work
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.exchange import checking, keeping, loading, merging, retelling, sources
from ludao.blocks.exchange.contract import read
from ludao.blocks.exchange.models import Delivery, Mend, Remake, Run, Source
from ludao.blocks.exchange.relations import literal
from ludao.blocks.lake import public as lake

FEW = 5


def begin(actor: Actor, source: Source, table: dict[str, Any]) -> Remake:
    """Nothing of the table or the contract changes by it."""
    contract = read(table)
    if contract.address != source.address or contract.columns.keys() != source.terms.columns.keys():
        raise Problem(t("重做不增减列，也不换地址", "A remake keeps the address and the columns"), field="contract")
    waiting = Mend.objects.filter(delivery__source=source, undone_at=None, run=None).first()
    if waiting is not None:
        raise Problem(
            t(f"有修正还没有回放（{waiting}）：请先回放或撤回",
              f"Mends wait ({waiting}): replay or take them back first"),
            field="contract",
        )
    try:
        with transaction.atomic():
            remake = Remake.objects.create(source=source, contract=table, former=source.contract, by=actor.name)
    except IntegrityError:
        raise Conflict(
            t("这个数据源已有一次重做在进行，请先决定它", "A remake of this source is under way: decide on it first"),
            field="contract",
        ) from None
    build.start(actor, about=source.address, remake=remake.pk)
    return remake


@work("exchange.remake", title=t("试做新表", "Try the new table"))
def build(progress: Progress, *, remake: int) -> dict[str, Any]:
    """The whole table beside the one that stands, and what became of its rows."""
    one = Remake.objects.select_related("source").get(pk=remake)
    if one.state != Remake.BUILDING:
        return {"state": one.state}
    try:
        _build(progress, one)
    except LudaoError as error:
        _fail(one, error)
        raise
    done = Remake.objects.filter(pk=one.pk, state=Remake.BUILDING).update(state=Remake.BUILT)
    if not done:  # left meanwhile
        _sweep(one)
    return {"rows": one.rows, "bad": one.bad}


def _build(progress: Progress, remake: Remake) -> None:
    source = remake.source
    table = lake.describe(source.address)
    contract = read({**remake.contract, "address": remake.aside})
    _sweep(remake)
    lake.create(remake.aside, contract.schema, contract.key, contract.buckets, table.titles)
    runs, parts = retelling.runs(source, contract), dict[int, dict[str, Any]]()
    remake.built_on = _stand(source)
    total, done = sum(run.rows for run in runs), 0
    for run in runs:
        progress.check()
        progress.tell(done, total, f"{run.delivery.name}")
        one = _again(remake, contract, run)
        part = parts.setdefault(run.delivery_id, {"rows": 0, "bad": 0, "marks": Counter()})
        part["rows"], part["bad"] = part["rows"] + one.rows, part["bad"] + one.bad
        part["marks"].update(one.marks)
        done += run.rows
    remake.parts = {str(pk): part for pk, part in parts.items()}
    remake.standing, remake.rows = table.rows, lake.describe(remake.aside).rows
    remake.open = sum(Delivery.objects.filter(pk__in=parts).values_list("open", flat=True))
    remake.bad = sum(part["bad"] for part in parts.values())
    remake.save(update_fields=["built_on", "parts", "standing", "rows", "open", "bad"])
    progress.tell(done, done)


def _again(remake: Remake, contract: Any, run: Run) -> checking.Checked:
    """One run under the new contract."""
    with keeping.Stage(f"remake-{remake.pk}-{run.pk}") as stage, lake.session() as session:
        seen = retelling.check(session, contract, retelling.tell(session, contract, run, stage))
        anew = Run(source=run.source, delivery=run.delivery, kind=run.kind, good=seen.rows - seen.bad)
        merging.merge(session, contract, seen, anew, f"{_name(remake)}/{run.pk}")
        if seen.bad:
            checking.quarantine(session, seen, _beside(remake) / f"{run.delivery_id}-{run.pk}.parquet")
    return seen


@work("exchange.put_remake", title=t("换上新表", "Put the new table in place"))
def put(progress: Progress, *, remake: int) -> dict[str, Any]:
    """In one version; tried anew first when the source has brought something since."""
    one = Remake.objects.select_related("source").get(pk=remake)
    if one.state == Remake.PUTTING:
        try:
            with loading.one_at_a_time(one.source_id):
                _put(progress, one)
        except Interrupted:
            Remake.objects.filter(pk=one.pk).update(state=Remake.BUILT)
            _go_on(progress.actor, one.source)
            raise
        except LudaoError as error:
            _fail(one, error)
            _go_on(progress.actor, one.source)
            raise
    if one.state == Remake.DONE:
        _sweep(one)
        _go_on(progress.actor, one.source)
        catalogue.loaded(one.source.address, run=_name(one), rows_in=sum(p["rows"] for p in one.parts.values()),
                         good=one.rows, bad=one.bad, version=one.version, at=one.put_at)
    return {"state": one.state, "version": one.version}


def _put(progress: Progress, remake: Remake) -> None:
    address = remake.source.address
    newest = lake.versions(address, 1)[0]
    if newest.run == _name(remake):
        remake.version = newest.number
    else:
        if remake.built_on != _stand(remake.source) or not lake.exists(remake.aside):
            _build(progress, remake)
        remake.version = lake.take_over(address, remake.aside, on=remake.built_on[0], run=_name(remake))
    _settle(progress.actor, remake)


@transaction.atomic
def _settle(actor: Actor, remake: Remake) -> None:
    """The contract, and every delivery's quarantine, as the new table has them."""
    for delivery in Delivery.objects.select_for_update().filter(pk__in=remake.parts):
        remake.before[str(delivery.pk)] = {
            **{name: getattr(delivery, name) for name in ("rows", "good", "bad", "open", "generation")},
            "marks": {heap.mark: heap.rows for heap in delivery.heaps.all()}}
        part = remake.parts[str(delivery.pk)]
        _turn_away(remake, delivery, delivery.generation + 1)
        delivery.generation += 1
        delivery.good, delivery.bad, delivery.open = part["rows"] - part["bad"], part["bad"], part["bad"]
        delivery.save()
        loading.heap(delivery, part["marks"])
    sources.set_up(remake.contract)
    remake.state, remake.put_at = Remake.DONE, clock.now()
    remake.save()
    _tell(actor, remake, remake.rows, remake.bad)


def _tell(actor: Actor, remake: Remake, good: int, bad: int) -> None:
    """Whoever lives on the table hears of it as of a load."""
    events.publish("exchange.loaded", {
        "address": remake.source.address, "run": None, "rows": good + bad, "good": good, "bad": bad,
        "version": lake.describe(remake.source.address).version, "at": clock.now()}, actor.person)


def _turn_away(remake: Remake, delivery: Delivery, generation: int) -> None:
    """The bad rows of all its runs in one file; none, when there are none."""
    target = loading.quarantine_path(delivery, generation)
    target.unlink(missing_ok=True)
    files = [literal(str(path)) for path in sorted(_beside(remake).glob(f"{delivery.pk}-*.parquet"))]
    if files:
        new = target.with_name(f".{target.name}")
        with lake.session() as session:
            session.connection.execute(
                f"copy (select * from read_parquet([{', '.join(files)}]) order by line) to {literal(str(new))}"
                " (format parquet, compression zstd)")
        new.rename(target)


def undo(actor: Actor, remake: Remake) -> Remake:
    """The former contract, the table as it was under it, every delivery's quarantine as it was."""
    address, name = remake.source.address, f"{_name(remake)}/undo"
    newest = lake.versions(address, 1)[0]
    if newest.run != name:
        if newest.number != remake.version:
            raise Conflict(t("这之后表又变了，不能撤回", "The table has changed since: it cannot be undone"))
        lake.undo(address, to=remake.built_on[0], actor=actor, run=name, is_remade=True)
    with transaction.atomic():
        for delivery in Delivery.objects.select_for_update().filter(pk__in=remake.before):
            stood = dict(remake.before[str(delivery.pk)])
            loading.heap(delivery, stood.pop("marks"))
            for field, value in stood.items():
                setattr(delivery, field, value)
            delivery.save()
        sources.set_up(remake.former)
        remake.state, remake.undone_at, remake.undone_by = Remake.UNDONE, clock.now(), actor.name
        remake.save()
        _tell(actor, remake, remake.standing, remake.open)
    return remake


def leave(remake: Remake) -> Remake:
    """What was built is swept; nothing had changed."""
    remake.state = Remake.LEFT
    remake.save(update_fields=["state"])
    transaction.on_commit(lambda: _sweep(remake))
    return remake


def _go_on(actor: Actor, source: Source) -> None:
    """What came meanwhile is loaded."""
    asked = source.questions.filter(answered_at=None).exists()
    Source.objects.filter(pk=source.pk, state=Source.REMAKING).update(
        state=Source.ASKING if asked else Source.ACTIVE)
    loading.run_waiting(actor, source)


def _fail(remake: Remake, error: LudaoError) -> None:
    remake.state, remake.error = Remake.FAILED, str(error)[:1000]
    remake.save(update_fields=["state", "error"])
    _sweep(remake)


def _sweep(remake: Remake) -> None:
    with suppress(LudaoError):
        lake.drop(remake.aside)
    shutil.rmtree(_beside(remake), ignore_errors=True)


def _stand(source: Source) -> list[int]:
    newest = source.runs.first()
    return [lake.describe(source.address).version, newest.pk if newest else 0]


def _beside(remake: Remake) -> Path:
    path = keeping.folder("remake") / str(remake.pk)
    path.mkdir(exist_ok=True)
    return path


def examples(remake: Remake, mark: str) -> list[str]:
    """Some of the values for which rows would be turned away, while the new table is only tried."""
    column = mark.partition(":")[2]
    files = [literal(str(path)) for path in sorted(_beside(remake).glob("*.parquet"))]
    if not (files and column):
        return []
    with lake.session() as session:
        rows = session.connection.execute(
            f"select distinct raw ->> {literal('$.' + json.dumps(column))} from read_parquet([{', '.join(files)}])"
            f" where list_contains(marks, {literal(mark)}) limit {FEW}").fetchall()
    return [str(value) for (value,) in rows if value is not None]


def _name(remake: Remake) -> str:
    """In the lake's log and the catalogue's checks."""
    return f"remake/{remake.pk}"

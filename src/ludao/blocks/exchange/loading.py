"""A delivery on its way into the lake: read, checked, good rows merged, bad rows to quarantine, all of it on record.

Killed anywhere, it is begun anew and ends the same: the staged files are swept, the quarantine's file is written
beside and renamed, the lake is told the run's name so that rows are never added twice, and the record of it is one
transaction at the end.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from ludao.base import events
from ludao.base.actor import Actor
from ludao.base.errors import LudaoError
from ludao.base.text import t
from ludao.base.work import Progress, work
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.exchange import asking, checking, formats, keeping, matching, merging, relations, sources
from ludao.blocks.exchange.contract import Contract
from ludao.blocks.exchange.models import Delivery, Heap, Run, Source
from ludao.blocks.lake import public as lake


@work("exchange.load", title=t("装载", "Load"))
def load(progress: Progress, *, delivery: int) -> dict[str, Any]:
    """Load one delivery; what is loaded already, or waits for an answer, is left as it is."""
    one = Delivery.objects.select_related("source").get(pk=delivery)
    if not one.is_loadable:
        return {"state": one.state}
    try:
        with one_at_a_time(one.source_id):
            one.refresh_from_db()
            return _load(progress, one) if one.is_loadable else {"state": one.state}
    except LudaoError as error:
        one.state, one.error = Delivery.FAILED, str(error)[:1000]
        one.save(update_fields=["state", "error"])
        raise


def _load(progress: Progress, delivery: Delivery) -> dict[str, Any]:
    began, contract = time.monotonic(), delivery.source.terms
    path = keeping.path_of(delivery.digest)
    progress.tell(0, None, t("识别格式", "Finding out the format"))
    found = formats.find_out(path, frozenset(contract.by_name), contract.origin)
    delivery.found = {**delivery.found, **found.as_dict()}
    with keeping.Stage(f"load-{delivery.pk}") as stage, lake.session() as session:
        given = relations.relation(session, path, found, stage)
        match = matching.match(contract, given.columns, may_lack=found.kind == "json")
        if not match.is_clear:
            return asking.ask(progress.actor, delivery, match, matching.propose(session, contract, given, match))
        progress.check()
        progress.tell(0, None, t("核对契约", "Checking against the contract"))
        seen = checking.check(session, contract, given, match.mapping)
        if not delivery.found.get("as_it_is") and (changed := asking.changed(contract, seen)):
            return asking.ask(progress.actor, delivery, match, [], changed)
        progress.tell(seen.bad, seen.rows, t("合并到数据湖", "Merging into the lake"))
        run = Run(
            source=delivery.source,
            delivery=delivery,
            kind="load",
            rows=seen.rows,
            bad=seen.bad,
            good=seen.rows - seen.bad,
        )
        merging.merge(session, contract, seen, run, one_name(delivery))
        if seen.bad:
            checking.quarantine(session, seen, quarantine_path(delivery))
    run.seconds = time.monotonic() - began
    settle(progress.actor, run, contract, seen.marks)
    progress.tell(seen.rows, seen.rows)
    return {"rows": run.rows, "good": run.good, "bad": run.bad, "version": run.version}


@contextmanager
def one_at_a_time(source: int) -> Iterator[None]:
    """Loads of one source follow each other; those of different sources go side by side."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(hashtext('exchange.source'), %s)", [source])
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(hashtext('exchange.source'), %s)", [source])


@work("exchange.score", title=t("质量评分", "Score the quality"))
def score(progress: Progress, *, run: int) -> dict[str, Any]:
    """Tell the catalogue what was loaded, which profiles the table and scores its quality: not on the load's way."""
    one = Run.objects.select_related("source").get(pk=run)
    catalogue.loaded(
        one.source.address,
        run=str(one.pk),
        rows_in=one.rows,
        good=one.good,
        bad=one.bad,
        version=one.version,
        at=one.at,
    )
    return {"address": one.source.address}


def one_name(delivery: Delivery, generation: int = 0) -> str:
    """The run's name in the lake's log."""
    undone = delivery.runs.exclude(undone_at=None).count()
    return f"exchange/{delivery.pk}/{generation}" + (f".{undone}" if undone else "")


def quarantine_path(delivery: Delivery, generation: int | None = None) -> Any:
    """The file of a delivery's bad rows, as left by its load (0) or a replay (1, 2 …)."""
    number = delivery.generation if generation is None else generation
    return keeping.folder("quarantine") / f"{delivery.pk}-{number}.parquet"


@transaction.atomic
def settle(actor: Actor, run: Run, contract: Contract, marks: dict[str, int]) -> None:
    """Write down what a load or replay did, in one transaction."""
    delivery = Delivery.objects.select_for_update().select_related("source").get(pk=run.delivery_id)
    if Run.objects.filter(delivery=delivery, kind=run.kind, generation=run.generation).exists():
        return
    run.save()
    source = delivery.source
    if run.kind == "load":
        delivery.rows, delivery.good, delivery.bad = run.rows, run.good, run.bad
        source.loaded_at, source.due_at, source.error = run.at, sources.due_after(source, run.at), ""
        source.save(update_fields=["loaded_at", "due_at", "error"])
    delivery.found = run.delivery.found
    delivery.state, delivery.open, delivery.error, delivery.generation = Delivery.LOADED, run.bad, "", run.generation
    delivery.save()
    heap(delivery, marks)
    facts = {
        "address": source.address,
        "run": run.pk,
        "rows": run.rows,
        "good": run.good,
        "bad": run.bad,
        "version": run.version,
        "at": run.at,
    }
    score.start(actor, about=source.address, run=run.pk)
    events.publish("exchange.loaded", facts, actor.person)


def heap(delivery: Delivery, marks: dict[str, int]) -> None:
    """The heaps of a delivery anew."""
    Heap.objects.filter(delivery=delivery).delete()
    Heap.objects.bulk_create(
        Heap(
            source=delivery.source,
            delivery=delivery,
            code=mark.partition(":")[0],
            column=mark.partition(":")[2],
            rows=rows,
        )
        for mark, rows in marks.items()
    )


def run_waiting(actor: Actor, source: Source) -> None:
    """Load what waits, in the order it came."""
    for delivery in source.deliveries.filter(state=Delivery.WAITING).order_by("pk"):
        load.start(actor, about=source.address, delivery=delivery.pk)

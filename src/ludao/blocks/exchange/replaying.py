"""Mended rows on their way again: the same check, good ones into the lake, the rest stays in quarantine."""

import time
from typing import Any

from django.db import transaction

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.errors import Conflict
from ludao.base.text import t
from ludao.base.work import Progress, work
from ludao.blocks.exchange import checking, loading, merging, quarantine
from ludao.blocks.exchange.models import Delivery, Mend, Run
from ludao.blocks.exchange.relations import literal
from ludao.blocks.lake import public as lake


@work("exchange.replay", title=t("回放", "Replay"))
def replay(progress: Progress, *, delivery: int, generation: int) -> dict[str, Any]:
    """Bring a delivery's mended rows in. `generation` is that of the quarantine it starts from."""
    source = Delivery.objects.values_list("source", flat=True).get(pk=delivery)
    with loading.one_at_a_time(source):
        return _replay(progress, delivery, generation)


def _replay(progress: Progress, delivery: int, generation: int) -> dict[str, Any]:
    one = Delivery.objects.select_related("source").get(pk=delivery)
    if one.generation != generation or not one.open:
        return {"state": one.state}
    began, contract = time.monotonic(), one.source.terms
    mends = list(quarantine.open_mends(one).order_by("pk"))
    out = quarantine.discarded(one, mends)
    given = quarantine.overlay(contract, one, mends)
    mapping: dict[str, str | None] = {name: name for name in contract.columns}
    with lake.session() as session:
        seen = checking.check(session, contract, given, mapping, line="line")
        progress.tell(seen.bad, seen.rows, t("合并到数据湖", "Merging into the lake"))
        run = Run(
            source=one.source,
            delivery=one,
            kind="replay",
            generation=generation + 1,
            rows=seen.rows,
            bad=seen.bad,
            good=seen.rows - seen.bad,
        )
        merging.merge(session, contract, seen, run, loading.one_name(one, generation + 1))
        target = loading.quarantine_path(one, generation + 1)
        checking.quarantine(session, seen, target)
        kept = quarantine.keep_untouched(session, loading.quarantine_path(one, generation), mends, target)
    marks = seen.marks | ({quarantine.SHAPE: kept} if kept else {})
    run.rows, run.bad = run.rows + kept, run.bad + kept
    run.seconds = time.monotonic() - began
    with transaction.atomic():
        loading.settle(progress.actor, run, contract, marks)
        Mend.objects.filter(pk__in=[m.pk for m in mends]).update(run=run)
    progress.tell(seen.rows, seen.rows)
    return {"rows": run.rows, "good": run.good, "bad": run.bad, "discarded": out, "version": run.version}


def undo(actor: Actor, run: Run) -> Run:
    """Take the newest run back: the table as it was before, the quarantine as it was, its mends open again."""
    delivery = run.delivery
    table = lake.describe(run.source.address)
    if run.version > run.before:
        if table.version != run.version:
            raise Conflict(t("这之后表又变了，不能撤回", "The table has changed since: it cannot be undone"))
        lake.undo(run.source.address, to=run.before, actor=actor)
    run.undone_at, run.undone_by = clock.now(), actor.name
    run.save(update_fields=["undone_at", "undone_by"])
    if run.kind == "replay":
        run.mends.update(run=None)
        delivery.generation = run.generation - 1
        marks = _marks(delivery)
        delivery.open = marks.pop("", 0)
        loading.heap(delivery, marks)
        # The next replay has the same number: its file is written anew, its run's name must differ in the log.
        Run.objects.filter(pk=run.pk).update(generation=run.generation + 1_000_000 + run.pk)
    else:
        delivery.state, delivery.open = Delivery.REFUSED, 0
        delivery.heaps.all().delete()
    delivery.save()
    return run


def _marks(delivery: Delivery) -> dict[str, int]:
    """Rows by reason of the quarantine's present file; "" is all of them."""
    path = literal(str(loading.quarantine_path(delivery)))
    found = lake.sql(
        f"select mark, count(*) as n from (select unnest(marks) as mark from read_parquet({path})) group by mark"
    ).rows()
    whole = lake.sql(f"select count(*) from read_parquet({path})").one()
    return {row["mark"]: row["n"] for row in found} | {"": int(whole)}

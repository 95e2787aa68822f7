"""Fetching what a source has, each its own way; every fetch ends in a file that is kept, then loaded."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from ludao.base import clock, tasks
from ludao.base.actor import Actor
from ludao.base.errors import LudaoError, Problem
from ludao.base.text import t
from ludao.base.work import Progress, work
from ludao.blocks.exchange import keeping, loading, sources
from ludao.blocks.exchange.connectors import database, folder, http
from ludao.blocks.exchange.models import Delivery, Source

STUMBLE = timedelta(minutes=10)


@work("exchange.collect", title=t("收取", "Collect"))
def collect(progress: Progress, *, source: int) -> dict[str, Any]:
    """Fetch what is new, and start loading it."""
    one = Source.objects.get(pk=source)
    try:
        made = fetch(one)
    except LudaoError as error:
        Source.objects.filter(pk=one.pk).update(error=str(error)[:500], tried_at=clock.now())
        raise
    for delivery in made:
        if delivery.state == Delivery.WAITING:
            loading.load.start(progress.actor, about=one.address, delivery=delivery.pk)
    return {"deliveries": [delivery.pk for delivery in made]}


def fetch(source: Source, root: Path | None = None, quiet: float = folder.QUIET) -> list[Delivery]:
    """The deliveries that were made of it. `root`: where files stand, when not in the usual place."""
    if source.state == Source.PAUSED:
        return []
    match source.kind:
        case "folder":
            made = _files(source, root, quiet)
        case "database" | "http":
            made = _rows(source, root)
        case "stream":
            made = _changes(source)
        case _:
            raise Problem(t("这个数据源由人上传", "This source is uploaded by people"), field="source")
    Source.objects.filter(pk=source.pk).update(error="", tried_at=clock.now())
    return made


def _files(source: Source, root: Path | None, quiet: float) -> list[Delivery]:
    base, made = root or folder.root(), []
    for path in folder.new_files(source, base, quiet):
        mark = folder.mark(path)
        with path.open("rb") as stream, transaction.atomic():
            made.append(sources.receive(source, stream, path.name))
            taken = {**source.watermark.get("files", {}), str(path.relative_to(base.resolve())): mark}
            _remember(source, {**source.watermark, "files": taken})
    return made


def _rows(source: Source, root: Path | None) -> list[Delivery]:
    with keeping.Stage(f"fetch-{source.pk}") as stage:
        if source.kind == "database":
            target = stage / "rows.parquet"
            rows, mark = database.pull(source, target, root)
        else:
            target = stage / "rows.jsonl"
            rows, mark = http.pull(source, target)
        return [_kept(source, target, mark)] if rows else []


def _changes(source: Source) -> list[Delivery]:
    from ludao.blocks.exchange.connectors import stream
    from ludao.blocks.exchange.wire import Wire

    with keeping.Stage(f"fetch-{source.pk}") as stage, Wire() as wire:
        target = stage / "changes.jsonl"
        rows, mark, messages = stream.pull(source, target, wire)
        made = [_kept(source, target, mark)] if rows else []
        wire.acknowledge(messages)
    return made


@transaction.atomic
def _kept(source: Source, path: Path, mark: dict[str, Any]) -> Delivery:
    """What was fetched and how far we are now, in one transaction."""
    name = f"{source.address.split('.')[-1]}_{clock.now():%Y%m%d_%H%M%S}{path.suffix}"
    with path.open("rb") as stream:
        delivery = sources.receive(source, stream, name)
    _remember(source, mark)
    return delivery


def _remember(source: Source, mark: dict[str, Any]) -> None:
    source.watermark = mark
    source.save(update_fields=["watermark"])


@tasks.periodic("*/5 * * * *", "exchange.collect_due")
def collect_due() -> None:
    """Whatever its promise says should have something by now; after a failure, a while later."""
    now, actor = clock.now(), Actor.system("exchange")
    waiting = (
        Source.objects.filter(state=Source.ACTIVE)
        .exclude(kind="upload")
        .filter(Q(tried_at=None) | Q(tried_at__lt=now - STUMBLE))
        .order_by(F("tried_at").asc(nulls_first=True))
    )
    for source in waiting:
        if source.tried_at is None or source.error or now - source.tried_at >= source.within / 2:
            collect.start(actor, about=source.address, source=source.pk)

"""A folder with the files of many departments, brought in source by source: the demonstration city's way in."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ludao.base.actor import Actor
from ludao.base.models import Work
from ludao.blocks.exchange import collecting, loading, sources
from ludao.blocks.exchange.connectors import folder as connectors
from ludao.blocks.exchange.models import Delivery, Source


def load_all(
    actor: Actor, folder: Path, contracts: list[dict[str, Any]], tell: Callable[[str], None]
) -> dict[str, int]:
    """Gives the rows that were loaded now, by address. What came before is recognised and changes nothing."""
    from ludao.blocks.exchange import public

    rows: dict[str, int] = {}
    with standing_in(folder):
        for contract in contracts:
            source = public.set_up(actor, contract)
            _fetch(source, folder)
            rows[source.address] = sum(_bring(actor, source, delivery) for delivery in _left(source))
            _score(actor, source)
            tell(f"{source.address} {rows[source.address]}")
    return rows


def _fetch(source: Source, folder: Path) -> None:
    """A database is asked; of an API or a stream, what it would have given lies in the folder as lines."""
    department, table = source.address.split(".")[-2:]
    if source.kind in ("folder", "database"):
        collecting.fetch(source, folder, quiet=0)
        return
    for path in connectors.matching(folder, f"{department}/{table}.*"):
        with path.open("rb") as stream:
            sources.receive(source, stream, path.name)


def _left(source: Source) -> list[Delivery]:
    """What is to be loaded, in the order it came; with it what an earlier load, failed or killed, left behind."""
    return list(source.deliveries.filter(state__in=(Delivery.WAITING, Delivery.FAILED)).order_by("pk"))


def _bring(actor: Actor, source: Source, delivery: Delivery) -> int:
    loading.load.now(actor, about=source.address, delivery=delivery.pk)
    delivery.refresh_from_db()
    return delivery.rows or 0


def _score(actor: Actor, source: Source) -> None:
    """Once for all files: the newest run's score is asked now, the older ones' are not asked any more."""
    newest = source.runs.first()
    Work.objects.filter(address="exchange.score", about=source.address, state=Work.QUEUED).update(
        state=Work.CANCELLED
    )
    if newest is not None:
        loading.score.now(actor, about=source.address, run=newest.pk)


@contextmanager
def standing_in(folder: Path) -> Iterator[None]:
    """Contracts that say ${LUDAO_CITY} mean this folder."""
    before = os.environ.get(connectors.ROOT)
    os.environ[connectors.ROOT] = str(folder)
    try:
        yield
    finally:
        os.environ.pop(connectors.ROOT)
        if before is not None:
            os.environ[connectors.ROOT] = before

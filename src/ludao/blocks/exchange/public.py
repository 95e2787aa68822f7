"""The door of exchange: set up a source, receive and load what it sends, send what leaves the city."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from ludao.base.actor import Actor
from ludao.blocks.exchange.collecting import collect
from ludao.blocks.exchange.loading import load
from ludao.blocks.exchange.models import Delivery, Host, Outgoing, Question, Run, Source
from ludao.blocks.exchange.outbox import take, write
from ludao.blocks.exchange.wire import Wire

__all__ = [
    "Delivery",
    "Outgoing",
    "Question",
    "Run",
    "Source",
    "Wire",
    "allow",
    "load",
    "collect",
    "load_all",
    "receive",
    "set_up",
    "take",
    "write",
]


def set_up(actor: Actor, contract: dict[str, Any]) -> Source:
    """The source of this contract. Idempotent; registers in the catalogue, creates the lake table."""
    import json

    from ludao.blocks.exchange import actions

    return actions.set_up(actor, contract=json.dumps(contract, ensure_ascii=False, default=str))


def allow(actor: Actor, name: str, port: int, why: str, is_inside: bool = False) -> Host:
    """The machine that sources may name. Idempotent."""
    from ludao.blocks.exchange import actions

    stands = Host.objects.filter(name=name, port=port, ended_at=None).first()
    return stands or actions.allow(actor, name=name, port=port, why=why, is_inside=is_inside)


def receive(
    actor: Actor, source: str, file: Path | str | bytes, name: str = "", sent_at: datetime | None = None
) -> Delivery:
    """Keep a file as it came; `load.start(actor, delivery=…)` or `load.now` then brings it into the lake."""
    from ludao.blocks.exchange import actions, sources

    stream: Any = BytesIO(file) if isinstance(file, bytes) else Path(file).open("rb")  # noqa: SIM115  closed below
    size = len(file) if isinstance(file, bytes) else Path(file).stat().st_size
    with stream:
        given = UploadedFile(stream, name or ("data" if isinstance(file, bytes) else Path(file).name), size=size)
        return actions.receive(actor, source=sources.get(source), file=given, sent_at=sent_at)


def load_all(
    actor: Actor,
    folder: Path,
    contracts: list[dict[str, Any]] | None = None,
    tell: Callable[[str], None] = lambda said: None,
) -> dict[str, int]:
    """Set up every contract and load what the folder holds of it, here and now; gives the rows by address."""
    from ludao.blocks.exchange import city

    return city.load_all(actor, Path(folder), contracts or [], tell)

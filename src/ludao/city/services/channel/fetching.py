"""Brings the files of a case from the other city: piece by piece, and kept only when the digest fits."""

import hashlib
import io
import json
from typing import Any
from uuid import uuid4

from django.db import transaction

from ludao.base.actor import Actor
from ludao.base.text import t
from ludao.base.work import Progress, work
from ludao.blocks.document import public as document

from . import keys, posting
from .models import Paper, Relay

PIECE = 2 * 2**20
MOST = 50 * 2**20


@work("services.channel.fetch", title=t("取回通办材料", "Fetch papers from a city"))
def fetch(progress: Progress, *, relay: int) -> dict[str, Any]:
    """Everything of the case that is not here yet; running it again goes on where it stopped."""
    row, brought = Relay.objects.select_related("partner").get(pk=relay), 0
    for paper in Paper.objects.filter(relay=row, document=None).order_by("pk"):
        progress.check()
        data = _bytes(row, paper)
        with transaction.atomic():
            kept = document.keep(
                progress.actor,
                data,
                paper.name,
                about=f"services.channel.relay:{row.pk}",
                organisation=row.organisation,
                title=paper.name,
            )
            Paper.objects.filter(pk=paper.pk).update(document=kept.pk)
        brought += 1
        progress.tell(brought)
    from . import relaying

    relaying.arrived(progress.actor, row)
    return {"brought": brought}


def _bytes(row: Relay, paper: Paper) -> bytes:
    if paper.size > MOST:
        raise ValueError(f"{paper.name} has {paper.size} bytes, more than {MOST}")
    out = io.BytesIO()
    while out.tell() < paper.size:
        answer = posting.ask(
            row.partner,
            posting.PAPERS,
            uuid4().hex,
            "paper",
            {"number": row.number, "digest": paper.digest, "offset": out.tell(), "size": PIECE},
        )
        piece = keys.unlock(json.loads(answer))
        if not piece:
            raise ValueError(f"{paper.name} ends after {out.tell()} of {paper.size} bytes")
        out.write(piece)
    data = out.getvalue()
    if hashlib.sha256(data).hexdigest() != paper.digest:
        raise ValueError(f"{paper.name} is not what was told: its digest differs")
    return data


def piece(relay: Relay, said: dict[str, Any]) -> bytes:
    """A piece of one of our files, for the partner of this case only. Raises LookupError."""
    paper = Paper.objects.filter(relay=relay, digest=str(said["digest"])).exclude(document=None).first()
    kept = paper and document.Document.objects.filter(pk=paper.document).first()
    if not kept or kept.current is None:
        raise LookupError("no such paper")
    offset, size = max(int(said["offset"]), 0), min(max(int(said["size"]), 1), PIECE)
    return document.read(kept.current)[offset : offset + size]


def start(actor: Actor, relay: Relay) -> None:
    fetch.start(actor, about=relay.number, relay=relay.pk)

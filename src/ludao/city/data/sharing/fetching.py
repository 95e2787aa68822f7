"""Brings a parcel home: fetches its files from the peer piece by piece, checks them, loads them through exchange."""

import os
from pathlib import Path
from typing import Any

from ludao.base import clock, files
from ludao.base.actor import Actor
from ludao.base.crypto import sm3_file
from ludao.base.text import t
from ludao.base.work import Progress, work
from ludao.blocks.exchange import public as exchange

from . import posting
from .models import Parcel, Peer

PIECE = 4 * 2**20


def target_of(peer: Peer, address: str) -> str:
    """source.police.resident of the peer `fj` is kept as source.from_fj.police_resident."""
    rest = "_".join(address.split(".")[1:]) or address
    return f"source.from_{peer.code.replace('-', '_')}.{rest}"


@work("data.sharing.fetch", title=t("取回并装载回流数据", "Fetch and load returned data"))
def bring(progress: Progress, *, parcel: int) -> dict[str, Any]:
    """Goes on where it stopped: what lies here already is not fetched again; a file loaded twice changes nothing."""
    this = Parcel.objects.select_related("peer", "application").get(pk=parcel)
    if this.state == "done":
        return {"rows": this.rows}
    actor = Actor.system("data.sharing")
    total = sum(part["size"] for part in this.parts)
    done = 0
    try:
        for part in this.parts:
            done += fetch(this, part, progress, done, total)
        rows = load(actor, this)
    except Exception as error:
        Parcel.objects.filter(pk=this.pk).update(state="parked", error=f"{type(error).__name__}: {error}"[:2000])
        raise
    Parcel.objects.filter(pk=this.pk).update(state="done", done_at=clock.now(), error="", rows=rows)
    posting.post(
        actor,
        this.peer,
        "receipt",
        {"grant": this.number, "version": this.version, "rows": rows},
        f"{this.target} v{this.version}",
    )
    return {"rows": rows}


def folder(this: Parcel) -> Path:
    path = files.folder("sharing") / "parcels" / str(this.pk)
    path.mkdir(parents=True, exist_ok=True)
    return path


def fetch(this: Parcel, part: dict[str, Any], progress: Progress, done: int, total: int) -> int:
    """One file to its end; its digest is the letter's, or it is thrown away."""
    place = folder(this) / f"{part['sm3']}.parquet"
    if place.exists():
        return int(part["size"])
    draft = place.with_suffix(".draft")
    have = draft.stat().st_size if draft.exists() else 0
    with draft.open("ab") as file:
        while have < part["size"]:
            body, signature = posting.signed(
                this.peer,
                {"grant": this.number, "version": this.version, "name": part["name"], "offset": have, "size": PIECE},
            )
            piece = posting.ask(this.peer, posting.PARTS, body, signature)
            if not piece:
                raise OSError(f"{part['name']} ended at {have} of {part['size']} bytes")
            file.write(piece)
            have += len(piece)
            progress.tell(done + have, total)
    if sm3_file(draft).hex() != part["sm3"]:
        draft.unlink()
        raise ValueError(f"{part['name']} is not the file that the letter names")
    os.replace(draft, place)
    return have


def load(actor: Actor, this: Parcel) -> int:
    """Through exchange, as any source: its contract, its checks, its quarantine."""
    exchange.set_up(actor, contract(this))
    rows = 0
    for part in this.parts:
        place = folder(this) / f"{part['sm3']}.parquet"
        delivery = exchange.receive(actor, this.target, place, f"v{this.version}-{part['name']}")
        if delivery.state != "repeated":
            exchange.load.now(actor, about=this.target, delivery=delivery.pk)
        rows += int(part["rows"])
    return rows


def contract(this: Parcel) -> dict[str, Any]:
    """The peer's contract, cut to what was granted; masked columns are text, and no key when the key did not come."""
    letter = (
        this.peer.letters.filter(is_out=False, kind="parcel", body__grant=this.number, body__version=this.version)
        .latest("pk")
        .body
    )
    told, masked = letter["contract"], set(letter["masked"])
    columns = {
        name: {
            "zh": about["zh"],
            "en": about["en"],
            "type": "text" if name in masked else about["type"],
            "grade": "internal" if name in masked else about["grade"],
        }
        for name, about in told["columns"].items()
        if name in letter["columns"]
    }
    key = [k for k in told["key"] if k in columns and k not in masked]
    is_whole = key == told["key"]
    return {
        "address": this.target,
        "title": told["title"],
        "row": told["title"],
        "owner": this.application.applicant_id,
        "system": str(this.peer),
        "key": key if is_whole else [],
        "load": "merge" if is_whole else "replace",
        "promise": "monthly",
        "columns": columns,
        "from": {"kind": "upload"},
    }

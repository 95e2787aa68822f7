"""What a letter from a peer does here, kind by kind; each letter once."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from ludao.base import clock
from ludao.base.actions import say
from ludao.base.actor import Actor
from ludao.base.errors import LudaoError, Problem
from ludao.base.text import t

from . import fetching
from .finding import check_columns, find
from .lives import move, note
from .models import Application, Grant, Letter, Offer, Parcel, Peer
from .models.asking import due

DAYS = 10
Body = dict[str, Any]


def take(actor: Actor, peer: Peer, letter_id: str, kind: str, body: str, signature: str) -> Letter:
    """Keep the letter and do what it says. What cannot be done is kept too, parked with its reason."""
    before = Letter.objects.filter(peer=peer, is_out=False, letter_id=letter_id).first()
    if before:
        return before
    said = read(body)
    letter = Letter.objects.create(
        peer=peer,
        is_out=False,
        letter_id=letter_id,
        kind=kind,
        body=said,
        signature=signature,
        state="done",
        done_at=clock.now(),
    )
    try:
        letter.about = str(_KINDS[kind](actor, peer, said))[:200]
    except (LudaoError, KeyError, TypeError, ValueError) as error:
        letter.state, letter.error, letter.about = "parked", f"{type(error).__name__}: {error}"[:2000], kind
    letter.save()
    Peer.objects.filter(pk=peer.pk).update(heard_at=clock.now())
    return letter


def read(body: str) -> Body:
    try:
        said = json.loads(body)
    except ValueError as error:
        raise Problem(t("内容不是 JSON", "The body is not JSON"), field="body") from error
    if not isinstance(said, dict):
        raise Problem(t("内容应为 JSON 对象", "The body should be a JSON object"), field="body")
    return said


def catalogue(actor: Actor, peer: Peer, body: Body) -> str:
    """The peer's entries as they stand; those under the same prefix that are told no more are gone."""
    now, told = clock.now(), []
    for entry in body["entries"]:
        address, title = str(entry["address"]), entry["title"]
        told.append(address)
        Offer.objects.update_or_create(
            peer=peer,
            address=address,
            defaults={
                "title_zh": title["zh"][:200],
                "title_en": title.get("en", "")[:200],
                "owner": entry.get("owner", "")[:120],
                "contract": entry,
                "is_gone": False,
                "at": now,
            },
        )
    gone = Offer.objects.filter(peer=peer, address__startswith=body.get("prefix", "")).exclude(address__in=told)
    gone.update(is_gone=True)
    return str(t(f"{len(told)} 个数据集", f"{len(told)} datasets"))


def application(actor: Actor, peer: Peer, body: Body) -> Application:
    """A request from the peer for one of our entries; its owner decides as for any other."""
    found, now = find(str(body["address"])), clock.now()
    columns, plain = [str(c) for c in body["columns"]], [str(c) for c in body.get("plain", [])]
    check_columns(found, columns, plain)
    made = Application.objects.create(
        address=found.address,
        title_zh=found.zh,
        title_en=found.en,
        owner_id=found.owner,
        peer=peer,
        peer_number=str(body["number"])[:40],
        columns=columns,
        plain=plain,
        ways=["batch"],
        purpose=str(body["purpose"])[:200],
        basis=str(body["basis"])[:300],
        scene=str(body["scene"]),
        begins_on=date.fromisoformat(body["begins_on"]),
        ends_on=date.fromisoformat(body["ends_on"]),
        by=f"{body.get('applicant', '')} {body.get('by', '')}".strip()[:200],
        sent_at=now,
        due_at=due(now, DAYS),
    )
    note(actor, made, "sent", f"{peer} {made.peer_number}")
    say(
        "data.sharing.applied",
        {
            "application": made.pk,
            "number": made.number,
            "address": made.address,
            "owner": made.owner_id,
            "peer": peer.pk,
            "purpose": made.purpose,
        },
    )
    return made


def decision(actor: Actor, peer: Peer, body: Body) -> Application:
    """What became of a request that we sent up or down."""
    made = asked(peer, str(body["application"]))
    verb = str(body["state"])
    note(actor, made, "heard", f"{body.get('by', '')} {body.get('words', '')}".strip())
    if verb not in ("granted", "part", "refused", "returned"):
        raise ValueError(f"no decision {verb!r}")
    made.peer_number = str(body.get("grant", ""))[:40]
    move(actor, made, verb, str(body.get("words", "")))
    say(
        "data.sharing.decided",
        {
            "application": made.pk,
            "number": made.number,
            "address": made.address,
            "applicant": made.applicant_id,
            "state": made.state,
            "peer": peer.pk,
        },
    )
    return made


def withdrawal(actor: Actor, peer: Peer, body: Body) -> Application:
    made = Application.objects.get(peer=peer, applicant=None, peer_number=str(body["application"]))
    move(actor, made, "withdrawn", str(body.get("words", "")))
    say("data.sharing.withdrawn", {"application": made.pk, "number": made.number, "address": made.address})
    return made


def revocation(actor: Actor, peer: Peer, body: Body) -> Application:
    """The peer takes back what it granted; what was returned stays until its owner's rules say otherwise."""
    made = asked(peer, str(body["application"]))
    note(actor, made, "revoked", str(body.get("words", "")))
    say("data.sharing.revoked", {"application": made.pk, "address": made.address, "peer": peer.pk})
    return made


def parcel(actor: Actor, peer: Peer, body: Body) -> Parcel:
    """Data comes back for a request of ours: fetched and loaded by a job."""
    made, _ = Parcel.objects.get_or_create(
        peer=peer,
        number=str(body["grant"])[:40],
        version=int(body["version"]),
        defaults={
            "application": asked(peer, str(body["application"])),
            "rows": int(body["rows"]),
            "parts": [{**part, "fetched": 0} for part in body["parts"]],
            "target": fetching.target_of(peer, str(body["contract"]["address"])),
            "at": clock.now(),
        },
    )
    fetching.bring.start(actor, about=made.target, parcel=made.pk)
    return made


def receipt(actor: Actor, peer: Peer, body: Body) -> Grant:
    """The peer says that our data arrived."""
    found = next(g for g in Grant.objects.filter(peer=peer) if g.number == body["grant"])
    note(
        actor,
        found.application,
        "heard",
        str(t(f"对端已装载 {body['rows']} 行", f"The peer loaded {body['rows']} rows")),
    )
    return found


def asked(peer: Peer, number: str) -> Application:
    """Our own request under our own number."""
    found = Application.objects.filter(peer=peer, owner=None, pk=int(number[6:] or 0)).first()
    if found is None or found.number != number:
        raise LookupFailed(number)
    return found


class LookupFailed(ValueError):
    """The peer speaks of a request that we did not send it."""


_KINDS: dict[str, Callable[[Actor, Peer, Body], Any]] = {
    "catalogue": catalogue,
    "application": application,
    "decision": decision,
    "withdrawal": withdrawal,
    "revocation": revocation,
    "parcel": parcel,
    "receipt": receipt,
}

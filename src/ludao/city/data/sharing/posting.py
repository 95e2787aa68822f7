"""Letters to peers: written with what caused them, sent until acknowledged, signed anew at each try."""

import json
import time
import urllib.error
import urllib.request
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db.models import Q

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.tasks import periodic
from ludao.base.text import t
from ludao.base.work import Progress, work

from . import keys
from .models import Application, Grant, Letter, Peer

TRIES = 12
WAIT_S = 15
LETTERS, PARTS = "/data/sharing/v1/peer/letters", "/data/sharing/v1/peer/parts"


def post(actor: Actor, peer: Peer, kind: str, body: dict[str, Any], about: str) -> Letter:
    """Written in the caller's transaction; sent once that stands."""
    letter = Letter.objects.create(
        peer=peer,
        is_out=True,
        letter_id=uuid4().hex,
        kind=kind,
        about=about[:200],
        body=json.loads(json.dumps(body, default=str)),
    )
    start_sending(actor, peer)
    return letter


def start_sending(actor: Actor, peer: Peer) -> None:
    send_waiting.start(actor, about=peer.code, peer=peer.pk)


def tell_decision(actor: Actor, application: Application, words: str, grant: Grant | None = None) -> None:
    """What was decided on a peer's request goes back to it."""
    if application.peer and not application.is_upward:
        post(
            actor,
            application.peer,
            "decision",
            {
                "application": application.peer_number,
                "state": application.state,
                "words": words,
                "by": actor.name,
                "grant": grant.number if grant else "",
                "columns": grant.columns if grant else [],
                "masked": grant.masked if grant else [],
            },
            str(application),
        )


@work("data.sharing.send", title=t("发送级联报文", "Send letters to a peer"))
def send_waiting(progress: Progress, *, peer: int) -> dict[str, Any]:
    """What waits for this peer, in the order it was written; the first that does not arrive stops the rest."""
    to = Peer.objects.get(pk=peer)
    sent = 0
    now = clock.now()
    due = Q(next_at=None) | Q(next_at__lte=now)
    for letter in Letter.objects.filter(due, peer=to, is_out=True, state="waiting").order_by("pk"):
        progress.check()
        if not to.is_open or not send(letter, to):
            break
        sent += 1
        progress.tell(sent)
    return {"sent": sent}


def send(letter: Letter, peer: Peer) -> bool:
    """One try; what went wrong stands in the row, with the time of the next try."""
    try:
        body, signature = signed(peer, {"id": letter.letter_id, "kind": letter.kind, "body": letter.body})
        answer = ask(peer, LETTERS, body, signature)
        if json.loads(answer).get("taken") != letter.letter_id:
            raise ValueError("acknowledged another letter")
    except (OSError, ValueError) as error:
        _failed(letter, peer, f"{type(error).__name__}: {error}")
        return False
    letter.state, letter.done_at, letter.error, letter.signature = "done", clock.now(), "", signature
    letter.tries += 1
    letter.save()
    Peer.objects.filter(pk=peer.pk).update(error="")
    return True


def _failed(letter: Letter, peer: Peer, error: str) -> None:
    letter.tries += 1
    letter.error = error[:2000]
    letter.state = "parked" if letter.tries >= TRIES else "waiting"
    letter.next_at = clock.now() + timedelta(seconds=min(5 * 2**letter.tries, 3600))
    letter.save()
    Peer.objects.filter(pk=peer.pk).update(error=letter.error)


def signed(peer: Peer, message: dict[str, Any]) -> tuple[bytes, str]:
    """The bytes to send and their signature: to whom and when are signed too, so that no letter serves twice."""
    whole = {"from": peer.own_code, "to": peer.code, "at": round(time.time(), 3), **message}
    body = json.dumps(whole, ensure_ascii=False, sort_keys=True).encode()
    return body, keys.sign(body)[1]


def ask(peer: Peer, path: str, body: bytes, signature: str) -> bytes:
    """The peer's answer. Raises OSError, with the peer's own words where it refused; ValueError for an answer that is
    not signed by it."""
    request = urllib.request.Request(
        peer.url + path,
        data=body,
        method="POST",
        headers={"Content-Type": "application/json", "Ludao-Peer": peer.own_code, "Ludao-Signature": signature},
    )
    try:
        with urllib.request.urlopen(request, timeout=WAIT_S) as answer:
            content: bytes = answer.read()
            said = answer.headers.get("Ludao-Signature", "")
    except urllib.error.HTTPError as error:
        raise OSError(f"{error.code} {error.read(500).decode(errors='replace')}") from error
    if not keys.holds(peer.public_key, body + content, said):
        raise ValueError("the answer is not signed by the peer")
    return content


def answer_signature(asked: bytes, content: bytes) -> str:
    """Over question and answer together: an answer to another question does not pass."""
    return keys.sign(asked + content)[1]


@periodic("* * * * *", "data.sharing.send_due")
def send_due() -> None:
    """What was to be tried again by now."""
    now = clock.now()
    waiting = Letter.objects.filter(
        Q(next_at=None) | Q(next_at__lte=now), is_out=True, state="waiting", peer__is_open=True
    )
    for peer in Peer.objects.filter(pk__in=waiting.values("peer")):
        start_sending(Actor.system("data.sharing"), peer)


__all__ = [
    "LETTERS",
    "PARTS",
    "answer_signature",
    "ask",
    "post",
    "send",
    "send_waiting",
    "signed",
    "start_sending",
    "tell_decision",
]

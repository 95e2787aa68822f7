"""Letters to partner cities: written with what caused them, locked and signed when sent, sent until acknowledged."""

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
from .models import Letter, Paper, Partner, Relay

TRIES, WAIT_S = 12, 20
LETTERS, PAPERS = "/services/channel/v1/relay/letters", "/services/channel/v1/relay/papers"


def post(actor: Actor, partner: Partner, kind: str, said: dict[str, Any], relay: Relay | None = None) -> Letter:
    """In the caller's transaction; sent once that stands. What is personal is put in only when it is sent."""
    letter = Letter.objects.create(
        partner=partner,
        relay=relay,
        is_out=True,
        letter_id=uuid4().hex,
        kind=kind,
        said=json.loads(json.dumps(said, default=str)),
    )
    send_waiting.start(actor, about=partner.code, partner=partner.pk)
    return letter


@work("services.channel.send", title=t("发送通办报文", "Send letters to a city"))
def send_waiting(progress: Progress, *, partner: int) -> dict[str, Any]:
    """In the order they were written; the first that does not arrive stops the rest."""
    to, sent = Partner.objects.get(pk=partner), 0
    due = Q(next_at=None) | Q(next_at__lte=clock.now())
    for letter in Letter.objects.filter(due, partner=to, is_out=True, state="waiting").order_by("pk"):
        progress.check()
        if not to.is_open or not send(letter, to):
            break
        sent += 1
        progress.tell(sent)
    return {"sent": sent}


def send(letter: Letter, partner: Partner) -> bool:
    try:
        answer = ask(partner, LETTERS, letter.letter_id, letter.kind, content(letter))
        if json.loads(answer).get("taken") != letter.letter_id:
            raise ValueError("acknowledged another letter")
    except (OSError, ValueError) as error:
        letter.tries += 1
        letter.error = f"{type(error).__name__}: {error}"[:500]
        letter.state = "parked" if letter.tries >= TRIES else "waiting"
        letter.next_at = clock.now() + timedelta(seconds=min(5 * 2**letter.tries, 3600))
        letter.save()
        Partner.objects.filter(pk=partner.pk).update(error=letter.error)
        return False
    letter.state, letter.done_at, letter.error, letter.tries = "done", clock.now(), "", letter.tries + 1
    letter.save()
    Partner.objects.filter(pk=partner.pk).update(error="")
    return True


def content(letter: Letter) -> dict[str, Any]:
    """What the letter says, with the applicant's own data where it is an application."""
    said: dict[str, Any] = dict(letter.said)
    if letter.relay is None:
        return said
    said["number"] = letter.relay.number
    if letter.kind == "application":
        said |= {"applicant": letter.relay.applicant, "personal": keys.unseal(letter.relay.sealed, letter.relay.number)}
    return said


def listed(papers: "list[Paper]") -> list[dict[str, Any]]:
    """What a letter tells of files; the bytes are fetched."""
    return [{"name": one.name, "digest": one.digest, "size": one.size} for one in papers]


def ask(partner: Partner, path: str, letter_id: str, kind: str, said: dict[str, Any]) -> bytes:
    """The partner's answer. Raises OSError with its words, ValueError for an answer not signed by it."""
    whole = {
        "from": partner.own_code,
        "to": partner.code,
        "at": round(time.time(), 3),
        "id": letter_id,
        "kind": kind,
        "box": keys.lock(partner.public_key, json.dumps(said, ensure_ascii=False).encode()),
    }
    body = json.dumps(whole, sort_keys=True).encode()
    request = urllib.request.Request(
        partner.url + path,
        data=body,
        method="POST",
        headers={"Content-Type": "application/json", "Ludao-Signature": keys.sign(body)},
    )
    try:
        with urllib.request.urlopen(request, timeout=WAIT_S) as answer:
            content: bytes = answer.read()
            signature = answer.headers.get("Ludao-Signature", "")
    except urllib.error.HTTPError as error:
        raise OSError(f"{error.code} {error.read(500).decode(errors='replace')}") from error
    if not keys.holds(partner.public_key, body + content, signature):
        raise ValueError("the answer is not signed by the partner")
    return content


@periodic("* * * * *", "services.channel.send_due")
def send_due() -> None:
    due = Q(next_at=None) | Q(next_at__lte=clock.now())
    waiting = Letter.objects.filter(due, is_out=True, state="waiting", partner__is_open=True).values("partner")
    for partner in Partner.objects.filter(pk__in=waiting):
        send_waiting.start(Actor.system("services.channel"), about=partner.code, partner=partner.pk)

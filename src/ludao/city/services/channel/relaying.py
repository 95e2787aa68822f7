"""How a case between two cities moves: one step at a time, told to the other city and to the applicant."""

import hashlib
from collections.abc import Iterable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction

from ludao.base import actions, clock
from ludao.base.actor import Actor
from ludao.base.errors import Conflict
from ludao.base.text import t
from ludao.blocks.document import public as document
from ludao.blocks.notice import public as notice

from . import posting
from .models import Paper, Relay, Step

TOLD = {Relay.RECEIVED, Relay.ACCEPTED, Relay.CORRECTION, Relay.REFUSED, Relay.RETURNED}
# from where each state may be reached; whatever comes late or twice changes nothing
FROM = {
    Relay.SENT: {Relay.COLLECTED, Relay.CORRECTION},
    Relay.RECEIVED: {Relay.COLLECTED, Relay.SENT, Relay.CORRECTION},
    Relay.ACCEPTED: {Relay.SENT, Relay.RECEIVED},
    Relay.CORRECTION: {Relay.SENT, Relay.RECEIVED, Relay.ACCEPTED},
    Relay.REFUSED: {Relay.SENT, Relay.RECEIVED, Relay.CORRECTION, Relay.ACCEPTED},
    Relay.FINISHED: {Relay.SENT, Relay.RECEIVED, Relay.ACCEPTED},
    Relay.RETURNED: {Relay.FINISHED},
    Relay.HANDED: {Relay.FINISHED, Relay.RETURNED},
    Relay.WITHDRAWN: {Relay.COLLECTED, Relay.SENT, Relay.RECEIVED, Relay.CORRECTION},
}


def number(own_code: str) -> str:
    """Unique over all cities, since it begins with ours."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('services.channel.number'))")
    head = f"DB{own_code}{clock.today():%Y%m%d}"
    last = Relay.objects.filter(number__startswith=head).order_by("-number").values_list("number", flat=True).first()
    return f"{head}{int(last[len(head) :]) + 1 if last else 1:05d}"


@transaction.atomic
def move(actor: Actor, relay: Relay, state: str, words: str = "", by: str = "") -> Relay:
    """To the next state. Raises Conflict where that is not possible from where it stands."""
    locked = Relay.objects.select_for_update().get(pk=relay.pk)
    if locked.state not in FROM[state]:
        raise Conflict(
            t(
                f"{relay.number} 现在是“{locked.get_state_display()}”，不能这样办理",
                f"{relay.number} is “{locked.get_state_display()}”: this cannot be done now",
            )
        )
    relay.state, relay.words, relay.changed_at = state, words[:500], clock.now()
    relay.save(update_fields=["state", "words", "changed_at", "due_on"])
    Step.objects.create(relay=relay, state=state, words=words[:500], by=by or actor.name)
    if relay.is_out and state in TOLD and relay.person:
        step = Step.objects.filter(relay=relay).count()
        notice.send(
            actor,
            [relay.person],
            key="services.channel.relay_moved",
            once=f"{relay.number}:{step}",
            data={
                "city": relay.partner.name,
                "title": relay.title,
                "number": relay.number,
                "state": str(relay.get_state_display()),
                "words": words,
            },
            about="/services/channel/mine/",
        )
    return relay


def say(relay: Relay, event: str = "services.channel.relay_moved") -> None:
    actions.say(event, facts(relay))


def facts(relay: Relay) -> dict[str, Any]:
    return {
        "number": relay.number,
        "is_out": relay.is_out,
        "partner": relay.partner.code,
        "item": relay.code,
        "title": relay.title,
        "state": relay.state,
        "organisation": relay.organisation,
        "case": relay.case,
    }


def keep(actor: Actor, relay: Relay, files: Iterable[UploadedFile], is_result: bool = False) -> list[Paper]:
    """Files that a person brings: documents of the case, and papers that the other city will fetch."""
    papers = []
    for file in files:
        kept = document.keep(actor, file, about=f"services.channel.relay:{relay.pk}", organisation=relay.organisation)
        papers.append(_paper(relay, kept, is_result))
    return papers


def keep_bytes(actor: Actor, relay: Relay, data: bytes, name: str) -> Paper:
    kept = document.keep(actor, data, name, about=f"services.channel.relay:{relay.pk}", organisation=relay.organisation)
    return _paper(relay, kept, is_result=True)


def _paper(relay: Relay, kept: Any, is_result: bool) -> Paper:
    version = kept.current
    paper, _ = Paper.objects.update_or_create(
        relay=relay,
        digest=version.digest,
        is_result=is_result,
        defaults={"name": version.name, "size": version.content.size, "document": kept.pk},
    )
    return paper


def told(relay: Relay, papers: Iterable[dict[str, Any]], is_result: bool = False) -> None:
    """Files that the other city names; they are fetched by a job."""
    for one in papers:
        Paper.objects.get_or_create(
            relay=relay,
            digest=str(one["digest"])[:64],
            is_result=is_result,
            defaults={"name": str(one["name"])[:200], "size": int(one["size"])},
        )


def arrived(actor: Actor, relay: Relay) -> None:
    """All files are here: a result that came home is ready to be handed out, papers from there stand with the case."""
    relay.refresh_from_db()
    if not relay.is_out and relay.case is not None:
        from . import casing

        casing.brought(actor, relay)
    if relay.is_out and relay.state == Relay.FINISHED:
        from .actions.relaying import note_result

        note_result(actor, relay=relay)


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


__all__ = ["arrived", "digest", "keep", "keep_bytes", "move", "number", "posting", "say", "told"]

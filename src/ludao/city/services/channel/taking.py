"""What a letter from a partner city does here, kind by kind; each letter once."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.errors import LudaoError

from . import casing, fetching, items, keys, posting, relaying
from .models import Letter, Offer, Partner, Relay, Step

Said = dict[str, Any]


def take(actor: Actor, partner: Partner, letter_id: str, kind: str, said: Said) -> Letter:
    """Keep that it came and do what it says; what cannot be done is parked with its reason."""
    letter, is_new = Letter.objects.get_or_create(
        partner=partner,
        is_out=False,
        letter_id=letter_id,
        defaults={"kind": kind[:12], "state": "done", "done_at": clock.now()},
    )
    if not is_new:
        return letter
    try:
        with transaction.atomic():
            letter.relay = _KINDS[kind](actor, partner, said)
    except (LudaoError, LookupError, TypeError, ValueError) as error:
        letter.state, letter.error = "parked", f"{type(error).__name__}: {error}"[:500]
    letter.save()
    Partner.objects.filter(pk=partner.pk).update(heard_at=clock.now())
    return letter


def offers(actor: Actor, partner: Partner, said: Said) -> None:
    """What the partner lets us receive for it, as it stands; what it tells no more is gone."""
    for one in said["items"]:
        Offer.objects.update_or_create(
            partner=partner,
            code=str(one["code"])[:80],
            defaults={
                "title": str(one["title"])[:200],
                "department": str(one.get("department", ""))[:120],
                "promised_days": one.get("promised_days"),
                "materials": [str(m)[:200] for m in one.get("materials", ())],
                "is_gone": False,
                "told_at": clock.now(),
            },
        )
    codes = [str(one["code"])[:80] for one in said["items"]]
    Offer.objects.filter(partner=partner).exclude(code__in=codes).update(is_gone=True)


def application(actor: Actor, partner: Partner, said: Said) -> Relay:
    """Somebody applied in the other city for an item of ours."""
    number, item = str(said["number"])[:40], items.find(str(said["code"]))
    if Relay.objects.filter(number=number).exists():
        raise ValueError(f"{number} is here already")
    days = item["promised_days"]
    relay = Relay.objects.create(
        partner=partner,
        number=number,
        is_out=False,
        code=item["code"],
        title=item["name_zh"][:200],
        organisation=item["organisation_code"],
        applicant=str(said["applicant"])[:80],
        state=Relay.RECEIVED,
        sealed=keys.seal(dict(said["personal"]), number),
        words=str(said.get("words", ""))[:500],
        due_on=clock.add_working_days(clock.today(), days) if days is not None else None,
    )
    Step.objects.create(relay=relay, state=Relay.RECEIVED, words=relay.words, by=_by(partner, said))
    _bring(actor, relay, said, is_result=False)
    casing.open_for(actor, relay, item, dict(said["personal"]))
    posting.post(
        actor,
        partner,
        "state",
        {"state": Relay.RECEIVED, "words": "", "by": item["department"], "due_on": relay.due_on},
        relay,
    )
    relaying.say(relay, "services.channel.relay_received")
    return relay


def supplement(actor: Actor, partner: Partner, said: Said) -> Relay:
    relay = _known(partner, said, is_out=False)
    relaying.move(actor, relay, Relay.RECEIVED, str(said.get("words", "")), _by(partner, said))
    _bring(actor, relay, said, is_result=False)
    relaying.say(relay)
    return relay


def state(actor: Actor, partner: Partner, said: Said) -> Relay:
    """Where the other city stands with a case that we received for it."""
    relay, now = _known(partner, said, is_out=True), str(said["state"])
    if now not in (Relay.RECEIVED, Relay.ACCEPTED, Relay.CORRECTION, Relay.REFUSED):
        raise ValueError(f"no state {now!r}")
    if due := said.get("due_on"):
        relay.due_on = date.fromisoformat(str(due)[:10])
    relaying.move(actor, relay, now, str(said.get("words", "")), _by(partner, said))
    relaying.say(relay)
    return relay


def result(actor: Actor, partner: Partner, said: Said) -> Relay:
    relay = _known(partner, said, is_out=True)
    relaying.move(actor, relay, Relay.FINISHED, str(said.get("words", "")), _by(partner, said))
    _bring(actor, relay, said, is_result=True)
    relaying.say(relay)
    return relay


def handed(actor: Actor, partner: Partner, said: Said) -> Relay:
    relay = _known(partner, said, is_out=False)
    relaying.move(actor, relay, Relay.HANDED, str(said.get("words", "")), _by(partner, said))
    relaying.say(relay)
    return relay


def withdrawn(actor: Actor, partner: Partner, said: Said) -> Relay:
    relay = _known(partner, said, is_out=False)
    words = str(said.get("words", ""))
    relaying.move(actor, relay, Relay.WITHDRAWN, words, _by(partner, said))
    casing.withdraw(actor, relay, words or "对方城市撤回")
    relaying.say(relay)
    return relay


def _by(partner: Partner, said: Said) -> str:
    return f"{partner} {said.get('by', '')}"[:120]


def _known(partner: Partner, said: Said, is_out: bool) -> Relay:
    return Relay.objects.select_related("partner", "person").get(
        partner=partner, number=str(said["number"]), is_out=is_out
    )


def _bring(actor: Actor, relay: Relay, said: Said, is_result: bool) -> None:
    relaying.told(relay, said.get("papers", ()), is_result)
    fetching.start(actor, relay)


_KINDS: dict[str, Callable[[Actor, Partner, Said], Relay | None]] = {
    "items": offers,
    "application": application,
    "papers": supplement,
    "state": state,
    "result": result,
    "handed": handed,
    "withdrawn": withdrawn,
}

"""What waits for the person who looks, and for the enterprise under whose hat they act."""

from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet

from ludao.base import clock, rights
from ludao.base.actor import Actor
from ludao.blocks.identity.public import Mandate, Person
from ludao.blocks.lake import public as lake
from ludao.blocks.rule import public as rule

from .claiming import identity_of
from .facts import ENTITIES, NUMBERS
from .models import Offer

TOLD = timedelta(days=60)  # so long a person sees what was taken back, and why


def entity_of(actor: Actor, entity: str) -> tuple[str, str, dict[str, Any] | None]:
    """Kind, file number and facts of the actor as a person, or of the enterprise acted for; "" when not found."""
    address, key, _ = ENTITIES[entity]
    if entity == "company":
        number = actor.organisation if actor.organisation and not actor.post else ""
    else:
        person = Person.objects.filter(pk=actor.person).first() if actor.person else None
        number = person.id_number if person and person.assurance >= Person.NUMBER else ""
    if not number or not lake.exists(address):
        return entity, "", None
    rows = lake.sql(f"select * from {address} where {NUMBERS[entity]} = $number limit 1", {"number": number}).rows()
    return (entity, str(rows[0][key]), rows[0]) if rows else (entity, "", None)


def unbound(actor: Actor) -> QuerySet[Offer]:
    """Offers made to this person before there was an account."""
    person = Person.objects.filter(pk=actor.person).first() if actor.person else None
    if person is None or not person.id_number or person.assurance < Person.NUMBER:
        return Offer.objects.none()
    return Offer.objects.filter(entity="person", identity=identity_of(person.id_number), person=None)


def offers(actor: Actor) -> QuerySet[Offer]:
    """Within reach as a person; an officer's wider reach does not matter here."""
    mine = rights.narrow(actor, "data.benefit.mine", Offer.objects.select_related("policy"))
    old = Q(state=Offer.WITHDRAWN, data_at__lt=clock.now() - TOLD)
    return mine.exclude(old).order_by("-offered_at", "pk")


def others(actor: Actor) -> list[tuple[Mandate, int]]:
    """Enterprises for which the person may act, with what waits there; another hat has to be put on."""
    if not actor.person:
        return []
    held = Mandate.objects.current().filter(person_id=actor.person).select_related("enterprise")
    counts = [
        (m, Offer.objects.filter(holder=m.enterprise_id, state__in=(Offer.OFFERED, Offer.RETURNED)).count())
        for m in held[:10]
        if m.enterprise_id != actor.organisation
    ]
    return [(m, n) for m, n in counts if n]


def reason_of(offer: Offer) -> str:
    """From the bits that the run kept: nothing is judged again for a list."""
    part = next((p for p in rule.in_force(offer.entity, clock.today()) if p.policy.code == offer.policy_id), None)
    if part is None or part.version != offer.version:
        return ""
    states = rule.states_in(part.policy, offer.bits)
    met = [
        rule.words_of(part.policy.conditions[n].title, part.policy, clock.today())
        for n, s in states.items()
        if s == "met"
    ]
    return "，".join(met[:4])

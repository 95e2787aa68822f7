"""Whom a notice is for, in which language, by which channels, and not before when."""

import os
from collections.abc import Iterable
from datetime import datetime, time, timedelta

from ludao.base import clock
from ludao.blocks.identity.public import Enterprise, Mandate, Organisation, Person, Post, people_of
from ludao.blocks.notice.models import Preference

DIGEST_AT = time(8, 0)
Recipient = Person | Post | Organisation | Enterprise


def people(to: Iterable[Recipient]) -> list[Person]:
    """Each person once: themselves, who holds the post, all of an organisation, who acts for an enterprise."""
    found: dict[int, Person] = {}
    for one in to:
        found |= {person.pk: person for person in _of(one) if person.is_active}
    return list(found.values())


def _of(one: Recipient) -> Iterable[Person]:
    if isinstance(one, Person):
        return [one]
    if isinstance(one, Post):
        return [one.person] if one.is_current() else []
    if isinstance(one, Organisation):
        return people_of(one.pk)
    return [m.person for m in Mandate.objects.current().filter(enterprise=one).select_related("person")]


def language_of(person: Person) -> str:
    chosen = getattr(person, "preference", None)
    return str(chosen.language) if chosen else "zh-hans"


def address_in_full(path: str) -> str:
    """A page's address for whoever reads it outside: under the first of LUDAO_ORIGINS."""
    origin = os.environ.get("LUDAO_ORIGINS", "").split(",")[0].rstrip("/")
    return f"{origin}{path}" if origin and path.startswith("/") else ""


def due_at(preference: Preference | None, now: datetime, is_urgent: bool) -> datetime:
    """Now, or when the person's quiet hours end."""
    if is_urgent or preference is None or preference.quiet_from is None or preference.quiet_until is None:
        return now
    here = now.astimezone(clock.SHANGHAI)
    start, end = preference.quiet_from, preference.quiet_until
    is_quiet = start <= here.time() < end if start <= end else here.time() >= start or here.time() < end
    return next_at(end, now) if is_quiet else now


def next_at(moment: time, now: datetime) -> datetime:
    """The next time that the clock of Shanghai shows this."""
    here = now.astimezone(clock.SHANGHAI)
    at = datetime.combine(here.date(), moment, clock.SHANGHAI)
    return at if at > here else at + timedelta(days=1)

"""Tells people: a notice in the app at once, and a sending for each channel that they and the template allow."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

from django.db import transaction

from ludao.base import clock, live, registry
from ludao.base.actor import Actor
from ludao.blocks.identity.public import Person
from ludao.blocks.notice import channels, reaching, sending
from ludao.blocks.notice.models import MAIL, Notice, Preference, Sending
from ludao.blocks.notice.reaching import Recipient
from ludao.blocks.notice.wording import Wording, wording


def send(actor: Actor, to: Iterable[Recipient], *, key: str, data: Mapping[str, Any] | None = None, about: str = "",
         once: str = "") -> int:
    """How many people were told. Inside the caller's action or listener, in its transaction.

    `key` names a template, `data` fills it, `about` is the page it leads to. With `once` (an event's or a case's
    number, say) the same notice never reaches a person twice, however often this is called.
    Raises LookupError for a key that is not there and for data that lack something.
    """
    words = wording(key)
    filled = words.filled(data or {})
    with transaction.atomic():
        made = _made(actor, reaching.people(to), words, filled, about, once or uuid4().hex)
        _sendings(made, words)
        live.tell("notice.sent", [str(notice.person_id) for notice in made])
    return len(made)


def unread(person: Person | int) -> int:
    """How many notices wait; 100 stands for many."""
    return Notice.objects.filter(person=person, state=Notice.UNREAD)[:100].count()


def _made(actor: Actor, people: list[Person], words: Wording, filled: Mapping[str, str], about: str,
          once: str) -> list[Notice]:
    """One insert for all; whoever has it already is left out by the database itself."""
    batch = clock.now()
    sender = registry.owner_of(words.key).owner if actor.is_system else actor.name
    Notice.objects.bulk_create(
        [Notice(person=person, key=words.key, once=once, about=about, sender=sender, is_urgent=words.is_urgent,
                sent_at=batch, **filled) for person in people], ignore_conflicts=True, batch_size=2000)
    return list(Notice.objects.filter(key=words.key, once=once, person__in=people, sent_at=batch, sendings=None)
                .select_related("person__notice_preference", "person__preference"))


def _sendings(notices: list[Notice], words: Wording) -> None:
    """Rows for the channels, and their jobs, which a worker takes up once this transaction stands."""
    rows = [row for notice in notices for row in _rows(notice, words)]
    sending.enqueue(Sending.objects.bulk_create(rows, batch_size=2000))


def _rows(notice: Notice, words: Wording) -> list[Sending]:
    wanted: Preference | None = getattr(notice.person, "notice_preference", None)
    now, rows = clock.now(), []
    for name in words.channels:
        channel = channels.EVERY[name]
        is_wanted = words.is_urgent or wanted is None or getattr(wanted, name)
        if not (is_wanted and channel.is_on() and channel.address_of(notice.person)):
            continue
        row = Sending(notice=notice, key=notice.key, channel=name,
                      due_at=reaching.due_at(wanted, now, words.is_urgent))
        if name == MAIL and wanted is not None and wanted.digest == Preference.DAILY and not words.is_urgent:
            row.state, row.due_at = Sending.HELD, reaching.next_at(reaching.DIGEST_AT, now)
        rows.append(row)
    return rows

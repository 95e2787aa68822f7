"""What the contract tests type into the forms of notices, where any value will not do."""

from typing import Any

from ludao.base.actor import Actor
from ludao.blocks.identity.public import Organisation, Person
from ludao.blocks.notice.models import MAIL, Notice, Sending
from ludao.blocks.notice.telling import send


def _notice(actor: Actor) -> Notice:
    person = Person.objects.get(pk=actor.person)
    send(actor, [person], key="notice.trial", data={"at": "10:00"})
    return Notice.objects.filter(person=person).order_by("-pk")[0]


def _parked(actor: Actor) -> Sending:
    return Sending.objects.create(notice=_notice(actor), key="notice.trial", channel=MAIL, state=Sending.PARKED,
                                  error="原因已排除")


EXAMPLES: dict[str, Any] = {
    "mark_read": lambda actor: {"notices": _notice(actor)},
    "set_preferences": {"mail": True, "digest": "daily", "quiet_from": "22:00", "quiet_until": "07:30"},
    "announce": lambda _: {"organisations": [Organisation.objects.get(pk="xm-dsj")]},
    "replay": lambda actor: {"sendings": _parked(actor)},
    "discard": lambda actor: {"sendings": _parked(actor), "reason": "号码已停用"},
}

"""What the contract tests type into the forms of the base, where any value will not do."""

from datetime import timedelta
from typing import Any

from ludao.base import clock, console, tokens
from ludao.base.actor import Actor
from ludao.base.models import Delivery, Event, Token


def _parked(_: Actor) -> dict[str, Any]:
    event = Event.objects.create(address="base.example", facts={})
    return {"deliveries": Delivery.objects.create(event=event, listener="example", state=Delivery.PARKED, tries=5),
            "reason": "原因已排除"}


def _asked() -> dict[str, Any]:
    until = clock.today() + timedelta(days=30)
    return {"name": "样例", "rights": ["base.issue_token"], "expires_on": until.isoformat()}


def _issued(actor: Actor) -> dict[str, Any]:
    made = tokens.issue_token(actor, name="样例", rights=["base.issue_token"], expires_on=clock.today())
    return {"token": Token.objects.get(pk=made.id)}


EXAMPLES: dict[str, Any] = {
    "discard": _parked,
    "drop_view": lambda actor: {"view": console.save_view(actor, page="/desk/", title="样例")},
    "issue_token": lambda _: _asked(),
    "replay": lambda actor: {"deliveries": _parked(actor)["deliveries"]},
    "revoke_token": _issued,
    "save_view": {"page": "/desk/", "title": "样例"},
}

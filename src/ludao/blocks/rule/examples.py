"""What the contract tests type into the forms of policies, where any value will not do."""

from typing import Any

from ludao.base.actor import Actor
from ludao.blocks.rule.actions import draft
from ludao.blocks.rule.models import Policy, Version
from ludao.blocks.rule.views import TEMPLATE

TEXT = TEMPLATE.strip()  # a form's text comes without the blanks around it


def _draft(actor: Actor) -> Version:
    return draft(Actor.system("example"), text=TEXT)


def _parameter(_: Actor) -> dict[str, Any]:
    return {
        "policy": Policy.objects.get(pk="person.elderly_80"),
        "parameter": "standard",
        "value": "150",
        "since": "2027-01-01",
        "source": "第三条",
    }


EXAMPLES: dict[str, Any] = {
    "draft": {"text": TEXT},
    "revise": lambda actor: {"version": _draft(actor), "text": TEXT},
    "publish": lambda actor: {"version": _draft(actor)},
    "discard": lambda actor: {"version": _draft(actor)},
    "set_parameter": _parameter,
}

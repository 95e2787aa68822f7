"""Who applies, who decides, and a whole application of the social-security card."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from ludao.base.actor import Actor
from ludao.blocks.case import public as cases
from ludao.city.services.item import actions
from ludao.city.services.item.models import Application, Item

CARD = {
    "name": "李雷",
    "id_number": "11010519491231002X",
    "phone": "13900001234",
    "ss_number": "350200199003",
    "why": "lost",
    "lost_on": "2026-11-01",
    "bank_of": "icbc",
    "delivery": "counter",
}
ANSWERS = {"why": "lost", "agent": "self"}


@pytest.fixture
def officer() -> Actor:
    return Actor.system("test")


@pytest.fixture
def applied(city: Any, actor_of: Callable[[str], Actor]) -> Callable[..., Application]:
    """Begin, answer, fill in and send: applied() is 社保卡补领 by 李雷."""

    def apply(code: str = "RS002", data: Any = None, answers: Any = None) -> Application:
        actor = actor_of("lilei")
        begun = actions.applying.begin(actor, item=Item.objects.get(code=code))
        if begun.version.facts.get("questions"):
            actions.applying.answer(actor, application=begun, answers=json.dumps(answers or ANSWERS))
            begun.refresh_from_db()
        actions.applying.fill(actor, application=begun, data=json.dumps(data or CARD))
        begun.refresh_from_db()
        sent: Application = actions.applying.send(actor, application=begun, promise=True)
        return sent

    return apply


def step(actor: Actor, case: Any, outcome: str, opinion: str = "符合条件") -> None:
    """Whatever waits first is done with this outcome."""
    task = cases.steps(case)[0]
    cases.complete(actor, task=task, outcome=outcome, opinion=opinion)
    case.refresh_from_db()

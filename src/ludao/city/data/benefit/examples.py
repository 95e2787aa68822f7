"""What the contract tests type into the forms of benefits, where any value will not do."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.blocks.identity.public import Person
from ludao.blocks.rule.public import Policy, facts_row

from . import actions
from .models import Objection, Offer, Recovery

ACCOUNT = "6222020000000000001"
SYSTEM = Actor.system("example")


def _policy(code: str = "person.veteran") -> Policy:
    return Policy.objects.get(pk=code)


def _offer(actor: Actor, state: str = "offered") -> Offer:
    person = Person.objects.get(pk=actor.person) if actor.person else Person.objects.get(username="lilei")
    return Offer.objects.update_or_create(
        policy=_policy(),
        entity_id=f"example-{person.pk}",
        period="example",
        defaults={
            "version": 1,
            "entity": "person",
            "name": person.name,
            "person": person,
            "identity": f"x{person.pk}",
            "amount_fen": 60000,
            "state": state,
            "data_at": clock.now(),
            "note": "异议成立",
        },
    )[0]


def _confirmed(actor: Actor) -> Offer:
    return actions.confirm(SYSTEM, offer=_offer(actor), account=ACCOUNT)


def _answer(actor: Actor) -> dict[str, Any]:
    _confirmed(actor)
    made = actions.approve_batch(SYSTEM, batch=actions.make_batch(SYSTEM))
    lines = ["指令号,结果,流水号,原因", *(f"{o.number},成功,B1," for o in made.lines.all())]
    return {"batch": made, "file": SimpleUploadedFile("answer.csv", "\n".join(lines).encode())}


def _objection(actor: Actor) -> dict[str, Any]:
    person = Person.objects.get(username="lilei")
    made = Objection.objects.create(
        policy=_policy(), person=person, entity_id="example", text="我是退役军人", told="缺少"
    )
    return {"objection": made, "verdict": "rejected", "answer": "核对后不符合"}


def _recovery(actor: Actor) -> dict[str, Any]:
    made = Recovery.objects.get_or_create(offer=_offer(actor, "paid"), defaults={"amount_fen": 1, "reason": "样例"})[0]
    return {"recovery": made, "state": "waived", "how": "金额很小"}


def _someone(_: Actor) -> dict[str, Any]:
    offer = Offer.objects.filter(entity="person").exclude(entity_id__startswith="example").first()
    key = offer.entity_id if offer and facts_row("person", offer.entity_id) else "none"
    return {"policy": _policy(), "key": key}


def _batch(actor: Actor) -> dict[str, Any]:
    _confirmed(actor)
    return {}


def _made(actor: Actor) -> dict[str, Any]:
    _confirmed(actor)
    return {"batch": actions.make_batch(SYSTEM), "reason": "先核对账号"}


EXAMPLES: dict[str, Any] = {
    "approve_batch": lambda actor: {"batch": _made(actor)["batch"]},
    "announce": {"entity": "person", "on": clock.today().isoformat()},
    "confirm": lambda actor: {"offer": _offer(actor), "account": ACCOUNT},
    "decide": _objection,
    "decline": lambda actor: {"offer": _offer(actor)},
    "evaluate": _someone,
    "make_batch": _batch,
    "object": lambda _: {"policy": _policy(), "text": "我认为应当享受"},
    "read_answer": _answer,
    "send_back": _made,
    "set_budget": lambda _: {"policy": _policy(), "year": 2031, "amount": "300万元"},
    "settle_recovery": _recovery,
}

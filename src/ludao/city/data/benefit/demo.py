"""The demonstration city's benefits: shipped policies, budgets, a match, some confirmed, paid and returned."""

from django.core.files.uploadedfile import SimpleUploadedFile

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.blocks.identity.public import Person
from ludao.blocks.lake import public as lake
from ludao.blocks.rule import public as rule
from ludao.blocks.rule.public import Policy

from . import actions, facts
from .models import Batch, Budget, Objection, Offer, Order

ACCOUNT = "6222020000000000000"
SMALL = "company.shop_relief"  # its budget is short, so that the queue can be seen


def load(actor: Actor, scale: float) -> None:
    """A second time changes nothing."""
    rule.ship(actor, (facts.CONTENT / "policies").glob("*.toml"), "随系统提供")
    year = clock.today().year
    if not Budget.objects.exists():
        for policy in Policy.objects.order_by("pk"):
            actions.set_budget(actor, policy=policy, year=year, amount="6000元" if policy.pk == SMALL else "5000万元")
    if Offer.objects.exists():
        return
    for entity in facts.ENTITIES:
        base = facts.pieces(entity)[0]
        if all(lake.exists(address) for address in base.reads):
            actions.matching.now(actor, about=f"data.benefit.{entity}", entity=entity)
    _confirm(actor)
    _pay(actor)
    lilei = Person.objects.filter(username="lilei").first()
    policy = Policy.objects.filter(pk="person.talent").first()
    if lilei and policy and not Objection.objects.exists():
        actions.object_to(
            Actor(person=str(lilei.pk), name=lilei.name, channel="demo"),
            policy=policy,
            text="我有硕士学历，为什么没有收到人才补贴？",
        )


def _confirm(actor: Actor) -> None:
    """Strangers of the city confirm; the cast's own offers are left to them."""
    cast = Person.objects.values_list("pk", flat=True)
    rows = Offer.objects.filter(state=Offer.OFFERED).exclude(person_id__in=cast).exclude(name__contains="演示")
    short = list(rows.filter(policy_id=SMALL).order_by("pk")[:6])
    for number, offer in enumerate([*rows.exclude(policy_id=SMALL).order_by("pk")[:24], *short]):
        actions.confirm(actor, offer=offer, account=ACCOUNT[:-2] + f"{number:02d}")


def _pay(actor: Actor) -> None:
    if Batch.objects.exists() or not Order.objects.filter(state=Order.WAITING).exists():
        return
    made = actions.approve_batch(actor, batch=actions.make_batch(actor))
    lines = ["指令号,结果,流水号,原因"]
    for n, order in enumerate(made.lines.order_by("pk")):
        lines.append(f"{order.number},退回,,户名不符" if n == 1 else f"{order.number},成功,B{order.pk:08d},")
    actions.read_answer(actor, batch=made, file=SimpleUploadedFile("answer.csv", "\n".join(lines[:-3]).encode()))

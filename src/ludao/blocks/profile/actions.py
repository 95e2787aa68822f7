"""Linking on demand, and what a clerk decides: join, split, undo, judge doubtful pairs, confirm a right value."""

from typing import Annotated, Any, Literal

from pydantic import Field

from ludao.base import clock
from ludao.base.actions import action, say
from ludao.base.actor import Actor
from ludao.base.errors import Conflict, Problem
from ludao.base.models import Work
from ludao.base.pages.forms import Choices
from ludao.base.text import t
from ludao.blocks.identity.public import Person
from ludao.blocks.profile import (
    deciding,
    definition,
    disputing,  # noqa: F401  its actions are the block's
)
from ludao.blocks.profile.linking import linking
from ludao.blocks.profile.models import JOIN, JOINED, NAMES, OPEN, PARTED, SPLIT, Correction, Decision, Doubt

Name = Annotated[Literal["person", "company"], Field(title=t("定义", "Definition")), Choices(dict(NAMES))]
Entity = Annotated[str, Field(title=t("档案编号", "Entity"), min_length=1, max_length=40)]
Other = Annotated[str, Field(title=t("另一档案编号", "Other entity"), min_length=1, max_length=40)]
Records = Annotated[str, Field(title=t("拆出的记录", "Records to part"), min_length=3, max_length=4000,
                               description=t("每行一条，格式为 来源#角色|主键", "One a line, as source#part|key"))]
Reason = Annotated[str, Field(title=t("事由", "Reason"), min_length=2, max_length=400)]
Least = Annotated[float, Field(title=t("权重不低于", "Weight at least"), ge=-20, le=100)]
Anew = Annotated[bool, Field(title=t("全部重新归并", "All anew"), description=t("重新训练权重并比较全部记录",
                                                                          "Train again and compare all records"))]


@action("profile.link", title=t("开始归并", "Link now"), icon="refresh",
        lead=t("只归并上次以来新增和变更的记录；全部重新归并耗时较长。",
               "Links what came since the last time; all anew takes longer."))
def link(actor: Actor, name: Name = "person", anew: Anew = False) -> Work:
    """As work of the worker; its progress is seen on the page."""
    definition.get(name)
    return linking.start(actor, about=f"profile.{name}", name=name, anew=anew)


@action("profile.join", title=t("合并档案", "Join"), says=("profile.joined",), icon="arrows-join",
        lead=t("两份档案属于同一人或同一法人时合并。今后每次归并都保持，可撤销。",
               "Two entities are one. It holds on every link to come and can be undone."))
def join(actor: Actor, name: Name, entity: Entity, other: Other, reason: Reason) -> Decision:
    """Their best records are bound together; ids do not stand against it."""
    if entity == other:
        raise Problem(t("请填写两份不同的档案", "Name two different entities"), field="other")
    chosen = definition.get(name)
    one, two = deciding.records(chosen, entity), deciding.records(chosen, other)
    return _decide(actor, JOIN, name, one[:1], two[:1], reason, entity, other)


@action("profile.split", title=t("拆分档案", "Split"), says=("profile.split",), icon="arrows-split",
        lead=t("把不属于该档案的记录拆出。今后每次归并都保持，可撤销。",
               "Records that do not belong are parted. It holds on every link to come and can be undone."))
def split(actor: Actor, name: Name, entity: Entity, records: Records, reason: Reason) -> Decision:
    """The records named leave; they find another entity or stay by themselves, but not with the rest."""
    every = deciding.records(definition.get(name), entity)
    leaving = [line.strip() for line in records.splitlines() if line.strip()]
    if unknown := [record for record in leaving if record not in every]:
        raise Problem(t(f"该档案没有这条记录：{unknown[0]}", f"The entity has no record {unknown[0]}"), field="records")
    staying = [record for record in every if record not in leaving]
    if not staying:
        raise Problem(t("至少留下一条记录", "Leave at least one record"), field="records")
    return _decide(actor, SPLIT, name, leaving, staying, reason, entity)


@action("profile.undo", title=t("撤销裁决", "Undo"), says=("profile.undone",), icon="arrow-back-up",
        when=lambda decision: decision.undone_at is None)
def undo(actor: Actor, decision: Decision, reason: Reason) -> Decision:
    """From the next link on it is as if it had not been decided; the row stays."""
    decision.undone_by, decision.undone_at, decision.undone_why = _person(actor), clock.now(), reason
    decision.save(update_fields=["undone_by", "undone_at", "undone_why"])
    say("profile.undone", _facts(decision))
    _again(actor, decision.definition)
    return decision


@action("profile.accept", title=t("判为同一", "The same"), says=("profile.joined",), icon="check",
        when=lambda doubt: doubt.state == OPEN)
def accept(actor: Actor, doubt: Doubt, reason: Reason) -> Decision:
    """The pair is joined for good."""
    _judge(actor, doubt, JOINED)
    return _decide(actor, JOIN, doubt.definition, [doubt.left], [doubt.right], reason, doubt.left_entity,
                   doubt.right_entity)


@action("profile.reject", title=t("判为不同", "Not the same"), says=("profile.split",), icon="x",
        when=lambda doubt: doubt.state == OPEN)
def reject(actor: Actor, doubt: Doubt, reason: Reason) -> Decision:
    """The pair is kept apart for good."""
    _judge(actor, doubt, PARTED)
    return _decide(actor, SPLIT, doubt.definition, [doubt.left], [doubt.right], reason, doubt.left_entity,
                   doubt.right_entity)


@action("profile.accept_above", title=t("批量判为同一", "Accept above a weight"), says=("profile.joined",),
        icon="checks", lead=t("把权重不低于所填值的存疑对全部判为同一。证件号存疑的除外。",
               "All open pairs at least this heavy are joined, but for those whose id is in question."))
def accept_above(actor: Actor, name: Name, weight: Least, reason: Reason) -> int:
    """How many pairs were joined. One decision for each, so that each can be undone."""
    doubts = list(Doubt.objects.filter(definition=name, state=OPEN, weight__gte=weight)
                  .exclude(reason__contains="questioned").order_by("-weight")[:5000])
    for doubt in doubts:
        _judge(actor, doubt, JOINED)
        _decide(actor, JOIN, name, [doubt.left], [doubt.right], reason, doubt.left_entity, doubt.right_entity,
                again=False)
    if doubts:
        _again(actor, name)
    return len(doubts)


@action("profile.correct", title=t("确认正确值", "Confirm a right value"), says=("profile.corrected",), icon="edit",
        lead=t("经核实的正确值先行采用，直到来源部门更正该记录。",
               "The right value stands until the source corrects its record."))
def correct(
    actor: Actor,
    name: Name,
    entity: Entity,
    field: Annotated[str, Field(title=t("字段", "Field"), max_length=60)],
    value: Annotated[str, Field(title=t("正确值", "Right value"), max_length=400)],
    record: Annotated[str, Field(title=t("有误的记录", "Record that is wrong"), max_length=240)],
    reason: Reason,
    wrong: Annotated[str, Field(title=t("原值", "Wrong value"), max_length=400)] = "",
) -> Correction:
    """It overrides the golden value; the next link ends it once the record no longer says `wrong`."""
    chosen = definition.get(name)
    if field not in chosen.fields or not chosen.fields[field].shown:
        raise Problem(t(f"没有字段 {field}", f"There is no field {field}"), field="field")
    source, _, key = record.partition("|")
    address, _, part = source.partition("#")
    made = Correction.objects.create(
        definition=name, entity=entity, field=field, value=value, wrong=wrong, source=address, part=part,
        record_key=key, reason=reason, by=_person(actor))
    say("profile.corrected", {"id": made.pk, "definition": name, "entity": entity, "field": field,
                              "source": address, "record_key": key})
    _again(actor, name)
    return made


def _judge(actor: Actor, doubt: Doubt, state: str) -> None:
    done = Doubt.objects.filter(pk=doubt.pk, state=OPEN).update(state=state, judged_by=_person(actor),
                                                               judged_at=clock.now())
    if not done:
        raise Conflict(t("这一对已有人核对", "Somebody has judged this pair already"))


def _decide(actor: Actor, kind: str, name: str, records: list[str], others: list[str], reason: str, entity: str,
            other: str = "", again: bool = True) -> Decision:
    decision = Decision.objects.create(definition=name, kind=kind, records=records, others=others, reason=reason,
                                       entity=entity, other_entity=other, by=_person(actor))
    say("profile.joined" if kind == JOIN else "profile.split", _facts(decision))
    if again:
        _again(actor, name)
    return decision


def _again(actor: Actor, name: str) -> None:
    """Several decisions in a row wait for one linking."""
    linking.start(actor, about=f"profile.{name}", name=name, anew=False)


def _facts(decision: Decision) -> dict[str, Any]:
    return {"id": decision.pk, "definition": decision.definition, "kind": decision.kind, "entity": decision.entity,
            "other_entity": decision.other_entity}


def _person(actor: Actor) -> Person | None:
    return Person.objects.get(pk=int(actor.person)) if actor.person else None

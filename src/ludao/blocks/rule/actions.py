"""What is done with policies: drafted, revised, a figure of the law changed, published by a second person, ended."""

from datetime import date
from typing import Annotated

from django.db.models import Max
from pydantic import Field

from ludao.base import clock
from ludao.base.actions import action, say
from ludao.base.actor import Actor
from ludao.base.errors import Conflict, Problem, Problems
from ludao.base.pages.forms import Kind
from ludao.base.text import t
from ludao.blocks.identity.public import Organisation

from . import keeping
from .engine.judging import Outcome
from .engine.proving import prove
from .engine.telling import state_word, yuan
from .engine.words import Example
from .engine.words import Policy as Rule
from .models import Policy, Version
from .rewriting import with_value

Text = Annotated[str, Field(title=t("规则文本", "Text"), min_length=20, max_length=60_000), Kind("text")]
Note = Annotated[str, Field(title=t("修改说明", "What changed"), max_length=300)]


@action(
    "rule.draft",
    title=t("起草政策", "Draft a policy"),
    icon="plus",
    lead=t(
        "写一份政策的规则文本；编码已有时成为它的新版本，由另一人审批后生效。",
        "Write a policy's text; where the code exists it becomes its next version. A second person approves it.",
    ),
)
def draft(actor: Actor, text: Text, note: Note = "") -> Version:
    rule = proved(text)
    owner = Organisation.objects.filter(code=rule.owner).first()
    if owner is None:
        raise Problem(t(f"没有机构“{rule.owner}”", f"There is no organisation “{rule.owner}”"), field="text")
    policy, _ = Policy.objects.get_or_create(code=rule.code, defaults=shown(rule) | {"owner": owner})
    if policy.entity != rule.entity:
        raise Problem(t("政策的对象不能改变", "A policy's kind of entity cannot change"), field="text")
    Policy.objects.select_for_update().get(pk=policy.pk)
    number = (policy.versions.aggregate(most=Max("number"))["most"] or 0) + 1
    return Version.objects.create(policy=policy, number=number, text=text, note=note, made_by=actor.name)


@action("rule.revise", title=t("修改草稿", "Revise the draft"), icon="edit", when=lambda version: version.is_draft)
def revise(actor: Actor, version: Version, text: Text, note: Note = "") -> Version:
    rule = proved(text)
    if rule.code != version.policy_id:
        raise Problem(t("编码不能改变", "The code cannot change"), field="text")
    version.text, version.note, version.made_by = text, note or version.note, actor.name
    version.save(update_fields=["text", "note", "made_by"])
    return version


@action(
    "rule.set_parameter",
    title=t("调整标准", "Change a figure"),
    icon="adjustments",
    when=lambda policy: bool(policy.number),
    lead=t(
        "给一个参数加上从某日起的新值，成为一份待审批的新版本。",
        "Give a parameter a new value from a day on; it becomes a draft that waits for approval.",
    ),
)
def set_parameter(
    actor: Actor,
    policy: Policy,
    parameter: Annotated[str, Field(title=t("参数", "Parameter"), min_length=1, max_length=60)],
    value: Annotated[str, Field(title=t("新值", "New value"), min_length=1, max_length=100)],
    since: Annotated[date, Field(title=t("自何日起", "From"))],
    source: Annotated[str, Field(title=t("依据", "Legal source"), min_length=2, max_length=200)],
) -> Version:
    newest = policy.versions.exclude(state=Version.DISCARDED).order_by("-number").first()
    assert newest is not None
    rule = keeping.read(newest.text)
    if parameter not in rule.parameters:
        known = "、".join(rule.parameters)
        raise Problem(
            t(f"没有这个参数，有：{known}", f"There is no such parameter; there are: {known}"), field="parameter"
        )
    text = with_value(newest.text, rule.parameters[parameter], value, since, source)
    changed = f"{rule.parameters[parameter].title['zh']}：自 {since} 起 {value}"
    return draft_as(actor, text, changed[:300])


@action(
    "rule.discard",
    title=t("作废草稿", "Discard the draft"),
    icon="trash",
    confirm=t("作废后不能恢复，需要时重新起草。", "It cannot be taken back; draft it anew when needed."),
    when=lambda version: version.is_draft,
)
def discard(
    actor: Actor,
    version: Version,
    reason: Annotated[str, Field(title=t("原因", "Reason"), min_length=2, max_length=200)],
) -> Version:
    version.state, version.note = Version.DISCARDED, reason
    version.save(update_fields=["state", "note"])
    return version


@action(
    "rule.publish",
    title=t("审批发布", "Approve and publish"),
    icon="send",
    says=("rule.published",),
    confirm=t(
        "发布后按生效日期执行，符合的人和企业将被重新匹配。", "It takes effect on its day; who qualifies is found anew."
    ),
    when=lambda version: version.is_draft,
)
def publish(
    actor: Actor,
    version: Version,
    effective_on: Annotated[date | None, Field(title=t("生效日期", "Effective on"))] = None,
) -> Version:
    rule = proved(version.text)
    policy = Policy.objects.select_for_update().get(pk=version.policy_id)
    newest = policy.versions.filter(state=Version.PUBLISHED).order_by("-number").first()
    if newest and newest.number > version.number:
        raise Conflict(t("已有更新的版本发布", "A newer version is published already"))
    version.state, version.approved_by, version.approved_at = Version.PUBLISHED, actor.name, clock.now()
    version.effective_on = effective_on or clock.today()
    version.save(update_fields=["state", "approved_by", "approved_at", "effective_on"])
    Policy.objects.filter(pk=policy.pk).update(
        number=version.number,
        ended_on=None,
        ended_why="",
        **shown(rule),
        owner=Organisation.objects.get(code=rule.owner),
    )
    say(
        "rule.published",
        {
            "policy": policy.pk,
            "entity": rule.entity,
            "version": version.number,
            "effective_on": version.effective_on.isoformat(),
        },
    )
    return version


@action(
    "rule.end",
    title=t("停止执行", "End the policy"),
    icon="circle-off",
    says=("rule.ended",),
    confirm=t(
        "自该日起不再匹配；已确认的照常兑付。", "No more matches from that day; what is confirmed is still paid."
    ),
    when=lambda policy: bool(policy.number) and policy.ended_on is None,
)
def end(
    actor: Actor,
    policy: Policy,
    on: Annotated[date, Field(title=t("自何日起停止", "From"))],
    reason: Annotated[str, Field(title=t("原因", "Reason"), min_length=2, max_length=300)],
) -> Policy:
    policy.ended_on, policy.ended_why = on, reason
    policy.save(update_fields=["ended_on", "ended_why"])
    say("rule.ended", {"policy": policy.pk, "entity": policy.entity, "on": on.isoformat()})
    return policy


def draft_as(actor: Actor, text: str, note: str) -> Version:
    """Within another action: the same checks, under that action's own audit line."""
    inner: Version = draft.__wrapped__(actor, text=text, note=note)  # type: ignore[attr-defined]
    return inner


def proved(text: str) -> Rule:
    """The rule of a text whose examples all come out as they say."""
    rule = keeping.read(text)
    facts = keeping.facts_of(rule.entity)
    wrong = [
        Problem(
            t(
                f"例子“{p.example.title}”：应为{_came(p.example)}，算得{_came(p.outcome)}",
                f"Example “{p.example.title}”: {_came(p.example)} expected, {_came(p.outcome)} came out",
            ),
            field=f"examples[{n}]",
        )
        for n, p in enumerate(prove(rule, facts), 1)
        if not p.holds
    ]
    if wrong:
        raise Problems(wrong)
    return rule


def _came(said: Example | Outcome) -> str:
    """What an example expects, or what came out: 符合 200元."""
    state = said.expect if isinstance(said, Example) else said.state
    return state_word(state) + ("" if said.amount_fen is None else f" {yuan(said.amount_fen)}")


def shown(rule: Rule) -> dict[str, str]:
    """What lists show of a policy."""
    return {
        "entity": rule.entity,
        "title_zh": rule.title["zh"],
        "title_en": rule.title["en"],
        "document": rule.legal.document,
    }

"""What people do about a wrong value: raise it, withdraw, object once; the source's officer corrects or refuses."""

from typing import Annotated

from django.core.files.uploadedfile import UploadedFile
from pydantic import Field

from ludao.base import clock
from ludao.base.actions import Private, action, say
from ludao.base.actor import Actor
from ludao.base.errors import Conflict, Problem
from ludao.base.pages.forms import Kind
from ludao.base.text import t
from ludao.blocks.exchange import public as exchange
from ludao.blocks.identity.public import Organisation
from ludao.blocks.profile.disputes import Dispute, Value, attach, due, facts, kept, note, returned

NOTHING: list[UploadedFile] = []
Words = Annotated[str, Field(title=t("理由", "Why"), min_length=4, max_length=2000), Kind("text")]
Files = Annotated[
    list[UploadedFile],
    Field(title=t("证明材料", "Proof"), description=t("照片或扫描件，可以不传", "A photo or scan; may be left out")),
]


@action("profile.dispute", title=t("提出异议", "Say that it is wrong"), icon="message-report",
        says=("profile.disputed",))
def dispute(
    actor: Actor,
    what: Annotated[str, Field(title=t("要更正的内容", "What is wrong"), min_length=10, max_length=8000)],
    claimed: Annotated[str, Private(), Field(title=t("正确的应该是", "What is right"), min_length=1, max_length=1000)],
    reason: Words,
    evidence: Files = NOTHING,
) -> Dispute:
    value = Value.unseal(what, actor)
    same = Dispute.objects.filter(
        profile=value.profile, entity=value.entity, address=value.address, record_key=value.record_key,
        column=value.column, state__in=Dispute.PENDING)
    if same.exists():
        raise Problem(t("这一项已经在核实中，请等待答复", "This is being looked into already"), field="what")
    claimed = kept(value.column, claimed, "claimed")
    if claimed == value.shown.strip():
        raise Problem(t("与现在的内容相同", "This is what stands already"), field="claimed")
    made = Dispute.objects.create(
        profile=value.profile, entity=value.entity, subject=value.subject, person=actor.person, by=actor.name,
        address=value.address, record_key=value.record_key, column=value.column, source_zh=value.source[0],
        source_en=value.source[1], column_zh=value.title[0], column_en=value.title[1], before=value.shown,
        claimed=claimed, reason=reason, owner=Organisation.objects.get(pk=value.owner), due_on=due())
    attach(made, evidence)
    note(made, "raised", actor, reason)
    say("profile.disputed", facts(made))
    return made


@action("profile.withdraw", title=t("撤回", "Withdraw"), icon="x", says=("profile.withdrawn",),
        confirm=t("撤回后不再核实；以后仍可重新提出。", "Nobody looks into it any more; you may raise it again."),
        when=lambda dispute: dispute.is_pending)
def withdraw(actor: Actor, dispute: Dispute) -> Dispute:
    _is_own(actor, dispute)
    dispute.state = Dispute.WITHDRAWN
    dispute.save(update_fields=["state"])
    note(dispute, "withdrawn", actor, "")
    say("profile.withdrawn", facts(dispute))
    return dispute


@action("profile.object", title=t("不同意，再次提出", "Object"), icon="message-report", says=("profile.disputed",),
        lead=t("由同一单位的另一名工作人员复核；复核后不能再次提出。",
               "Another officer of the same organisation looks again; after that there is no further objection."),
        when=lambda dispute: dispute.state == Dispute.REFUSED)
def object_(actor: Actor, dispute: Dispute, reason: Words, evidence: Files = NOTHING) -> Dispute:
    _is_own(actor, dispute)
    dispute.state, dispute.due_on = Dispute.OBJECTED, due()
    dispute.save(update_fields=["state", "due_on"])
    attach(dispute, evidence)
    note(dispute, "objected", actor, reason)
    say("profile.disputed", facts(dispute))
    return dispute


@action("profile.confirm", title=t("确认更正", "Correct it"), icon="check", says=("profile.confirmed",),
        lead=t("档案立即按更正后的内容显示，并把更正送回来源系统。",
               "The file shows the corrected value at once, and the correction is sent back to the source system."),
        when=lambda dispute: dispute.is_pending)
def confirm(
    actor: Actor, dispute: Dispute, words: Words,
    corrected: Annotated[str, Field(
        title=t("更正为", "Corrected to"), max_length=1000,
        description=t("不填即按当事人所说的更正", "Left empty: as the person says"))] = "",
) -> Dispute:
    _may_decide(actor, dispute)
    dispute.corrected = kept(dispute.column, corrected, "corrected") or dispute.claimed
    _decide(actor, dispute, Dispute.CORRECTED, words)
    note(dispute, "corrected", actor, words)
    exchange.write(f"correction.{dispute.owner_id}", returned(dispute), dispute.message)
    say("profile.confirmed", {**facts(dispute), "before": dispute.before, "value": dispute.corrected})
    return dispute


@action("profile.refuse", title=t("不予更正", "Do not correct"), icon="ban", says=("profile.refused",),
        lead=t("请写明核实情况和依据，当事人会看到。", "Say what was found and on what ground; the person reads it."),
        when=lambda dispute: dispute.is_pending)
def refuse(actor: Actor, dispute: Dispute, words: Words) -> Dispute:
    _may_decide(actor, dispute)
    _decide(actor, dispute, Dispute.UPHELD if dispute.state == Dispute.OBJECTED else Dispute.REFUSED, words)
    note(dispute, "refused", actor, words)
    say("profile.refused", facts(dispute))
    return dispute


def _decide(actor: Actor, dispute: Dispute, state: str, words: str) -> None:
    dispute.state, dispute.answer = state, words
    dispute.decided_at, dispute.decided_by = clock.now(), actor.person
    dispute.save(update_fields=["state", "answer", "decided_at", "decided_by", "corrected"])


def _is_own(actor: Actor, dispute: Dispute) -> None:
    if not actor.is_system and dispute.person != actor.person:
        raise Conflict(t("只有提出的人可以这样做", "Only who raised it may do that"))


def _may_decide(actor: Actor, dispute: Dispute) -> None:
    """Nobody decides what he raised himself, nor reviews his own refusal."""
    if actor.person and actor.person == dispute.person:
        raise Conflict(t("不能核实自己提出的异议", "Nobody decides on his own dispute"))
    if dispute.state == Dispute.OBJECTED and actor.person and actor.person == dispute.decided_by:
        raise Conflict(t("复核应由另一名工作人员办理", "Another officer must look into the objection"))

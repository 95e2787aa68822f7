"""What hangs together and what is said about a case: links, mergers, remarks to the applicant, internal notes."""

from typing import Annotated, Literal

from pydantic import Field

from ludao.base import rights
from ludao.base.actions import action
from ludao.base.actor import Actor
from ludao.base.errors import Conflict, Problem
from ludao.base.pages.forms import Choices
from ludao.base.text import t
from ludao.blocks.case import moving, story
from ludao.blocks.case.actions.fields import Reason, Said
from ludao.blocks.case.models import Case, Link

RIGHT = "case.manage"
Number = Annotated[str, Field(title=t("另一办件的编号", "Number of the other case"), min_length=4, max_length=60)]


@action("case.link", title=t("关联", "Link"), right=RIGHT, icon="link")
def link(
    actor: Actor,
    case: Case,
    number: Number,
    why: Annotated[str, Field(title=t("原因", "Reason"), max_length=300)] = "",
    kind: Annotated[
        Literal["related", "follows"],
        Field(title=t("关系", "Relation")),
        Choices({"related": t("相关", "Related"), "follows": t("承接", "Follows from")}),
    ] = "related",
) -> Case:
    other = _other(actor, case, number)
    if Link.objects.filter(case__in=(case, other), other__in=(case, other)).exists():
        raise Conflict(t("两件已经关联", "They are linked already"), field="number")
    Link.objects.create(case=case, other=other, kind=kind, why=why, by=actor.name)
    for one, two in ((case, other), (other, case)):
        story.write(actor, one, "linked", f"关联 {two.number}", f"Linked to {two.number}", text=why, internal=True)
    return case


@action(
    "case.merge",
    title=t("并案", "Merge into another"),
    right=RIGHT,
    icon="git-merge",
    says=("case.closed",),
    when=lambda case: case.is_open and case.decided_at is None,
    confirm=t(
        "本件办结，由另一件继续办理，申请人会收到通知。",
        "This case ends and goes on in the other; the applicant is told.",
    ),
)
def merge(actor: Actor, case: Case, number: Number, reason: Reason) -> Case:
    """The same matter asked twice: this case ends, the other goes on."""
    other = _other(actor, case, number)
    case = moving.held(case.pk)
    if not case.is_open or not other.is_open:
        raise Conflict(t("只有在办的两件可以并案", "Both must be open"), field="number")
    if case.kind != other.kind:
        raise Problem(t("类型不同，不能并案，可以关联", "They are of different kinds; link them"), field="number")
    Link.objects.update_or_create(
        case=case, other=other, defaults={"kind": "merged", "why": reason[:300], "by": actor.name}
    )
    story.write(actor, case, "merged", f"并入 {other.number} 办理", f"Merged into {other.number}", text=reason)
    story.write(
        actor,
        other,
        "merged",
        f"{case.number} 并入本件",
        f"{case.number} was merged into this",
        text=reason,
        internal=True,
    )
    moving.close(actor, case, Case.MERGED)
    story.tell_applicant(actor, case, "merged", once=f"{case.pk}-merged", other=other.number, reason=reason)
    return case


def _other(actor: Actor, case: Case, number: str) -> Case:
    found: Case | None = rights.narrow(actor, RIGHT, Case.objects.filter(number=number.strip())).first()
    if found is None:
        raise Problem(t(f"没有找到办件 {number}", f"There is no case {number}"), field="number")
    if found.pk == case.pk:
        raise Problem(t("不能是本件", "That is this case"), field="number")
    return found


@action("case.remark", title=t("答复申请人", "Tell the applicant"), right=RIGHT, icon="message")
def remark(actor: Actor, case: Case, text: Said) -> Case:
    """The applicant reads it and is told."""
    story.write(actor, case, "remark", "经办人答复", "A word from the officer", text=text)
    story.tell_applicant(actor, case, "remark", text=text)
    return case


@action("case.note", title=t("内部备注", "Internal note"), right="case.handle", icon="note")
def note(actor: Actor, case: Case, text: Said) -> Case:
    """For officers only."""
    story.write(actor, case, "note", "内部备注", "Internal note", text=text, internal=True)
    return case

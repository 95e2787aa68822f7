"""Grading's verbs: propose anew, confirm what the rules say, or decide otherwise with a reason."""

from typing import Annotated, Literal

from pydantic import Field

from ludao.base import clock
from ludao.base.actions import action, say
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.pages.forms import Choices
from ludao.base.text import t
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.catalogue.public import Entry

from .models import Proposal
from .sampling import look_at

Grade = Literal["public", "internal", "sensitive", "secret"]
SURE = 0.9


@action("data.classification.propose", title=t("重新提出建议", "Propose anew"), icon="refresh")
def propose(actor: Actor) -> None:
    """Look at the columns of every dataset; long work."""
    look_at.start(actor, about="*", addresses=list(
        Entry.objects.filter(is_withdrawn=False).values_list("pk", flat=True)))


@action("data.classification.confirm", title=t("确认建议", "Confirm"), icon="check",
        says=("data.classification.confirmed",), when=lambda p: p.is_open)
def confirm(
    actor: Actor, proposal: list[Proposal],
    reason: Annotated[str, Field(title=t("理由", "Reason"), max_length=300)] = "",
) -> None:
    """In bulk too: each column gets the grade, category and mask that the rules propose."""
    for one in proposal:
        meaning, one.before = catalogue.meaning(one.means), catalogue.standing(one.column)
        grade = max(one.grade, catalogue.floor_of(one.column), key=catalogue.rank)
        catalogue.grade(actor, one.column, grade, means=one.means, category=one.category, mask=meaning.mask,
                        why=reason or one.why)
        _decided(actor, one, Proposal.CONFIRMED, grade, reason)


@action("data.classification.change", title=t("改定级别", "Decide otherwise"), icon="pencil",
        says=("data.classification.confirmed",))
def change(
    actor: Actor,
    proposal: list[Proposal],
    grade: Annotated[Grade, Field(title=t("级别", "Grade")), Choices(dict(catalogue.GRADES))],
    reason: Annotated[str, Field(title=t("理由", "Reason"), max_length=300,
                                 description=t("低于建议的级别时必填", "Required below the proposed grade"))] = "",
    means: Annotated[str, Field(title=t("含义", "Meaning"), max_length=40,
                                description=t("不填则不变", "Left as it is when empty"))] = "",
    masks_what: Annotated[str, Field(title=t("如何脱敏", "What is masked"), max_length=300,
                                     description=t("低于来源列的级别时必填",
                                                   "Required below the grade of its inputs"))] = "",
) -> None:
    if means and means not in catalogue.meanings():
        raise Problem(t(f"没有含义 {means}", f"There is no meaning {means}"), field="means")
    for one in proposal:
        if catalogue.rank(grade) < catalogue.rank(one.grade) and len(reason.strip()) < 2:
            raise Problem(t(f"“{one}”建议为{one.get_grade_display()}：定得更低须写明理由",
                            f"“{one}” is proposed {one.get_grade_display()}: give a reason to go below"),
                          field="reason")
        one.before = one.before or catalogue.standing(one.column)
        catalogue.grade(actor, one.column, grade, means=means, why=reason, masks_what=masks_what)
        _decided(actor, one, Proposal.CHANGED, grade, reason)


@action("data.classification.reopen", title=t("撤销决定", "Take the decision back"), icon="arrow-back-up",
        says=("data.classification.confirmed",), when=lambda p: not p.is_open)
def reopen(
    actor: Actor, proposal: list[Proposal],
    reason: Annotated[str, Field(title=t("理由", "Reason"), min_length=2, max_length=300)],
) -> None:
    """The column stands as before the decision and waits for one again."""
    for one in proposal:
        if one.before:
            catalogue.restore(one.column, one.before)
        one.before = None
        _decided(actor, one, Proposal.OPEN, one.column.grade, reason)


def _decided(actor: Actor, one: Proposal, state: str, grade: str, reason: str) -> None:
    one.state, one.decided_by, one.decided_at, one.reason = state, actor.name, clock.now(), reason
    one.save(update_fields=["state", "decided_by", "decided_at", "reason", "before"])
    say("data.classification.confirmed", {"address": one.column.entry_id, "column": one.column.name, "grade": grade})

"""Assessment's verbs: compute a month, object to a mark, answer, close."""

from datetime import date
from typing import Annotated

from pydantic import Field

from ludao.base import clock
from ludao.base.actions import action, say
from ludao.base.actor import Actor
from ludao.base.errors import Problem, Refused
from ludao.base.pages.forms import Kind
from ludao.base.text import t
from ludao.blocks.identity.public import subtree

from .computing import compute as computed
from .models import Assessment, Mark, Objection

Words = Annotated[str, Field(title=t("异议或说明", "Objection or remark"), min_length=2, max_length=2000), Kind("text")]


@action("data.assessment.compute", title=t("计算评估", "Compute"), icon="refresh")
def compute(
    actor: Actor,
    month: Annotated[date | None, Field(
        title=t("月份", "Month"),
        description=t("该月任意一天；不填为本月", "Any day of it; this month if empty"))] = None,
) -> Assessment:
    """By hand; the month that has ended is also computed on the first day of the next."""
    day = month or clock.today()
    if day > clock.today():
        raise Problem(t("月份还没有到", "The month is yet to come"), field="month")
    return computed(day)


@action("data.assessment.close", title=t("定稿", "Close the month"), icon="check",
        says=("data.assessment.closed",), when=lambda a: a.is_open,
        confirm=t("定稿后该月不再变化。", "A closed month does not change any more."))
def close(actor: Actor, assessment: Assessment) -> Assessment:
    if not assessment.marks.exists():
        raise Problem(t("还没有计算", "It has not been computed"), field="assessment")
    if Objection.objects.filter(mark__assessment=assessment, answer="").exists():
        raise Problem(t("还有异议没有答复", "An objection is still unanswered"), field="assessment")
    assessment.state, assessment.closed_at, assessment.closed_by = Assessment.CLOSED, clock.now(), actor.name
    assessment.save(update_fields=["state", "closed_at", "closed_by"])
    first = assessment.marks.order_by("place")[0]
    say("data.assessment.closed", {"month": f"{assessment}", "departments": assessment.marks.count(),
                                   "first": first.organisation_id})
    return assessment


@action("data.assessment.object", title=t("提出异议", "Object"), icon="message",
        says=("data.assessment.objected",), when=lambda m: m.is_open)
def object_to(actor: Actor, mark: Mark, text: Words) -> Objection:
    """By the department itself."""
    if not actor.is_system and mark.organisation_id not in subtree(actor.organisation):
        raise Refused(t("只能对本单位的得分提出异议", "Only your own department's mark"))
    made = Objection.objects.create(mark=mark, text=text, by=actor.name)
    say("data.assessment.objected", {"month": str(mark.assessment), "department": mark.organisation_id, "text": text})
    return made


@action("data.assessment.answer", title=t("答复异议", "Answer"), icon="message", when=lambda o: o.is_open)
def answer(
    actor: Actor, objection: Objection,
    answer: Annotated[str, Field(title=t("答复", "Answer"), min_length=2, max_length=2000), Kind("text")],
) -> Objection:
    objection.answer, objection.answered_by, objection.answered_at = answer, actor.name, clock.now()
    objection.save()
    return objection

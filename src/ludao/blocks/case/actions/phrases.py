"""Quick phrases for opinions: one's own, and those that an organisation shares."""

from typing import Annotated, Literal

from pydantic import Field

from ludao.base.actions import action
from ludao.base.actor import Actor
from ludao.base.errors import Conflict, Refused
from ludao.base.pages.forms import Choices
from ludao.base.text import t
from ludao.blocks.case import kinds
from ludao.blocks.case.models import Phrase

RIGHT = "case.phrase"
MOST = 100
Text = Annotated[str, Field(title=t("用语", "Phrase"), min_length=2, max_length=300)]
Verb = Annotated[
    Literal["", "accept", "approve", "refuse", "done", "pass", "fail", "agree", "disagree", "correct"],
    Field(title=t("用于", "For")),
    Choices({"": t("不限", "Any"), **kinds.VERBS}),
]


@action("case.add_phrase", title=t("添加常用语", "Add a phrase"), right=RIGHT, icon="plus")
def add_phrase(actor: Actor, text: Text, verb: Verb = "") -> Phrase:
    if Phrase.objects.filter(person=int(actor.person), text=text).exists():
        raise Conflict(t("已有这条常用语", "You have this phrase already"), field="text")
    if Phrase.objects.filter(person=int(actor.person)).count() >= MOST:
        raise Conflict(t(f"最多 {MOST} 条，请先删除不用的", f"{MOST} at most; drop some first"))
    return Phrase.objects.create(text=text, verb=verb, person_id=int(actor.person), by=actor.name)


@action(
    "case.share_phrase",
    title=t("设为本机构共用", "Share in my organisation"),
    right=RIGHT,
    icon="share",
    when=lambda phrase: phrase.organisation_id is None,
)
def share_phrase(actor: Actor, phrase: Phrase) -> Phrase:
    phrase.organisation_id = actor.organisation
    phrase.save(update_fields=["organisation"])
    return phrase


@action(
    "case.drop_phrase",
    title=t("删除常用语", "Drop a phrase"),
    right=RIGHT,
    icon="trash",
    confirm=t("删除后不能恢复。", "It cannot be had back."),
)
def drop_phrase(actor: Actor, phrase: Phrase) -> None:
    """Only by whoever added it."""
    if not actor.is_system and str(phrase.person_id) != actor.person:
        raise Refused(t("没有找到，或您无权办理", "Not found, or not yours to do"))
    phrase.delete()

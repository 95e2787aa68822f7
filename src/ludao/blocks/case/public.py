"""The door of cases: open one, find and read them, do something in the same transaction when one is decided."""

from typing import Any

from django.db.models import QuerySet

from ludao.base.actor import Actor
from ludao.blocks.case.actions import (
    accept,
    ask_opinions,
    assign,
    claim,
    complain,
    complete,
    correct,
    count,
    delegate,
    escalate,
    give_opinion,
    hand_over,
    link,
    merge,
    note,
    rate,
    refuse,
    release,
    remark,
    remind,
    resume,
    return_for_correction,
    supervise,
    suspend,
    terminate,
    undo,
    urge,
    withdraw,
)
from ludao.blocks.case.kinds import Kind
from ludao.blocks.case.kinds import get as kind
from ludao.blocks.case.models import Case, Correction, Entry, Link, Material, Mine, Pause, Rating, Task, Urging
from ludao.blocks.case.moving import close, on
from ludao.blocks.case.opening import Applicant, Paper, open
from ludao.blocks.case.showing import facts, materials, process, timeline
from ludao.blocks.case.story import write


def find(number: str) -> Case | None:
    return Case.objects.filter(number=number).first()


def of(actor: Actor) -> QuerySet[Mine]:
    """The cases of whoever is signed in: their own, or those of the enterprise whose hat they wear; newest first."""
    from ludao.blocks.case.mine import of as mine

    return mine(actor)


def said(actor: Actor, case: Case, text: str) -> None:
    """The applicant's own words to the office, in the story; inside the action that opened the case."""
    write(actor, case, "remark", "申请人补充说明", "A word from the applicant", text=text)


def steps(case: Case) -> list[Task]:
    """What waits to be done."""
    return list(case.tasks.filter(state__in=(Task.OPEN, Task.PAUSED)).order_by("pk"))


def standing(case: Case) -> dict[str, Any]:
    """Where it stands, in plain words: {state, who, by, text}."""
    from ludao.blocks.case.standing import of as said

    return said(case)


__all__ = [
    "Applicant",
    "Case",
    "Correction",
    "Entry",
    "Kind",
    "Link",
    "Material",
    "Mine",
    "Paper",
    "Pause",
    "Rating",
    "Task",
    "Urging",
    "accept",
    "ask_opinions",
    "assign",
    "claim",
    "close",
    "complain",
    "complete",
    "correct",
    "count",
    "delegate",
    "escalate",
    "facts",
    "find",
    "give_opinion",
    "hand_over",
    "kind",
    "link",
    "materials",
    "merge",
    "note",
    "of",
    "on",
    "open",
    "process",
    "rate",
    "refuse",
    "release",
    "remark",
    "remind",
    "resume",
    "return_for_correction",
    "said",
    "standing",
    "steps",
    "supervise",
    "suspend",
    "terminate",
    "timeline",
    "undo",
    "urge",
    "withdraw",
]

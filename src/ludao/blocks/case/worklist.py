"""An officer's worklist: what I have, what my post may take, what my organisation has, by deadline."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase

from ludao.base import rights
from ludao.base.pages import Column, List, lists
from ludao.base.registry import by_address
from ludao.base.text import t
from ludao.blocks.case import finding, holding
from ludao.blocks.case.models import Task
from ludao.blocks.identity.public import subtree

RIGHT = "case.handle"
BOXES: dict[str, str] = {
    "mine": t("我的待办", "Mine"),
    "free": t("可认领", "To take"),
    "here": t("本机构", "My organisation"),
    "paused": t("停计时", "Clock stopped"),
    "done": t("我已办", "Done by me"),
}
WORKLIST = List(
    Task,
    title=t("办件待办", "Worklist"),
    right="handle",
    icon="checklist",
    related=("case", "organisation", "holder"),
    columns=(
        Column("name", t("环节", "Step")),
        Column("case__name", t("事项", "What is asked")),
        Column("case__number", t("编号", "Number"), "code"),
        Column("case__masked", t("申请人", "Applicant")),
        "due_at",
        Column("light", t("时限", "Light"), "light"),
        "holder",
        "organisation",
        "opened_at",
    ),
    hidden=("organisation", "opened_at"),
    filters=("kind", "case__kind", "case__item", "due_at"),
    search=("case",),
    find=finding.find,
    sort=("due_at",),
    order="due_at",
    live="case.desk",
    size=20,
    template="case/worklist.html",
    bulk=("claim", "accept", "release", "delegate"),
    empty=t("没有等您办理的事。新的会自动出现在这里。", "Nothing waits for you. New steps appear here by themselves."),
)


def view(request: HttpRequest) -> HttpResponseBase:
    """The kit's list over the steps of one box."""
    asked = request.GET.get("box", "")
    box = asked if asked in BOXES else "mine" if _count(request, "mine") else "free"
    declared = replace(
        WORKLIST,
        rows=_rows(request, box),
        context=lambda req: _tabs(req, box),
        order="-closed_at" if box == "done" else "due_at",
        sort=("closed_at",) if box == "done" else ("due_at",),
    )
    return lists.view(request, by_address()["case"], declared)


def _rows(request: HttpRequest, box: str) -> Callable[[QuerySet[Any]], QuerySet[Any]]:
    actor = request.actor
    match box:
        case "mine":
            return lambda rows: rows.filter(holding.mine(actor), state=Task.OPEN)
        case "free":
            return lambda rows: rows.filter(holding.free(actor), state=Task.OPEN)
        case "here":
            here = subtree(
                actor.organisation
            )  # said beside the right's reach, so that the index by organisation serves
            return lambda rows: rows.filter(state=Task.OPEN, organisation__in=here)
        case "paused":
            return lambda rows: rows.filter(state=Task.PAUSED)
    return lambda rows: rows.filter(by=actor.person or None, state=Task.CLOSED)


def _tabs(request: HttpRequest, box: str) -> dict[str, Any]:
    return {
        "boxes": [
            {
                "key": key,
                "title": title,
                "url": f"?box={key}",
                "current": key == box,
                "count": _count(request, key) if key in ("mine", "free") else None,
            }
            for key, title in BOXES.items()
        ],
        "box": box,
        "keep": [("box", box)],
    }


def _count(request: HttpRequest, box: str) -> int:
    """Up to a hundred; more is many."""
    rows = rights.narrow(request.actor, RIGHT, Task.objects.all())
    return int(_rows(request, box)(rows)[:100].count())

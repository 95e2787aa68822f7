"""What waits on an officer's desk of cases: their own steps by deadline, what may be taken, what is supervised."""

from typing import Any

from django.http import HttpRequest

from ludao.base import rights
from ludao.base.text import t
from ludao.blocks.case import holding
from ludao.blocks.case.models import Task, Urging

SHOWN = 8


def waiting(request: HttpRequest) -> list[dict[str, Any]]:
    actor = request.actor
    if not actor.post or not rights.reach(actor, "case.handle"):
        return []
    rows = rights.narrow(actor, "case.handle", Task.objects.filter(state=Task.OPEN)).select_related("case")
    mine = list(rows.filter(holding.mine(actor)).order_by("due_at", "id")[:SHOWN])
    free = rows.filter(holding.free(actor))[:100].count()
    shown = [_line(task) for task in mine]
    if free:
        title = t(f"{free if free < 100 else '99+'} 件可认领的办件", f"{free if free < 100 else '99+'} steps to take")
        shown.append({"title": title, "url": "/case/desk/?box=free", "system": t("办件", "Cases"), "light": "grey"})
    return shown + _supervised(request)


def _line(task: Task) -> dict[str, Any]:
    return {
        "title": f"{task.name} · {task.case.name}",
        "url": task.get_absolute_url(),
        "system": t("办件", "Cases"),
        "who": task.case.masked,
        "due": task.due_at,
        "light": task.light,
        "number": task.case.number,
    }


def _supervised(request: HttpRequest) -> list[dict[str, Any]]:
    open_ = Urging.objects.filter(
        kind=Urging.SUPERVISE,
        ended_at=None,
        answered_at=None,
        case__tasks__holder=int(request.actor.person),
        case__tasks__state=Task.OPEN,
    )
    return [
        {
            "title": t(f"督办：{one.text[:40]}", f"Supervised: {one.text[:40]}"),
            "url": one.case.get_absolute_url(),
            "system": t("督办", "Supervision"),
            "due": one.due_on,
            "light": "amber",
            "number": one.case.number,
        }
        for one in open_.select_related("case").distinct()[:4]
    ]

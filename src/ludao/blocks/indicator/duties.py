"""What waits on a desk: figures to report, figures to approve, alerts to handle; the nearest deadline first."""

from typing import Any

from django.http import HttpRequest

from ludao.base import clock, rights
from ludao.base.text import t
from ludao.blocks.indicator.models import Alert, Task

FEW = 5


def waiting(request: HttpRequest) -> list[dict[str, Any]]:
    return [
        *_tasks(request, "report", (Task.WAITING, Task.RETURNED), t("填报", "Report")),
        *_tasks(request, "approve", (Task.SENT,), t("审核", "Approve")),
        *_alerts(request),
    ]


def _tasks(request: HttpRequest, right: str, states: tuple[str, ...], verb: str) -> list[dict[str, Any]]:
    if not rights.reach(request.actor, f"indicator.{right}"):
        return []
    rows = rights.narrow(request.actor, f"indicator.{right}", Task.objects.filter(state__in=states))
    return [
        {
            "title": f"{verb}：{task}",
            "url": task.get_absolute_url(),
            "system": task.organisation,
            "who": task.get_state_display(),
            "due": task.due_on,
            "light": task.light,
        }
        for task in rows.select_related("indicator", "area", "organisation").order_by("due_on", "pk")[:FEW]
    ]


def _alerts(request: HttpRequest) -> list[dict[str, Any]]:
    if not rights.reach(request.actor, "indicator.accept"):
        return []
    rows = rights.narrow(
        request.actor, "indicator.accept", Alert.objects.filter(state__in=(Alert.OPEN, Alert.ACCEPTED))
    )
    return [
        {
            "title": t(f"指标预警：{alert}", f"Alert: {alert}"),
            "url": alert.get_absolute_url(),
            "system": alert.owner,
            "who": alert.get_state_display(),
            "due": clock.day_of(alert.due_at),
            "light": alert.light,
        }
        for alert in rows.select_related("indicator", "area", "owner").order_by("due_at", "pk")[:FEW]
    ]

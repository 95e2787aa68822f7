"""What waits on the desk of those who pay: batches to be approved, objections to be decided, the oldest first."""

from typing import Any

from django.http import HttpRequest

from ludao.base import rights
from ludao.base.text import t

from .models import Batch, Objection

FEW = 5


def waiting(request: HttpRequest) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if rights.may(request.actor, "data.benefit.approve_batch"):
        batches = Batch.objects.filter(approved_at=None, orders__gt=0).exclude(made_by=request.actor.name)
        found += [
            _duty(t(f"复核兑付批次 {one}", f"Approve batch {one}"), one, one.light_word)
            for one in batches.order_by("pk")[:FEW]
        ]
    if rights.may(request.actor, "data.benefit.decide"):
        rows = rights.narrow(request.actor, "data.benefit.decide", Objection.objects.filter(state=Objection.OPEN))
        found += [
            _duty(
                t(f"处理待遇异议：{one.policy.title_zh}", f"Decide an objection: {one.policy.title_en}"),
                one,
                one.get_state_display(),
            )
            for one in rows.select_related("policy").order_by("pk")[:FEW]
        ]
    return found


def _duty(title: str, thing: Batch | Objection, state: str) -> dict[str, Any]:
    return {"title": title, "url": thing.get_absolute_url(), "system": t("免申即享", "Benefits"), "who": state}

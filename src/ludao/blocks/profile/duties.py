"""What waits on the desk of who decides on disputes: values to be looked into, the nearest deadline first."""

from typing import Any

from django.http import HttpRequest

from ludao.base import rights
from ludao.base.text import t
from ludao.blocks.profile.disputes import Dispute

FEW = 5


def waiting(request: HttpRequest) -> list[dict[str, Any]]:
    """Nobody decides on his own dispute, so it is not among them."""
    if not rights.reach(request.actor, "profile.confirm"):
        return []
    found = rights.narrow(request.actor, "profile.confirm", Dispute.objects.filter(state__in=Dispute.PENDING))
    others = found.exclude(person=request.actor.person).select_related("owner").order_by("due_on", "pk")
    return [
        {"title": t(f"核实异议：{dispute.source_zh} · {dispute.column_zh}",
                    f"Look into: {dispute.source_en} · {dispute.column_en}"),
         "url": dispute.get_absolute_url(), "system": dispute.owner, "who": dispute.get_state_display(),
         "due": dispute.due_on, "light": dispute.light}
        for dispute in others[:FEW]
    ]

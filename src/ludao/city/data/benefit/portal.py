"""What the portal's first page shows a person of benefits that wait."""

from typing import Any

from django.http import HttpRequest

from ludao.base import actions
from ludao.base.text import pick
from ludao.blocks.rule import public as rule

from .mine import offers, others, reason_of, unbound
from .models import Offer


def waiting(request: HttpRequest) -> list[dict[str, Any]]:
    if not request.actor.person:
        return []
    if unbound(request.actor).exists():
        actions.get("data.benefit.bind").call(request.actor, {})
    found = offers(request.actor).filter(state__in=(Offer.OFFERED, Offer.RETURNED))[:4]
    shown = [
        {
            "title": f"{o.policy} {rule.yuan(o.amount_fen or 0)}",
            "reason": o.note or reason_of(o),
            "url": f"/data/benefit/mine/{o.pk}/",
        }
        for o in found
    ]
    shown += [
        {"title": f"{o.policy} {pick('已撤回', 'taken back')}", "reason": o.note, "url": f"/data/benefit/mine/{o.pk}/"}
        for o in offers(request.actor).filter(state=Offer.WITHDRAWN).order_by("-data_at")[:2]
    ]
    return shown + [
        {
            "title": str(m.enterprise),
            "url": "/data/benefit/mine/",
            "reason": pick(
                f"有 {n} 项惠企政策等您确认，请切换为企业身份", f"{n} benefits wait; act for the enterprise to confirm"
            ),
        }
        for m, n in others(request.actor)
    ]

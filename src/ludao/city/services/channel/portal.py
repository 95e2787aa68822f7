"""What the first page offers of services: what is asked most, and the life events that a one-thing answers first."""

from typing import Any

from django.http import HttpRequest

from ludao.base.text import t

from . import moments
from .models import Placement
from .models.placing import PORTAL

POPULAR, EVENTS = 6, 8


def popular(request: HttpRequest) -> list[dict[str, Any]]:
    rows = Placement.objects.filter(channel=PORTAL, is_on=True).order_by("-applied", "code")[:POPULAR]
    return [{"title": one.title, "url": f"/services/item/guide/{one.code}/"} for one in rows]


def events(request: HttpRequest) -> list[dict[str, Any]]:
    """Each with its one-things; nothing in a city that offers no items."""
    found = [one for one in moments.shown() if one["joint"]][: EVENTS - 1]
    if not found:
        return []
    return [
        *map(_event, found),
        {
            "title": t("全部人生大事", "All life events"),
            "text": t("上学、结婚、买房、养老……", "School, marriage, a home, old age …"),
            "icon": "layout-grid",
            "url": "/services/channel/life/",
        },
    ]


def _event(one: dict[str, Any]) -> dict[str, Any]:
    parts = max(row["parts"] for row in one["joint"])
    return {
        "title": one["title"],
        "text": t(f"一次申请办 {parts} 件事", f"{parts} items in one application"),
        "icon": one["icon"],
        "url": f"/services/channel/life/{one['code']}/",
        "links": [{"title": row["title"], "url": row["guide_url"]} for row in one["joint"]],
    }

"""Puts items on channels and keeps what the lists find by in step with the items."""

from collections.abc import Iterable
from typing import Any

from .models import Placement
from .models.placing import CHANNELS, KIOSK, PHONE

LEAST = {PHONE: 600, KIOSK: 220}  # the plan, clause 1.1.3


def row(item: dict[str, Any]) -> dict[str, Any]:
    return {
        "name_zh": item["name_zh"][:200],
        "name_en": (item["name_en"] or "")[:200],
        "organisation": item["organisation_code"] or "",
        "department": (item["department"] or "")[:120],
        "served": item["served"] or "",
        "events": (item["events"] or "").split(),
        "is_online": bool(item["is_online"]),
        "applied": item["applied"] or 0,
    }


def put(items: Iterable[dict[str, Any]], channel: str) -> int:
    """How many were put there or put back; the same again changes nothing."""
    known = {one.code: one for one in Placement.objects.filter(channel=channel)}
    fresh, back = [], []
    for item in items:
        if (one := known.get(item["code"])) is None:
            fresh.append(Placement(code=item["code"], channel=channel, **row(item)))
        elif not one.is_on:
            back.append(one.pk)
    Placement.objects.bulk_create(fresh, batch_size=500)
    Placement.objects.filter(pk__in=back).update(is_on=True)
    return len(fresh) + len(back)


def refresh(item: dict[str, Any]) -> int:
    """An item was published anew: its words on every channel are those in force."""
    return Placement.objects.filter(code=item["code"]).update(**row(item))


def counts() -> list[dict[str, Any]]:
    """How many items stand on each channel, against what the plan asks."""
    found = {channel: Placement.objects.filter(channel=channel, is_on=True).count() for channel, _ in CHANNELS}
    return [
        {
            "channel": channel,
            "title": title,
            "count": found[channel],
            "least": LEAST.get(channel),
            "is_met": found[channel] >= LEAST.get(channel, 0),
        }
        for channel, title in CHANNELS
    ]

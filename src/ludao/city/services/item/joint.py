"""One-things for whoever looks for an item: what each joins, and how many papers it spares."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ludao.base import datasets
from ludao.base.actor import STRANGER
from ludao.base.text import pick

from .engine import facts as engine
from .models import Item

MOST = 200  # what a city joins is counted in dozens


def of(events: Iterable[str], object: str = "") -> list[dict[str, Any]]:
    """Those of these life events, for whom they are meant."""
    wanted = set(events)
    return [
        _shown(row)
        for row in _rows()
        if wanted & set(row["events"].split()) and (not object or row["served"] in (object, "both"))
    ]


def among(items: Iterable[Item]) -> list[dict[str, Any]]:
    """Those that a search found, in its order."""
    codes = [item.code for item in items if item.parts]
    if not codes:
        return []
    rows = {row["code"]: row for row in _rows()}
    return [_shown(rows[code]) for code in codes if code in rows][:3]


def _rows() -> Sequence[dict[str, Any]]:
    return datasets.read("services.item.joint", STRANGER, limit=MOST).rows


def parts(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What an application settles, each with the guide of the item by itself where the city has one."""
    rows = facts.get("parts") or ()
    codes = [row["item"] for row in rows if row.get("item")]
    guides = {item.code: item.guide_url for item in Item.objects.filter(state=Item.PUBLISHED, code__in=codes)}
    return [
        {
            "title": engine.words(row, "name"),
            "note": engine.words(row, "note"),
            "guide_url": guides.get(row.get("item", ""), ""),
        }
        for row in rows
    ]


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **row,
        "title": pick(row["name_zh"], row["name_en"] or row["name_zh"]),
        "departments": pick(row["departments_zh"] or "", row["departments_en"] or row["departments_zh"] or ""),
        "guide_url": f"/services/item/guide/{row['code']}/",
    }

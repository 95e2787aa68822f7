"""The items themselves, read by their published dataset: one definition for every channel."""

import json
from typing import Any

from ludao.base import datasets
from ludao.base.actor import STRANGER, Actor
from ludao.base.errors import Problem
from ludao.base.text import pick, t

ITEMS = "services.item.item"


def find(code: str) -> dict[str, Any]:
    """The item in force with its facts opened. Raises Problem where none is published."""
    found = datasets.read(ITEMS, STRANGER, filters={"code": code}, limit=1).rows
    if not found:
        raise Problem(t(f"没有已发布的事项 {code}", f"No item {code} is published"), field="code")
    return found[0] | {"facts": json.loads(found[0]["facts"] or "{}")}


def published(actor: Actor) -> list[dict[str, Any]]:
    """All of them, without their facts."""
    columns = (
        "code",
        "name_zh",
        "name_en",
        "organisation_code",
        "department",
        "served",
        "events",
        "is_online",
        "applied",
        "promised_days",
    )
    return list(datasets.stream(ITEMS, actor, columns=columns)[1])


def name(item: dict[str, Any]) -> str:
    return pick(item["name_zh"], item["name_en"] or item["name_zh"])

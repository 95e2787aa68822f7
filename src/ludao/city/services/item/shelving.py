"""How the catalogue is written: an item's facts become its version in force, its row and the terms it is found by."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet

from ludao.base import clock

from . import finding
from .engine import facts as engine
from .models import Item, Version

# What the list shows of the facts, so that no list reads a document.
SHOWN = (
    "name_zh",
    "name_en",
    "basic",
    "kind",
    "organisation_id",
    "department",
    "object",
    "events",
    "said",
    "legal_days",
    "promised_days",
)


def digest(facts: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def row_of(item: Item) -> dict[str, Any]:
    return {name: getattr(item, name) for name in SHOWN}


def put_in_force(version: Version, by: str = "") -> Version:
    """The draft becomes the version in force; the one before it becomes history."""
    item = version.item
    item.versions.filter(state=Version.PUBLISHED).update(state=Version.PAST)
    version.state, version.published_at, version.by = Version.PUBLISHED, clock.now(), by or version.by
    version.digest = digest(version.facts)
    version.save()
    item.state, item.number, item.changed_at = Item.PUBLISHED, version.number, clock.now()
    item.is_online, item.parts = engine.is_online(version.facts), engine.joined(version.facts)
    for name in ("legal_days", "promised_days"):
        if version.facts.get(name) is not None:
            setattr(item, name, version.facts[name])
    item.save()
    finding.index([item])
    return version


def shelve(wanted: Iterable[tuple[dict[str, Any], dict[str, Any]]], by: str, note: str, origin: str) -> dict[str, str]:
    """Bring many items in at once, published: (row with its code, facts) each. Answers what became of each code:
    made, changed or same. The same again changes nothing, and what an officer has changed since is left alone."""
    pairs = list(wanted)
    known = {i.code: i for i in Item.objects.filter(code__in=[row["code"] for row, _ in pairs])}
    force = {v.item_id: v for v in _in_force(known.values())}
    made, changed, outcome = [], [], {}
    for row, facts in pairs:
        item = known.get(row["code"])
        if item is None:
            made.append((Item(**row, **_told(facts), origin=origin, state=Item.PUBLISHED, number=1), facts))
            outcome[row["code"]] = "made"
        elif _is_same(item, row, force.get(item.pk), facts):
            outcome[row["code"]] = "same"
        else:
            for name, value in {**row, **_told(facts)}.items():
                setattr(item, name, value)
            item.state, item.number = Item.PUBLISHED, _last_number(item) + 1
            item.changed_at = clock.now()
            changed.append((item, facts))
            outcome[row["code"]] = "changed"
    _write(made, changed, by, note)
    return outcome


def _told(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What the row says of the facts."""
    return {"is_online": engine.is_online(facts), "parts": engine.joined(facts)}


def _in_force(items: Iterable[Item]) -> QuerySet[Version]:
    return Version.objects.filter(item__in=list(items), state=Version.PUBLISHED)


def _last_number(item: Item) -> int:
    last = item.versions.order_by("-number").values_list("number", flat=True).first()
    return int(last or 0)


def _is_same(item: Item, row: dict[str, Any], version: Version | None, facts: dict[str, Any]) -> bool:
    return (
        version is not None
        and version.digest == digest(facts)
        and all(getattr(item, name) == value for name, value in row.items())
    )


def _write(made: list[tuple[Item, Any]], changed: list[tuple[Item, Any]], by: str, note: str) -> None:
    now = clock.now()
    Item.objects.bulk_create([item for item, _ in made], batch_size=1000)
    for item, _ in changed:
        item.save()
    Version.objects.filter(item__in=[i for i, _ in changed], state=Version.PUBLISHED).update(state=Version.PAST)
    Version.objects.bulk_create(
        [
            Version(
                item=item,
                number=item.number,
                state=Version.PUBLISHED,
                facts=facts,
                digest=digest(facts),
                by=by,
                note=note,
                published_at=now,
            )
            for item, facts in [*made, *changed]
        ],
        batch_size=1000,
    )
    finding.index([item for item, _ in [*made, *changed]])

"""Definitions that come as files become rows: new ones are added, changed ones count as a new version."""

from collections.abc import Iterable, Mapping
from typing import Any

from ludao.base import clock
from ludao.blocks.identity.public import Organisation
from ludao.blocks.indicator import house
from ludao.blocks.indicator.engine.definition import Definition, Wrong
from ludao.blocks.indicator.models import Indicator, Run, Value


def ship(**_: Any) -> int:
    """Runs after every migrate; gives how many were new or changed. What a page changed since stays as it is."""
    changed = 0
    for address, read in house.shipped().items():
        changed += keep(read.definitions.values(), address)
        gone = Indicator.objects.filter(by=address, is_retired=False).exclude(code__in=read.definitions)
        gone.exclude(method="loaded").update(is_retired=True, changed_at=clock.now())
    return changed


def keep(some: Iterable[Definition], by: str) -> int:
    """Write definitions as rows. Raises Wrong for a department that is not there."""
    wanted = {one.code: one for one in some}
    rows = Indicator.objects.in_bulk(list(wanted))
    owners = set(Organisation.objects.values_list("pk", flat=True))
    new: list[Indicator] = []
    old: list[Indicator] = []
    other: list[str] = []
    for code, one in wanted.items():
        if one.owner not in owners:
            raise Wrong(f"{code}: there is no organisation {one.owner!r}")
        row = rows.get(code)
        if row is None:
            new.append(fill(Indicator(code=code, by=by), one))
        elif row.by == by and (row.text != one.text or row.is_retired or row.method != one.method):
            if row.method != one.method or computes_otherwise(row.text, one.text):
                other.append(code)
            row.number, row.changed_at, row.changed_by, row.is_retired = row.number + 1, clock.now(), "", False
            old.append(fill(row, one))
    Indicator.objects.bulk_create(new)
    Indicator.objects.bulk_update(old, [*FIELDS, "text", "number", "changed_at", "changed_by", "is_retired"])
    drop_values(other)
    house.forget()
    return len(new) + len(old)


def drop_values(codes: Iterable[str]) -> None:
    """What was computed by another definition no longer holds; the next computing makes it anew."""
    gone = Value.objects.filter(indicator__in=list(codes), run__isnull=False)
    Run.objects.filter(pk__in=gone.values("run")).update(digest="")
    gone.delete()


COMPUTES = (
    *("source", "over", "value", "where", "day", "since", "until"),
    *("formula", "period", "areas", "kept", "least", "live"),
)


def computes_otherwise(was: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether a change of definition changes values, or only words, limits and colours."""
    return any(was.get(word) != now.get(word) for word in COMPUTES)


FIELDS = (
    "title_zh",
    "title_en",
    "theme",
    "group",
    "means_zh",
    "means_en",
    "unit_zh",
    "unit_en",
    "precision",
    "direction",
    "areas",
    "period",
    "owner",
    "method",
)


def fill(row: Indicator, one: Definition) -> Indicator:
    row.owner_id = one.owner
    for name in FIELDS:
        if name != "owner":
            setattr(row, name, getattr(one, {"title_zh": "zh", "title_en": "en"}.get(name, name)))
    row.text = dict(one.text)
    return row

"""A person's decision on a column: what it means, how sensitive it is, how it is masked."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.masks import MASKS
from ludao.base.text import t
from ludao.blocks.catalogue import words
from ludao.blocks.catalogue.entries import Column
from ludao.blocks.catalogue.lineage import floor_of, inherit
from ludao.blocks.catalogue.registering import regrade


@transaction.atomic
def grade(
    actor: Actor, column: Column, grade: str, *, means: str = "", category: str = "", mask: str | None = None,
    why: str = "", masks_what: str = "",
) -> Column:
    """Confirm or change. Below what the column is made of only with words on what is masked in it; what is made of
    this column is lifted with it."""
    floor = floor_of(column)
    if words.rank(grade) < words.rank(floor) and not masks_what:
        raise Problem(t(f"来源列的级别是“{dict(words.GRADES)[floor]}”：低于它须写明如何脱敏",
                        f"It is made of “{dict(words.GRADES)[floor]}” data: to go below, say what is masked"),
                      field="masks_what")
    meaning = words.meaning(means or column.means)
    mask = (mask if mask is not None else column.mask or meaning.mask) if grade in ("sensitive", "secret") else ""
    if mask and mask not in MASKS:
        raise Problem(t(f"没有遮蔽方式 {mask}", f"There is no mask {mask}"), field="mask")
    column.grade, column.mask = grade, mask or ("all" if grade in ("sensitive", "secret") else "")
    column.means, column.category = means or column.means, category or meaning.category
    column.masks_what, column.confirmed_why = masks_what, why
    column.confirmed_at, column.confirmed_by = clock.now(), actor.name
    column.save()
    regrade(column.entry)
    for address in _below(column):
        inherit(address)
    return column


KEPT = ("grade", "mask", "means", "category", "masks_what", "confirmed_by", "confirmed_why")


def standing(column: Column) -> dict[str, str]:
    """How the column stands, for whoever may want it back: `restore(column, standing(column))`."""
    at = column.confirmed_at.isoformat() if column.confirmed_at else ""
    return {name: getattr(column, name) for name in KEPT} | {"confirmed_at": at}


@transaction.atomic
def restore(column: Column, before: Mapping[str, str]) -> Column:
    """As it stood before a decision, but never below what it is made of; what is made of it keeps its own grade."""
    for name in KEPT:
        setattr(column, name, before[name])
    column.confirmed_at = datetime.fromisoformat(before["confirmed_at"]) if before["confirmed_at"] else None
    floor = floor_of(column)
    if words.rank(column.grade) < words.rank(floor) and not column.masks_what:
        column.grade, column.mask = floor, column.mask or ("all" if floor in ("sensitive", "secret") else "")
    column.save()
    regrade(column.entry)
    return column


def _below(column: Column) -> list[str]:
    from ludao.blocks.catalogue.traces import Edge

    edges = Edge.objects.filter(from_address=column.entry_id, from_column=column.name)
    return list(edges.values_list("address", flat=True).distinct())


__all__ = ["floor_of", "grade", "restore", "standing"]

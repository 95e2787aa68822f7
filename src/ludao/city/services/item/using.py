"""Tells the pages of forms and processes which items use them, so that whoever draws one finds the way back."""

import re

from django.db.models import Q, QuerySet

from ludao.base import rights, uses
from ludao.base.actor import Actor
from ludao.base.text import t

from .models import Item, Version

RIGHT = "services.item.describe"
MOST = 6


def slug(code: str) -> str:
    """The code as part of an address."""
    return "item_" + re.sub(r"[^a-z0-9]+", "_", code.lower()).strip("_")


def own(code: str, step: str) -> str:
    """The address of the form or process that is the item's own."""
    return f"{'form' if step == 'form' else 'services.item'}.{slug(code)}"


@uses.teller
def items(actor: Actor, address: str) -> list[uses.Use]:
    """Items whose version in force or draft names it, and the item that it was made for."""
    if not rights.reach(actor, RIGHT):
        return []
    seen = rights.narrow(actor, RIGHT, Version.objects.select_related("item").exclude(state=Version.PAST))
    offered = seen.filter(Q(item__is_online=True) | Q(state=Version.DRAFT))
    named = list(offered.filter(Q(facts__form=address) | Q(facts__process=address)).order_by("item_id")[:MOST])
    made = {version.pk: version for version in [*named, *_being_made(seen, address)]}
    return [_use(version, address) for version in made.values()]


def _being_made(seen: QuerySet[Version], address: str) -> list[Version]:
    """The draft of the item whose code it bears, though the draft does not name it yet."""
    name = address.rpartition(".")[2]
    if not name.startswith("item_"):
        return []
    like = name.removeprefix("item_").replace("_", "[^a-z0-9]+")
    return list(seen.filter(state=Version.DRAFT, item__code__iregex=f"^{like}$")[:1])


def _use(version: Version, address: str) -> uses.Use:
    item: Item = version.item
    if version.state != Version.DRAFT:
        return uses.Use(str(item.title), item.get_absolute_url())
    step = "form" if address.startswith("form.") or version.facts.get("form") == address else "process"
    title = t(f"{item.name_zh}（编制中，返回）", f"{item.name_en or item.name_zh} (being drawn up: back to it)")
    return uses.Use(str(title), f"/services/item/build/{version.pk}/{step}/")

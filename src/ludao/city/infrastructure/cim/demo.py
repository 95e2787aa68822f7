"""The demonstration's part: blocks raised from its addresses once those are gathered."""

import json

import shapely
from django.db.models import Count
from django.db.models.functions import Left

from ludao.base.actor import Actor

from . import raising
from .engine import roofs, shaping
from .models import DERIVED, Building

FEWEST_ROOFS, MOST_ROOFS = 10, 60


def finish(actor: Actor, scale: float) -> None:
    """A second time changes nothing."""
    if not Building.objects.exists():
        raising.raise_blocks.now(actor, about="infrastructure.cim")
    if Building.objects.exclude(roof=[]).count() < FEWEST_ROOFS:
        _roofed()


def load(actor: Actor, scale: float) -> None:
    """All of it waits for the addresses, which come with the departments."""


def _roofed() -> None:
    """The houses of the street that has most get roofs of several shapes, as those whose models are LoD2 have them."""
    derived = Building.objects.filter(origin=DERIVED, floors__isnull=False)
    streets = derived.annotate(street=Left("area_id", 9)).values("street").annotate(n=Count("pk"))
    if not (most := streets.order_by("-n", "street").first()):
        return
    chosen = list(derived.filter(area_id__startswith=most["street"]).order_by("code")[:MOST_ROOFS])
    for one in chosen:
        kind = shaping.kind_of(one.code, one.floors)
        block = shapely.from_geojson(json.dumps(one.footprint))
        one.roof = roofs.plain(shaping.roof(kind, block, one.height_m))
        one.attributes = {"roofType": kind, "generated": True}
    Building.objects.bulk_update(chosen, ["roof", "attributes"], batch_size=50)

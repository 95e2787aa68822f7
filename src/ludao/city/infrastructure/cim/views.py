"""One building with what is registered at its address, as far as the reader's rights go; the city in 3D."""

import math
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.lake import public as lake
from ludao.blocks.place import public as place

from .models import Building

MOST_LOOKED, NEAR_DEGREES = 200, 0.0015  # houses looked at; about 150 m each way
AT = "starts_with(address, '{}')"


def city(request: HttpRequest) -> HttpResponse:
    layers = [place.find(request.actor, f"infrastructure.cim.{name}") for name in ("building", "roof")]
    shown = [layer.address for layer in layers]
    context = place.map_of(request, layers, shown=shown, is_search=True, bounds=_around_roofs())
    return render(request, "infrastructure_cim/city.html", {"title": t("三维城市", "The city in 3D"), **context})


def _around_roofs() -> tuple[float, float, float, float] | None:
    """Where houses with roofs stand, so that the page opens on something to see; None where there are none."""
    spots = list(Building.objects.exclude(roof=[]).values_list("longitude", "latitude")[:MOST_LOOKED])
    if not spots:
        return None
    x, y = max(spots, key=lambda at: sum(math.dist(at, one) < NEAR_DEGREES for one in spots))
    return x - NEAR_DEGREES, y - NEAR_DEGREES, x + NEAR_DEGREES, y + NEAR_DEGREES


READ = {
    "source.market.enterprise": ("enterprises", "select credit_code, name, industry, status", "order by name limit 50"),
    "source.police.household": ("homes", "select kind, count(*) as households", "group by kind order by kind"),
    "source.police.resident": ("people", "select status, count(*) as people", "group by status order by status"),
}


def facts(request: HttpRequest, building: Building) -> dict[str, Any]:
    """Tables of the lake are read as the person may read them: columns, rows and masks are the catalogue's."""
    house = building.name if building.address_code else ""
    held = catalogue.Entry.objects.filter(pk__in=[a for a in READ if house and lake.exists(a)])
    entries = {entry.pk: entry for entry in held.prefetch_related("columns")}
    allowed = catalogue.allowed_of(request.actor, list(entries.values()))
    read = {address: _read(address, may, house) for address, may in allowed.items()}
    found = {READ[a][0]: {**rows, "entry": entries[a]} if rows else None for a, rows in read.items()}
    where = f"{building.longitude},{building.latitude}"
    return {"linked": found, "house": house, "map_url": f"/place/?layers=infrastructure.cim.building&at={where}"}


def _read(address: str, may: lake.Allowed, house: str) -> dict[str, Any] | None:
    """None where the person may not read this table, or not by its address."""
    if "address" not in may.columns or "address" in may.masks:
        return None
    _, select, end = READ[address]
    try:
        query = f"{select} from {address} where {AT.format(house.replace(chr(39), ''))} {end}"
        rows = lake.sandbox(query, {address: may}).rows()
    except Problem:
        return None
    return {"rows": rows, "as_of": lake.describe(address).updated_at, "address": address}

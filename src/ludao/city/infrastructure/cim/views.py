"""One building with what is registered at its address, as far as the reader's rights go; the city in 3D."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.lake import public as lake
from ludao.blocks.place import public as place

from .models import Building

AT = "starts_with(address, '{}')"


def city(request: HttpRequest) -> HttpResponse:
    layer = place.find(request.actor, "infrastructure.cim.building")
    context = place.map_of(request, [layer], shown=[layer.address], is_search=True)
    return render(request, "infrastructure_cim/city.html", {"title": t("三维城市", "The city in 3D"), **context})


def facts(request: HttpRequest, building: Building) -> dict[str, Any]:
    """Tables of the lake are read as the person may read them: columns, rows and masks are the catalogue's."""
    house = building.name if building.address_code else ""
    found = {
        "enterprises": _read(
            request,
            "source.market.enterprise",
            "select credit_code, name, industry, status",
            house,
            "order by name limit 50",
        ),
        "homes": _read(
            request,
            "source.police.household",
            "select kind, count(*) as households",
            house,
            "group by kind order by kind",
        ),
        "people": _read(
            request,
            "source.police.resident",
            "select status, count(*) as people",
            house,
            "group by status order by status",
        ),
    }
    return {
        "linked": found,
        "house": house,
        "map_url": f"/place/?layers=infrastructure.cim.building&at={building.longitude},{building.latitude}",
    }


def _read(request: HttpRequest, address: str, select: str, house: str, end: str) -> dict[str, Any] | None:
    """None where the person may not read this table, or not by its address."""
    may = catalogue.allowed(request.actor, address) if house and lake.exists(address) else None
    if may is None or "address" not in may.columns or "address" in may.masks:
        return None
    try:
        rows = lake.sandbox(
            f"{select} from {address} where {AT.format(house.replace(chr(39), ''))} {end}", {address: may}
        ).rows()
    except Problem:
        return None
    return {"rows": rows, "as_of": lake.describe(address).updated_at, "address": address}

"""From words to a place and from a place to words: standard addresses, areas, what is near."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import h3.api.numpy_int as h3
import numpy as np
import shapely
from django.db.models import QuerySet
from shapely.geometry import shape

from ludao.base import grams
from ludao.blocks.place import registers
from ludao.blocks.place.engine import datum
from ludao.blocks.place.engine.plane import plane
from ludao.blocks.place.gathering import CELL
from ludao.blocks.place.models import Address, Outline

HOUSE = re.compile(r"^(.*?)(\d+)\s*(?:号|弄|#)?")
ROAD = re.compile(r"([^省市区县镇街道村\s]{1,10}?(?:路|街|道|巷|大街|大道|里|弄))$")
METRES_A_DEGREE = 111_195.0


@dataclass(frozen=True)
class Found:
    """`level`: house (exact), near (the nearest number of that road), road (its middle), area."""

    address: str
    code: str
    area: str
    longitude: float
    latitude: float
    level: str
    distance_m: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        return {**self.__dict__, "longitude": round(self.longitude, 6), "latitude": round(self.latitude, 6)}


def geocode(text: str, within: str = "", most: int = 10) -> list[Found]:
    """The best places for the words, the surest first. `within`: an area's code."""
    words = re.sub(r"\s+", "", text.strip())[:120]
    if not words:
        return []
    rows = Address.objects.filter(area_id__startswith=within) if within else Address.objects.all()
    house = _whole(words)
    exact = list(rows.filter(full_name=house)[:most]) if house else []
    if exact:
        return [_of(one, "house") for one in exact]
    if found := _by_road(rows, words, most):
        return found
    similar = (
        list(rows.filter(grams.condition(Address, ("full_name",), words)).order_by("full_name")[:most])
        if len(words) > 1
        else []
    )
    if similar:
        return [_of(one, "house") for one in similar]
    areas = Outline.objects.filter(name__contains=words.removeprefix("厦门市")).order_by("code")[:most]
    return [Found(str(one), "", one.code, one.longitude, one.latitude, "area") for one in areas]


def _whole(words: str) -> str:
    """厦门市思明区莲前街道前埔中路123号402室 → …123号"""
    found = re.match(r"^(.+?\d+号)", words)
    return found.group(1) if found else ""


def _by_road(rows: QuerySet[Address], words: str, most: int) -> list[Found]:
    """The road is known, the house may not be: the nearest number of it serves, and says so."""
    match = HOUSE.match(words)
    before, number = (match.group(1), int(match.group(2))) if match else (words, None)
    roads = [road for road in _roads() if before.endswith(road)]
    if not roads:
        return []
    road = max(roads, key=len)
    rows = rows.filter(road=road)
    if lead := before.removesuffix(road):
        fitting = rows.filter(full_name__startswith=lead if lead.startswith("厦门市") else f"厦门市{lead}")
        rows = fitting if fitting.exists() else rows
    if number is None:
        return [_of(one, "road") for one in rows.order_by("area_id", "number")[:most]]
    exact = list(rows.filter(number=number).order_by("area_id")[:most])
    if exact:
        return [_of(one, "house") for one in exact]
    above = rows.filter(number__gt=number).order_by("number", "code")[:most]
    below = rows.filter(number__lt=number).order_by("-number", "code")[:most]
    nearest = sorted([*above, *below], key=lambda one: (abs((one.number or 0) - number), one.code))[:most]
    return [_of(one, "near") for one in nearest]


def _roads() -> list[str]:
    return _roads_at(str(registers.versions().get("addresses")))


@lru_cache(maxsize=2)
def _roads_at(version: str) -> list[str]:
    return list(Address.objects.order_by("road").values_list("road", flat=True).distinct())


def _of(one: Address, level: str, distance_m: float = 0.0) -> Found:
    return Found(one.full_name, one.code, one.area_id, one.longitude, one.latitude, level, distance_m)


def reverse(longitude: float, latitude: float, system: str = "wgs84", most: int = 5) -> list[Found]:
    """The standard addresses nearest to a point, within about 400 m, the nearest first."""
    lon, lat = (float(v[0]) for v in datum.convert(np.array([longitude]), np.array([latitude]), system, "wgs84"))
    centre = h3.latlng_to_cell(lat, lon, CELL)
    for rings in (1, 3, 8):
        cells = [int(cell) for cell in h3.grid_disk(centre, rings)]
        rows = list(Address.objects.filter(cell__in=cells)[:2000])
        if len(rows) >= most or rings == 8:
            break
    found = [_of(one, "house", round(metres(lon, lat, one.longitude, one.latitude), 1)) for one in rows]
    return sorted(found, key=lambda one: one.distance_m)[:most]


def metres(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """By the sphere of 6,371,008.8 m (haversine)."""
    a, b = np.radians(lat), np.radians(other_lat)
    h = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(np.radians(other_lon - lon) / 2) ** 2
    return float(2 * 6_371_008.8 * np.arcsin(np.sqrt(h)))


class Areas:
    """The outlines of one level in memory, to tell in which of them points lie."""

    def __init__(self, codes: list[str], outlines: np.ndarray) -> None:
        self.codes, self.outlines = np.array([*codes, ""]), outlines
        self.tree = shapely.STRtree(outlines)
        shapely.prepare(outlines)

    def of(self, longitude: np.ndarray, latitude: np.ndarray) -> np.ndarray:
        """The code of the area of each point; "" outside all of them."""
        points = shapely.points(longitude, latitude)
        at, area = self.tree.query(points, predicate="within")
        found = np.full(len(points), len(self.codes) - 1)
        found[at] = area
        codes: np.ndarray = self.codes[found]
        return codes


def areas(level: str = "district") -> Areas:
    return _areas(level, str(registers.versions().get("outlines")))


@lru_cache(maxsize=6)
def _areas(level: str, version: str) -> Areas:
    rows = list(Outline.objects.filter(level=level).order_by("code"))
    return Areas([row.code for row in rows], np.array([shape(row.geometry) for row in rows], dtype=object))


def area_of(longitude: float, latitude: float) -> str:
    """The smallest area in which a point lies; "" outside the city."""
    for level in ("community", "street", "district"):
        code = str(areas(level).of(np.array([longitude]), np.array([latitude]))[0])
        if code:
            return code
    return ""


def buffer(geometry: dict[str, Any], radius_m: float) -> dict[str, Any]:
    """The ground within so many metres of a thing."""
    import json

    around = plane(plane(shape(geometry)).buffer(radius_m), is_back=True)
    found: dict[str, Any] = json.loads(shapely.to_geojson(around))
    return found

"""Reads CityGML 1.0 to 3.0 (OGC 08-007r1, 12-019, 20-010): each building's footprint, height, name and roof.

Whatever the version calls its namespaces, a building is an element `Building`, a roof a `RoofSurface`, and a surface a
`Polygon` of `LinearRing`s with `posList` or `pos`.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from lxml import etree

from .cityjson import Block, NotCityJSON, block_of, degrees_of
from .roofs import Surface

SAID = {"measuredHeight", "storeysAboveGround", "yearOfConstruction", "function", "usage", "roofType", "class"}


def read(data: bytes) -> list[Block]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise NotCityJSON(str(error)) from error
    if _name(root) != "CityModel":
        raise NotCityJSON("its root is no CityModel")
    system = next((one.get("srsName") for one in root.iter() if one.get("srsName")), "")
    found = []
    for number, one in enumerate(_named(root, "Building")):
        surfaces = list(_surfaces(one))
        if not surfaces:
            continue
        corners = np.concatenate([ring for rings, _ in surfaces for ring in rings])
        degrees = degrees_of(corners, system, is_by_authority=True)
        moved = iter(np.split(degrees, np.cumsum([len(ring) for rings, _ in surfaces for ring in rings])[:-1]))
        drawn = [
            (Surface(tuple(next(moved) for _ in rings), rings[0][:, 2]), kind == "RoofSurface")
            for rings, kind in surfaces
        ]
        if block := block_of(_code(one, number), drawn, _attributes(one)):
            found.append(block)
    return found


def _code(building: Any, number: int) -> str:
    """Its gml:id; its place in the file where it has none."""
    ids = (value for key, value in building.attrib.items() if etree.QName(key).localname == "id")
    return str(next(ids, f"building-{number}"))


def _name(one: Any) -> str:
    return str(etree.QName(one).localname) if isinstance(one.tag, str) else ""


def _named(root: Any, name: str) -> Iterator[Any]:
    return (one for one in root.iter() if _name(one) == name)


def _surfaces(building: Any) -> Iterator[tuple[list[np.ndarray], str]]:
    """The polygons of the highest level of detail that the building has, each with the kind of surface it bounds."""
    every = [(one, *_about(one, building)) for one in _named(building, "Polygon")]
    best = max((lod for _, lod, _ in every), default=0)
    for one, lod, kind in every:
        if lod in (best, 0) and (rings := [_ring(ring) for ring in _named(one, "LinearRing")]) and len(rings[0]) > 2:
            yield rings, kind


def _about(polygon: Any, building: Any) -> tuple[int, str]:
    """Its level of detail (0 where nothing says so), and the surface it belongs to."""
    lod, kind = 0, ""
    for above in polygon.iterancestors():
        name = _name(above)
        if not lod and name.startswith("lod") and name[3:4].isdigit():
            lod = int(name[3])
        if name in ("RoofSurface", "WallSurface", "GroundSurface", "OuterCeilingSurface", "ClosureSurface"):
            kind = kind or name
        if above is building:
            break
    return lod, kind


def _ring(ring: Any) -> np.ndarray:
    text = " ".join(one.text or "" for one in ring.iter() if _name(one) in ("posList", "pos", "coordinates"))
    try:
        numbers = np.array([float(part) for part in text.replace(",", " ").split()])
    except ValueError as error:
        raise NotCityJSON(f"a ring holds what is no number: {error}") from error
    if len(numbers) % 3:
        raise NotCityJSON("a ring has corners without a height")
    return numbers.reshape(-1, 3)


def _attributes(building: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in building:
        name, text = _name(one), (one.text or "").strip()
        if name == "name" and text:
            found["name"] = text
        elif name in SAID and text:
            found[name] = float(text) if name == "measuredHeight" and _is_number(text) else text
    if str(found.get("storeysAboveGround", "")).isdigit():
        found["storeysAboveGround"] = int(found["storeysAboveGround"])
    return found


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()

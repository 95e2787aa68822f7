"""Reads CityJSON 1.0 to 2.0 (https://www.cityjson.org/specs/): each building's footprint, height and attributes.

A building's parts count with it. The footprint is what its surfaces cover seen from above; the height is the
attribute `measuredHeight` where there is one, else the difference between its highest and its lowest corner.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from .roofs import Piece, Surface, pieces


class NotCityJSON(ValueError):
    """Says what is wrong with the file."""


@dataclass(frozen=True)
class Block:
    """A building: its footprint in degrees (WGS 84), its height in metres."""

    code: str
    footprint: BaseGeometry
    height_m: float
    attributes: dict[str, Any]
    roof: list[Piece] = field(default_factory=list)  # of LoD2, level pieces; empty where the model is a block


def read(data: bytes) -> list[Block]:
    try:
        said = json.loads(data)
        objects, corners = said["CityObjects"], np.asarray(said["vertices"], dtype=np.float64).reshape(-1, 3)
    except (ValueError, KeyError, TypeError) as error:
        raise NotCityJSON(f"no CityObjects or vertices: {error}") from error
    if said.get("type") != "CityJSON":
        raise NotCityJSON("its type is not CityJSON")
    if move := said.get("transform"):
        corners = corners * np.asarray(move["scale"]) + np.asarray(move["translate"])
    degrees = degrees_of(corners, str(said.get("metadata", {}).get("referenceSystem", "")))
    return list(_blocks(objects, corners, degrees))


def degrees_of(corners: np.ndarray, system: str, is_by_authority: bool = False) -> np.ndarray:
    """urn:ogc:def:crs:EPSG::7415 or https://www.opengis.net/def/crs/EPSG/0/7415; without one they are degrees.
    `is_by_authority`: the axes stand as the system's authority has them (CityGML), not east first (CityJSON)."""
    if not system:
        if len(corners) and (np.abs(corners[:, 0]) > 180).any():
            raise NotCityJSON("no metadata.referenceSystem, and the coordinates are no degrees")
        return corners[:, :2]
    code = system.split(",")[0].rstrip("/").replace(":", "/").replace("*", "/").split("/")[-1]
    try:
        source = CRS.from_epsg(int(code))
    except (CRSError, ValueError) as error:
        raise NotCityJSON(f"the reference system {system} is not known") from error
    move = Transformer.from_crs(source.to_2d(), "OGC:CRS84", always_xy=not is_by_authority)
    found = np.column_stack(move.transform(corners[:, 0], corners[:, 1]))
    if not np.isfinite(found).all():
        raise NotCityJSON(f"the coordinates do not lie where {system} is used")
    return found


def _blocks(objects: dict[str, Any], corners: np.ndarray, degrees: np.ndarray) -> Iterator[Block]:
    for code, one in objects.items():
        if one.get("type") != "Building":
            continue
        parts = [one, *(objects[child] for child in one.get("children", ()) if child in objects)]
        rings = [found for part in parts if (best := _finest(part)) for found in _surfaces(best)]
        if not rings:
            continue
        used = np.concatenate([np.asarray(ring, dtype=np.int64) for surface, _ in rings for ring in surface])
        if used.min() < 0 or used.max() >= len(corners):
            raise NotCityJSON(f"{code} names a corner that is not there")
        drawn = [
            (Surface(tuple(degrees[ring] for ring in surface), corners[surface[0], 2]), is_roof)
            for surface, is_roof in rings
        ]
        if block := block_of(code, drawn, dict(one.get("attributes", {}))):
            yield block


def _finest(part: dict[str, Any]) -> dict[str, Any] | None:
    """Of several geometries the one of the highest level of detail."""
    found: dict[str, Any] | None = max(part.get("geometry", ()), key=lambda one: str(one.get("lod", "")), default=None)
    return found


def _surfaces(geometry: dict[str, Any]) -> Iterator[tuple[list[list[int]], bool]]:
    """Each surface, and whether its semantics call it a roof."""
    rings = list(_rings(geometry.get("boundaries", [])))
    said = geometry.get("semantics") or {}
    kinds = [one.get("type") for one in said.get("surfaces", ())]
    values = list(_flat(said.get("values", []))) or [None] * len(rings)
    for ring, value in zip(rings, [*values, *[None] * len(rings)], strict=False):
        yield ring, isinstance(value, int) and value < len(kinds) and kinds[value] == "RoofSurface"


def _flat(values: Any) -> Iterator[int | None]:
    for one in values if isinstance(values, list) else [values]:
        if isinstance(one, list):
            yield from _flat(one)
        else:
            yield one


def block_of(code: str, surfaces: list[tuple[Surface, bool]], attributes: dict[str, Any]) -> Block | None:
    """A building from its surfaces; None where they cover nothing."""
    footprint = _covered([one for one, _ in surfaces])
    if footprint.is_empty:
        return None
    heights = np.concatenate([one.heights for one, _ in surfaces])
    measured = attributes.get("measuredHeight")
    height = float(measured) if isinstance(measured, int | float) else float(np.ptp(heights))
    roof = pieces([one for one, is_roof in surfaces if is_roof], float(heights.min()))
    return Block(code, footprint, round(height, 2), attributes, roof)


def _rings(boundaries: Any) -> Iterator[list[list[int]]]:
    """Surfaces, however deep: a surface is a list of rings, a ring a list of numbers."""
    if not boundaries or not isinstance(boundaries, list):
        return
    if isinstance(boundaries[0], list) and boundaries[0] and isinstance(boundaries[0][0], int):
        yield boundaries
        return
    for part in boundaries:
        yield from _rings(part)


def _covered(surfaces: list[Surface]) -> BaseGeometry:
    """What all surfaces cover from above; walls cover nothing."""
    level = [shapely.make_valid(one.outline) for one in surfaces if len(one.heights) > 2 and one.outline.area > 1e-14]
    return shapely.set_precision(shapely.union_all(level), 1e-8) if level else Polygon()

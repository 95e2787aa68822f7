"""Reads CityJSON 1.0 to 2.0 (https://www.cityjson.org/specs/): each building's footprint, height and attributes.

A building's parts count with it. The footprint is what its surfaces cover seen from above; the height is the
attribute `measuredHeight` where there is one, else the difference between its highest and its lowest corner.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry


class NotCityJSON(ValueError):
    """Says what is wrong with the file."""


@dataclass(frozen=True)
class Block:
    """A building: its footprint in degrees (WGS 84), its height in metres."""

    code: str
    footprint: BaseGeometry
    height_m: float
    attributes: dict[str, Any]


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
    degrees = _degrees(corners, str(said.get("metadata", {}).get("referenceSystem", "")))
    return list(_blocks(objects, corners, degrees))


def _degrees(corners: np.ndarray, system: str) -> np.ndarray:
    """urn:ogc:def:crs:EPSG::7415 or https://www.opengis.net/def/crs/EPSG/0/7415; without one they are degrees."""
    if not system:
        if len(corners) and (np.abs(corners[:, 0]) > 180).any():
            raise NotCityJSON("no metadata.referenceSystem, and the coordinates are no degrees")
        return corners[:, :2]
    code = system.rstrip("/").replace(":", "/").split("/")[-1]
    try:
        source = CRS.from_epsg(int(code))
    except (CRSError, ValueError) as error:
        raise NotCityJSON(f"the reference system {system} is not known") from error
    move = Transformer.from_crs(source.to_2d(), "OGC:CRS84", always_xy=True)
    found = np.column_stack(move.transform(corners[:, 0], corners[:, 1]))
    if not np.isfinite(found).all():
        raise NotCityJSON(f"the coordinates do not lie where {system} is used")
    return found


def _blocks(objects: dict[str, Any], corners: np.ndarray, degrees: np.ndarray) -> Iterator[Block]:
    for code, one in objects.items():
        if one.get("type") != "Building":
            continue
        parts = [one, *(objects[child] for child in one.get("children", ()) if child in objects)]
        surfaces = [
            ring
            for part in parts
            for geometry in part.get("geometry", ())
            for ring in _rings(geometry.get("boundaries", []))
        ]
        if not surfaces:
            continue
        used = np.unique(np.concatenate([np.asarray(ring, dtype=np.int64) for surface in surfaces for ring in surface]))
        if used.min() < 0 or used.max() >= len(corners):
            raise NotCityJSON(f"{code} names a corner that is not there")
        footprint = _covered(surfaces, degrees)
        if footprint.is_empty:
            continue
        height = one.get("attributes", {}).get("measuredHeight")
        height = float(height) if isinstance(height, int | float) else float(np.ptp(corners[used, 2]))
        yield Block(code, footprint, round(height, 2), dict(one.get("attributes", {})))


def _rings(boundaries: Any) -> Iterator[list[list[int]]]:
    """Surfaces, however deep: a surface is a list of rings, a ring a list of numbers."""
    if not boundaries or not isinstance(boundaries, list):
        return
    if isinstance(boundaries[0], list) and boundaries[0] and isinstance(boundaries[0][0], int):
        yield boundaries
        return
    for part in boundaries:
        yield from _rings(part)


def _covered(surfaces: list[list[list[int]]], degrees: np.ndarray) -> BaseGeometry:
    """What all surfaces cover from above; walls cover nothing."""
    flat = [Polygon(degrees[ring[0]], [degrees[hole] for hole in ring[1:]]) for ring in surfaces if len(ring[0]) > 2]
    level = [shapely.make_valid(one) for one in flat if one.area > 1e-14]
    return shapely.set_precision(shapely.union_all(level), 1e-8) if level else Polygon()

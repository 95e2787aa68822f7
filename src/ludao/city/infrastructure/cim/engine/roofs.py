"""Roofs of a detailed model (LoD2): each sloped surface cut into level bands, so that a map of blocks shows its shape.

A band is what of a surface lies between two heights, seen from above, raised to the middle of the two.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

BAND_M, MOST_BANDS, LEVEL_M = 0.6, 24, 0.25
DEGREE_M = 111_320.0


@dataclass(frozen=True)
class Piece:
    """A level part of a roof: its outline in degrees, its height over the building's foot."""

    outline: BaseGeometry
    height_m: float


@dataclass(frozen=True)
class Surface:
    """A surface of a building: its rings in degrees, and the heights of the corners of the outer one."""

    rings: tuple[np.ndarray, ...]
    heights: np.ndarray

    @property
    def outline(self) -> Polygon:
        return Polygon(self.rings[0], self.rings[1:])


def plain(roof: Iterable[Piece]) -> list[dict[str, Any]]:
    """As a building keeps it: [{height_m, outline (GeoJSON)}]."""
    return [{"height_m": one.height_m, "outline": json.loads(shapely.to_geojson(one.outline))} for one in roof]


def pieces(surfaces: list[Surface], foot: float) -> list[Piece]:
    found = [piece for one in surfaces if len(one.heights) > 2 for piece in _cut(one, foot)]
    fine = [Piece(shapely.set_precision(piece.outline, 1e-8), piece.height_m) for piece in found]
    return [piece for piece in fine if not piece.outline.is_empty]


def _cut(one: Surface, foot: float) -> list[Piece]:
    low, high = float(one.heights.min()), float(one.heights.max())
    outline = shapely.make_valid(one.outline)
    if outline.area < 1e-14:
        return []  # a wall
    if high - low < LEVEL_M:
        return [Piece(outline, round((low + high) / 2 - foot, 2))]
    (a, b, c), origin, scale = _plane(one)
    steep = float(np.hypot(a, b))
    if steep < 1e-6:
        return [Piece(outline, round((low + high) / 2 - foot, 2))]
    count = min(MOST_BANDS, int(np.ceil((high - low) / BAND_M)))
    edges = np.linspace(low, high, count + 1)
    found = []
    for bottom, top in zip(edges[:-1], edges[1:], strict=True):
        strip = _strip((a, b), steep, (float(bottom) - c) / steep, (float(top) - c) / steep)
        degrees = shapely.transform(strip, lambda points: points / scale + origin)
        part = shapely.intersection(outline, degrees)
        solid = shapely.union_all([p for p in shapely.get_parts(part) if p.geom_type == "Polygon"])
        found.append(Piece(solid, round(float(bottom + top) / 2 - foot, 2)))
    return found


def _plane(one: Surface) -> tuple[tuple[float, float, float], np.ndarray, np.ndarray]:
    """z = a x + b y + c in metres around the first corner, by least squares."""
    origin = one.rings[0][0]
    scale = np.array([DEGREE_M * np.cos(np.radians(origin[1])), DEGREE_M])
    flat = (one.rings[0] - origin) * scale
    a, b, c = np.linalg.lstsq(np.column_stack([flat, np.ones(len(flat))]), one.heights, rcond=None)[0]
    return (float(a), float(b), float(c)), origin, scale


def _strip(way: tuple[float, float], steep: float, begin: float, end: float) -> Polygon:
    """All that lies between two heights: a long strip across the slope."""
    along = np.array(way) / steep
    across = np.array([-along[1], along[0]]) * 5000
    return Polygon([along * begin - across, along * begin + across, along * end + across, along * end - across])

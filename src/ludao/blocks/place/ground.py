"""Ground that somebody chose: a place or an outline, so many metres around it; which rows lie there, and how far."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import shapely

from ludao.base.datasets import Malformed
from ludao.base.text import t
from ludao.blocks.place.engine import grid
from ludao.blocks.place.engine.plane import plane
from ludao.blocks.place.index import Index

MOST_TEXT, MOST_POINTS, MOST_METRES = 8000, 500, 50_000
WHAT = {"Point", "LineString", "Polygon", "MultiPolygon"}


@dataclass(frozen=True)
class Ground:
    """As it was asked for: well-known text in degrees, and a radius in metres."""

    text: str
    radius_m: float = 0

    @property
    def key(self) -> tuple[str, float]:
        return self.text, self.radius_m

    @cached_property
    def middle(self) -> Any:
        """What was chosen, in metres of the plane."""
        return plane(shapely.from_wkt(self.text))

    @cached_property
    def outline(self) -> Any:
        """The ground itself, in degrees."""
        drawn = plane(self.middle.buffer(self.radius_m), is_back=True) if self.radius_m else shapely.from_wkt(self.text)
        shapely.prepare(drawn)
        return drawn

    def mask(self, index: Index) -> np.ndarray | None:
        """Which rows lie in it; None where the layer's rows have no place of their own."""
        if not len(index.x):
            return None

        def inside() -> np.ndarray:
            found = np.zeros(len(index), dtype=bool)
            found[self._rows(index)] = True
            return found

        return index.remembered(self.key, inside)

    def _rows(self, index: Index) -> np.ndarray:
        if "_shape" in index.table.column_names:
            from ludao.blocks.place.tiling import outlines_of

            rows: np.ndarray = outlines_of(index)[1].query(self.outline, predicate="intersects")
            return rows
        near = index.within(*shapely.bounds(self.outline))
        lon, lat = grid.degrees(index.x[near], index.y[near]) if len(near) else (np.zeros(0), np.zeros(0))
        inside: np.ndarray = near[shapely.intersects_xy(self.outline, lon, lat)]
        return inside

    def metres(self, index: Index, numbers: np.ndarray) -> np.ndarray:
        """How far each row is from what was chosen; 0 inside of it."""
        from ludao.blocks.place.tiling import outlines_or_points

        found: np.ndarray = shapely.distance(plane(outlines_or_points(index, numbers)), self.middle)
        return found

    def nearest(self, index: Index, numbers: np.ndarray) -> np.ndarray:
        """The same rows, the nearest first."""
        if not len(numbers):
            return numbers
        sorted_: np.ndarray = numbers[np.argsort(self.metres(index, numbers), kind="stable")]
        return sorted_


def read(text: str, radius: str = "") -> Ground | None:
    """POINT(118.1 24.48), LINESTRING(…), POLYGON((…)), and metres around. Raises Malformed in words."""
    if not text:
        return None
    try:
        radius_m = float(radius or 0)
    except ValueError:
        radius_m = -1
    if not 0 <= radius_m <= MOST_METRES:
        raise Malformed(
            t(f"半径应为 0 至 {MOST_METRES} 米", f"A radius is 0 to {MOST_METRES} metres"), field="_radius"
        )
    drawn = None if len(text) > MOST_TEXT else shapely.from_wkt(text, on_invalid="ignore")
    if drawn is None or drawn.is_empty or drawn.geom_type not in WHAT or not _is_sane(drawn):
        raise Malformed(
            t(
                "范围应为 POINT(经度 纬度)、LINESTRING(…) 或 POLYGON((…))，界线不自交",
                "Ground is POINT(longitude latitude), LINESTRING(…) or POLYGON((…)) that does not cross itself",
            ),
            field="_within",
        )
    if drawn.geom_type in ("Point", "LineString") and not radius_m:
        raise Malformed(t("点和线要给半径（米）", "A point or a line takes a radius in metres"), field="_radius")
    return Ground(shapely.to_wkt(drawn, rounding_precision=7), radius_m)


def _is_sane(drawn: Any) -> bool:
    west, south, east, north = shapely.bounds(drawn)
    inside = -180 <= west <= east <= 180 and -85 <= south <= north <= 85
    return bool(inside and drawn.is_valid and shapely.get_num_coordinates(drawn) <= MOST_POINTS)


@lru_cache(maxsize=200)
def of_area(code: str, version: str) -> Ground | None:
    """The outline of an area, for layers whose rows do not say in which they are."""
    from shapely.geometry import shape

    from ludao.blocks.place.models import Outline

    one = Outline.objects.filter(pk=code).first()
    return Ground(shapely.to_wkt(shape(one.geometry), rounding_precision=7)) if one else None

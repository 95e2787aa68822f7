"""Tiles and datums against peers: GDAL reads what we write, pyproj and the published formulas say where things are."""

from tempfile import NamedTemporaryFile
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer
from shapely.geometry import LineString, Polygon

from ludao.blocks.place.engine import datum, grid, vector

WEST, EAST = st.floats(117.5, 119), st.floats(24, 25.5)


def gdal(tile: bytes, layer: str) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """As GDAL's MVT driver reads it: y points up from 4096."""
    with NamedTemporaryFile(suffix=".mvt") as file:  # its driver is named: GDAL guesses wrongly at very small tiles
        file.write(tile)
        file.flush()
        meta, _, shapes, columns = pyogrio.raw.read(f"MVT:{file.name}", layer=layer)
    return shapely.from_wkb(shapes), dict(zip(meta["fields"], columns, strict=True))


def test_points_are_what_gdal_reads() -> None:
    x, y = np.array([0, 5, 4095, 300]), np.array([1, 70, 4000, 200])
    codes = np.array([0, 1, 0, vector.ABSENT], np.uint32)
    tile = vector.tile([vector.points("a", x, y, {"n": (codes, [1, -300_000]), "s": (codes, ["厦门", "b"])})])
    shapes, columns = gdal(tile, "a")
    assert [(p.x, 4096 - p.y) for p in shapes] == list(zip(x.tolist(), y.tolist(), strict=True))
    assert columns["s"].tolist() == ["厦门", "b", "厦门", None]
    assert columns["n"][:3].tolist() == [1, -300_000, 1] and np.isnan(columns["n"][3])


@given(
    st.lists(
        st.tuples(st.integers(0, 4095), st.integers(0, 4095), st.integers(-(2**40), 2**40)), min_size=1, max_size=60
    )
)
def test_any_points_come_back(rows: list[tuple[int, int, int]]) -> None:
    x, y, n = (np.array(part) for part in zip(*rows, strict=True))
    values, codes = np.unique(n, return_inverse=True)
    shapes, columns = gdal(
        vector.tile([vector.points("a", x, y, {"n": (codes.astype(np.uint32), values.tolist())})]), "a"
    )
    assert [(p.x, 4096 - p.y) for p in shapes] == [(a, b) for a, b, _ in rows]
    assert columns["n"].tolist() == n.tolist()


def test_outlines_keep_their_holes_and_kinds() -> None:
    square = Polygon([(0, 0), (100, 0), (100, 100), (0, 100)], [[(10, 10), (20, 10), (20, 20), (10, 20)]])
    tile = vector.tile([vector.shapes("p", [square, LineString([(0, 0), (50, 60)])], [{"a": 1.5}, {"b": True}])])
    shapes, columns = gdal(tile, "p")
    assert shapes[0].area == 10_000 - 100 and len(shapes[0].interiors) == 1
    assert shapes[1].length == pytest.approx(np.hypot(50, 60))
    assert columns["a"][0] == 1.5 and bool(columns["b"][1])


@given(WEST, EAST)
def test_steps_are_web_mercator(longitude: float, latitude: float) -> None:
    x, y = grid.project(np.array([longitude]), np.array([latitude]))
    east, north = Transformer.from_crs("OGC:CRS84", "EPSG:3857", always_xy=True).transform(longitude, latitude)
    half = 20037508.342789244
    assert abs((east + half) / (2 * half) * grid.SIDE - x[0]) < 2
    assert abs((half - north) / (2 * half) * grid.SIDE - y[0]) < 2
    back = grid.degrees(x, y)
    assert abs(back[0][0] - longitude) < 1e-6 and abs(back[1][0] - latitude) < 1e-6


@given(st.integers(0, 18), WEST, EAST)
def test_a_tile_is_a_range_of_keys(z: int, longitude: float, latitude: float) -> None:
    x, y = grid.project(np.array([longitude]), np.array([latitude]))
    tile_x, tile_y = int(x[0]) >> (grid.BITS - z), int(y[0]) >> (grid.BITS - z)
    first, end = grid.range_of(z, tile_x, tile_y)
    assert first <= int(grid.key(x, y)[0]) < end
    west, south, east, north = grid.bounds(z, tile_x, tile_y)
    assert west - 1e-6 <= longitude <= east + 1e-6 and south - 1e-6 <= latitude <= north + 1e-6


@pytest.mark.parametrize("system", datum.NAMES)
@given(WEST, EAST)
def test_every_datum_comes_back_within_a_metre(system: Any, longitude: float, latitude: float) -> None:
    there = datum.convert(np.array([longitude]), np.array([latitude]), "wgs84", system)
    back = datum.convert(*there, system, "wgs84")
    assert np.hypot((back[0][0] - longitude) * 101_300, (back[1][0] - latitude) * 110_800) < 0.01


def test_known_points_of_the_datums() -> None:
    """天安门, as published by converters of the kind (eviltransform's own test data, Beijing): a metre is enough."""
    lon, lat = datum.convert(np.array([116.404]), np.array([39.915]), "gcj02", "bd09")
    assert abs(lon[0] - 116.41036949371) < 1e-5 and abs(lat[0] - 39.92133699351) < 1e-5
    lon, lat = datum.convert(np.array([116.404]), np.array([39.915]), "gcj02", "wgs84")
    assert abs(lon[0] - 116.39775550083) < 1e-5 and abs(lat[0] - 39.91359571849) < 1e-5
    assert datum.convert(np.array([2.35]), np.array([48.85]), "wgs84", "gcj02")[0][0] == 2.35, "not shifted abroad"

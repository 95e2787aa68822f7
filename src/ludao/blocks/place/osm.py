"""OpenStreetMap extracts (.osm.pbf, .osm) as an officer's layer: roads, buildings, water, places, shops by their names.

Read by pyosmium; data © OpenStreetMap contributors, ODbL 1.0, which the layer's note says.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import osmium
import osmium.filter
import osmium.geom
import shapely
from shapely.geometry import LineString, Point, Polygon, mapping
from shapely.geometry.base import BaseGeometry

from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.place.formats import MOST, Rows

ENDINGS = (".pbf", ".osm")
KEYS = ("highway", "building", "amenity", "shop", "place", "railway", "waterway", "landuse", "leisure", "tourism")
CREDIT = "© OpenStreetMap contributors, ODbL 1.0"


@dataclass(frozen=True)
class Extract:
    """What was read, and how many multipolygons of it have rings that do not close (cut off at the extract's edge)."""

    rows: Rows
    broken: int

    @property
    def note(self) -> str:
        n = self.broken
        left_out = t(f"；{n} 个面关系不闭合，未读入", f"; {n} multipolygons do not close: left out")
        return f"{CREDIT}{left_out if n else ''}"


def read(name: str, data: bytes) -> Extract:
    """What has one of the usual keys: nodes as points, closed ways and multipolygons as outlines, ways as lines."""
    ending = ".osm.pbf" if name.lower().endswith(".pbf") else ".osm"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"given{ending}"
        path.write_bytes(data)
        try:
            return _extract(path)
        except (RuntimeError, ValueError) as error:
            wrong = t("读不出这个文件：它不是有效的 OSM 数据", "The file cannot be read: it is no valid OSM data")
            raise Problem(wrong, field="file") from error


def _extract(path: Path) -> Extract:
    found: Rows = []
    wanted, drawn_relations = set[int](), set[int]()
    shapes = osmium.geom.WKBFactory()
    keys = osmium.filter.KeyFilter(*KEYS)
    one: Any  # the library's union of kinds holds one (a changeset) that has no kind to ask for
    for one in osmium.FileProcessor(str(path)).with_areas(keys).with_filter(keys):
        if one.is_relation():
            if one.tags.get("type") == "multipolygon":
                wanted.add(one.id)
            continue
        if one.is_area():
            if one.from_way() or not one.num_rings()[0]:
                continue  # as a way already; or it does not close
            drawn_relations.add(one.orig_id())
            drawn: BaseGeometry | None = _whole(shapely.from_wkb(bytes.fromhex(shapes.create_multipolygon(one))))
            kind, number = "r", one.orig_id()
        else:
            drawn, kind, number = _drawn(one), "n" if one.is_node() else "w", one.id
        if drawn is None:
            continue
        about = {"osm_id": f"{kind}{number}", **{k: one.tags[k] for k in KEYS if k in one.tags}}
        title = one.tags.get("name") or next(f"{k}={one.tags[k]}" for k in KEYS if k in one.tags)
        found.append((str(title)[:200], dict(mapping(drawn)), about))
        if len(found) > MOST:
            raise Problem(t(f"一次最多 {MOST:,} 个要素", f"At most {MOST:,} features"), field="file")
    if not found:
        raise Problem(t("文件里没有道路、建筑或地点", "The file holds no roads, buildings or places"), field="file")
    return Extract(found, len(wanted - drawn_relations))


def _whole(drawn: Any) -> Any:
    """A multipolygon of one part is an outline."""
    return drawn.geoms[0] if len(drawn.geoms) == 1 else drawn


def _drawn(one: Any) -> BaseGeometry | None:
    if one.is_node():
        return Point(one.location.lon, one.location.lat) if one.location.valid() else None
    if not one.is_way():
        return None
    spots = [(node.lon, node.lat) for node in one.nodes if node.location.valid()]
    is_area = len(spots) > 3 and spots[0] == spots[-1] and "highway" not in one.tags
    return Polygon(spots) if is_area else LineString(spots) if len(spots) > 1 else None

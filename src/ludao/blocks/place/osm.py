"""OpenStreetMap extracts (.osm.pbf, .osm) as an officer's layer: roads, buildings, places and shops by their names.

Read by pyosmium; data © OpenStreetMap contributors, ODbL 1.0, which the layer's note says.
"""

import tempfile
from pathlib import Path
from typing import Any

import osmium
from shapely.geometry import LineString, Point, Polygon, mapping
from shapely.geometry.base import BaseGeometry

from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.place.formats import MOST, Rows

ENDINGS = (".pbf", ".osm")
KEYS = ("highway", "building", "amenity", "shop", "place", "railway", "waterway", "landuse", "leisure", "tourism")
CREDIT = "© OpenStreetMap contributors, ODbL 1.0"


def read(name: str, data: bytes) -> Rows:
    """What has one of the usual keys: nodes as points, closed ways of areas as outlines, other ways as lines."""
    ending = ".osm.pbf" if name.lower().endswith(".pbf") else ".osm"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"given{ending}"
        path.write_bytes(data)
        try:
            return _rows(path)
        except (RuntimeError, ValueError) as error:
            wrong = t("读不出这个文件：它不是有效的 OSM 数据", "The file cannot be read: it is no valid OSM data")
            raise Problem(wrong, field="file") from error


def _rows(path: Path) -> Rows:
    found: Rows = []
    one: Any  # the library's union of kinds holds one (a changeset) that has no kind to ask for
    for one in osmium.FileProcessor(str(path)).with_locations().with_filter(osmium.filter.KeyFilter(*KEYS)):
        if not (one.is_node() or one.is_way()) or (drawn := _drawn(one)) is None:
            continue
        about = {
            "osm_id": f"{'n' if one.is_node() else 'w'}{one.id}",
            **{k: one.tags[k] for k in KEYS if k in one.tags},
        }
        title = one.tags.get("name") or next(f"{k}={one.tags[k]}" for k in KEYS if k in one.tags)
        found.append((str(title)[:200], dict(mapping(drawn)), about))
        if len(found) > MOST:
            raise Problem(t(f"一次最多 {MOST:,} 个要素", f"At most {MOST:,} features"), field="file")
    if not found:
        raise Problem(t("文件里没有道路、建筑或地点", "The file holds no roads, buildings or places"), field="file")
    return found


def _drawn(one: Any) -> BaseGeometry | None:
    if one.is_node():
        return Point(one.location.lon, one.location.lat) if one.location.valid() else None
    if not one.is_way():
        return None
    spots = [(node.lon, node.lat) for node in one.nodes if node.location.valid()]
    is_area = len(spots) > 3 and spots[0] == spots[-1] and "highway" not in one.tags
    return Polygon(spots) if is_area else LineString(spots) if len(spots) > 1 else None

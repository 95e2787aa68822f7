"""Layers in and out of files, and OpenStreetMap in: what goes out comes back, in every format and system."""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from osmium.osm import mutable
from pyproj import Transformer

from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.blocks.place import formats, osm, seeing, summing, tiling
from ludao.blocks.place.actions import add_feature, import_layer
from ludao.blocks.place.engine import datum
from ludao.blocks.place.models import Layer

OFFICE = Actor.system("test")
SPOTS = np.array([shapely.Point(118.1, 24.5), shapely.Point(118.2, 24.6)], dtype=object)
ROWS: list[dict[str, Any]] = [{"name": "甲", "size": 3}, {"name": "乙", "size": None}]


@pytest.mark.parametrize("form", list(formats.DRIVERS))
def test_what_goes_out_comes_back(form: str) -> None:
    data = formats.write(form, "layer", SPOTS, ROWS)
    back = formats.read(f"layer.{'zip' if form == 'shp.zip' else form}", data)
    back.sort(key=lambda row: row[0] != "甲")  # FlatGeobuf puts neighbours together
    assert [name for name, _, _ in back] == ["甲", "乙"]
    assert [shapely.Point(geometry["coordinates"]) for _, geometry, _ in back] == list(SPOTS)
    assert back[0][2]["size"] == "3" and not back[1][2]["size"]


def test_files_of_other_systems_come_in_degrees_of_wgs84() -> None:
    lon, lat = datum.convert(np.array([118.1]), np.array([24.5]), "wgs84", "bd09")
    text = f"名称,经度,纬度\n甲,{lon[0]},{lat[0]}\n".encode("gb18030")
    ((_, geometry, _),) = formats.read("a.csv", text, "bd09")
    assert geometry["coordinates"] == pytest.approx([118.1, 24.5], abs=1e-6)
    east, north = Transformer.from_crs("OGC:CRS84", "EPSG:4548", always_xy=True).transform(118.1, 24.5)
    plane = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4548"}},
        "features": [
            {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [east, north]}}
        ],
    }
    ((_, geometry, _),) = formats.read("a.geojson", json.dumps(plane).encode())
    assert geometry["coordinates"] == pytest.approx([118.1, 24.5], abs=1e-6)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.exe", b""),
        ("a.geojson", b"{"),
        ("a.zip", b"PK"),
        ("a.csv", b"a,b\n1,2\n"),
        ("a.csv", "经度,纬度\nx,1\n".encode()),
        ("a.geojson", b'{"type":"FeatureCollection","features":[]}'),
    ],
)
def test_a_file_that_cannot_serve_is_refused_with_words(name: str, data: bytes) -> None:
    with pytest.raises(Problem) as refused:
        formats.read(name, data)
    assert refused.value.field == "file"


RINGS = [[5, 6, 7], [7, 8, 5], [9, 10, 11, 9]]  # a lake of two ways with an island


def extract() -> bytes:
    """A small extract of our own making: a road, a house, a shop, a bare node, a lake, and a park that is cut off."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "own.osm.pbf"
        spots = [(118.1, 24.5), (118.101, 24.5), (118.101, 24.501), (118.1, 24.501)]
        spots += [(118.2 + x, 24.5 + y) for x, y in ((0, 0), (0.01, 0), (0.01, 0.01), (0, 0.01))]
        spots += [(118.203 + x, 24.503 + y) for x, y in ((0, 0), (0.004, 0), (0.004, 0.004))]
        with osmium.SimpleWriter(str(path)) as writer:
            for number, spot in enumerate(spots, 1):
                writer.add_node(
                    mutable.Node(id=number, location=spot, tags={"shop": "tea", "name": "茶"} if number == 1 else {})
                )
            writer.add_way(mutable.Way(id=1, nodes=[1, 2, 3], tags={"highway": "residential", "name": "试验路"}))
            writer.add_way(mutable.Way(id=2, nodes=[1, 2, 3, 4, 1], tags={"building": "yes"}))
            for number, way in enumerate(RINGS, 3):
                writer.add_way(mutable.Way(id=number, nodes=way))
            ways = [("w", 3, "outer"), ("w", 4, "outer"), ("w", 5, "inner")]
            tags = {"type": "multipolygon", "landuse": "reservoir", "name": "湖"}
            writer.add_relation(mutable.Relation(id=1, members=ways, tags=tags))
            tags = {"type": "multipolygon", "leisure": "park"}
            writer.add_relation(mutable.Relation(id=2, members=[("w", 3, "outer")], tags=tags))
        return path.read_bytes()


def test_an_extract_of_openstreetmap_comes_as_points_lines_and_outlines() -> None:
    found = osm.read("own.osm.pbf", extract())
    assert {(name, geometry["type"]) for name, geometry, _ in found.rows} == {
        ("茶", "Point"),
        ("试验路", "LineString"),
        ("building=yes", "Polygon"),
        ("湖", "Polygon"),
    }
    lake_ = next(geometry for name, geometry, _ in found.rows if name == "湖")
    assert len(lake_["coordinates"]) == 2, "the island is no water"
    assert found.broken == 1 and "1" in found.note, "what is cut off is told"
    with pytest.raises(Problem):
        osm.read("own.osm.pbf", b"no extract")


@pytest.mark.django_db
def test_an_imported_layer_is_drawn_listed_and_exported(monkeypatch: pytest.MonkeyPatch) -> None:
    layer = import_layer(OFFICE, file=SimpleUploadedFile("own.osm.pbf", extract()), name="OSM")
    assert layer.features_count == 4 and layer.note.startswith(osm.CREDIT)
    seen = seeing.see(OFFICE, seeing.of_own(layer))
    assert len(seen.numbers) == 4 and tiling.tile(seen, 12, 3391, 1760)
    kinds = {g.geom_type for g in tiling.outlines_or_points(seen.index, seen.numbers)}
    assert kinds == {"Point", "LineString", "Polygon"}


@pytest.mark.django_db
def test_a_track_is_the_places_of_one_thing_in_the_order_of_time() -> None:
    spot = '<wpt lat="24.5" lon="{}"><time>2022-01-01T00:0{}:00Z</time><name>bus</name></wpt>'
    head = '<?xml version="1.0"?><gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1">'
    gpx = (head + spot.format(118.2, 2) + spot.format(118.1, 1) + "</gpx>").encode()
    layer = import_layer(OFFICE, file=SimpleUploadedFile("a.gpx", gpx), name="轨迹", kind="tracks")
    Layer.objects.filter(pk=layer.pk).update(said={**layer.said, "track": "name"})
    layer.refresh_from_db()
    (track,) = summing.tracks(seeing.see(OFFICE, seeing.of_own(layer)))
    assert track["id"] == "bus" and [round(x, 3) for x, _ in track["points"]] == [118.1, 118.2]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        "x" * 20,
        '{"type": "Point", "coordinates": [500, 24]}',
        '{"type": "Point", "coordinates": []}',
        '{"type": "Polygon", "coordinates": [[[0,0],[1,1],[0,1],[1,0],[0,0]]]}',
    ],
)
def test_what_is_drawn_wrongly_is_refused(wrong: str) -> None:
    with pytest.raises(Problem) as refused:
        add_feature(OFFICE, layer=Layer.objects.create(name="a"), name="b", geometry=wrong)
    assert refused.value.field == "geometry"


@pytest.mark.django_db
def test_a_drawn_layer_is_shown_anew_at_once() -> None:
    layer: Any = Layer.objects.create(name="a")
    see: Callable[[], seeing.Seen] = lambda: seeing.see(OFFICE, seeing.of_own(layer))  # noqa: E731
    assert len(see().numbers) == 0
    add_feature(OFFICE, layer=layer, name="点", geometry='{"type": "Point", "coordinates": [118.1, 24.5]}')
    assert len(see().numbers) == 1

"""City models in: against cjio, the peer that reads CityJSON; and blocks that the demonstration raises."""

import json
from copy import deepcopy
from typing import Any

import numpy as np
import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from pyproj import Transformer
from shapely.geometry import Polygon

from ludao.base import clock, datasets
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.city.infrastructure.cim.actions import import_city
from ludao.city.infrastructure.cim.engine import citygml, cityjson, raising, shaping
from ludao.city.infrastructure.cim.examples import BOX
from ludao.city.infrastructure.cim.models import Building

OFFICE = Actor.system("test")


def peer() -> Any:
    """cjio, which on import changes how json writes numbers for the whole process: that is put back."""
    written = json.encoder.c_make_encoder
    from cjio import cityjson as found

    json.encoder.c_make_encoder = written  # type: ignore[attr-defined]
    vars(json.encoder).pop("float", None)
    return found


def model(corner: tuple[float, float], sides: list[tuple[float, float]], system: str = "4548") -> dict[str, Any]:
    """Blocks of 10 m by 8 m, 12 m and more high, in the plane of CGCS2000 / 3-degree Gauss-Kruger CM 117E."""
    objects, corners = {}, list[list[int]]()
    faces = [[0, 3, 2, 1], [4, 5, 6, 7], [0, 1, 5, 4], [1, 2, 6, 5], [2, 3, 7, 6], [3, 0, 4, 7]]
    for number, (east, north) in enumerate(sides):
        first, high = len(corners), 1200 + 300 * number
        ground = [(0, 0), (1000, 0), (1000, 800), (0, 800)]
        corners += [[int(east * 100) + x, int(north * 100) + y, z] for z in (0, high) for x, y in ground]
        shell = [[[first + n for n in face]] for face in faces]
        objects[f"b{number}"] = {
            "type": "Building",
            "attributes": {"name": f"楼{number}"},
            "geometry": [{"type": "Solid", "lod": "1.2", "boundaries": [shell]}],
        }
    return {
        "type": "CityJSON",
        "version": "2.0",
        "CityObjects": objects,
        "vertices": corners,
        "transform": {"scale": [0.01, 0.01, 0.01], "translate": [corner[0], corner[1], 3.0]},
        "metadata": {"referenceSystem": f"https://www.opengis.net/def/crs/EPSG/0/{system}"},
    }


@pytest.fixture
def plane() -> dict[str, Any]:
    """Axes as in the file: east, north."""
    east, north = Transformer.from_crs("OGC:CRS84", "EPSG:4548", always_xy=True).transform(118.1, 24.48)
    return model((east, north), [(0, 0), (40, 10), (90, 25)])


def test_heights_and_footprints_are_those_of_cjio(plane: dict[str, Any]) -> None:
    told = peer().CityJSON(j=deepcopy(plane))
    assert sorted(told.j["CityObjects"]) == [block.code for block in cityjson.read(json.dumps(plane).encode())]
    move = Transformer.from_crs("OGC:CRS84", "EPSG:4548", always_xy=True)
    told.decompress()
    corners = np.asarray(told.j["vertices"])
    for number, block in enumerate(cityjson.read(json.dumps(plane).encode())):
        mine = corners[number * 8 : number * 8 + 8]
        flat = shapely.transform(block.footprint, lambda p: np.column_stack(move.transform(p[:, 0], p[:, 1])))
        assert block.height_m == pytest.approx(np.ptp(mine[:, 2])) and flat.area == pytest.approx(80, rel=1e-3)
        assert flat.bounds == pytest.approx((*mine[:, :2].min(axis=0), *mine[:, :2].max(axis=0)), abs=0.02)


@pytest.mark.parametrize("broken", [b"no json", b"{}", b'{"type": "Other", "CityObjects": {}, "vertices": []}'])
def test_what_is_no_cityjson_is_refused_with_its_reason(broken: bytes) -> None:
    with pytest.raises(cityjson.NotCityJSON):
        cityjson.read(broken)


def test_an_unknown_system_and_a_missing_corner_are_named(plane: dict[str, Any]) -> None:
    with pytest.raises(cityjson.NotCityJSON, match="999999"):
        cityjson.read(json.dumps({**plane, "metadata": {"referenceSystem": "urn:ogc:def:crs:EPSG::999999"}}).encode())
    with pytest.raises(cityjson.NotCityJSON, match="b2"):
        cityjson.read(json.dumps({**plane, "vertices": plane["vertices"][:20]}).encode())


@pytest.mark.django_db
def test_importing_twice_keeps_one_building_of_a_code() -> None:
    for _ in range(2):
        done = import_city(OFFICE, file=SimpleUploadedFile("box.json", json.dumps(BOX).encode()))
    assert done.buildings == 1 and Building.objects.get().height_m == 12
    with pytest.raises(Problem) as refused:
        import_city(OFFICE, file=SimpleUploadedFile("box.json", b"{}"))
    assert refused.value.field == "file"


def test_blocks_are_the_same_for_the_same_address_and_as_high_as_their_storeys() -> None:
    given = ["a", "b"], np.array([118.1, 118.2]), np.array([24.5, 24.6]), np.array([3.0, 30.0])
    one, again = raising.footprints(*given), raising.footprints(*given)
    assert shapely.equals_exact(one, again).all() and one[0].contains(shapely.Point(118.1, 24.5))
    assert one[1].area > one[0].area and raising.heights(given[3]).tolist() == [9, 90]


RIDGE = (2.0, 6.0, 9.0)  # a house 10 m by 8 m: eaves 6 m over its foot at 2 m, ridge 9 m over it


def house() -> list[tuple[str, list[tuple[float, float, float]]]]:
    """A gabled house of LoD2, east and north in metres: floor, walls, two halves of the roof."""
    foot, eaves, ridge = RIDGE[0], RIDGE[0] + RIDGE[1], RIDGE[0] + RIDGE[2]
    a, b, c, d = ((x, y, foot) for x, y in ((0.0, 0.0), (10.0, 0.0), (10.0, 8.0), (0.0, 8.0)))
    ea, eb, ec, ed = ((x, y, eaves) for x, y, _ in (a, b, c, d))
    west, east = (0.0, 4.0, ridge), (10.0, 4.0, ridge)
    return [
        ("GroundSurface", [a, d, c, b]),
        ("WallSurface", [a, b, eb, ea]),
        ("WallSurface", [c, d, ed, ec]),
        ("WallSurface", [b, c, ec, east, eb]),
        ("WallSurface", [d, a, ea, west, ed]),
        ("RoofSurface", [ea, eb, east, west]),
        ("RoofSurface", [ec, ed, west, east]),
    ]


def as_cityjson(corner: tuple[float, float]) -> bytes:
    faces = house()
    corners = sorted({point for _, ring in faces for point in ring})
    geometry = {
        "type": "MultiSurface",
        "lod": "2",
        "boundaries": [[[corners.index(point) for point in ring]] for _, ring in faces],
        "semantics": {"surfaces": [{"type": kind} for kind, _ in faces], "values": list(range(len(faces)))},
    }
    block = {"type": "MultiSurface", "lod": "1", "boundaries": geometry["boundaries"][:1]}
    building = {"type": "Building", "attributes": {"name": "山墙屋"}, "geometry": [block, geometry]}
    return json.dumps(
        {
            "type": "CityJSON",
            "version": "2.0",
            "CityObjects": {"house": building},
            "vertices": [[corner[0] + x, corner[1] + y, z] for x, y, z in corners],
            "metadata": {"referenceSystem": "https://www.opengis.net/def/crs/EPSG/0/4548"},
        }
    ).encode()


def as_citygml(corner: tuple[float, float]) -> bytes:
    """CityGML 2.0; the axes as EPSG:4548 has them, north before east."""

    def surface(kind: str, ring: list[tuple[float, float, float]]) -> str:
        places = " ".join(f"{corner[1] + y} {corner[0] + x} {z}" for x, y, z in [*ring, ring[0]])
        return (
            f"<b:boundedBy><b:{kind}><b:lod2MultiSurface><g:MultiSurface><g:surfaceMember><g:Polygon><g:exterior>"
            f"<g:LinearRing><g:posList srsDimension='3'>{places}</g:posList></g:LinearRing></g:exterior></g:Polygon>"
            f"</g:surfaceMember></g:MultiSurface></b:lod2MultiSurface></b:{kind}></b:boundedBy>"
        )

    spaces = (
        'xmlns="http://www.opengis.net/citygml/2.0" xmlns:b="http://www.opengis.net/citygml/building/2.0"'
        ' xmlns:g="http://www.opengis.net/gml"'
    )
    faces = "".join(surface(kind, ring) for kind, ring in house())
    return (
        f'<CityModel {spaces}><g:boundedBy><g:Envelope srsName="urn:ogc:def:crs:EPSG::4548" srsDimension="3"/>'
        f'</g:boundedBy><cityObjectMember><b:Building g:id="house"><g:name>山墙屋</g:name>{faces}</b:Building>'
        "</cityObjectMember></CityModel>"
    ).encode()


@pytest.mark.parametrize("write", [as_cityjson, as_citygml])
def test_a_roof_of_lod2_is_cut_into_level_bands_that_cover_the_house(write: Any) -> None:
    move = Transformer.from_crs("OGC:CRS84", "EPSG:4548", always_xy=True)
    data = write(move.transform(118.1, 24.48))
    block = (citygml if data[:1] == b"<" else cityjson).read(data)[0]
    assert (block.code, block.attributes["name"], block.height_m) == ("house", "山墙屋", RIDGE[2])
    area = [
        shapely.transform(one.outline, lambda p: np.column_stack(move.transform(p[:, 0], p[:, 1]))).area
        for one in block.roof
    ]
    heights = [one.height_m for one in block.roof]
    assert sum(area) == pytest.approx(80, rel=1e-2), "seen from above the bands are the footprint"
    assert RIDGE[1] < min(heights) and max(heights) < RIDGE[2] and len(set(heights)) == 5
    mean = sum(a * h for a, h in zip(area, heights, strict=True)) / sum(area)
    assert mean == pytest.approx((RIDGE[1] + RIDGE[2]) / 2, abs=0.05), "as high in the mean as the gable"


@pytest.mark.django_db
def test_a_model_of_lod2_comes_in_by_the_page_with_its_roof() -> None:
    corner = Transformer.from_crs("OGC:CRS84", "EPSG:4548", always_xy=True).transform(118.1, 24.48)
    import_city(OFFICE, file=SimpleUploadedFile("house.gml", as_citygml(corner)))
    assert Building.objects.get().name == "山墙屋" and len(Building.objects.get().roof) == 10
    rows = list(datasets.stream("infrastructure.cim.roof", OFFICE, columns=["code", "height_m"])[1])
    assert len(rows) == 10 and all(row["code"] == "house" for row in rows)
    with pytest.raises(Problem) as refused:
        evil = b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>"
        import_city(OFFICE, file=SimpleUploadedFile("house.gml", evil))
    assert refused.value.field == "file"


def test_a_map_copies_what_moved_and_forgets_what_is_gone(city: None) -> None:
    from ludao.blocks.place import renewing

    def look(before: Any) -> Any:
        return renewing.copy("infrastructure.cim.building", ["code", "name", "height_m"], before)

    whole = look(None)
    assert look(whole) is whole and whole.rows.num_rows == Building.objects.count()
    one = Building.objects.order_by("code")[0]
    one.name, one.changed_at = "新名", clock.now()
    one.save()
    moved = look(whole)
    named = dict(zip(*(moved.rows.column(name).to_pylist() for name in ("code", "name")), strict=True))
    assert named[one.pk] == "新名" and moved.rows.num_rows == whole.rows.num_rows
    Building.objects.filter(pk=one.pk).delete()
    assert look(moved).rows.num_rows == whole.rows.num_rows - 1


def test_every_shape_of_roof_covers_its_house_and_rises_from_its_walls() -> None:
    block = Polygon([(118.1, 24.5), (118.1002, 24.5), (118.1002, 24.5001), (118.1, 24.5001)])
    for kind in {*shaping.LOW, *shaping.TALL}:
        found = shaping.roof(kind, block, 9.0)
        heights = [piece.height_m for piece in found]
        assert len(set(heights)) > 2 and min(heights) >= 9.0, kind
        covered = shapely.union_all([piece.outline for piece in found])
        assert abs(covered.area / block.area - 1) < 0.01, kind

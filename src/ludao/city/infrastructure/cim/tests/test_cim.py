"""City models in: against cjio, the peer that reads CityJSON; and blocks that the demonstration raises."""

import json
from copy import deepcopy
from typing import Any

import numpy as np
import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from pyproj import Transformer

from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.city.infrastructure.cim.actions import import_city
from ludao.city.infrastructure.cim.engine import cityjson, raising
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

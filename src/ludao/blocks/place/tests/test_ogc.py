"""OGC API as its own client asks: owslib over HTTP against the house as it runs."""

from typing import Any

import pytest
import requests
from owslib.ogcapi.features import Features

pytestmark = pytest.mark.browser  # it needs the house's processes, as the journeys do
COLLECTION = "overview.map.enterprise"


@pytest.fixture
def session(house: str, page_of: Any) -> tuple[str, dict[str, str]]:
    """Where the house is, and the cookies of 数管 at the desk."""
    page = page_of("shuguan")
    cookies = {one["name"]: one["value"] for one in page.context.cookies()}
    return house, {"Cookie": "; ".join(f"{k}={v}" for k, v in cookies.items())}


def test_owslib_reads_collections_features_and_tiles(session: tuple[str, dict[str, str]]) -> None:
    url, headers = session
    features = Features(f"{url}/place/ogc/", headers=headers)
    assert any(uri.endswith("ogcapi-features-1/1.0/conf/core") for uri in features.conformance()["conformsTo"])
    assert COLLECTION in features.feature_collections()
    first = features.collection_items(COLLECTION, limit=5)
    assert first["numberReturned"] == 5 < first["numberMatched"]
    west, south, east, north = 118.05, 24.42, 118.2, 24.56
    inside = features.collection_items(COLLECTION, bbox=[west, south, east, north], limit=1000)
    assert 0 < inside["numberMatched"] < first["numberMatched"]
    assert all(west <= f["geometry"]["coordinates"][0] <= east for f in inside["features"])
    one = features.collection_item(COLLECTION, first["features"][0]["id"])
    assert one["properties"] == first["features"][0]["properties"]


def test_a_tileset_leads_to_its_tiles(session: tuple[str, dict[str, str]]) -> None:
    """owslib has no client for OGC API – Tiles: the links are followed as the standard has them."""
    url, headers = session
    about = requests.get(
        f"{url}/place/ogc/collections/{COLLECTION}/tiles/WebMercatorQuad", headers=headers, timeout=60
    ).json()
    template = next(one["href"] for one in about["links"] if one.get("templated"))
    there = template.format(tileMatrix=8, tileRow=110, tileCol=211)
    answer = requests.get(there, headers=headers, timeout=60)
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/vnd.mapbox-vector-tile"
    matrices = requests.get(f"{url}/place/ogc/tileMatrixSets/WebMercatorQuad", headers=headers, timeout=60).json()
    assert len(matrices["tileMatrices"]) == 19 and matrices["crs"].endswith("/3857")


def test_what_is_around_is_told_to_machines(session: tuple[str, dict[str, str]]) -> None:
    url, headers = session
    asked = {"at": "118.13,24.5", "_radius": "2000", "layers": f"{COLLECTION},overview.map.resident"}
    answer = requests.get(f"{url}/place/around/", params=asked, headers={**headers, "Accept": "application/json"},
                          timeout=60)
    told = {one["layer"]: one for one in answer.json()["layers"]}
    assert told[COLLECTION]["count"] >= 0 and told["overview.map.resident"]["nearest"][0]["said"]
    assert answer.json()["outline"]["type"] == "Polygon" and answer.json()["radius_m"] == 2000


def test_pages_systems_and_wrong_parameters(session: tuple[str, dict[str, str]]) -> None:
    url, headers = session
    items = f"{url}/place/ogc/collections/{COLLECTION}/items"

    def get(**asked: str) -> Any:
        return requests.get(items, params=asked, headers=headers, timeout=60)

    page, ids = get(limit="200").json(), list[str]()
    while True:
        ids += [f["id"] for f in page["features"]]
        onward = [one["href"] for one in page["links"] if one["rel"] == "next"]
        if not onward:
            break
        page = requests.get(onward[0], headers=headers, timeout=60).json()
    assert len(ids) == len(set(ids)) == page["numberMatched"]
    turned = get(limit="1", crs="http://www.opengis.net/def/crs/EPSG/0/4490")
    assert (
        turned.headers["Content-Crs"].endswith("/4490>")
        and turned.json()["features"][0]["geometry"]["coordinates"][0] < 90
    )
    assert get(datetime="../1990-01-01").json()["numberMatched"] < page["numberMatched"]
    assert [get(bbox="1,2").status_code, get(limit="0").status_code, get(nothing="1").status_code] == [400, 400, 400]
    assert requests.get(items, timeout=60).status_code == 401, "a stranger is asked who he is"

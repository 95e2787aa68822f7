"""A layer's rows: in tiles, in boxes, within rights, filtered, summed; compared with plain counts of the table."""

from collections.abc import Callable
from dataclasses import replace
from tempfile import NamedTemporaryFile
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pyogrio
import pytest

from ludao.base.actor import Actor
from ludao.base.datasets import Malformed
from ludao.base.rights import Span
from ludao.blocks.lake import public as lake
from ludao.blocks.place import geocoding, ground, index, seeing, summing, tiling, touching
from ludao.blocks.place.declared import Layer
from ludao.blocks.place.engine import grid
from ludao.blocks.place.models import Outline
from ludao.blocks.place.tests.conftest import TABLE, things

OFFICE = Actor.system("test")


def counted(seen: seeing.Seen, z: int) -> int:
    """The points in all tiles of a zoom over the city, as GDAL counts them."""
    west, south, east, north = 117.9, 24.4, 118.4, 24.8
    x, y = grid.project(np.array([west, east]), np.array([north, south]))
    total = 0
    for tile_x in range(int(x[0]) >> (grid.BITS - z), (int(x[1]) >> (grid.BITS - z)) + 1):
        for tile_y in range(int(y[0]) >> (grid.BITS - z), (int(y[1]) >> (grid.BITS - z)) + 1):
            if data := tiling.tile(seen, z, tile_x, tile_y):
                with NamedTemporaryFile(suffix=".mvt") as file:
                    file.write(data)
                    file.flush()
                    meta, _, _, columns = pyogrio.raw.read(f"MVT:{file.name}", layer="points")
                total += int(columns[list(meta["fields"]).index("n")].sum())
    return total


@pytest.mark.parametrize("z", [7, 10, 13])
def test_no_row_is_lost_or_told_twice_in_the_tiles_of_a_zoom(layer: Layer, z: int) -> None:
    assert counted(seeing.see(OFFICE, layer), z) == things().num_rows


def test_a_crowd_is_gathered_the_same_whether_once_or_for_each_tile(
    layer: Layer, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = seeing.see(OFFICE, layer, {"kind": "甲"})
    plain = counted(seen, 9)
    monkeypatch.setattr(tiling, "FEW", 0)
    assert counted(seen, 9) == plain == pc.sum(pc.equal(things()["kind"], "甲")).as_py()


def test_a_right_over_an_area_shows_its_rows_and_no_others(layer: Layer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ludao.base.rights.reach", lambda actor, right: (Span(areas=("350203",)),))
    seen = seeing.see(Actor(person="1"), layer)
    expected = pc.sum(pc.starts_with(things()["area_code"], "350203")).as_py()
    assert len(seen.numbers) == expected == counted(seen, 8)
    assert {row["code"] for row in summing.by_area(seen, "district")} == {"350203"}
    both = (Span(areas=("350203",)), Span(areas=("350206",)))
    monkeypatch.setattr("ludao.base.rights.reach", lambda actor, right: both)
    assert len(seeing.see(Actor(person="1"), layer).numbers) > expected


def test_filters_are_bound_and_wrong_values_named(layer: Layer) -> None:
    assert len(seeing.see(OFFICE, layer, {"kind": "甲' or '1'='1"}).numbers) == 0
    assert (
        len(seeing.see(OFFICE, layer, {"kind__in": "甲,乙"}).numbers) == pc.sum(pc.is_valid(things()["kind"])).as_py()
    )
    until = seeing.see(OFFICE, layer, {"seen_on__lte": "2020-12-31"})
    assert len(until.numbers) == sum(day.year == 2020 for day in things()["seen_on"].to_pylist())
    with pytest.raises(Malformed):
        seeing.see(OFFICE, layer, {"seen_on__gte": "soon"})


def test_a_box_is_what_a_plain_comparison_finds(layer: Layer) -> None:
    seen = seeing.see(OFFICE, layer)
    inside = seen.index.within(118.1, 24.5, 118.2, 24.6)
    lon, lat = (np.asarray(things()[name]) for name in ("lon", "lat"))
    assert abs(len(inside) - ((lon >= 118.1) & (lon <= 118.2) & (lat >= 24.5) & (lat <= 24.6)).sum()) <= 1


def test_areas_with_too_few_rows_are_not_told_of(layer: Layer) -> None:
    shy = replace(layer, kind="choropleth", place={"area": "area_code"}, least=10_000)
    assert summing.by_area(seeing.see(OFFICE, shy), "district") == []


def test_the_index_is_made_anew_when_the_table_moved(layer: Layer) -> None:
    before = index.of(layer)
    assert index.of(layer) is before
    lake.replace(TABLE, things(100))
    after = index.of(layer)
    assert after.stamp != before.stamp and len(after) == 100 and len(before) == 4000


def test_a_layer_whose_table_has_not_come_is_not_ready(layer: Layer) -> None:
    assert not index.is_ready(replace(layer, sql="select * from source.nowhere.table"))


def test_a_district_operator_sees_the_district_alone(city: None, actor_of: Callable[..., Any]) -> None:
    """陈区 holds her role over 350203."""
    layer = seeing.find(actor_of("chenqu"), "overview.map.calls")
    seen = seeing.see(actor_of("chenqu"), layer)
    assert len(seen.numbers) and {code[:6] for code in seen.table["area_code"].to_pylist()} == {"350203"}
    assert len(seeing.see(actor_of("linju"), layer).numbers) > len(seen.numbers)


def test_what_lies_around_a_place_is_counted_and_stands_nearest_first(layer: Layer) -> None:
    at, radius = (118.15, 24.6), 4000
    seen = seeing.see(OFFICE, layer, {"_within": f"POINT({at[0]} {at[1]})", "_radius": str(radius)})
    table = things()
    far = [
        geocoding.metres(*at, lon, lat)
        for lon, lat in zip(table["lon"].to_pylist(), table["lat"].to_pylist(), strict=True)
    ]
    assert abs(len(seen.numbers) - sum(one <= radius for one in far)) <= 2, "a sphere and the plane differ by a hair"
    assert seen.drawn is not None
    told = seen.drawn.metres(seen.index, seen.drawn.nearest(seen.index, seen.numbers))
    assert (np.diff(told) >= 0).all() and abs(told[0] - min(far)) < 5
    assert counted(seen, 9) == len(seen.numbers)


def test_areas_and_flows_are_around_a_place_too(city: None, actor_of: Callable[..., Any]) -> None:
    leader = actor_of("linju")
    outline = Outline.objects.filter(level="street").order_by("code")[0]
    chosen = ground.read(f"POINT({outline.longitude} {outline.latitude})", "3000")
    assert chosen is not None
    found = touching.around(leader, seeing.find(leader, "overview.map.resident"), {}, chosen)
    assert outline.name in [one["name"] for one in found["nearest"]] or found["count"] > 5
    assert "在范围内" in found["nearest"][0]["said"]
    flows = touching.around(leader, seeing.find(leader, "overview.map.commute"), {}, chosen)
    assert flows["count"] and " → " in flows["nearest"][0]["name"]


def test_an_area_and_a_period_keep_a_layer_whatever_its_columns_are_called(layer: Layer) -> None:
    seen = seeing.see(OFFICE, layer, {"_area": "350206", "_since": "2021-01-01", "_until": "2022-12-31"})
    table = things().to_pylist()
    assert len(seen.numbers) == sum(
        one["area_code"].startswith("350206") and 2021 <= one["seen_on"].year <= 2022 for one in table
    )


@pytest.mark.parametrize("asked", [
    {"_within": "POINT(118 24)"}, {"_within": "POINT(1 2"}, {"_within": "POINT(118 24)", "_radius": "-1"},
    {"_within": "POLYGON((0 0, 1 1, 0 1, 1 0, 0 0))"}, {"_area": "35'"}, {"_within": "POINT(118 24)", "_radius": "1e9"},
])
def test_ground_that_is_none_is_refused_in_words(layer: Layer, asked: dict[str, str]) -> None:
    with pytest.raises(Malformed) as refused:
        seeing.see(OFFICE, layer, asked)
    assert str(refused.value)

"""The tree of the city: what is shipped, what stands under what, and that every process sees a change at once."""

import csv
import os
from pathlib import Path

import pytest
from shapely.geometry import Point, shape

from ludao.base.actor import Actor
from ludao.base.errors import Conflict, Problem
from ludao.base.registry import PACKAGE
from ludao.blocks.identity import shipped, tree
from ludao.blocks.identity.actions import posts
from ludao.blocks.identity.models import Area, Organisation, Person
from ludao.blocks.identity.public import ancestors, people_of, subtree

HOUSE = Actor.system("test")
SHARED = Path(os.environ.get("LUDAO_SHARED", PACKAGE.parents[2] / "shared"))


def test_the_city_is_there_after_migrate(db):
    assert {level: Area.objects.filter(level=level).count() for level in ("city", "district", "street",
                                                                          "community")} == {
        "city": 1, "district": 6, "street": 54, "community": 555}
    assert Organisation.objects.filter(kind="department").count() >= 45
    assert Organisation.objects.get(pk="xm-dsj").parent_id == "xm"
    assert all(area.code.startswith(area.parent_id) for area in Area.objects.exclude(pk="3502"))


def test_every_district_has_an_outline_around_its_centre(db):
    for district in Area.objects.filter(level="district"):
        outline = shape(district.polygon)
        assert outline.is_valid
        assert outline.contains(Point(district.longitude, district.latitude)), district.name


def test_loading_again_changes_nothing_and_keeps_what_an_officer_changed(db):
    posts.rename(HOUSE, organisation=Organisation.objects.get(pk="xm-dsj"), name="厦门市数据管理局")
    before = Organisation.objects.count(), Area.objects.count(), tree.subtree("xm")
    shipped.load()
    assert (Organisation.objects.count(), Area.objects.count(), tree.subtree("xm")) == before
    assert Organisation.objects.get(pk="xm-dsj").name == "厦门市数据管理局"


def test_everything_stands_under_the_city_hall(db):
    assert subtree("xm") == set(Organisation.objects.values_list("pk", flat=True))
    siming = subtree("xm-350203")
    assert siming == set(Organisation.objects.filter(area__code__startswith="350203").values_list("pk", flat=True))
    assert ancestors("xm-350203001001") == ("xm-350203001", "xm-350203", "xm")
    assert subtree("91359903GD91QYCK6D") == {"91359903GD91QYCK6D"}


def test_a_new_body_is_in_the_subtree_at_once_and_a_closed_one_no_longer(db):
    parent = Organisation.objects.get(pk="xm-dsj")
    body = posts.found(HOUSE, parent=parent, code="xm-dsj-zhc", name="综合处")
    assert (body.level, body.area_id) == (3, "3502")
    assert "xm-dsj-zhc" in subtree("xm-dsj")
    with pytest.raises(Conflict):
        posts.close(HOUSE, organisation=parent)
    posts.close(HOUSE, organisation=body)
    assert "xm-dsj-zhc" not in subtree("xm-dsj")
    with pytest.raises(Problem) as taken:
        posts.found(HOUSE, parent=parent, code="xm-dsj-zhc", name="综合处")
    assert taken.value.field == "code"


def test_people_of_an_organisation_are_those_under_it_too(city):
    assert set(people_of("xm-dsj").values_list("username", flat=True)) >= {"wangke", "shuguan"}
    assert Person.objects.get(username="chenqu") in people_of("xm")
    assert not people_of("xm-350205").filter(username="chenqu")


def test_names_in_english_follow_local_sounds():
    assert shipped.in_english("厦港街道") == "Xiagang Subdistrict"
    assert shipped.in_english("新圩镇") == "Xinxu Town"
    assert shipped.in_english("鸿山社区居委会") == "Hongshan Community"


@pytest.mark.real
def test_the_areas_are_those_of_the_national_codes(db):
    folder = SHARED / "data" / "xm_divisions"
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent")
    for file, level in (("areas", "district"), ("streets", "street"), ("villages", "community")):
        with (folder / f"{file}.csv").open(encoding="utf-8-sig", newline="") as rows:
            national = {row["code"]: row["name"] for row in csv.DictReader(rows)}
        assert dict(Area.objects.filter(level=level).values_list("code", "name")) == national


@pytest.mark.real
def test_the_outlines_are_those_of_the_published_file(db):
    path = SHARED / "data" / "xm_boundary" / "xiamen_districts_fastgeocn_epsg4490.geojson"
    if not path.is_file():
        pytest.skip(f"{path.parent} is absent")
    import json

    for feature in json.loads(path.read_text())["features"]:
        ours = shape(Area.objects.get(name=feature["properties"]["name"], level="district").polygon)
        assert ours.symmetric_difference(shape(feature["geometry"])).area < 1e-9

"""What is held is filled in, with its source; each use is seen by the person and counted."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.blocks.form import public as form
from ludao.blocks.identity.public import Person
from ludao.city.services.sharing import holding
from ludao.city.services.sharing.models import Share

TODAY = clock.today()


def held(**rows: list[dict[str, Any]]) -> holding.Held:
    """A file with these rows: dataset__part → rows, the newest first."""
    by_place = {}
    for place, found in rows.items():
        source, _, part = place.replace("_dot_", ".").partition("__")
        by_place[source, part] = by_place[source, ""] = found
    return holding.Held("person", "p1", {"name": "李雷", "address": "湖滨路1号", "newest_at": "2026-01-01"}, by_place)


@pytest.fixture
def lilei(city: None) -> Person:
    return Person.objects.get(username="lilei")


@pytest.fixture
def subject(lilei: Person) -> form.Subject:
    return form.Subject(person_id=lilei.pk, name=lilei.name, id_number=lilei.id_number)


def made(fields: dict[str, Any]) -> form.Version:
    """A published form that asks these fields of the source person, and one that nobody holds."""
    properties = {name: {"x-kind": kind, "title": name, "x-en": name, "x-from": {"source": "person", "field": source}}
                  for name, (kind, source) in fields.items()}
    properties["why"] = {"x-kind": "text", "title": "原因", "x-en": "Why"}
    text = json.dumps({"title": {"zh": "试", "en": "Trial"}, "schema": {"type": "object", "properties": properties}})
    one = form.Form.objects.create(address="form.trial", title_zh="试", title_en="Trial", number=1)
    return form.Version.objects.create(form=one, number=1, text=text, state="published", made_by="test")


def test_the_newest_row_that_still_holds_speaks() -> None:
    ended = {"address": "旧居", "lease_number": "L1", "ended_on": "2020-01-01", "updated_at": "2026-01-01"}
    mine = held(source_dot_construction_dot_lease=[ended])
    assert holding.values(mine, ["lease_address"], TODAY) == {}
    mine = held(source_dot_construction_dot_lease=[ended | {"ended_on": "2999-01-01"}])
    assert holding.values(mine, ["lease_address"], TODAY)["lease_address"][0] == "旧居"


def test_what_has_ended_is_said_of_the_past_only() -> None:
    ended = {"employer_name": "旧厂", "card_account": "1", "ended_on": "2020-01-01", "updated_at": "2026-01-01"}
    found = holding.values(held(source_dot_social_dot_insurance=[ended]),
                           ["employer_name", "last_employer_name", "work_ended_on", "card_account"], TODAY)
    assert {name: one[0] for name, one in found.items()} == {
        "last_employer_name": "旧厂", "work_ended_on": "2020-01-01", "card_account": "1"}


def test_an_office_s_word_is_put_into_the_forms_own() -> None:
    mine = held(source_dot_civil_dot_marriage=[{"kind": "离婚"}], source_dot_land_dot_property=[{"unit_number": "B1"}],
                source_dot_civil_dot_aid=[{"kind": "低保边缘"}])
    found = holding.values(mine, ["marital", "home_kind", "is_aided"], TODAY)
    assert {name: one[0] for name, one in found.items()} == {"marital": "other", "home_kind": "own"}


def test_a_divorce_leaves_no_spouse() -> None:
    wed = {"kind": "结婚", "woman_name": "韩梅", "certificate_number": "J1", "updated_at": "2020-01-01"}
    parted = wed | {"kind": "离婚", "certificate_number": "J2", "updated_at": "2024-01-01"}
    married = held(source_dot_civil_dot_marriage__man=[wed])
    assert holding.values(married, ["spouse_name"], TODAY)["spouse_name"][0] == "韩梅"
    assert holding.licences(married, ["marriage", "divorce"], TODAY).keys() == {"marriage"}
    divorced = held(source_dot_civil_dot_marriage__man=[parted, wed])
    assert holding.values(divorced, ["spouse_name"], TODAY) == {}


def test_an_expired_licence_proves_nothing() -> None:
    row = {"licence_number": "D1", "expires_on": "2020-01-01", "class": "C1"}
    mine = held(source_dot_traffic_dot_driver=[row])
    assert holding.licences(mine, ["driver"], TODAY) == {}
    assert holding.values(mine, ["driver_class"], TODAY)["driver_class"][0] == "C1", "to be renewed it is still known"


def test_every_place_is_a_column_of_a_dataset_of_the_file(city: None) -> None:
    from ludao.blocks.catalogue import public as catalogue

    columns = {entry.pk: {column.name for column in entry.columns.all()}
               for entry in catalogue.Entry.objects.prefetch_related("columns")}
    for kind, fields in holding.table("held").items():
        for name, said in fields.items():
            for place in said["from"]:
                address, _, column = place.partition("=")[0].rpartition(".")
                source = address.partition("#")[0]
                assert source in ("golden", "household") or column in columns[source], f"{kind}.{name}: {place}"
    for kind, licences in holding.table("licences").items():
        for name, said in licences.items():
            days = [said[word] for word in ("since", "until") if word in said]
            assert {said["number"], *days, *said.get("where", {})} <= columns[said["dataset"]], f"{kind}.{name}"


def test_a_form_is_filled_from_the_file_and_the_use_is_seen(
    subject: form.Subject, actor_of: Callable[[str], Actor], client_of: Callable[[str], Client],
) -> None:
    version = made({"name": ("text", "name"), "id_number": ("id_number", "id_number"), "born": ("day", "birth_on"),
                    "address": ("address", "address"), "area": ("area", "area_code")})
    filled = form.prefill(version, actor_of("lilei"), subject, "办理：试填", about="XM-1")
    assert filled["name"].value == "李雷" and filled["id_number"].value == subject.id_number
    assert filled["born"].value == f"{subject.id_number[6:10]}-{subject.id_number[10:12]}-{subject.id_number[12:14]}"
    assert filled["address"].source_title and filled["address"].as_of
    share = Share.objects.get(about="XM-1")
    assert (share.times, share.asked, share.filled) == (1, 6, len(filled)) and share.month == TODAY.replace(day=1)
    page = client_of("lilei").get("/services/sharing/mine/").text
    assert "办理：试填" in page and "本人" in page and "address" in page
    assert subject.id_number not in page, "what was fetched is named, not shown"
    assert "申请时取用" in client_of("lilei").get("/data/person/mine/?tab=looks").text


def test_a_clerk_fills_in_for_a_person_who_sees_it(
    subject: form.Subject, actor_of: Callable[[str], Actor], client_of: Callable[[str], Client],
) -> None:
    version = made({"name": ("text", "name"), "address": ("address", "address")})
    form.prefill(version, actor_of("wangke"), form.Subject(id_number=subject.id_number), "窗口代填", about="XM-2")
    page = client_of("lilei").get("/services/sharing/mine/").text
    assert "窗口代填" in page and "王科" in page


def test_licences_need_not_be_handed_in(subject: form.Subject, actor_of: Callable[[str], Actor],
                                        client_of: Callable[[str], Client]) -> None:
    found = form.held("licence", ["id_card", "household", "divorce"], actor_of("lilei"), subject, "办理：材料核验")
    assert found["id_card"].value == subject.id_number and "divorce" not in found
    assert "居民身份证" in client_of("lilei").get("/services/sharing/mine/").text


def test_nobody_elses_uses_are_seen(subject: form.Subject, actor_of: Callable[[str], Actor],
                                    client_of: Callable[[str], Client]) -> None:
    form.held("licence", ["id_card"], actor_of("lilei"), subject, "只给本人看")
    assert "只给本人看" not in client_of("hanmeimei").get("/services/sharing/mine/").text


def test_the_share_is_read_per_mille(city: None) -> None:
    one = Share.objects.create(about="a", month=TODAY.replace(day=1), title_zh="甲", title_en="A", asked=8, filled=6)
    one.refresh_from_db()
    assert one.percent == 75.0

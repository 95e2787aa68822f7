"""A person's file before officers, a stranger, a program, and the person: area, purpose, masks, who looked."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from ludao.base.models import AuditLine
from ludao.blocks.identity.public import Person
from ludao.blocks.lake import public as lake
from ludao.blocks.profile import public as profile

pytestmark = pytest.mark.usefixtures("city")
WHY = {"purpose": "service", "basis": "低保年审 2026-031"}
ClientOf = Callable[[str], Client]


def number() -> str:
    return str(Person.objects.get(username="lilei").id_number)


def entity() -> str:
    return str(profile.find("person", id_number=number())[0]["person_id"])


def elsewhere(area: str) -> str:
    row = lake.sql("select person_id from data.person.resident where area_code is not null and"
                   " not starts_with(area_code, $area) order by person_id limit 1", {"area": area}).rows()[0]
    return str(row["person_id"])


def test_an_officer_finds_by_number_for_a_purpose_and_reads(client_of: ClientOf) -> None:
    client = client_of("wangke")
    without = client.post("/data/person/", {"id_number": number()})
    assert without.status_code == 422 and not without.context["found"]
    found = client.post("/data/person/", {"id_number": number(), **WHY})
    assert found.status_code == 302 and number() not in found["Location"]
    page = client.get(found["Location"])
    assert "李雷" in page.text and WHY["basis"] in page.text
    assert number() not in page.text, "the number is masked"


def test_the_index_lists_nobody(client_of: ClientOf) -> None:
    answer = client_of("wangke").post("/data/person/", {"name": "李", **WHY})
    assert answer.status_code == 422


def test_a_file_asks_for_its_purpose_again(client_of: ClientOf) -> None:
    page = client_of("wangke").get(f"/data/person/file/{entity()}/")
    assert "请先说明用途" in page.text and "李雷" not in page.text


def test_the_district_sees_its_own_people_only(client_of: ClientOf) -> None:
    client = client_of("chenqu")
    other = elsewhere("350203")
    assert client.get(f"/data/person/file/{other}/").status_code == 404
    assert client.post("/data/person/do/open/", {"entity": other, **WHY}).status_code == 422
    assert client.get(f"/data/person/file/{entity()}/").status_code == 200


@pytest.mark.parametrize("login", ["zhao", "lilei"])
def test_a_stranger_sees_no_file(client_of: ClientOf, login: str) -> None:
    for path in ("", f"file/{entity()}/", f"file/{entity()}/extract.pdf", f"v1/file/{entity()}?purpose=看一看看"):
        assert client_of(login).get(f"/data/person/{path}").status_code == 404


def test_ones_own_file_is_whole_and_tells_who_looked(client_of: ClientOf) -> None:
    officer = client_of("wangke")
    officer.get(officer.post("/data/person/", {"id_number": number(), **WHY})["Location"])
    client = client_of("lilei")
    page = client.get("/data/person/mine/").text
    assert "李雷" in page and "不对？" in page and number() not in page
    assert number() in client.get("/data/person/mine/?plain=1").text
    looks = client.get("/data/person/mine/?tab=looks").text
    assert "王科" in looks and WHY["basis"] in looks and "您本人" in looks


@pytest.mark.parametrize("tab", ["file", "time", "relations", "conflicts", "disputes", "looks"])
def test_every_part_opens_in_both_languages(client_of: ClientOf, tab: str) -> None:
    client = client_of("wangke")
    where = client.post("/data/person/", {"id_number": number(), **WHY})["Location"]
    assert client.get(where, {"tab": tab}).status_code == 200
    own = client_of("lilei")
    own.cookies["ludao_language"] = "en"
    assert own.get("/data/person/mine/", {"tab": tab}).status_code == 200


def test_programs_read_it_with_a_purpose_and_leave_a_line(client_of: ClientOf) -> None:
    client = client_of("wangke")
    path = f"/data/person/v1/file/{entity()}"
    assert client.get(path).status_code == 422
    before = AuditLine.objects.filter(address="data.person.look").count()
    body = client.get(path, {"purpose": "低保年审核对"}).json()
    assert AuditLine.objects.filter(address="data.person.look").count() == before + 1
    assert body["golden"]["name"]["value"] == "李雷"
    row = body["domains"]["household"][0]
    assert "id_number" not in row["values"] or "*" in row["values"]["id_number"]
    assert client_of("").get(path, {"purpose": "低保年审核对"}).status_code == 401


def test_an_extract_is_marked(client_of: ClientOf) -> None:
    from io import BytesIO

    from pypdf import PdfReader

    client = client_of("wangke")
    where = client.post("/data/person/", {"id_number": number(), **WHY})["Location"]
    answer: Any = client.get(f"{where}extract.pdf")
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    assert answer["Content-Type"] == "application/pdf" and "王科" in text and WHY["basis"] in text

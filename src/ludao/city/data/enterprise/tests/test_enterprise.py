"""An enterprise's file before its owner, officers, and others: the own view, area, purpose, and a dispute."""

from collections.abc import Callable

import pytest
from django.test import Client

from ludao.blocks.identity.public import Login, Mandate
from ludao.blocks.lake import public as lake
from ludao.blocks.profile import public as profile

pytestmark = pytest.mark.usefixtures("city")
WHY = {"purpose": "verify", "basis": "惠企政策复核 2026-017"}
ClientOf = Callable[[str], Client]


def mandate() -> Mandate:
    return Mandate.objects.select_related("enterprise").get(person__username="hanmeimei")


def company() -> str:
    return str(profile.find("company", credit_code=mandate().enterprise_id)[0]["company_id"])


@pytest.fixture
def owner(client_of: ClientOf) -> Client:
    """韩梅梅 under the hat of her shop."""
    client = client_of("hanmeimei")
    Login.objects.filter(session_key=client.session.session_key).update(post=None, mandate=mandate())
    return client


def test_the_owner_sees_her_shop_whole_and_who_looked(owner: Client, client_of: ClientOf) -> None:
    officer = client_of("wangke")
    officer.get(officer.post("/data/enterprise/", {"credit_code": mandate().enterprise_id, **WHY})["Location"])
    page = owner.get("/data/enterprise/mine/").text
    assert str(mandate().enterprise) in page and "不对？" in page
    looks = owner.get("/data/enterprise/mine/?tab=looks").text
    assert "王科" in looks and WHY["basis"] in looks


@pytest.mark.parametrize("login", ["hanmeimei", "lilei", "zhao"])
def test_who_does_not_act_for_an_enterprise_has_no_file_of_one(client_of: ClientOf, login: str) -> None:
    for path in ("mine/", "", f"file/{company()}/", f"file/{company()}/extract.pdf"):
        assert client_of(login).get(f"/data/enterprise/{path}").status_code == 404


def test_the_owner_sees_no_other_enterprise(owner: Client) -> None:
    assert owner.get(f"/data/enterprise/file/{company()}/").status_code == 404


def test_an_officer_reads_for_a_purpose_only(client_of: ClientOf) -> None:
    client = client_of("wangke")
    assert "请先说明用途" in client.get(f"/data/enterprise/file/{company()}/").text
    found = client.post("/data/enterprise/", {"credit_code": mandate().enterprise_id, **WHY})
    assert found.status_code == 302
    page = client.get(found["Location"]).text
    assert str(mandate().enterprise) in page and WHY["basis"] in page


def test_the_district_sees_its_own_enterprises_only(client_of: ClientOf) -> None:
    rows = lake.sql("select company_id from data.enterprise.company where area_code is not null"
                    " and not starts_with(area_code, '350203') order by company_id limit 1").rows()
    path = f"/data/enterprise/file/{rows[0]['company_id']}/"
    assert client_of("chenqu").get(path).status_code == 404
    assert client_of("wangke").get(path).status_code == 200


def test_a_wrong_value_goes_to_its_source_and_back(owner: Client, client_of: ClientOf) -> None:
    made = profile.Dispute.objects.get(profile="company", column="employees", state=profile.Dispute.OPEN)
    assert made.owner_id == "xm-scj"
    assert "核实中" in owner.get(made.get_absolute_url()).text
    assert made.source_title in client_of("wangke").get("/desk/").text
    officer = client_of("wangke")
    done = officer.post(f"/profile/do/confirm/?item={made.pk}", {"words": "已核对参保人数，予以更正"})
    assert done.status_code == 302
    page = owner.get("/data/enterprise/mine/").text
    assert "已更正" in page
    told = officer.get(made.get_absolute_url()).text
    assert "out.correction.xm-scj" in told and f"profile.dispute.{made.pk}" in told
    assert client_of("lilei").get(made.get_absolute_url()).status_code == 404

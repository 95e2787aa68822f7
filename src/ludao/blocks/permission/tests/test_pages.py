"""The pages of permission: who can do this and why, what is mine, and what a stranger does not find."""

from datetime import timedelta

import pytest
from django.test import Client

from ludao.base import clock
from ludao.blocks.identity.public import Login, Person
from ludao.blocks.permission import titles
from ludao.blocks.permission.models import Delegation, Elevation, Holding, Separation
from ludao.blocks.permission.who import Where, holders

PAGES = ("", "holding/", "delegation/", "elevation/", "separation/", "import/", "who/", "roles/", "do/grant/",
         "do/import_grants/", "do/set_apart/")


@pytest.fixture
def signed_in(town, client_of):
    """A browser of one of the town, under their post."""

    def enter(name: str) -> Client:
        client = client_of(f"t-{name}")
        login = Login.objects.filter(person=town.people[name]).last()
        if login is None:
            login = Login.objects.create(person=town.people[name], session_key=client.session.session_key)
        Login.objects.filter(pk=login.pk).update(post=town.posts.get(name))
        return client

    return enter


def test_whoever_gives_roles_opens_every_page(town, signed_in):
    town.hold("shi", "access_officer")
    client = signed_in("shi")
    assert {page: client.get(f"/permission/{page}").status_code for page in PAGES} == dict.fromkeys(PAGES, 200)


def test_a_person_without_a_post_finds_none_of_it(town, signed_in):
    client = signed_in("min")
    holding = town.hold("bei", "operator")
    answers = {page: client.get(f"/permission/{page}").status_code for page in (*PAGES, f"holding/{holding.pk}/")}
    assert set(answers.values()) == {404}


def test_another_organisations_holding_is_not_found(town, signed_in):
    here, there = town.hold("bei", "registrar", organisation_id="t-north"), town.hold("nan", "registrar",
                                                                                     organisation_id="t-south")
    client = signed_in("zhu")
    assert client.get(here.get_absolute_url()).status_code == 200
    assert client.get(there.get_absolute_url()).status_code == 404


def test_who_can_do_this_names_every_path(town, signed_in):
    town.hold("shi", "access_officer")
    plain = town.hold("bei", "registrar", organisation_id="t-north")
    Delegation.objects.create(holding=plain, post=town.posts["nan"], given_by=town.people["bei"], reason="出差",
                              starts_at=clock.now(), ends_at=clock.now() + timedelta(days=1))
    above = town.hold("zhu", "administrator", is_on_request=True)
    Elevation.objects.create(holding=above, person=town.people["zhu"], reason="排查故障", means="totp",
                             starts_at=clock.now(), ends_at=clock.now() + timedelta(hours=1))
    text = signed_in("shi").get("/permission/who/?right=identity.attest").content.decode()
    for word in ("测bei", "测nan", "测bei 委托", "提权：排查故障", "identity/manifest.toml [may] attest: registrar"):
        assert word in text, word


def test_a_place_narrows_the_answer_to_whoever_reaches_it(town):
    north = town.hold("bei", "registrar", organisation_id="t-north")
    south = town.hold("nan", "registrar", organisation_id="t-south")
    by_area = town.hold("jie", "registrar", area_id="9901")
    everywhere = town.hold("shi", "registrar")
    def found(**where):
        return {path.url for path in holders("identity.attest", Where(**where))}
    urls = {h: h.get_absolute_url() for h in (north, south, by_area, everywhere)}
    assert found(organisation="t-street") == {urls[north], urls[by_area], urls[everywhere]}
    assert found(area="9901001") == {urls[h] for h in (north, south, by_area, everywhere)}
    assert found(area="9902") == {urls[north], urls[south], urls[everywhere]}


def test_a_thing_narrows_the_answer_to_whoever_reaches_it_and_is_not_told(town, signed_in):
    town.hold("shi", "access_officer")
    town.hold("bei", "registrar", organisation_id="t-north")
    town.hold("nan", "registrar", organisation_id="t-south")
    post = town.posts["jie"]
    ask = "/permission/who/?right=identity.attest&thing="
    text = signed_in("shi").get(f"{ask}identity.post:{post.pk}").content.decode()
    assert "测bei" in text and "测nan" not in text
    assert f"岗位 {post.pk}" in text and str(post) not in text
    for nothing in ("identity.post:0", "identity.post:x", "no.model:1", "nonsense"):
        assert "没有找到该事项" in signed_in("shi").get(f"{ask}{nothing}").content.decode()


def test_a_person_is_told_why_not(town, signed_in):
    town.hold("shi", "access_officer")
    town.hold("bei", "registrar", organisation_id="t-north")
    client = signed_in("shi")
    text = client.get("/permission/who/?right=identity.attest&person=t-nan").content.decode()
    assert "需要角色：窗口登记人员" in text
    text = client.get("/permission/who/?right=identity.attest&person=t-bei&organisation=t-south").content.decode()
    assert "范围不及此处" in text
    text = client.get("/permission/who/?person=nobody").content.decode()
    assert "没有找到“nobody”" in text


def test_an_elevated_session_is_shown_on_every_page_and_ends_early(town, signed_in):
    holding = town.hold("bei", "operator", is_on_request=True)
    person = town.people["bei"]
    person.set_password("a good long password")
    person.save()
    client = signed_in("bei")
    assert "提权中" not in client.get("/permission/roles/").content.decode()
    answer = client.post(f"/permission/do/elevate/?item={holding.pk}", {
        "item": holding.pk, "hours": "1", "reason": "排查登录故障", "password": "a good long password"})
    assert answer.status_code == 302, answer.content.decode()
    assert "提权中" in client.get("/permission/roles/").content.decode()
    assert f"/do/elevate/?item={holding.pk}" not in client.get("/permission/").content.decode()
    elevation = Elevation.objects.get()
    assert client.post("/permission/do/end_elevation/", {"item": elevation.pk}).status_code == 302
    assert "提权中" not in client.get("/permission/roles/").content.decode()


def test_every_right_and_role_has_a_name_in_both_languages():
    from django.utils import translation

    from ludao.base import registry
    for language in ("zh-hans", "en"):
        with translation.override(language):
            nameless = [r for r in registry.rights() if titles.right_title(r).endswith(f" {r.rpartition('.')[2]}")]
            assert not [r for r in nameless if "_" in r], language
            assert all(titles.role_title(role) for role in titles.roles())


def test_the_cast_has_its_roles_and_a_second_load_changes_nothing(city):
    from ludao.base.actor import Actor
    from ludao.blocks.permission import demo

    before = set(Holding.objects.values_list("pk", flat=True)), Delegation.objects.count()
    demo.load(Actor.system("demonstration", channel="demo"), 1)
    assert (set(Holding.objects.values_list("pk", flat=True)), Delegation.objects.count()) == before
    by_name = {(h.post.person.username, h.role) for h in Holding.objects.select_related("post__person")}
    assert {("yunwei", "operator"), ("shenji", "auditor"), ("shuguan", "access_officer")} <= by_name
    assert not [role for name, role in by_name if name == "zhao"]
    assert not Holding.objects.filter(role="administrator", is_on_request=False).exists()
    assert Person.objects.filter(username="zhao").exists()


def test_a_separation_is_set_by_one_and_dropped_by_another(town, signed_in):
    town.hold("shi", "access_officer")
    answer = signed_in("shi").post("/permission/do/set_apart/", {
        "one": "identity.unlock", "other": "identity.attest", "reason": "核验与解锁分开"})
    assert answer.status_code == 302
    pair = Separation.objects.get()
    assert (pair.one, pair.other) == ("identity.attest", "identity.unlock")
    assert signed_in("shi").get(f"/permission/do/drop_apart/?item={pair.pk}").status_code == 404

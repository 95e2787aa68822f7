"""Hats: posts and enterprises, worn in one session; what is not one's own or not of today cannot be worn."""

from datetime import timedelta

import pytest

from ludao.base import actions, clock
from ludao.base.actor import Actor
from ludao.base.errors import Problem, Refused
from ludao.base.models import Event
from ludao.blocks.identity.access import as_enterprise
from ludao.blocks.identity.actions import mandates, posts
from ludao.blocks.identity.models import Enterprise, Login, Mandate, Organisation, Person, Post

HOUSE = Actor.system("test")


def test_a_person_changes_hats_in_one_session(city, client, log_in):
    log_in(client, "wangke")
    liaison = Post.objects.get(person__username="wangke", organisation="xm-szb")
    assert "科长" in client.get("/identity/hat/").content.decode()
    client.post("/identity/hat/", {"post": f"post-{liaison.pk}"})
    assert Login.objects.get(person__username="wangke").post == liaison
    client.post("/identity/hat/", {"post": "self"})
    assert Login.objects.get(person__username="wangke").post is None


def test_nobody_wears_a_strangers_hat(city, client, log_in):
    log_in(client, "zhao")
    login = Login.objects.get(person__username="zhao")
    leader = Post.objects.get(person__username="linju")
    actor = Actor(person=str(login.person_id))
    with pytest.raises(Problem):
        actions.get("identity.wear").call(actor, {"login": login.pk, "post": leader.pk})
    client.post("/identity/hat/", {"post": f"post-{leader.pk}"})
    login.refresh_from_db()
    assert login.post is None


def test_a_hat_falls_off_when_its_post_ends(city, actor_of):
    before = actor_of("chenqu")
    assert (before.organisation, before.area) == ("xm-350203", "350203")
    posts.dismiss(HOUSE, post=Post.objects.get(person__username="chenqu"))
    after = actor_of("chenqu")
    assert (after.post, after.organisation, after.person) == ("", "", before.person)


def test_an_appointment_may_begin_later(city):
    tomorrow = clock.today() + timedelta(days=1)
    post = posts.appoint(HOUSE, organisation=Organisation.objects.get(pk="xm-jyj"), title="科员",
                         person=Person.objects.get(username="zhao"), since=tomorrow)
    assert not post.is_current()
    assert post.is_current(tomorrow)
    assert Event.objects.filter(address="identity.appointed", facts__post=post.pk).exists()
    with pytest.raises(Problem) as error:
        posts.appoint(HOUSE, organisation=post.organisation, title="科员", person=post.person, since=tomorrow,
                      until=clock.today())
    assert error.value.field == "until"


def test_a_shop_owner_wears_her_enterprise(city, client, log_in):
    log_in(client, "hanmeimei")
    mandate = Mandate.objects.get(person__username="hanmeimei")
    client.post("/identity/hat/", {"post": f"mandate-{mandate.pk}"})
    page = client.get("/identity/account/")
    assert str(mandate.enterprise.name) in page.content.decode()
    worn = page.wsgi_request.actor
    assert (worn.organisation, worn.post, worn.area) == (mandate.enterprise_id, "", "350203")


def test_the_legal_representative_mandates_an_agent_and_ends_it(city, own):
    legal = Mandate.objects.get(person__username="hanmeimei")
    owner, shop = as_enterprise(legal.person, legal), legal.enterprise
    given = actions.get("identity.mandate").call(owner, {"enterprise": shop.pk, "username": "lilei"})
    assert (given.kind, given.granted_by.username) == (Mandate.AGENT, "hanmeimei")
    agent = as_enterprise(given.person, given)
    with pytest.raises(Problem):
        mandates.mandate(agent, enterprise=shop, username="zhao")
    with pytest.raises(Refused):
        mandates.end_mandate(own("zhao"), given=given)
    mandates.end_mandate(owner, given=given)
    assert not given.is_current()
    with pytest.raises((Problem, Refused)):
        actions.get("identity.mandate").call(own("lilei"), {"enterprise": shop.pk, "username": "zhao"})


def test_an_enterprise_is_enrolled_with_a_true_code_by_a_known_person(city):
    unknown, known = Person.objects.get(username="zhao"), Person.objects.get(username="lilei")
    for legal, code, field in ((known, "91350200000000000X", "code"), (unknown, "91359903MA1QYCK600", "code"),
                               (unknown, Enterprise.objects.get().pk, "code")):
        with pytest.raises(Problem) as error:
            mandates.enrol_enterprise(HOUSE, legal=legal, code=code, name="某店")
        assert error.value.field == field

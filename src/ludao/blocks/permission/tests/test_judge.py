"""The judge: what it decides and how far it reaches are one rule, and time ends at its boundary."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ludao.base import clock, registry, rights
from ludao.base.actor import STRANGER, Actor, following
from ludao.blocks.identity.public import Area, Enterprise, Mandate, Organisation, Person, Post
from ludao.blocks.permission.judge import judge
from ludao.blocks.permission.models import Delegation, Elevation, Holding, Separation

MODELS = (Person, Post, Organisation, Area, Enterprise, Mandate, Holding, Delegation, Separation)
RIGHTS = ("identity.read_people", "permission.read", "identity.account", "identity.read_enterprise",
          "identity.read_place", "permission.explain", "no.such.right")
OURS = {
    Area: Area.objects.filter(code__startswith="99"),
    Organisation: Organisation.objects.filter(code__startswith="t-"),
}
HAND = settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
FAR = timedelta(days=1)


@contextmanager
def undone():
    """What happens inside did not happen."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


spans = st.fixed_dictionaries({
    "organisation_id": st.sampled_from([None, "t-city", "t-north", "t-street", "t-south"]),
    "area_id": st.sampled_from([None, "99", "9901", "9901001", "9902"]),
})
roles = st.sampled_from(["operator", "registrar", "auditor", "administrator"])


def rows(model):
    """Of the areas and organisations only the town's: the shipped city has hundreds."""
    return OURS.get(model, model.objects).all()


def agree(actor: Actor) -> None:
    """For every row of every model: narrowed to it exactly when it is decided for."""
    with following("a-request"):
        for right in RIGHTS:
            for model in MODELS:
                narrowed = set(rights.narrow(actor, right, rows(model)).values_list("pk", flat=True))
                decided = {row.pk for row in rows(model) if rights.may(actor, right, row)}
                assert narrowed == decided, f"{right} {model.__name__} {actor.name}"


@given(held=st.lists(st.tuples(roles, spans), max_size=3), name=st.sampled_from(["bei", "jie", "nan", "shi", "min"]))
@HAND
def test_a_row_is_reached_exactly_when_it_is_decided_for(town, held, name):
    with undone():
        for role, limits in held if name in town.posts else ():
            with transaction.atomic():
                Holding.objects.filter(post=town.posts[name], role=role, **limits).delete()
                town.hold(name, role, **limits)
        agree(town.actor(name))
        agree(town.enterprise("min", "91350200MA00000001"))
        agree(STRANGER)


@given(lender=spans, lent=spans, right=st.sampled_from(["", "identity.read_people"]))
@HAND
def test_a_loan_never_reaches_further_than_its_lender(town, lender, lent, right):
    with undone():
        holding = town.hold("bei", "registrar", **lender)
        with_right = town.hold("bei", "operator", **lender)
        for one in (holding, with_right):
            Delegation.objects.create(holding=one, right=right, post=town.posts["nan"], reason="测试",
                                      given_by=town.people["bei"], starts_at=clock.now() - FAR,
                                      ends_at=clock.now() + FAR, **lent)
        before, after = town.actor("nan"), town.actor("bei")
        for wanted in ("identity.read_people", "identity.unlock", "identity.read_enterprise"):
            for model in (Organisation, Area, Enterprise, Post):
                got = set(rights.narrow(before, wanted, rows(model)).values_list("pk", flat=True))
                has = set(rights.narrow(after, wanted, rows(model)).values_list("pk", flat=True))
                assert got <= has
                if right and wanted != right:
                    assert got == set()
        agree(before)


@pytest.mark.parametrize("kind", ["holding", "delegation", "elevation"])
def test_it_holds_from_its_start_and_no_longer_at_its_end(town, monkeypatch, kind):
    start = clock.now().replace(microsecond=0) + FAR
    end = start + timedelta(hours=2)
    if kind == "holding":
        town.hold("bei", "operator", starts_at=start, ends_at=end)
    else:
        base = town.hold("bei", "operator", is_on_request=kind == "elevation")
        if kind == "elevation":
            Elevation.objects.create(holding=base, person=town.people["bei"], reason="测试提权", means="totp",
                                     starts_at=start, ends_at=end)
        else:
            Delegation.objects.create(holding=base, post=town.posts["nan"], reason="测试", given_by=town.people["bei"],
                                      starts_at=start, ends_at=end)
    actor = town.actor("nan" if kind == "delegation" else "bei")
    tick = timedelta(microseconds=1)
    seen = {}
    with following("one-request"):
        for moment in (start - tick, start, end - tick, end):
            monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
            actor.__dict__.pop("_held", None)
            seen[moment] = judge.decide(actor, "identity.unlock").allowed
        monkeypatch.setattr(clock, "now", lambda: end - tick)
        actor.__dict__.pop("_held", None)
        assert rights.may(actor, "identity.unlock")
        monkeypatch.setattr(clock, "now", lambda: end)
        assert not rights.may(actor, "identity.unlock"), "what the request has read ends on time too"
    assert list(seen.values()) == [False, True, True, False]


def test_a_right_no_manifest_knows_is_nobodys(town):
    town.hold("shi", "administrator", is_on_request=False)
    assert not rights.may(town.actor("shi"), "plan.invented")
    assert rights.reach(STRANGER, "permission.read") == ()


def test_nothing_is_held_unapproved_or_only_on_request(town):
    town.hold("bei", "operator", approved_at=None)
    assert not rights.may(town.actor("bei"), "identity.unlock")
    town.hold("bei", "operator", is_on_request=True, organisation_id="t-north")
    assert not rights.may(town.actor("bei"), "identity.unlock")


def test_a_role_ends_with_the_post_and_with_the_account(town):
    town.hold("bei", "operator")
    assert rights.may(town.actor("bei"), "identity.unlock")
    Person.objects.filter(pk=town.people["bei"].pk).update(is_active=False)
    assert not rights.may(town.actor("bei"), "identity.unlock")
    Person.objects.filter(pk=town.people["bei"].pk).update(is_active=True)
    Post.objects.filter(pk=town.posts["bei"].pk).update(since=clock.today() - 2 * FAR, until=clock.today() - FAR)
    assert not rights.may(town.actor("bei"), "identity.unlock")


def test_anothers_post_cannot_be_worn(town):
    town.hold("bei", "operator")
    borrowed = Actor(person=str(town.people["nan"].pk), post=str(town.posts["bei"].pk), organisation="t-north")
    assert not rights.may(borrowed, "identity.unlock")
    assert not rights.may(borrowed, "permission.read")


def test_staff_reach_their_own_organisation_and_their_own_rows_but_no_strangers_rows(town):
    actor = town.actor("bei")
    seen = set(rights.narrow(actor, "permission.read", Post.objects.all()))
    assert seen == {town.posts["bei"], town.posts["jie"], town.posts["zhu"]}
    people = rights.narrow(actor, "permission.read", Person.objects.all())
    assert list(people) == [town.people["bei"]], "a model scoped by person alone gives only oneself"


def test_an_enterprise_sees_its_own_rows_and_not_its_neighbours(town):
    actor = town.enterprise("min", "91350200MA00000001")
    seen = rights.narrow(actor, "identity.read_enterprise", Enterprise.objects.all())
    assert [e.code for e in seen] == ["91350200MA00000001"]
    assert not rights.may(town.actor("min"), "identity.read_enterprise")


def test_a_token_is_never_elevated(town):
    base = town.hold("bei", "operator", is_on_request=True)
    Elevation.objects.create(holding=base, person=town.people["bei"], reason="测试提权", means="totp",
                             starts_at=clock.now() - FAR, ends_at=clock.now() + FAR)
    assert rights.may(town.actor("bei"), "identity.unlock")
    assert not rights.may(town.actor("bei", rights=frozenset({"identity.unlock"})), "identity.unlock")


def test_an_officer_costs_no_more_queries_than_an_administrator(town):
    """One query a request, whoever asks and however much is held."""
    base = town.hold("shi", "administrator", is_on_request=True)
    Elevation.objects.create(holding=base, person=town.people["shi"], reason="测试提权", means="totp",
                             starts_at=clock.now() - FAR, ends_at=clock.now() + FAR)
    for body in ("t-north", "t-street", "t-south", "t-city"):
        town.hold("bei", "registrar", organisation_id=body)
    town.hold("bei", "operator", area_id="9901")
    rights.may(town.actor("nan"), "permission.read")  # the tree is in memory, as in any process that has served one
    counts = {}
    for name in ("bei", "shi", "nan", "min"):
        actor = town.actor(name)
        with following("a-request"), CaptureQueriesContext(connection, ) as queries:
            for right in registry.rights():
                rights.may(actor, right)
                rights.reach(actor, right)
            list(rights.narrow(actor, "permission.read", Holding.objects.all()))
        narrowed = bool(rights.reach(actor, "permission.read"))
        counts[name] = len(queries) - narrowed
    assert counts == {"bei": 1, "shi": 1, "nan": 1, "min": 1}


def test_a_change_is_seen_at_once(town):
    actor = town.actor("bei")
    with following("a-request"):
        assert not rights.may(actor, "identity.unlock")
        holding = town.hold("bei", "operator")
        assert rights.may(actor, "identity.unlock")
        holding.delete()
        assert not rights.may(actor, "identity.unlock")

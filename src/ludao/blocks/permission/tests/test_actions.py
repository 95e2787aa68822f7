"""Giving, lending, rising and keeping apart: what the actions allow, refuse and leave on record."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice
from pydantic import SecretStr

from ludao.base import audit, clock, rights
from ludao.base.actor import Actor
from ludao.base.errors import Conflict, Problem, Refused
from ludao.base.models import AuditLine, Event
from ludao.blocks.identity.public import Area, Organisation, Post
from ludao.blocks.permission import actions
from ludao.blocks.permission.apart import declared
from ludao.blocks.permission.models import Delegation, Elevation, Holding, Import, Separation

DAY = timedelta(days=1)


@pytest.fixture
def giver(town):
    """shi gives roles in the whole city, zhu in the north only, shen approves."""
    town.hold("shi", "access_officer")
    town.hold("zhu", "access_officer", organisation_id="t-north")
    town.hold("shen", "access_approver")
    return town


def grant(town, who="shi", to="bei", role="registrar", **more):
    return actions.grant(town.actor(who), post=town.posts[to], role=role, reason="工作需要", **more)


def test_a_role_reaches_as_far_as_the_posts_organisation_unless_said_otherwise(giver):
    own = grant(giver)
    assert (own.organisation_id, own.area_id) == ("t-north", None)
    by_area = grant(giver, to="nan", area=Area.objects.get(code="9902"))
    assert (by_area.organisation_id, by_area.area_id) == (None, "9902")
    everywhere = grant(giver, to="jie", everywhere=True)
    assert (everywhere.organisation_id, everywhere.area_id) == (None, None)
    assert Event.objects.filter(address="permission.granted").count() == 3
    assert AuditLine.objects.filter(address="permission.grant", outcome="done").count() == 3


def test_nobody_gives_further_than_they_reach(giver):
    assert grant(giver, who="zhu", to="jie").organisation_id == "t-street"
    with pytest.raises(Problem):
        grant(giver, who="zhu", to="jie", everywhere=True)
    with pytest.raises(Refused):
        grant(giver, who="zhu", to="nan")
    with pytest.raises(Refused):
        grant(giver, who="bei", to="jie")
    assert AuditLine.objects.filter(address="permission.grant", outcome="refused").count() == 2


def test_nobody_gives_a_role_to_himself(giver):
    with pytest.raises(Problem) as refused:
        grant(giver, who="shi", to="shi")
    assert refused.value.field == "post"


def test_the_same_role_is_held_once_at_a_time_and_place(giver):
    first = grant(giver, until=clock.today() + 10 * DAY)
    with pytest.raises(Conflict):
        grant(giver)
    later = grant(giver, since=clock.today() + 11 * DAY)
    assert later.starts_at == first.ends_at
    actions.withdraw(giver.actor("shi"), holding=later, reason="不再需要")
    later.refresh_from_db()
    assert later.ends_at == later.starts_at
    assert grant(giver, since=clock.today() + 11 * DAY).pk


def test_a_role_over_the_house_waits_for_a_second_person(giver):
    holding = grant(giver, role="auditor")
    assert holding.approved_at is None
    assert not rights.may(giver.actor("bei"), "base.read_audit")
    giver.hold("shi", "access_approver")
    with pytest.raises(Problem):
        actions.approve(giver.actor("shi"), holding=holding)
    actions.approve(giver.actor("shen"), holding=holding)
    assert rights.may(giver.actor("bei"), "base.read_audit")
    with pytest.raises(Conflict):
        actions.approve(giver.actor("shen"), holding=holding)


def test_a_declined_role_never_takes_effect(giver):
    holding = grant(giver, role="auditor")
    actions.decline(giver.actor("shen"), holding=holding, reason="没有必要")
    holding.refresh_from_db()
    assert not actions.is_proposed(holding)
    assert not rights.may(giver.actor("bei"), "base.read_audit")


def test_conflicting_roles_are_warned_of(giver):
    grant(giver, role="access_officer")
    with pytest.raises(Problem) as warned:
        grant(giver, role="access_approver")
    assert warned.value.field == "despite_conflict"
    assert "授权管理员" in str(warned.value)
    assert grant(giver, role="access_approver", despite_conflict=True).pk


def test_a_withdrawn_role_takes_its_loans_with_it(giver):
    holding = grant(giver, role="registrar", until=clock.today() + 30 * DAY)
    lend(giver, holding)
    assert rights.may(giver.actor("nan"), "identity.attest")
    actions.withdraw(giver.actor("shi"), holding=holding, reason="调离")
    assert not rights.may(giver.actor("nan"), "identity.attest")


def lend(town, holding, who="bei", to="nan", **more):
    more.setdefault("until", clock.today() + 5 * DAY)
    return actions.delegate(town.actor(who), holding=holding, post=town.posts[to], reason="出差期间", **more)


def test_a_loan_ends_by_itself_and_by_either_side(giver, monkeypatch):
    loan = lend(giver, giver.hold("bei", "registrar"), right="identity.attest")
    assert rights.may(giver.actor("nan"), "identity.attest")
    assert not rights.may(giver.actor("nan"), "identity.enrol_enterprise")
    actions.end_delegation(giver.actor("nan"), delegation=loan)
    assert not rights.may(giver.actor("nan"), "identity.attest")
    second = lend(giver, giver.hold("bei", "registrar", organisation_id="t-north"))
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: second.ends_at)
    assert not rights.may(giver.actor("nan"), "identity.attest")
    monkeypatch.setattr(clock, "now", real)
    with pytest.raises(Refused):
        actions.end_delegation(giver.actor("jie"), delegation=second)


@pytest.mark.parametrize("more, field", [
    ({"right": "identity.unlock"}, "right"),
    ({"organisation": "t-south"}, "organisation"),
    ({"area": "9902"}, "organisation"),
    ({"until": 40}, "until"),
    ({"to": "bei"}, "post"),
])
def test_what_cannot_be_lent_is_refused_with_the_field_to_mend(giver, more, field):
    limits = {"organisation_id": "t-north", "area_id": "9901", "ends_at": clock.now() + 20 * DAY}
    holding = giver.hold("bei", "registrar", **limits)
    if "organisation" in more:
        more = {"organisation": Organisation.objects.get(pk=more["organisation"])}
    if "area" in more:
        more = {"area": Area.objects.get(pk=more["area"])}
    if "until" in more:
        more = {"until": clock.today() + more["until"] * DAY}
    with pytest.raises(Problem) as refused:
        lend(giver, holding, **more)
    assert refused.value.field == field


def test_only_the_holder_lends_and_not_what_was_lent_to_him(giver):
    holding = giver.hold("bei", "registrar")
    loan = lend(giver, holding)
    with pytest.raises((Problem, Refused)):
        lend(giver, loan.holding, who="nan", to="jie")
    with pytest.raises((Problem, Refused)):
        lend(giver, holding, who="zhu", to="jie")
    with pytest.raises(Problem):
        lend(giver, giver.hold("bei", "registrar", organisation_id="t-north"), who="zhu", to="jie")
    with pytest.raises(Conflict):
        lend(giver, giver.hold("bei", "auditor"))


def test_an_administrator_stands_only_while_elevated(giver):
    holding = grant(giver, role="administrator", everywhere=True)
    assert holding.is_on_request
    actions.approve(giver.actor("shen"), holding=holding)
    assert not rights.may(giver.actor("bei"), "identity.unlock")
    person = giver.people["bei"]
    person.set_password("a good long password")
    person.save()
    elevation = actions.elevate(giver.actor("bei"), holding=holding, hours=2, reason="排查登录故障",
                                password=SecretStr("a good long password"))
    assert elevation.ends_at - elevation.starts_at == timedelta(hours=2)
    assert rights.may(giver.actor("bei"), "identity.unlock")
    line = AuditLine.objects.get(address="permission.elevate")
    assert line.detail["password"] == "***" and line.detail["reason"] == "排查登录故障"
    actions.end_elevation(giver.actor("bei"), elevation=elevation)
    assert not rights.may(giver.actor("bei"), "identity.unlock")
    assert list(audit.verify()) == []


def test_who_has_an_authenticator_rises_by_its_code_only(giver):
    holding = giver.hold("bei", "operator", is_on_request=True)
    person = giver.people["bei"]
    person.set_password("a good long password")
    person.save()
    device = TOTPDevice.objects.create(user=person, name="电话", confirmed=True)
    code = f"{TOTP(device.bin_key, device.step, device.t0, device.digits).token():06d}"
    ask = {"holding": holding, "hours": 1, "reason": "排查登录故障"}
    elevation = actions.elevate(giver.actor("bei"), **ask, code=SecretStr(code))
    assert elevation.means == "totp"
    with pytest.raises(Conflict):
        actions.elevate(giver.actor("bei"), **ask, password=SecretStr("a good long password"))


def test_a_token_and_another_person_cannot_rise(giver):
    holding = giver.hold("bei", "operator", is_on_request=True)
    with pytest.raises((Problem, Refused)):
        actions.elevate(giver.actor("zhu"), holding=holding, hours=1, reason="排查登录故障")
    with_token = giver.actor("bei", rights=frozenset({"permission.elevate"}))
    with pytest.raises(Problem):
        actions.elevate(with_token, holding=holding, hours=1, reason="排查登录故障")


def test_who_used_one_right_on_a_thing_may_not_use_the_other_on_it(giver):
    giver.hold("bei", "operator")
    giver.hold("bei", "registrar")
    actor, thing = giver.actor("bei"), giver.people["nan"]
    actions.set_apart(giver.actor("shi"), one="identity.unlock", other="identity.attest", reason="核验与解锁分开")
    assert rights.may(actor, "identity.attest", thing)
    audit.write(actor, "identity.unlock", thing)
    decision = rights.decide(actor, "identity.attest", thing)
    assert not decision.allowed and "职责分离" in decision.why
    assert rights.may(actor, "identity.attest", giver.people["lu"]), "another thing is another matter"
    assert rights.may(actor, "identity.unlock", thing), "the same right again is no conflict"
    giver.hold("jie", "registrar")
    assert rights.may(giver.actor("jie"), "identity.attest", thing), "another person may"
    pair = Separation.objects.get()
    with pytest.raises(Refused):
        actions.drop_apart(giver.actor("shi"), separation=pair, reason="不再需要")
    actions.drop_apart(giver.actor("shen"), separation=pair, reason="不再需要")
    assert rights.may(actor, "identity.attest", thing)


def test_a_refused_attempt_uses_nothing(giver):
    giver.hold("bei", "operator")
    giver.hold("bei", "registrar")
    thing = giver.people["nan"]
    actions.set_apart(giver.actor("shi"), one="identity.unlock", other="identity.attest", reason="核验与解锁分开")
    audit.write(giver.actor("bei"), "identity.unlock", thing, outcome="refused")
    assert rights.may(giver.actor("bei"), "identity.attest", thing)


def test_the_manifests_pairs_are_known_by_full_address():
    assert ("permission.approve", "permission.grant") in declared()


def test_a_file_of_grants_gives_its_good_rows_and_keeps_its_bad_ones(giver):
    text = "\n".join([
        "账号,岗位,角色,机构,区域,起,止,事由",
        "t-bei,科员,窗口登记人员,t-north,,,2099-12-31,窗口轮岗",
        "t-nan,,registrar,,9902,,,窗口轮岗",
        "t-none,,registrar,,,,,窗口轮岗",
        "t-jie,,没有的角色,,,,,窗口轮岗",
        "t-jie,,registrar,,,31/12/2099,,窗口轮岗",
        "t-bei,科员,registrar,t-north,,,,又来一次",
        "",
    ])
    batch = actions.import_grants(giver.actor("shi"), file=SimpleUploadedFile("授权.csv", text.encode("gb18030")))
    assert (batch.granted, batch.refused) == (2, 4)
    reasons = dict(batch.refused_rows.values_list("line", "reason"))
    assert sorted(reasons) == [4, 5, 6, 7]
    assert "t-none" in reasons[4] and "没有的角色" in reasons[5] and "2099" in reasons[6]
    assert batch.refused_rows.get(line=4).row["username"] == "t-none"
    assert rights.may(giver.actor("bei"), "identity.attest")


def test_a_file_that_is_no_list_of_grants_is_refused_whole(giver):
    for content in (b"", b"a,b\n1,2\n", b"\xff\xfe\xff"):
        with pytest.raises(Problem):
            actions.import_grants(giver.actor("shi"), file=SimpleUploadedFile("x.csv", content))
    assert not Import.objects.exists()


def test_what_ends_within_a_week_is_told_once(giver):
    giver.hold("bei", "registrar", ends_at=clock.now() + 3 * DAY)
    giver.hold("jie", "registrar", ends_at=clock.now() + 30 * DAY)
    lend(giver, giver.hold("bei", "registrar", organisation_id="t-street"))
    house = Actor.system("clock")
    assert actions.remind_expiring(house) == 2
    assert {e.facts["kind"] for e in Event.objects.filter(address="permission.expiring")} == {"holding", "delegation"}
    assert actions.remind_expiring(house) == 0


@pytest.mark.django_db(transaction=True)
def test_with_an_authenticator_the_password_is_not_enough(town):
    holding = town.hold("bei", "operator", is_on_request=True)
    town.people["bei"].set_password("a good long password")
    town.people["bei"].save()
    TOTPDevice.objects.create(user=town.people["bei"], name="电话", confirmed=True)
    with pytest.raises(Problem) as refused:
        actions.elevate(town.actor("bei"), holding=holding, hours=1, reason="排查登录故障",
                        password=SecretStr("a good long password"))
    assert refused.value.field == "code"


@pytest.mark.django_db(transaction=True)
def test_five_wrong_passwords_shut_the_way_up_for_a_while(town):
    holding = town.hold("bei", "operator", is_on_request=True)
    person = town.people["bei"]
    person.set_password("a good long password")
    person.save()
    ask = {"holding": holding, "hours": 1, "reason": "排查登录故障"}
    for _ in range(5):
        with pytest.raises(Problem) as wrong:
            actions.elevate(town.actor("bei"), **ask, password=SecretStr("wrong"))
        assert wrong.value.field == "password"
    with pytest.raises(Problem) as shut:
        actions.elevate(town.actor("bei"), **ask, password=SecretStr("a good long password"))
    assert not shut.value.field
    assert not Elevation.objects.exists()


def test_everything_is_kept(giver):
    """A withdrawn role and an ended loan stay in their tables."""
    holding = grant(giver)
    loan = lend(giver, holding)
    actions.withdraw(giver.actor("shi"), holding=holding, reason="调离")
    assert Holding.objects.filter(pk=holding.pk).exists() and Delegation.objects.filter(pk=loan.pk).exists()
    assert Post.objects.filter(pk=holding.post_id).exists()

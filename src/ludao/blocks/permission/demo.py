"""The cast's roles: who may do what in the demonstration city, and one right that is lent meanwhile."""

from datetime import timedelta
from typing import Any

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.blocks.identity.public import Area, Organisation, Person, Post
from ludao.blocks.permission.actions import delegate, grant
from ludao.blocks.permission.fields import ROLES
from ludao.blocks.permission.models import Delegation, Holding

EVERYWHERE: dict[str, Any] = {"everywhere": True}
ON_REQUEST: dict[str, Any] = {"everywhere": True, "on_request": True}
# user name, the post's organisation, roles, how far. A role that no manifest names yet is left out.
GIVEN: tuple[tuple[str, str, tuple[str, ...], dict[str, Any]], ...] = (
    ("wangke", "xm-dsj", ("plan_office",), EVERYWHERE),
    ("wangke", "xm-dsj", ("officer", "plan_owner"), {}),
    ("wangke", "xm-szb", ("plan_owner",), {}),
    ("chenqu", "xm-350203", ("officer", "registrar"), {"area": "350203"}),
    ("chenqu", "xm-350203", ("plan_owner",), {}),
    ("linju", "xm", ("leader", "city_leader"), EVERYWHERE),
    ("shuguan", "xm-dsj", ("steward", "access_officer", "personnel_officer"), EVERYWHERE),
    ("yunwei", "xm-xxzx", ("operator",), EVERYWHERE),
    ("yunwei", "xm-xxzx", ("administrator",), ON_REQUEST),
    ("shenji", "xm-sjj", ("auditor", "access_approver"), EVERYWHERE),
)
WHY = "演示分工"


def load(actor: Actor, scale: float) -> None:
    """A second time changes nothing; roles are the same at every scale."""
    for username, organisation, roles, limits in GIVEN:
        post = _post(username, organisation)
        for role in roles:
            if role in ROLES and not Holding.objects.filter(post=post, role=role).exists():
                grant(actor, post=post, role=role, reason=WHY, **_limits(limits))
    if not Delegation.objects.exists():
        _lend(_post("wangke", "xm-dsj"), _post("shuguan", "xm-dsj"))


def _limits(limits: dict[str, Any]) -> dict[str, Any]:
    return limits | ({"area": Area.objects.get(pk=limits["area"])} if "area" in limits else {})


def _post(username: str, organisation: str) -> Post:
    found: Post = Post.objects.select_related("person", "organisation").get(
        person__username=username, organisation=organisation)
    return found


def _lend(lender: Post, borrower: Post) -> None:
    """The officer is away for a month; the steward reports meanwhile."""
    holding = Holding.objects.filter(post=lender, role="plan_owner").first()
    if holding is None:
        return
    person: Person = lender.person
    body: Organisation = lender.organisation
    officer = Actor(person=str(person.pk), name=person.name, post=str(lender.pk), organisation=body.code,
                    area=body.area_id or "", channel="demo")
    delegate(officer, holding=holding, post=borrower, right="assurance.plan.report",
             until=clock.today() + timedelta(days=30), reason="外出培训期间代报进展")

"""What the contract tests type into the forms of permission, where any value will not do."""

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.blocks.identity.public import Person, Post
from ludao.blocks.permission.models import Elevation, Holding, Separation

Given = dict[str, Any]
ROLE = "plan_owner"
CSV = "账号,机构,角色,事由\nlinju,xm,plan_owner,样例\n"
ONE, OTHER = "identity.appoint", "identity.attest"


def _colleague(actor: Actor) -> Post:
    return Post.objects.filter(organisation=actor.organisation).exclude(person_id=int(actor.person))[0]


def _own(actor: Actor, on_request: bool = False) -> Holding:
    """A role of the actor's own post that nobody needs to approve any more."""
    now = clock.now()
    return Holding.objects.create(post_id=actor.post, role="personnel_officer", organisation_id=actor.organisation,
                                  reason="样例", starts_at=now, approved_at=now, is_on_request=on_request)


def _proposed(actor: Actor) -> Given:
    giver = Person.objects.get(username="shuguan")
    post = Post.objects.exclude(person__in=[actor.person, giver]).order_by("pk")[0]
    return {"reason": "样例", "holding": Holding.objects.create(
        post=post, role="auditor", organisation_id=actor.organisation, reason="样例", starts_at=clock.now(),
        given_by=giver)}


def _elevation(actor: Actor) -> Given:
    now = clock.now()
    return {"elevation": Elevation.objects.create(
        holding=_own(actor, on_request=True), person_id=int(actor.person), reason="样例样例", means="password",
        starts_at=now, ends_at=now + timedelta(hours=1))}


EXAMPLES: dict[str, Any] = {
    "approve": lambda actor: {"holding": _proposed(actor)["holding"]},
    "decline": _proposed,
    "delegate": lambda actor: {"holding": _own(actor), "post": _colleague(actor),
                               "until": (clock.today() + timedelta(days=7)).isoformat(), "reason": "出差"},
    "drop_apart": lambda _: {"separation": Separation.objects.create(one=ONE, other=OTHER, reason="样例")},
    "elevate": lambda actor: {"holding": _own(actor, on_request=True), "hours": 1, "reason": "处理故障单",
                              "password": "ludao-demo"},
    "end_elevation": _elevation,
    "grant": lambda _: {"post": Post.objects.filter(person__username="linju")[0], "role": ROLE, "reason": "样例"},
    "import_grants": lambda _: {"file": SimpleUploadedFile("grants.csv", CSV.encode())},
    "set_apart": {"one": ONE, "other": OTHER, "reason": "样例"},
}

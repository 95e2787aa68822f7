"""The cast's roles: who may do what in the demonstration city; a loan, a proposal, a file and an hour's elevation."""

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from pydantic import SecretStr

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.blocks.identity.public import Area, Organisation, Person, Post
from ludao.blocks.permission.actions import delegate, elevate, end_elevation, grant, import_grants, set_apart
from ludao.blocks.permission.fields import ROLES
from ludao.blocks.permission.models import Delegation, Elevation, Holding, Import, Separation

PASSWORD = "ludao-demo"
EVERYWHERE: dict[str, Any] = {"everywhere": True}
ON_REQUEST: dict[str, Any] = {"everywhere": True, "on_request": True}
# user name, the post's organisation, roles, how far. A role that no manifest names yet is left out.
GIVEN: tuple[tuple[str, str, tuple[str, ...], dict[str, Any]], ...] = (
    ("wangke", "xm-dsj", ("plan_office",), EVERYWHERE),
    ("wangke", "xm-dsj", ("officer", "plan_owner"), {}),
    ("wangke", "xm-szb", ("plan_owner",), {}),
    ("wangke", "xm-dsj", ("registrar",), {"on_request": True}),
    ("wangke", "xm-dsj", ("verifier",), EVERYWHERE),
    ("chenqu", "xm-350203", ("officer",), {"area": "350203"}),
    ("chenqu", "xm-350203", ("plan_owner",), {}),
    ("wangke", "xm-dsj", ("benefit_officer", "policy_officer", "verifier"), EVERYWHERE),
    ("shuguan", "xm-dsj", ("policy_approver", "finance_officer"), EVERYWHERE),
    ("linju", "xm", ("leader", "city_leader", "finance_approver"), EVERYWHERE),
    ("shuguan", "xm-dsj", ("steward", "access_officer", "personnel_officer"), EVERYWHERE),
    ("yunwei", "xm-xxzx", ("operator",), EVERYWHERE),
    ("yunwei", "xm-xxzx", ("administrator",), ON_REQUEST),
    ("shenji", "xm-sjj", ("auditor", "access_approver"), EVERYWHERE),
    ("wangke", "xm-dsj", ("acceptor", "examiner", "inspector", "window_clerk"), EVERYWHERE),
    ("wangke", "xm-dsj", ("item_manager", "form_editor", "process_editor", "channel_manager"), EVERYWHERE),
    ("chenqu", "xm-350203", ("acceptor", "examiner", "window_clerk"), {"area": "350203"}),
    ("shuguan", "xm-dsj", ("decider", "service_supervisor", "inventory_officer", "seal_officer"), EVERYWHERE),
    ("shuguan", "xm-dsj", ("indicator_manager", "indicator_approver"), EVERYWHERE),
    ("wangke", "xm-dsj", ("indicator_reporter",), EVERYWHERE),
    ("shuguan", "xm-dsj", ("chart_editor",), EVERYWHERE),
    ("shuguan", "xm-dsj", ("map_editor", "hall_keeper"), EVERYWHERE),
)
WHY = "演示分工"
# 赵 holds no post, so her row is refused and kept with its reason.
GRANTS = """账号,岗位,角色,机构,区域,起,止,事由
chenqu,,窗口登记人员,,350203,,,区级窗口登记
zhao,,窗口登记人员,,350203,,,区级窗口登记
"""


def load(actor: Actor, scale: float) -> None:
    """A second time changes nothing; roles are the same at every scale."""
    for username, organisation, roles, limits in GIVEN:
        post = _post(username, organisation)
        for role in roles:
            if role in ROLES and not Holding.objects.filter(post=post, role=role, **_found_by(limits)).exists():
                grant(actor, post=post, role=role, reason=WHY, **_limits(limits))
    officer = _acting(_post("shuguan", "xm-dsj"))
    if not Import.objects.exists():
        import_grants(officer, file=_file())
    if not Separation.objects.exists():
        set_apart(officer, one="base.discard", other="base.replay", reason="弃置与重放由两人核对")
    _propose(officer)
    _lend(_post("wangke", "xm-dsj"), _post("shuguan", "xm-dsj"))
    _rise(_post("yunwei", "xm-xxzx"))


def _limits(limits: dict[str, Any]) -> dict[str, Any]:
    return limits | ({"area": Area.objects.get(pk=limits["area"])} if "area" in limits else {})


def _found_by(limits: dict[str, Any]) -> dict[str, Any]:
    """What tells one of a person's holdings of a role from another."""
    return {"area": limits["area"]} if "area" in limits else {}


def _file() -> SimpleUploadedFile:
    return SimpleUploadedFile("district-grants.csv", GRANTS.encode())


def _post(username: str, organisation: str) -> Post:
    found: Post = Post.objects.select_related("person", "organisation").get(
        person__username=username, organisation=organisation)
    return found


def _acting(post: Post) -> Actor:
    """The person under that post."""
    person: Person = post.person
    body: Organisation = post.organisation
    return Actor(person=str(person.pk), name=person.name, post=str(post.pk), organisation=body.code,
                 area=post.area_id or body.area_id or "", channel="demo")


def _propose(officer: Actor) -> None:
    """A role over the house itself: it waits for a second person's approval."""
    leader = _post("linju", "xm")
    if not Holding.objects.filter(post=leader, role="auditor").exists():
        grant(officer, post=leader, role="auditor", reason="年度检查期间查阅审计记录", everywhere=True,
              until=clock.today() + timedelta(days=30))


def _lend(lender: Post, borrower: Post) -> None:
    """The officer is away for a month; the steward reports meanwhile."""
    holding = Holding.objects.filter(post=lender, role="plan_owner").first()
    if holding is None or Delegation.objects.exists():
        return
    delegate(_acting(lender), holding=holding, post=borrower, right="assurance.plan.report",
             until=clock.today() + timedelta(days=30), reason="外出培训期间代报进展")


def _rise(post: Post) -> None:
    """The operator mended something as administrator, and ended it."""
    if not Elevation.objects.exists():
        end_elevation(_acting(post), elevation=_raised(post, "administrator", "修复登录页故障"))


def _raised(post: Post, role: str, reason: str) -> Elevation:
    holding = Holding.objects.get(post=post, role=role)
    return elevate(_acting(post), holding=holding, hours=1, reason=reason, password=SecretStr(PASSWORD))


def _example_loan() -> dict[str, Any]:
    return {
        "holding": Holding.objects.filter(post=_post("wangke", "xm-dsj"), role="plan_owner")[0],
        "post": _post("shuguan", "xm-dsj"), "until": (clock.today() + timedelta(days=3)).isoformat(),
    }


EXAMPLES: dict[str, Any] = {
    "grant": lambda: {"post": _post("chenqu", "xm-350203"), "role": "registrar"},
    "import_grants": lambda: {"file": _file()},
    "delegate": _example_loan,
    "elevate": {"password": PASSWORD},
    "end_elevation": lambda: {"elevation": _raised(_post("wangke", "xm-dsj"), "registrar", "窗口值班登记")},
    "set_apart": {"one": "identity.disable", "other": "identity.enable"},
}

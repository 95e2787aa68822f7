"""The demonstration's part: what departments let offices see in a file, and disputes of 李雷 in each state."""

from collections.abc import Callable
from typing import Any

from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.identity.public import Person
from ludao.blocks.profile import public as profile

OFFICES = ("xm-dsj", "xm-350203")
PURPOSE = "一人一档核验"
PLAIN = ("person_name", "birth_day", "enterprise_name")  # what an officer needs to know whom he has before him
BY = "data.person"
# dataset, column, what it should be, why, and what came of it
SAID: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    ("source.police.resident", "phone", "15400001234", "换了手机号，旧号已停用", ()),
    ("source.traffic.vehicle", "energy", "纯电动", "去年换了新能源车，行驶证上写的是纯电动", ("confirm",)),
    ("source.land.property", "area_m2", "98.6", "房产证上的面积是98.6平方米", ("refuse",)),
    ("source.medical.insured", "began_on", "2008-09-01", "入职当月就参保了", ("refuse", "object")),
    ("source.fund.account", "opened_on", "2010-07-01", "记错了，想撤回", ("withdraw",)),
)


def load(actor: Actor, scale: float) -> None:
    """A second time changes nothing."""
    if not catalogue.Permit.objects.filter(by=BY).exists():
        for address in profile.addresses("person"):
            _permit(address)
    li = Person.objects.get(username="lilei")
    if not profile.Dispute.objects.filter(person=str(li.pk)).exists():
        _disputes(Actor(person=str(li.pk), name=li.name, channel="demo"))


def _permit(address: str) -> None:
    """Every column but secret ones, the numbers masked."""
    entry = catalogue.get(address)
    if entry is None:
        return
    columns = [c for c in entry.columns.all() if c.grade != "secret"]
    plain = [c.name for c in columns if c.means in PLAIN]
    for office in OFFICES:
        catalogue.permit(address, office, [c.name for c in columns], PURPOSE, None, plain=plain, by=BY)


def _disputes(li: Actor) -> None:
    for address, column, claimed, reason, then in SAID:
        seal, owner = profile.value_of(li, "person", address, column)
        if not seal:
            continue
        try:
            made = profile.disputing.dispute(li, what=seal, claimed=claimed, reason=reason)
        except Problem:  # in a city of another scale it may be what stands
            continue
        for step in then:
            made.refresh_from_db()
            _steps(li, owner)[step](made)


def _steps(li: Actor, owner: str) -> dict[str, Callable[[Any], Any]]:
    """What the person does, and what an officer of the source does."""
    officer = Actor(name="窗口核实人员", organisation=owner, channel="demo", is_system=True)
    of = profile.disputing
    return {
        "confirm": lambda d: of.confirm(officer, dispute=d, words="已核对登记档案，情况属实，予以更正。"),
        "refuse": lambda d: of.refuse(officer, dispute=d, words="经核对原始登记，与档案一致，暂不更正。"),
        "object": lambda d: of.object_(li, dispute=d, reason="我有当时的凭证，请再核对一次。"),
        "withdraw": lambda d: of.withdraw(li, dispute=d),
    }

"""What the contract tests type into the forms of the inventory, where any value will not do."""

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.blocks.identity.public import Organisation
from ludao.city.services.inventory import actions
from ludao.city.services.inventory.models import Census, Connection, Overlap, Reply, System

OFFICE = "xm-dsj"
LIST = "系统名称,主管单位,等保等级,年运维费（元）\n示例导入系统,市大数据局,第二级,120000\n"


def _owner() -> Organisation:
    return Organisation.objects.get(pk=OFFICE)


def _system(actor: Actor, name: str = "示例系统") -> System:
    return actions.register(actor, name=f"{name}{System.objects.count()}", owner=_owner())


def _reply(actor: Actor, state: str = Reply.ASKED) -> Reply:
    _system(actor)
    census = Census.objects.create(title="示例普查", due_on=clock.today() + timedelta(days=30))
    return Reply.objects.create(census=census, organisation=_owner(), state=state)


def _connection(actor: Actor) -> Connection:
    one, other = _system(actor, "甲"), _system(actor, "乙")
    return Connection.objects.create(source=one, target=other, content="示例")


def _overlap(actor: Actor) -> Overlap:
    return Overlap.objects.create(one=_system(actor, "甲"), other=_system(actor, "乙"), percent=60)


EXAMPLES: dict[str, Any] = {
    "register": lambda _: {"name": "全新登记的系统", "owner": _owner()},
    "correct": lambda actor: {"system": _system(actor), "name": "更正后的系统", "kind": "platform", "state": "running"},
    "retire": lambda actor: {"system": _system(actor)},
    "connect": lambda actor: {"source": _system(actor, "甲"), "target": _system(actor, "乙"), "content": "人口数据"},
    "disconnect": lambda actor: {"connection": _connection(actor)},
    "import_file": lambda _: {"file": SimpleUploadedFile("systems.csv", LIST.encode())},
    "begin_census": lambda _: {
        "title": "年度普查", "due_on": clock.today() + timedelta(days=30), "organisations": [_owner()]
    },
    "submit": lambda actor: {"reply": _reply(actor)},
    "accept": lambda actor: {"reply": _reply(actor, Reply.SUBMITTED)},
    "send_back": lambda actor: {"reply": _reply(actor, Reply.SUBMITTED), "note": "缺少接口"},
    "judge": lambda actor: {"overlap": _overlap(actor), "verdict": "confirmed", "why": "功能相同"},
}  # fmt: skip

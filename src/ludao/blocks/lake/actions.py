"""What a steward does to a table of the lake: take it back to a version, put its files together, bring a copy up."""

from typing import Annotated

from pydantic import Field

from ludao.base import datasets
from ludao.base.actions import action, say
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.lake import table as tables
from ludao.blocks.lake.models import Flow

Number = Annotated[int, Field(title=t("版本号", "Version"), ge=0, le=10**9)]
Address = Annotated[str, Field(title=t("数据地址", "Address"), max_length=120)]


@action("lake.undo", title=t("退回版本", "Take back to a version"), says=("lake.undone",), icon="arrow-back-up",
        confirm=t("表的内容将回到那一版；之后的写入仍留在版本记录里，可再退回。",
                  "The table will hold what it held then; what was written since stays among the versions."))
def undo(actor: Actor, address: Address, to: Number) -> None:
    """The rows of an earlier version again, as a new version."""
    from ludao.blocks.lake import versions

    _there(address)
    number = versions.undo(address, to, actor)
    Flow.objects.filter(address=address).delete()  # the next flow compares the whole
    say("lake.undone", {"address": address, "to": to, "version": number})


@action("lake.compact", title=t("整理文件", "Put files together"), icon="stack-2")
def compact(actor: Actor, address: Address) -> None:
    """One sorted file for each bucket."""
    from ludao.blocks.lake import tidying

    _there(address)
    tidying.compact(address)


@action("lake.flow", title=t("更新副本", "Bring the copy up"), icon="refresh")
def flow(actor: Actor, address: Address) -> None:
    """Copy what changed in a dataset of the house since the last time."""
    from ludao.blocks.lake import flow as flows

    if address not in {dataset.address for dataset in datasets.every()}:
        raise Problem(t(f"没有数据集 {address}", f"There is no dataset {address}"), field="address")
    flows.flow(address)


def _there(address: str) -> None:
    if not tables.exists(address):
        raise Problem(t(f"数据湖里没有 {address}", f"There is no {address} in the lake"), field="address")

"""What the contract tests type into the forms of vital signs, where any value will not do."""

from typing import Any

from ludao.base.actor import Actor
from ludao.blocks.identity.public import Area
from ludao.blocks.indicator import public as indicator
from ludao.blocks.lake import public as lake

from . import yearbook


def _loaded(_: Actor) -> dict[str, Any]:
    lake.write(
        yearbook.ADDRESS,
        "select '样例' as workbook, '样例' as sheet, '样例' as indicator, '件' as unit, 2020 as year,"
        " 1.5 as value, '样例' as stated_source, '' as note",
    )
    return {}


EXAMPLES: dict[str, Any] = {
    "take_yearbook": _loaded,
    "issue": lambda _: {"area": Area.objects.get(pk=indicator.CITY)},
}

"""What the contract tests type into the forms of vital signs, where any value will not do."""

from typing import Any

from ludao.base.actor import Actor
from ludao.blocks.identity.public import Area
from ludao.blocks.indicator import public as indicator
from ludao.blocks.lake import public as lake

from . import yearbook


def _loaded(_: Actor) -> dict[str, Any]:
    names = ("workbook", "sheet", "indicator", "unit", "stated_source")
    texts = ", ".join(f"'样例' as {name}" for name in names)
    lake.write(yearbook.ADDRESS, f"select {texts}, 2020 as year, 1.5 as value, '' as note")
    return {}


EXAMPLES: dict[str, Any] = {
    "take_yearbook": _loaded,
    "issue": lambda _: {"area": Area.objects.get(pk=indicator.CITY)},
}

"""What a reported value is held against before it is taken: bounds, and how unlikely it is beside its own history."""

from dataclasses import dataclass

from ludao.base.text import t
from ludao.blocks.indicator.engine import anomalies
from ludao.blocks.indicator.engine.definition import Definition
from ludao.blocks.indicator.models import Value, shown


@dataclass(frozen=True)
class Doubt:
    """What is wrong with a value. A hard one refuses it; a soft one asks for a reason."""

    words: str
    is_hard: bool


def doubts(one: Definition, area: str, starts_on: object, value: float) -> list[Doubt]:
    low, high = one.bounds
    found = []
    if low is not None and value < low:
        found.append(Doubt(t(f"不能小于 {low:g}{one.unit_zh}", f"must be at least {low:g} {one.unit_en}"), True))
    if high is not None and value > high:
        found.append(Doubt(t(f"不能大于 {high:g}{one.unit_zh}", f"must be at most {high:g} {one.unit_en}"), True))
    if found:
        return found
    history = list(
        Value.objects.filter(indicator=one.code, area=area, starts_on__lt=starts_on)
        .order_by("starts_on")
        .values_list("starts_on", "value")
    )
    expected = anomalies.expected([v for _, v in history], one.period)
    if expected and not expected.holds(value):
        middle, low_, high_ = (shown(v, one.precision) for v in (expected.middle, expected.low, expected.high))
        found.append(
            Doubt(
                t(
                    f"与历史相差很大：按以往走势应在 {low_} 至 {high_} 之间（约 {middle}）。"
                    "请核对单位和小数点；确属实际请填写说明",
                    f"far from its history: {low_} to {high_} is likely (about {middle}). Check the unit and "
                    "the decimal point; if it is so, say why",
                ),
                False,
            )
        )
    return found

"""A policy and an outcome in plain words of both languages: figures carry their units, thresholds their source."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from ludao.base import money
from ludao.base.text import from_pair, pick, t

from .judging import Branch, Outcome, Step, Used
from .words import UNITS, Dated, Fact, Group, Pair, Parameter, Policy, State

STATES: dict[State, Pair] = {
    "met": {"zh": "符合", "en": "met"},
    "not_met": {"zh": "不符合", "en": "not met"},
    "unknown": {"zh": "缺少数据", "en": "unknown"},
}
PERIODS = {
    "once": t("一次性", "once"),
    "month": t("每月", "monthly"),
    "quarter": t("每季", "quarterly"),
    "year": t("每年", "yearly"),
}
UNITS_EN = {
    "元": "yuan",
    "万元": "×10,000 yuan",
    "亿元": "×100 million yuan",
    "分": "fen",
    "岁": "years of age",
    "人": "people",
    "年": "years",
    "个月": "months",
    "月": "months",
    "‰": "‰",
    "%": "%",
    "级": "level",
    "天": "days",
    "吨标准煤": "tce",
    "户": "households",
    "次": "times",
    "毫升": "ml",
    "平方米": "m²",
    "个": "",
}


def state_word(state: State) -> str:
    return from_pair(STATES[state])


def title(policy: Policy) -> str:
    return from_pair(policy.title)


def number(value: float) -> str:
    """2000.0 → 2,000; 0.2 → 0.2"""
    shown = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return f"{shown.normalize():,f}" if shown == shown.to_integral_value() else f"{shown:,f}"


def fact_value(fact: Fact, value: Any) -> str:
    """What was seen, with its unit."""
    if value is None:
        return pick("没有数据", "no data")
    match fact.kind:
        case "money":
            return yuan(round(value))
        case "number":
            return number(value) + from_unit(fact.unit)
        case "boolean":
            return pick("是", "yes") if value else pick("否", "no")
    return f"{value}"


def yuan(fen: int) -> str:
    """1,234.50元, 2,000万元, 1.5亿元 as people say it, exact; ¥20,000,000 in English."""
    if pick("zh", "en") == "en":
        return money.show(fen).removesuffix(".00")
    for size, word in ((10**10, "亿元"), (10**6, "万元")):
        if abs(fen) >= size and fen % (size // 100) == 0:
            return number(fen / size) + word
    return money.show(fen, "").removesuffix(".00") + "元"


def from_unit(unit: Pair) -> str:
    return pick(unit.get("zh", ""), f" {unit['en']}" if unit.get("en") else "")


def parameter_value(parameter: Parameter, dated: Dated | None) -> str:
    if dated is None:
        return pick("尚未规定", "not set yet")
    value = dated.value
    if isinstance(value, tuple):
        return "、".join(str(v) for v in value) if pick("zh", "en") == "zh" else ", ".join(str(v) for v in value)
    if isinstance(value, bool | str | date):
        return fact_value(Fact("", "boolean", "", ""), value) if isinstance(value, bool) else str(value)
    if parameter.unit in UNITS:
        return yuan(round(value * parameter.factor))
    return number(float(value)) + pick(parameter.unit, f" {UNITS_EN.get(parameter.unit, parameter.unit)}".rstrip())


def words_of(pair: Pair, policy: Policy, on: date) -> str:
    """A condition's words with the day's figures filled in: 年满{age}周岁 → 年满80岁."""
    words = from_pair(pair)
    text = str(words)
    for name, parameter in policy.parameters.items():
        if "{" + name + "}" in text:
            text = text.replace("{" + name + "}", parameter_value(parameter, parameter.at(on)))
    return text


def used_words(used: Used) -> str:
    """The threshold with since when, and where that stands."""
    parameter, dated = used.parameter, used.dated
    text = f"{from_pair(parameter.title)} {parameter_value(parameter, dated)}"
    if dated is None:
        return text
    since = pick(f"{dated.since} 起", f"since {dated.since}")
    return (
        f"{text}（{since}{'，' + dated.source if dated.source else ''}）"
        if pick("zh", "en") == "zh"
        else (f"{text} ({since}{', ' + dated.source if dated.source else ''})")
    )


def step_words(step: Step, policy: Policy, on: date) -> str:
    return words_of(step.condition.title, policy, on)


def reason(outcome: Outcome) -> str:
    """One sentence for the person it is about."""
    policy, on = outcome.policy, outcome.on
    comma, stop = pick("，", ", "), pick("。", ".")
    if outcome.state == "met":
        because = [step_words(s, policy, on) for s in decisive(outcome.trace, "met")]
        return pick("您符合：", "You qualify: ") + comma.join(because) + stop
    if outcome.state == "unknown":
        missing = [fact.title for s in decisive(outcome.trace, "unknown") for fact in s.missing]
        missing += [fact.title for fact in outcome.amount_missing]
        listed = pick("、", ", ").join(dict.fromkeys(str(m) for m in missing))
        return pick("还不能判断，缺少：", "Cannot be told yet, for lack of: ") + listed + stop
    failed = [step_words(s, policy, on) for s in decisive(outcome.trace, "not_met")]
    if not failed:
        return pick("按标准计算的金额为零。", "The amount by the standard is zero.")
    return pick("不符合：", "Not met: ") + comma.join(failed) + stop


def decisive(branch: Branch, state: State) -> Iterator[Step]:
    """The steps that made the branch what it is; under `none` it is those of the opposite answer."""
    opposite: dict[State, State] = {"met": "not_met", "not_met": "met", "unknown": "unknown"}
    inner = opposite[state] if branch.group.kind == "none" else state
    for part in branch.parts:
        if part.state != inner:
            continue
        if isinstance(part, Branch):
            yield from decisive(part, inner)
        elif not (branch.group.kind == "none" and state == "met"):  # what one is not need not be told
            yield part


def group_words(group: Group) -> str:
    match group.kind:
        case "all":
            return pick("以下全部符合", "all of these")
        case "any":
            return pick("以下符合其一", "any of these")
        case "none":
            return pick("以下都不是", "none of these")
    return pick(f"以下至少符合{group.least}项", f"at least {group.least} of these")


__all__ = [
    "PERIODS",
    "decisive",
    "fact_value",
    "group_words",
    "parameter_value",
    "reason",
    "state_word",
    "step_words",
    "title",
    "used_words",
    "words_of",
    "yuan",
]

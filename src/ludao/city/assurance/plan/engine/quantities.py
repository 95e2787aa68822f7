"""Quantities in a sentence, as plans write them: 不少于600项, 50亿条以上, 3个百分点, 百分之八十五."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from .numerals import HAN, arabic, han

SIGNS = {
    "≥": "不少于|不低于|不小于|至少|达到|达",
    ">": "突破|超过|超|高于|多于|大于",
    "≤": "不超过|不高于|不多于|不大于|最多|控制在|压缩至|压缩到|缩短至|缩短到|缩减至|减至|减少到|"
    "下降到|下降至|降至|降到",
    "<": "低于|少于|小于",
    "=": "扩大到|扩大至|提升到|提升至|提高到|提高至|增加到|增至|增长到|增长至",
}
SIGN = {word: sign for sign, words in SIGNS.items() for word in words.split("|")}
SUFFIX = {"及以上": "≥", "以上": "≥", "以内": "≤", "之内": "≤", "以下": "≤", "左右": "≈"}
CHANGE = "提高|提升|增长|增加|上升|下降|降低|减少|压减|压缩|缩短|缩减"
# A Chinese numeral counts only after one of these; elsewhere it is part of a name (一网, 三医, 两级).
MAKING = "建成|建设|新建|新增|培育|打造|引进|推出|形成|实施|举办|开展|遴选|完成|发布|推广"
# A length of time is a target only where it is compared; elsewhere it is a name (24小时自助, 一小时交通圈).
TIME = "个工作日|工作日|个月|小时|分钟|秒钟|毫秒|秒|天"
THINGS = (
    "个百分点|百分点|%|‰|平方公里|平方米|公里|千米|亩|公顷|吨|千瓦时|千瓦|兆瓦|标箱|元|美元|人次|人|户|家|项|条|个|件|次|"
    "套|台|部|辆|艘|架|份|篇|名|位|种|类|宗|起|笔|所|座|处|场|张|枚|路|期|门|省|市|区|县|镇|街道|社区|村|标准机架|机架|倍|间|"
    "PB|TB|GB|Mbps|Gbps|PFLOPS|EFLOPS"
)


def longest_first(words: str) -> str:
    return "|".join(sorted(words.split("|"), key=len, reverse=True))


COMPARED = longest_first("|".join(SIGN))
UNIT = rf"(?P<unit>{longest_first(THINGS + '|' + TIME)})(?P<suffix>及?以上|以内|之内|以下|左右)?"
BEFORE = rf"(?P<change>{CHANGE})?(?P<signs>(?:{COMPARED}){{0,3}})(?:约|近)?(?P<late>{CHANGE})?"
DIGITS = re.compile(
    BEFORE
    + r"(?<![A-Za-z0-9.第№每-])(?P<digits>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,15})(?P<decimals>\.[0-9]{1,6})?"
    + r"(?:[—~-]{1,2}(?P<upper>[0-9]{1,15}(?:\.[0-9]{1,6})?))?(?P<scale>万亿|[十百千]?[万亿]|[百千])?[多余]?"
    + UNIT
)
WORDS = re.compile(
    rf"(?:(?={COMPARED}|{CHANGE})|(?<=(?:{'|'.join(MAKING.split('|'))}))){BEFORE}(?P<han>[{HAN}]{{1,12}}){UNIT}"
)
COUNTED = re.compile(rf"(?P<change>)(?P<signs>)(?P<late>)(?P<han>[{HAN}]{{1,12}}){UNIT}(?<=以上|以内|之内|以下|左右)")
SHARES = re.compile(BEFORE + rf"百分之(?P<han>[{HAN}]{{1,8}})(?P<unit>)(?P<suffix>以上|以内|以下|左右)?")


@dataclass(frozen=True, slots=True)
class Quantity:
    """`sign` is one of ≥ > = ≤ < ≈; `change` is + or - where the plan promises a difference, not a level."""

    start: int
    end: int
    sign: str
    value: Decimal
    upper: Decimal | None
    unit: str
    change: str


def quantities(text: str, start: int, end: int) -> Iterator[Quantity]:
    """All quantities between two offsets, from left to right, none overlapping."""
    matches = [m for p in (DIGITS, WORDS, COUNTED, SHARES) for m in p.finditer(text, start, end)]
    last = start
    for match in sorted(matches, key=lambda m: (m.start(), -m.end())):
        found = quantity(match) if match.start() >= last else None
        if found:
            last = found.end
            yield found


def quantity(match: re.Match[str]) -> Quantity | None:
    part = match.groupdict()
    compared = bool(part["signs"] or part["suffix"])
    unit = part["unit"] or "%"
    if unit in TIME.split("|") and not compared:
        return None
    value, upper = values(part)
    if part.get("han") and value < 2:
        return None
    return Quantity(match.start(), match.end(), sign(part), value, upper, unit, change(part, unit))


def values(part: dict[str, str | None]) -> tuple[Decimal, Decimal | None]:
    if part.get("han") and part["han"]:
        return Decimal(han(part["han"])), None
    scale = part["scale"] or ""
    upper = arabic(part["upper"], scale) if part["upper"] else None
    return arabic((part["digits"] or "") + (part["decimals"] or ""), scale), upper


def sign(part: dict[str, str | None]) -> str:
    """The comparison before the number outweighs the one behind; the last of several counts."""
    said = re.findall(COMPARED, part["signs"] or "")
    if said and SIGN[said[-1]] != "=":
        behind = SUFFIX.get(part["suffix"] or "", "")
        return behind if said[-1] in ("达到", "达") and behind else SIGN[said[-1]]
    return SUFFIX.get(part["suffix"] or "", "=")


def change(part: dict[str, str | None], unit: str) -> str:
    """下降至少3个百分点 is a difference of 3; 下降到10% is a level."""
    word = part["change"] or part["late"] or ""
    if not word and "百分点" not in unit:
        return ""
    return "-" if word in ("下降", "降低", "减少", "压减", "压缩", "缩短", "缩减") else "+"

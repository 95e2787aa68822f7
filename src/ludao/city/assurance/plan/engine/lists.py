"""Targets without a numeral: all of something (应接尽接), or a list of named things to make, join or hold."""

import re
from dataclasses import dataclass

from .text import Span, span

ALL = re.compile(
    r"应(\S)尽\1|全覆盖|全面(?:接入|覆盖|上线|入驻|推广使用)|(?<=实现)(?:全市)?(?:所有|全部)|(?<=确保)(?:全市)?(?:所有|全部)"
)
MAKES = re.compile(
    "推广使用|[横纵]向联通|接入(?:各级各部门)?|优化提升|开发建设|开发提供|提供|上线|举办|办好|围绕|建设|建立|推进|推动|加快|引进(?:一批)?|开展|(?<=[,。;])(?:同时)?在"
)
OPEN = re.compile("等")
JOIN = re.compile("、")
AND = re.compile("以及|和")
DEED = re.compile("(?:项目|试点)?(?:建设|征集遴选|试点)$")
WHOLE = re.compile("(?:系统|平台|中心|数据库|项目|活动|工程|建设|试点|征集遴选)$")
QUOTED = re.compile(r"(?:“[^”\n]{1,24}”、?){3,}")
FEWEST = 3


@dataclass(frozen=True, slots=True)
class Listed:
    """The named things of a list; `is_open` when the text ends it with 等: at least these."""

    said: Span
    kind: Span
    names: tuple[str, ...]
    is_open: bool


def coverage(source: str, text: str, start: int, end: int) -> Span | None:
    """The words that promise all of something in this clause."""
    match = ALL.search(text, start, end)
    return span(source, *match.span()) if match else None


def enumeration(source: str, text: str, start: int, end: int) -> Listed | None:
    """Three or more things named in a row that the clause promises to make, join or hold."""
    first = JOIN.search(text, start, end)
    quoted = QUOTED.search(source, start, end)
    edge = quoted or first
    verb = edge and last(MAKES, text, start, edge.start(), 0 if quoted else 2)
    if not verb:
        return None
    if quoted:
        return named(source, quoted.start(), quoted.end(), end, True, tuple(re.findall("“(.*?)”", quoted.group())))
    more = OPEN.search(text, verb.end(), end)
    stop = more.start() if more else end
    names = JOIN.split(text[verb.end() : stop])
    if more:
        names = [part for name in names for part in AND.split(name)]
    elif not WHOLE.search(text, verb.end(), end):
        return None
    else:
        stop -= len(surplus(names))
        names[-1] = names[-1].removesuffix(surplus(names))
    return named(source, verb.end(), stop, end, bool(more), tuple(names))


def named(source: str, start: int, stop: int, end: int, is_open: bool, names: tuple[str, ...]) -> Listed | None:
    if len(names) < FEWEST or any(len(name) < 2 or "□" in name for name in names):
        return None
    tail = span(source, stop + source.startswith("等", stop), end)
    said = span(source, start, stop)
    return Listed(said, tail if tail.text else said, names, is_open)


def surplus(names: list[str]) -> str:
    """What the last piece says beyond its name: 集美区|开展试点 beside 思明区, 湖里区; 智慧街区|建设."""
    *others, final = names
    endings = {name[-1:] for name in others}
    if len(endings) == 1 and (ending := endings.pop()) and ending in final[1:] and len(others) > 1:
        cut = final.index(ending, 1) + 1
        if cut <= max(map(len, others)) + 1:
            return final[cut:]
    deed = DEED.search(final)
    return deed.group() if deed else ""


def last(pattern: re.Pattern[str], text: str, start: int, end: int, room: int) -> re.Match[str] | None:
    """The last verb that leaves room for the first name."""
    fitting = [m for m in pattern.finditer(text, start, end) if end - m.end() >= room]
    return fitting[-1] if fitting else None

"""Reads a whole work plan: title, years, parts, sections, items, targets, owners, doubts."""

import re
from dataclasses import dataclass

from .headings import headings
from .numerals import HAN, han
from .outline import Node, Notice, Outline
from .targets import Reader, Target
from .text import Span, line_of, one_form, span, without_names

KINDS = re.compile("要点|计划|规划|方案|行动|意见")
TITLE = re.compile(rf"《([^》\n]*(?:{KINDS.pattern})[^》\n]*)》")
SHORT = 40
YEAR = re.compile(r"(20[0-9]{2})(?:(?:年)?[—~-]{1,2}(20[0-9]{2}))?年")
TAIL = re.compile(r"\n\s*(?:来源|附件|抄送|责任编辑|\(此件)")
ANNOUNCED = re.compile(rf"从(?P<parts>[^,。;\n]+?)(?P<number>[0-9]+|[{HAN}]+)个方面(?:[^。\n]*?(?P<items>[0-9]+)项)?")
OWNERS = re.compile(r"(?P<role>牵头|责任|主办|配合|协办|协同)(?:单位|部门):\s*(?P<names>[^;。)\n]+)")


@dataclass(frozen=True, slots=True)
class Part:
    number: int
    title: str


@dataclass(frozen=True, slots=True)
class Section:
    number: str
    title: str


@dataclass(frozen=True, slots=True)
class Item:
    """One numbered task: where it stands in the plan, its words, its targets, who answers for it."""

    number: str
    part: Part
    section: Section
    start: int
    title: Span
    body: Span
    targets: tuple[Target, ...]
    leads: tuple[Span, ...]
    supports: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    title: str
    first_year: int | None
    last_year: int | None
    parts: tuple[Part, ...]
    sections: tuple[Section, ...]
    items: tuple[Item, ...]
    notices: tuple[Notice, ...]

    @property
    def targets(self) -> list[tuple[Item, Target]]:
        return [(item, target) for item in self.items for target in item.targets]

    @property
    def faults(self) -> list[Notice]:
        return [notice for notice in self.notices if notice.grade == "error"]


def read(source: str) -> Reading:
    """Reads any text; never raises. What cannot be read is a notice with its line."""
    text = one_form(source)
    tail = TAIL.search(text)
    end = tail.start() if tail else len(text)
    outline = Outline(source, headings(source, text[:end]), end)
    begin = outline.found[0].start if outline.found else end
    title = title_of(source, text, begin)
    first, last = years(title, text, begin)
    titles = announced_titles(text, begin, len(outline.parts))
    reader = Reader(source, without_names(text), first, last)
    named = {node.number: Part(node.number, node.title.text or titles.get(node.number, "")) for node in outline.parts}
    items = tuple(
        item_of(source, text, reader, number, named[part.number], section, item)
        for number, part, section, item in outline.items()
    )
    parts = tuple(dict.fromkeys(item.part for item in items))
    sections = tuple(dict.fromkeys(item.section for item in items))
    notices = (*outline.notices, *doubts(source, text, begin, outline, items, last, reader))
    return Reading(title, first, last, parts, sections, items, notices)


def item_of(
    source: str, text: str, reader: Reader, number: str, part: Part, section: Node | None, item: Node
) -> Item:
    start, end = item.title.start, item.body.end if item.body.text else item.title.end
    where = Section(number.rpartition(".")[0], section.title.text if section else "")
    targets = tuple(reader.targets(start, end))
    return Item(number, part, where, item.start, item.title, item.body, targets, *owners(source, text, start, end))


def title_of(source: str, text: str, end: int) -> str:
    """A short first line that is a title, else the 《…》 that names the plan, else the first line."""
    first = next((line.strip() for line in source[:end].splitlines() if line.strip()), "")
    named = TITLE.search(text, 0, max(end, 1))
    if named and not (len(first) <= SHORT and KINDS.search(first)):
        return source[named.start(1) : named.end(1)].strip()
    return first[:80]


def years(title: str, text: str, end: int) -> tuple[int | None, int | None]:
    match = YEAR.search(one_form(title)) or YEAR.search(text, 0, end) or YEAR.search(text)
    if not match:
        return None, None
    return int(match[1]), int(match[2] or match[1])


def announced_titles(text: str, end: int, count: int) -> dict[int, str]:
    """Titles of unnumbered parts where the opening names as many as there are (从…、…以及…6个方面)."""
    match = ANNOUNCED.search(text, 0, end)
    names = re.split("、|以及|和|及", match["parts"]) if match else []
    return dict(enumerate(names, 1)) if len(names) == count else {}


def owners(source: str, text: str, start: int, end: int) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Who leads and who supports, where the text says so (牵头单位:…;配合单位:…)."""
    roles: dict[bool, list[Span]] = {True: [], False: []}
    for match in OWNERS.finditer(text, start, end):
        leads = match["role"] in ("牵头", "责任", "主办")
        for name in re.finditer("[^、,\\s]+", match["names"]):
            offset = match.start("names")
            roles[leads].append(span(source, offset + name.start(), offset + name.end()))
    return tuple(roles[True]), tuple(roles[False])


def doubts(
    source: str,
    text: str,
    begin: int,
    outline: Outline,
    items: tuple[Item, ...],
    year: int | None,
    reader: Reader,
) -> list[Notice]:
    """What a person should look at: nothing numbered, no year, counts that differ, numbers outside items."""
    if not items:
        line = next((n for n, words in enumerate(source.split("\n"), 1) if words.strip()), 1)
        zh = f"第{line}行起没有找到编号的任务：应有“一、”“(一)”“1、”“第一章”或“1.1.1”这样的编号"
        return [
            Notice(
                line,
                "error",
                zh,
                f"from line {line} no numbered task: expected 一、 (一) 1、 第一章 or 1.1.1",
            )
        ]
    found = []
    if year is None:
        found.append(Notice(1, "look", "没有读到年份，期限无法推算", "no year was found, deadlines stay open"))
    said = ANNOUNCED.search(text, 0, begin)
    if said and said["items"] and int(said["items"]) != len(items):
        zh = f"开头写明{said['items']}项任务，实际读到{len(items)}项"
        en = f"the opening announces {said['items']} tasks, {len(items)} were read"
        found.append(Notice(line_of(source, said.start()), "look", zh, en))
    if said and len(outline.parts) != number_of(said["number"]):
        zh = f"开头写明{said['number']}个方面，实际读到{len(outline.parts)}个"
        en = f"the opening announces {said['number']} parts, {len(outline.parts)} were read"
        found.append(Notice(line_of(source, said.start()), "look", zh, en))
    for node in (node for part in outline.parts for node in (part, *part.children) if node.children):
        if node.body.text and any(reader.targets(node.body.start, node.body.end)):
            zh, en = (
                "标题下的引言含有数字，未归入任何任务",
                "the lines under this heading hold a number that belongs to no task",
            )
            found.append(Notice(line_of(source, node.body.start), "look", zh, en))
    return found


def number_of(words: str) -> int:
    return int(words) if words.isascii() else han(words)

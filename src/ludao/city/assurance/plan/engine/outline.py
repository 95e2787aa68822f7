"""Parts, sections and items of a plan with their official numbers 1.1.1, put together from its headings."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from .headings import Heading, levels
from .text import Span, line_of, span


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about line `line` that the reader did not understand, or wants a person to look at."""

    line: int
    grade: str  # "error": nothing could be read; "look": read, but look at it
    zh: str
    en: str


@dataclass(slots=True)
class Node:
    """A part, a section or an item while it is being put together."""

    number: int
    heading: Heading | None
    title: Span
    children: list["Node"] = field(default_factory=list)
    body: Span = Span(0, 0, "")
    end: int = 0

    @property
    def start(self) -> int:
        """Where its line begins, number and all."""
        return self.heading.start if self.heading else self.title.start


def kinds(count: int, restarts: bool) -> list[str]:
    """What each style carries; where the widest restarts, parts go unnumbered and it numbers sections."""
    if restarts:
        return ["section", "item"][2 - count :]
    return [[], ["item"], ["part", "item"], ["part", "section", "item"]][count]


class Outline:
    """Puts headings in their places; a number that starts again opens what the text left unnumbered."""

    def __init__(self, source: str, found: list[Heading], end: int) -> None:
        self.source = source
        self.notices: list[Notice] = []
        self.parts: list[Node] = []
        self.styles, restarts = levels(found)
        self.found = [h for h in found if h.style in self.styles]
        self.kinds = dict(zip(self.styles, kinds(len(self.styles), restarts), strict=True))
        for heading, stop in zip(self.found, [*(h.start for h in self.found[1:]), end], strict=False):
            node = self.place(heading)
            node.body = span(source, heading.body_start, max(heading.body_start, stop))
            node.end = max(node.title.end, node.body.end)

    def place(self, heading: Heading) -> Node:
        kind = self.kinds[heading.style]
        if kind == "part":
            return self.add(self.parts, heading)
        if kind == "section":
            if not self.parts or (heading.number == 1 and self.parts[-1].children):
                self.open(self.parts, heading)
            return self.add(self.parts[-1].children, heading)
        if not self.parts:
            self.open(self.parts, heading)
        sections = self.parts[-1].children
        if sections and sections[-1].children and heading.number == 1:
            self.restart(heading)
        if not self.parts[-1].children:
            self.open(self.parts[-1].children, heading)
        return self.add(self.parts[-1].children[-1].children, heading)

    def restart(self, heading: Heading) -> None:
        """Items count from one again without a heading: a new part, or a new section of a numbered one."""
        if "part" in self.kinds.values():
            self.look(
                heading,
                "编号在此重新从一开始，而上方没有标题",
                "the numbering starts again here without a heading",
            )
            self.open(self.parts[-1].children, heading)
        else:
            self.open(self.parts, heading)

    def open(self, row: list[Node], heading: Heading) -> None:
        row.append(Node(len(row) + 1, None, Span(heading.start, heading.start, "")))

    def add(self, row: list[Node], heading: Heading) -> Node:
        expected = row[-1].number + 1 if row else 1
        number = heading.number if heading.number >= expected else expected
        if heading.number != expected:
            self.look(
                heading,
                f"编号写作{heading.number},按顺序应为{expected}",
                f"numbered {heading.number}, {expected} was due",
            )
        node = Node(number, heading, heading.title)
        row.append(node)
        return node

    def look(self, heading: Heading, zh: str, en: str) -> None:
        self.notices.append(Notice(line_of(self.source, heading.start), "look", zh, en))

    def items(self) -> Iterator[tuple[str, Node, Node | None, Node]]:
        """Every item with its number, part and section; a section or part without items is an item itself."""
        for part in self.parts:
            if not part.children and part.body.text:
                yield f"{part.number}.1.1", part, None, part
            for section in part.children:
                number = f"{part.number}.{section.number}"
                if not section.children and section.body.text:
                    yield f"{number}.1", part, section, section
                for item in section.children:
                    yield f"{number}.{item.number}", part, section, item

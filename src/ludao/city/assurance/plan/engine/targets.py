"""Targets in a plan's sentences: what is counted, compared how, how many, of what unit, by when."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from .dates import Deadline, deadlines
from .lists import coverage, enumeration
from .quantities import CHANGE, COMPARED, Quantity, quantities
from .text import CLAUSE, SENTENCE, Span, pieces, span

# What is reached already, or was reached before, is no target.
DONE = re.compile(r"已(?!有)")
PAST = re.compile(r"截至|去年|上年|迄今|目前|现有[0-9]")
AHEAD = re.compile(r"力争|争取|力求|年底前|到20[0-9]{2}年|将")
HOPE = re.compile(r"力争|争取|力求|努力")
LEAD = re.compile(
    r"(?:力争|争取|力求|努力|确保|推动|实现|逐步|新建|新增|建成|建设|构建|培育|打造|推出|实施|举办|完成|其中|全年|并|和|及|的|累计|[、\s①-⑳])*"
)
TAIL = re.compile(rf"(?:{COMPARED}|{CHANGE}|率先|力争|争取|要|应|均|为|至|到|约|新建|新增|建成|培育|共|[、\s])+$")
DEED = re.compile(r"(?:全部|全面)?(?:完成|落实|建成|实现|达标|到位)?")
REACHED = re.compile("[到至达]|突破|超")
SHORT = 4


@dataclass(frozen=True, slots=True)
class Target:
    """One promise that can be checked.

    `kind` is number, date, coverage (all of them: 100 %) or list (named things, counted). `said` is the
    piece of the text that says how much, `subject` what is counted, `until` where the text names the
    deadline. `change` is + or - where a difference is promised and not a level; `is_hope` where the
    text says 力争 or 争取.
    """

    kind: str
    said: Span
    subject: Span
    sign: str
    value: Decimal | None
    unit: str
    upper: Decimal | None = None
    change: str = ""
    names: tuple[str, ...] = ()
    is_hope: bool = False
    due_on: date | None = None
    until: Span | None = None


class Reader:
    """Reads one plan's targets; `text` is the source in one form with its names blanked out."""

    def __init__(self, source: str, text: str, first_year: int | None, last_year: int | None) -> None:
        self.source, self.text, self.first_year, self.year = source, text, first_year, last_year

    def span(self, start: int, end: int) -> Span:
        return span(self.source, start, end)

    def targets(self, start: int, end: int) -> Iterator[Target]:
        for left, right in pieces(SENTENCE, self.text, start, end):
            yield from self.sentence(left, right)

    def sentence(self, start: int, end: int) -> Iterator[Target]:
        dates = [d for d in deadlines(self.text, start, end, self.year) if not self.is_over(d)]
        used: set[int] = set()
        found: list[Target] = []
        past = False
        for left, right in pieces(CLAUSE, self.text, start, end):
            past = self.is_past(left, right, past)
            if past or DONE.search(self.text, left, right):
                used |= {d.start for d in dates if left <= d.start < right}
                continue
            until = deadline_of(left, right, dates)
            own = [d for d in dates if left <= d.start < right]
            here = [
                self.timed(t, until, bool(HOPE.search(self.text, left, right))) for t in self.clause(left, right, own)
            ]
            if not here and own and found and DEED.fullmatch(self.text, own[-1].end, right):
                found, until = (
                    [self.timed(t, own[-1], t.is_hope) if t.until is None else t for t in found],
                    own[-1],
                )
                used.add(until.start)
            used |= {until.start} if until and here else set()
            found += here
        yield from found
        yield from (self.promise(d, start, end) for d in dates if d.is_firm and d.start not in used)

    def is_over(self, deadline: Deadline) -> bool:
        return bool(self.first_year and deadline.on and deadline.on.year < self.first_year)

    def is_past(self, start: int, end: int, past: bool) -> bool:
        if AHEAD.search(self.text, start, end):
            return False
        over = any(self.is_over(d) for d in deadlines(self.text, start, end, self.year))
        return past or over or bool(PAST.search(self.text, start, end))

    def timed(self, target: Target, until: Deadline | None, is_hope: bool) -> Target:
        if until is None:
            return replace(target, is_hope=is_hope)
        return replace(target, is_hope=is_hope, due_on=until.on, until=self.span(until.start, until.end))

    def clause(self, start: int, end: int, dates: list[Deadline]) -> Iterator[Target]:
        found = [
            q for q in quantities(self.text, start, end) if not any(d.start < q.end and q.start < d.end for d in dates)
        ]
        if found:
            yield from self.numbers(start, end, found, dates)
        elif listed := enumeration(self.source, self.text, start, end):
            sign = "≥" if listed.is_open else "="
            count = Decimal(len(listed.names))
            yield Target("list", listed.said, listed.kind, sign, count, "项", names=listed.names)
        elif said := coverage(self.source, self.text, start, end):
            yield Target("coverage", said, self.before(start, end, dates), "=", Decimal(100), "%")

    def numbers(self, start: int, end: int, found: list[Quantity], dates: list[Deadline]) -> Iterator[Target]:
        edges = [start, *(q.end for q in found)]
        starts = [*(q.start for q in found), end]
        subject = self.span(start, end)
        for n, quantity in enumerate(found):
            head = self.before(self.after_comma(edges[n], quantity.start, n > 0), quantity.start, dates)
            tail = self.after(quantity.end, starts[n + 1], n + 1 < len(found))
            unit, stop = quantity.unit, quantity.end
            chained = n > 0 and quantity.start == edges[n]
            reached = bool(head.text) and bool(REACHED.search(self.text[quantity.start : quantity.start + 3]))
            if unit == "个" and 0 < len(tail.text) <= SHORT and (chained or reached):
                unit, stop, tail = unit + tail.text, tail.end, Span(0, 0, "")
            subject = tail if tail.text else head if head.text else subject
            yield Target(
                "number",
                self.span(quantity.start, stop),
                subject,
                quantity.sign,
                quantity.value,
                unit,
                quantity.upper,
                quantity.change,
            )

    def after_comma(self, start: int, end: int, is_later: bool) -> int:
        """Between two quantities the later one's words begin after the last 、."""
        return max(start, self.text.rfind("、", start, end) + 1) if is_later else start

    def before(self, start: int, end: int, dates: list[Deadline]) -> Span:
        """The words before a quantity, without the deadline and the verbs around what is counted."""
        for deadline in dates:
            if start <= deadline.start and deadline.end <= end:
                start = deadline.end
        lead = LEAD.match(self.text, start, end)
        start = lead.end() if lead else start
        tail = TAIL.search(self.text[start:end])
        return self.span(start, start + tail.start() if tail else end)

    def after(self, start: int, end: int, is_followed: bool) -> Span:
        """The words behind a quantity, if they say what is counted."""
        if is_followed:
            end = max(start, self.text.rfind("、", start, end))
        if self.text.startswith(("、", "和", "及", "以", "并", "或", "(", ")"), start, end):
            return Span(start, start, "")
        return self.span(start + self.text.startswith("的", start, end), end)

    def promise(self, deadline: Deadline, start: int, end: int) -> Target:
        """A day promised without a number: the deed follows the day, or else stands before it."""
        said = self.span(deadline.start, deadline.end)
        behind = [self.before(a, b, []) for a, b in pieces(CLAUSE, self.text, deadline.end, end)]
        ahead = [self.before(a, b, []) for a, b in pieces(CLAUSE, self.text, start, deadline.start)]
        subject = next((s for s in [*behind, *reversed(ahead)] if s.text), said)
        return Target("date", said, subject, "≤", None, "", due_on=deadline.on, until=said)


def deadline_of(start: int, end: int, dates: list[Deadline]) -> Deadline | None:
    """The deadline a clause names itself, else the last one its sentence named before."""
    return next((d for d in reversed(dates) if d.start < end), None)

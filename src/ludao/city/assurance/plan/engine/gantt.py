"""The geometry of a Gantt chart: months across, tasks down, in the units of an SVG view box."""

from dataclasses import dataclass
from datetime import date, timedelta

LABEL = 300
ROW = 28
HEAD = 36
MONTH = 56


@dataclass(frozen=True, slots=True)
class Line:
    """One task as it is given: number, title, days, percent, light, milestones as (day, title, reached)."""

    number: str
    title: str
    begins_on: date
    due_on: date
    percent: int
    light: str
    milestones: tuple[tuple[date, str, bool], ...] = ()
    href: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    line: Line
    y: int
    x: float
    width: float
    done: float
    marks: tuple[tuple[float, str, bool], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    width: int
    height: int
    months: tuple[tuple[float, str], ...]
    bars: tuple[Bar, ...]
    today: float | None


def chart(lines: list[Line], today: date) -> Chart:
    """Lays the tasks out from the first day's month to the last day's."""
    first = min((line.begins_on for line in lines), default=today).replace(day=1)
    last = max((line.due_on for line in lines), default=today)
    months = [(place(first, m), f"{m.year}-{m.month:02}") for m in each_month(first, last)]
    bars = tuple(bar(line, first, HEAD + n * ROW) for n, line in enumerate(lines))
    width = LABEL + MONTH * len(months)
    now = place(first, today)
    return Chart(width, HEAD + ROW * len(lines) + 8, tuple(months), bars, now if LABEL <= now <= width else None)


def bar(line: Line, first: date, y: int) -> Bar:
    x = place(first, line.begins_on)
    width = max(4.0, place(first, line.due_on + timedelta(days=1)) - x)
    marks = tuple((place(first, day), title, reached) for day, title, reached in line.milestones)
    return Bar(line, y, x, round(width, 1), round(width * line.percent / 100, 1), marks)


def place(first: date, day: date) -> float:
    """Where a day lies; every month is equally wide."""
    months = (day.year - first.year) * 12 + day.month - first.month
    return round(LABEL + MONTH * (months + (day.day - 1) / 31), 1)


def each_month(first: date, last: date) -> list[date]:
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1) for n in range(count)]

"""Periods of indicators: a day, week, month, quarter or year, named by its first day."""

import re
from datetime import date, timedelta

KINDS = ("day", "week", "month", "quarter", "year")
KEPT = {"day": 62, "week": 27, "month": 25, "quarter": 9, "year": 7}  # computed back from the newest
A_YEAR = {"day": 365, "week": 52, "month": 12, "quarter": 4, "year": 1}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def start_of(kind: str, day: date) -> date:
    """The first day of the period that holds the day."""
    match kind:
        case "day":
            return day
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "quarter":
            return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
        case _:
            return date(day.year, 1, 1)


def shift(kind: str, start: date, number: int) -> date:
    """The start of the period `number` later (earlier, for a negative one)."""
    if kind in ("day", "week"):
        return start + timedelta(days=number * (7 if kind == "week" else 1))
    months = start.year * 12 + start.month - 1 + number * _MONTHS[kind]
    return date(months // 12, months % 12 + 1, 1)


def year_before(kind: str, start: date) -> date:
    """The same period a year before; for weeks the one 52 weeks before."""
    if kind == "day":
        try:
            return start.replace(year=start.year - 1)
        except ValueError:  # 29 February
            return date(start.year - 1, 2, 28)
    return shift(kind, start, -A_YEAR[kind])


def last_day(kind: str, start: date) -> date:
    return shift(kind, start, 1) - timedelta(days=1)


def back(kind: str, newest: date, number: int) -> list[date]:
    """`number` starts up to and with the period that holds the day `newest`, the earliest first."""
    last = start_of(kind, newest)
    return [shift(kind, last, n - number + 1) for n in range(number)]


def name(kind: str, start: date) -> str:
    """2026-10-31, 2026-W44, 2026-10, 2026-Q4, 2026."""
    match kind:
        case "day":
            return start.isoformat()
        case "week":
            year, week, _ = start.isocalendar()
            return f"{year}-W{week:02d}"
        case "month":
            return f"{start:%Y-%m}"
        case "quarter":
            return f"{start.year}-Q{(start.month + 2) // 3}"
        case _:
            return str(start.year)


_SHAPES = {
    "day": re.compile(r"(\d{4})-(\d\d)-(\d\d)"),
    "week": re.compile(r"(\d{4})-W(\d\d)"),
    "month": re.compile(r"(\d{4})-(\d\d)"),
    "quarter": re.compile(r"(\d{4})-Q([1-4])"),
    "year": re.compile(r"(\d{4})"),
}


def parse(text: str) -> tuple[str, date]:
    """The kind and the first day of a named period. Raises ValueError."""
    for kind, shape in _SHAPES.items():
        if found := shape.fullmatch(text.strip()):
            numbers = [int(part) for part in found.groups()]
            if kind == "week":
                return kind, date.fromisocalendar(numbers[0], numbers[1], 1)
            if kind == "quarter":
                return kind, date(numbers[0], numbers[1] * 3 - 2, 1)
            return kind, date(*[*numbers, 1, 1][:3])
    raise ValueError(f"{text!r} is no period: 2026, 2026-Q3, 2026-10, 2026-W44 or 2026-10-31")


def is_finer(one: str, other: str) -> bool:
    return KINDS.index(one) < KINDS.index(other)

"""The city's clock: aware moments, the Shanghai calendar, working days, and deadlines counted in them.

Working days follow the yearly notice of the State Council (holidays and make-up working days), carried by
`chinese_calendar`. The notice for a year is published in the autumn before it, so there is always a first
year that nobody can know yet. Such a year is never guessed in silence: `is_known` says it, `UnknownYear` is
warned once per year, `Deadline.is_certain` carries it to whoever shows the date. Its rule: Monday to
Friday, without the holidays that stand at a fixed date in the State Council's Decree 795 (1 January,
1 and 2 May, 1 to 3 October). Lunar holidays and make-up days are not known then, so a deadline can only
be mended when the notice comes: `uv lock --upgrade-package chinese_calendar`.
"""

import warnings
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from chinese_calendar.constants import holidays, workdays

SHANGHAI = ZoneInfo("Asia/Shanghai")
BUSINESS_ENDS = time(17, 30)
FIRST_KNOWN_YEAR: int = min(holidays).year
LAST_KNOWN_YEAR: int = max(holidays).year
FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})


class UnknownYear(UserWarning):
    """A working day was counted in a year whose holidays are not known here."""


@dataclass(frozen=True)
class Deadline:
    """The moment business ends on the last day, and whether every year on the way was known."""

    at: datetime
    is_certain: bool


def now() -> datetime:
    """This moment, aware, shown in Shanghai."""
    return datetime.now(UTC).astimezone(SHANGHAI)


def today() -> date:
    return now().date()


def day_of(moment: datetime) -> date:
    """The Shanghai day of an aware moment; a naive one is a programmer's mistake."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone: moments are aware")
    return moment.astimezone(SHANGHAI).date()


def is_known(year: int) -> bool:
    """Whether the holidays of this year are known, not ruled."""
    return FIRST_KNOWN_YEAR <= year <= LAST_KNOWN_YEAR


def is_working_day(day: date) -> bool:
    day = _plain(day)
    days = _working_days(day.year)
    place = bisect_left(days, day)
    return place < len(days) and days[place] == day


def next_working_day(day: date) -> date:
    """This day if it is a working day, else the first one after it."""
    day = _plain(day)
    return day if is_working_day(day) else add_working_days(day, 1)


def add_working_days(day: date, n: int) -> date:
    """The n-th working day after `day` (before it, for a negative n); the day itself for 0.

    The starting day is not counted (Civil Code, article 201).
    """
    day = _plain(day)
    if n == 0:
        return day
    year, days = day.year, _working_days(day.year)
    place = bisect_right(days, day) + n - 1 if n > 0 else bisect_left(days, day) + n
    while place >= len(days):
        place -= len(days)
        year, days = year + 1, _working_days(year + 1)
    while place < 0:
        year, days = year - 1, _working_days(year - 1)
        place += len(days)
    return days[place]


def working_days_between(start: date, end: date) -> int:
    """Working days after `start` up to and with `end`; negative when `end` is earlier.

    Adds up over any day between, and undoes `add_working_days`: between(d, add(d, n)) == n for n >= 0.
    """
    start, end = _plain(start), _plain(end)
    if end < start:
        return -working_days_between(end, start)
    whole = sum(len(_working_days(year)) for year in range(start.year, end.year))
    return whole + bisect_right(_working_days(end.year), end) - bisect_right(_working_days(start.year), start)


def deadline(
    start: date | datetime,
    working_days: int,
    promised: int | None = None,
    closes: time = BUSINESS_ENDS,
) -> Deadline:
    """When something begun at `start` must be done.

    `working_days` is the term of law, `promised` the shorter one by which the office binds itself; that one
    counts. A term of 0 (done at once, 即办件) ends today, or on the next working day when business has ended.
    The last day ends when business ends (Civil Code, article 203).
    """
    term = working_days if promised is None else promised
    if not 0 <= term <= working_days:
        raise ValueError(f"a promised term of {term} working days must lie within 0 and {working_days}")
    first = day_of(start) if isinstance(start, datetime) else start
    last = add_working_days(first, term) if term else next_working_day(first)
    if not term and isinstance(start, datetime) and start > _closing(last, closes):
        last = add_working_days(last, 1)
    return _ending(first, last, closes)


def deadline_in_days(start: date | datetime, days: int, closes: time = BUSINESS_ENDS) -> Deadline:
    """The same in calendar days; a last day that is a holiday moves to the day after it (article 203)."""
    if days < 0:
        raise ValueError(f"a term of {days} days is before its start")
    first = day_of(start) if isinstance(start, datetime) else start
    return _ending(first, next_working_day(first + timedelta(days=days)), closes)


def _ending(first: date, last: date, closes: time) -> Deadline:
    return Deadline(_closing(last, closes), all(is_known(y) for y in range(first.year, last.year + 1)))


def _closing(day: date, closes: time) -> datetime:
    return datetime.combine(day, closes, SHANGHAI)


def _plain(day: date) -> date:
    """A moment given where a day is meant: its Shanghai day (a datetime is a date to Python)."""
    return day_of(day) if isinstance(day, datetime) else day


@cache
def _working_days(year: int) -> tuple[date, ...]:
    if not is_known(year):
        warnings.warn(
            f"holidays of {year} are not known (known: {FIRST_KNOWN_YEAR} to {LAST_KNOWN_YEAR}); counting "
            "Monday to Friday without the fixed holidays; mend: uv lock --upgrade-package chinese_calendar",
            UnknownYear,
            stacklevel=3,
        )
    first = date(year, 1, 1)
    days = (first + timedelta(days=n) for n in range((date(year, 12, 31) - first).days + 1))
    return tuple(day for day in days if _works(day))


def _works(day: date) -> bool:
    if is_known(day.year):
        return day in workdays or (day.weekday() < 5 and day not in holidays)
    return day.weekday() < 5 and (day.month, day.day) not in FIXED_HOLIDAYS

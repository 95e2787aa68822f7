"""The clock of a case: when it is due, how a stop moves that, when it turns amber.

Terms are counted in working days (Administrative Licensing Law, article 82); events of the city may be due in hours.
Days on which the clock rests (a hearing, an expert's report, a correction: articles 32 and 45) are not counted: the end
of the term moves by exactly the working days that lie between stopping and going on.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ludao.base import clock

SHARE = 5  # amber begins when a fifth of an hourly term is left


@dataclass(frozen=True)
class Term:
    """How long something may take: working days, or hours where it cannot wait for tomorrow."""

    days: int = 0
    hours: int = 0


def due(start: datetime, term: Term) -> datetime:
    """The moment by which something begun at `start` must be done."""
    if term.hours:
        return start + timedelta(hours=term.hours)
    return clock.deadline(start, term.days).at


def is_certain(start: datetime, end: datetime) -> bool:
    """Whether the holidays of every year on the way are known."""
    return all(clock.is_known(year) for year in range(start.year, end.year + 1))


def rested(stopped: datetime, resumed: datetime) -> int:
    """The working days on which the clock did not run."""
    return max(0, clock.working_days_between(clock.day_of(stopped), clock.day_of(resumed)))


def moved(end: datetime, stopped: datetime, resumed: datetime, term: Term) -> datetime:
    """The end of a term that rested from `stopped` to `resumed`. A term that had run out before is not mended."""
    if end <= stopped:
        return end
    if term.hours:
        return end + (resumed - stopped)
    day = clock.add_working_days(clock.day_of(end), rested(stopped, resumed))
    return datetime.combine(day, end.astimezone(clock.SHANGHAI).time(), clock.SHANGHAI)


def amber(start: datetime, end: datetime, term: Term, days: int) -> datetime:
    """From when a case is at risk: `days` working days before its end, or the last fifth of its hours; never before
    it began."""
    if term.hours:
        return max(start, end - (end - start) / SHARE)
    day = clock.add_working_days(clock.day_of(end), -days)
    return max(start, datetime.combine(day, end.astimezone(clock.SHANGHAI).time(), clock.SHANGHAI))


def worked(start: datetime, end: datetime, rested_days: int) -> int:
    """The working days that a case took, without those on which its clock rested."""
    return max(0, clock.working_days_between(clock.day_of(start), clock.day_of(end)) - rested_days)


def left(end: datetime, now: datetime) -> int:
    """Working days until the end; negative when it has passed."""
    return clock.working_days_between(clock.day_of(now), clock.day_of(end))

"""Cuts a working day into times that can be booked."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

MORNING, AFTERNOON = (time(9), time(12)), (time(14, 30), time(17))
MINUTES = 30


def times(day: date, zone: object, minutes: int = MINUTES) -> Iterator[tuple[datetime, datetime]]:
    """Half hours of the morning and the afternoon; a rest that is shorter is left out."""
    for begin, end in (MORNING, AFTERNOON):
        at, until = (datetime.combine(day, moment, tzinfo=zone) for moment in (begin, end))  # type: ignore[arg-type]
        while at + timedelta(minutes=minutes) <= until:
            yield at, at + timedelta(minutes=minutes)
            at += timedelta(minutes=minutes)

"""Timers by the city's clock, and deadlines counted in working days."""

import re
from contextvars import ContextVar
from datetime import datetime, tzinfo

from ludao.base import clock

WORKING_DAYS = re.compile(r"^(\d{1,3}) ?(working days?|个?工作日)$")


virtual: ContextVar[datetime | None] = ContextVar("virtual", default=None)  # a simulation's clock


def now() -> datetime:
    return virtual.get() or clock.now()


class Moment(datetime):
    """The library asks `datetime.now`; the house has one clock, which a test or a simulation may set."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return now().astimezone(tz)


def duration(text: str) -> str | None:
    """`3 working days` or `3个工作日` from now, as an ISO 8601 duration."""
    found = WORKING_DAYS.match(text.strip())
    if not found:
        return None
    begun = now()
    return f"PT{int((clock.deadline(begun, int(found[1])).at - begun).total_seconds())}S"

"""Timers by the city's clock, and deadlines counted in working days."""

import re
from datetime import datetime, tzinfo

from ludao.base import clock

WORKING_DAYS = re.compile(r"^(\d{1,3}) ?(working days?|个?工作日)$")


class Moment(datetime):
    """The library asks `datetime.now`; the house has one clock, which a test or a simulation may set."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return clock.now().astimezone(tz)


def duration(text: str) -> str | None:
    """`3 working days` or `3个工作日` from now, as an ISO 8601 duration."""
    found = WORKING_DAYS.match(text.strip())
    if not found:
        return None
    now = clock.now()
    return f"PT{int((clock.deadline(now, int(found[1])).at - now).total_seconds())}S"

"""How endpoints are used: hours rolled up from the message log, and the figures of the last hour, day and month."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q

from ludao.base import clock

from .engine.chart import STEPS, percentile
from .models import Hour, Message

_CASE = " ".join(f"when ms <= {step} then '{step}'" for step in STEPS)
_ROLL = f"""
with counted as (
    select grant_id, address, date_trunc('hour', at) as hour, count(*) as requests,
           count(*) filter (where status <> 200) as errors, sum(rows) as rows
    from data_sharing_message where at >= %(from)s and at < %(until)s group by 1, 2, 3
), stepped as (
    select grant_id, hour, jsonb_object_agg(step, n) as steps from (
        select grant_id, date_trunc('hour', at) as hour, case {_CASE} else '60000' end as step, count(*) as n
        from data_sharing_message where at >= %(from)s and at < %(until)s and status = 200 group by 1, 2, 3) s
    group by 1, 2
)
insert into data_sharing_hour (grant_id, address, hour, requests, errors, rows, steps)
select c.grant_id, c.address, c.hour, c.requests, c.errors, c.rows, coalesce(s.steps, '{{}}')
from counted c left join stepped s using (grant_id, hour)
on conflict (grant_id, hour) do update set requests = excluded.requests, errors = excluded.errors,
    rows = excluded.rows, steps = excluded.steps
"""


def roll_up(since: datetime | None = None) -> None:
    """This hour and the one before it, counted anew: whenever it runs, the result is the same."""
    begin = (since or clock.now() - timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(_ROLL, {"from": begin, "until": clock.now() + timedelta(hours=1)})


@dataclass(frozen=True)
class Figures:
    """What was asked in a span of time and how it went."""

    requests: int
    errors: int
    rows: int
    p50: float | None
    p95: float | None


def figures(hours: list[dict[str, Any]]) -> Figures:
    steps: Counter[str] = Counter()
    for hour in hours:
        steps.update(hour["steps"])
    return Figures(
        sum(h["requests"] for h in hours),
        sum(h["errors"] for h in hours),
        sum(h["rows"] for h in hours),
        percentile(dict(steps), 0.5),
        percentile(dict(steps), 0.95),
    )


def hours_of(which: Q, since: datetime) -> list[dict[str, Any]]:
    """The hours from the roll-up; what came after it is at most five minutes old and is counted from the log."""
    rows = Hour.objects.filter(which, hour__gte=since).values("hour", "requests", "errors", "rows", "steps")
    return list(rows.order_by("hour"))


def latest(which: Q, minutes: int = 60) -> Figures:
    """The last hour, from the log itself."""
    since = clock.now() - timedelta(minutes=minutes)
    steps: Counter[str] = Counter()
    requests = errors = rows = 0
    for status, ms, n in Message.objects.filter(which, at__gte=since).values_list("status", "ms", "rows")[:100_000]:
        requests += 1
        if status == 200:
            steps[next((str(s) for s in STEPS if ms <= s), "60000")] += 1
        else:
            errors += 1
        rows += n
    return Figures(requests, errors, rows, percentile(dict(steps), 0.5), percentile(dict(steps), 0.95))

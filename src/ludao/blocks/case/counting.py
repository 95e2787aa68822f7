"""Counts cases by kind, item, organisation and month, in one statement over what changed."""

from datetime import date, datetime, time, timedelta

from django.db import connection, transaction

from ludao.base import clock

_COUNT = """
insert into case_tally (kind, item, organisation_id, month, opened, closed, in_time, days, timed, rated, grades, bad,
                        as_of)
select kind, item, organisation_id, month, sum(opened), sum(closed), sum(in_time), sum(days), sum(timed), sum(rated),
       sum(grades), sum(bad), now()
from (
    select kind, item, organisation_id, date_trunc('month', opened_at at time zone 'Asia/Shanghai')::date as month,
           1 as opened, 0 as closed, 0 as in_time, 0 as days, 0 as timed, 0 as rated, 0 as grades, 0 as bad
    from case_case where opened_at >= %(since)s
    union all
    select c.kind, c.item, c.organisation_id, date_trunc('month', closed_at at time zone 'Asia/Shanghai')::date,
           0, 1, (closed_at <= due_at)::int, coalesce(worked_days, 0), (worked_days is not null)::int,
           (r.id is not null)::int, coalesce(r.grade, 0), coalesce((r.grade <= 2)::int, 0)
    from case_case c left join case_rating r on r.case_id = c.id where c.closed_at >= %(since)s
) one group by kind, item, organisation_id, month
on conflict (month, organisation_id, kind, item) do update set
    opened = excluded.opened, closed = excluded.closed, in_time = excluded.in_time, days = excluded.days,
    timed = excluded.timed, rated = excluded.rated, grades = excluded.grades, bad = excluded.bad, as_of = excluded.as_of
"""


def count(whole: bool = False) -> None:
    """The running month and the one before it; all of them at night, since people rate late."""
    today = clock.today()
    since = date(1970, 1, 1) if whole else (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_COUNT, {"since": datetime.combine(since, time(), clock.SHANGHAI)})

"""Jobs: the one procrastinate app of the house, on the same PostgreSQL, enqueued in our transactions."""

from collections.abc import Callable
from typing import Any, cast

from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app as jobs

from ludao.base import clock
from ludao.base.actor import following, new_request_id

# Work that waits for a job which is not there: whoever asks for the same again would wait with it for ever.
WITHOUT_JOB = """
select id from base_work w where state = 'queued' and asked_at < now() - interval '2 minutes' and not exists (
    select from procrastinate_jobs j where j.task_name = 'base.work' and j.status in ('todo', 'doing')
    and (j.args ->> 'work_id')::bigint = w.id)
"""


class DeliveryFailed(Exception):
    """Makes procrastinate try again; the reason stands in the delivery's row."""


@jobs.task(name="base.deliver", queue="events", priority=10, retry=RetryStrategy(max_attempts=5, exponential_wait=3))
def deliver(delivery_id: int) -> None:
    from ludao.base import events  # events needs this module to enqueue

    if not events.deliver(delivery_id):
        raise DeliveryFailed(str(delivery_id))


@jobs.task(name="base.work", queue="work")
def work(work_id: int) -> None:
    from ludao.base import work  # work needs this module to enqueue
    from ludao.base.models import Work

    work.run(Work.objects.get(pk=work_id))


def periodic(cron: str, name: str) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Run the function by the clock (cron, in UTC), once for the whole city however many workers there are."""

    def register(function: Callable[[], Any]) -> Callable[[], Any]:
        def run(timestamp: int) -> None:
            with following(new_request_id()):
                function()

        task = jobs.task(name=name, queue="clock", priority=5, queueing_lock=name)(run)
        jobs.periodic(cron=cron, periodic_id=name)(task)
        return function

    return register


def daily(at: str, name: str) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Every day at this time of Asia/Shanghai: daily("06:30", "assurance.plan.remind")."""
    hour, minute = (int(part) for part in at.split(":"))
    return periodic(f"{minute} {(hour - 8) % 24} * * *", name)


@periodic("* * * * *", "base.resume")
def resume() -> None:
    """Give back what a worker held that was killed; jobs are written so that running them again is right."""
    for job in async_to_sync(jobs.job_manager.get_stalled_jobs)():
        jobs.job_manager.retry_job_by_id(cast(int, job.id), clock.now())
    with connection.cursor() as cursor:
        cursor.execute(WITHOUT_JOB)
        for (work_id,) in cursor.fetchall():
            work.defer(work_id=work_id)

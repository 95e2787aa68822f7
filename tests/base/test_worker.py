"""The worker: what a job enqueues stands and falls with the job's transaction; work that lost its job gets another."""

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from django.db import connection, transaction

from ludao.base import tasks
from ludao.base import work as works
from ludao.base.actor import Actor
from ludao.base.models import Work
from ludao.config import processes

pytestmark = pytest.mark.django_db(transaction=True)
ACTOR = Actor.system("test")


@pytest.fixture
def job() -> Iterator[Callable[[Callable[[], None]], Any]]:
    with connection.cursor() as cursor:  # jobs that other tests enqueued and nobody did are still here
        cursor.execute("delete from procrastinate_jobs")

    def declare(function: Callable[[], None]) -> Any:
        def run() -> None:
            function()
            connection.close()

        return tasks.jobs.task(name="test.outer", queue="work")(run)

    yield declare
    tasks.jobs.tasks.pop("test.outer", None)
    works._kinds.pop("test.inner", None)


def test_nobody_sees_a_job_before_its_rows(job: Any) -> None:
    works.work("test.inner", title="x")(lambda progress: None)
    seen = []

    def outer() -> None:
        with transaction.atomic():
            works.find("test.inner").start(ACTOR)  # type: ignore[union-attr]
            with closing(connection.copy()) as beside, beside.cursor() as cursor:
                cursor.execute("select count(*) from procrastinate_jobs where task_name = 'base.work'")
                seen.append(cursor.fetchone()[0])

    job(outer).defer()
    for _ in range(2):  # the first may find the queue empty while the job is still under way, and go
        processes.worker(2, wait=False)
    assert seen == [0]
    assert Work.objects.get(address="test.inner").state == Work.DONE


def test_what_is_undone_leaves_no_job(job: Any) -> None:
    works.work("test.inner", title="x")(lambda progress: None)

    def outer() -> None:
        with transaction.atomic():
            works.find("test.inner").start(ACTOR)  # type: ignore[union-attr]
            transaction.set_rollback(True)

    job(outer).defer()
    processes.worker(2, wait=False)
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from procrastinate_jobs where task_name = 'base.work'")
        assert cursor.fetchone()[0] == 0


def test_work_without_a_job_gets_one(job: Any) -> None:
    row = works.work("test.inner", title="x")(lambda progress: None).start(ACTOR)
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs")
        cursor.execute("update base_work set asked_at = now() - interval '1 hour'")
    for _ in range(2):  # a second look finds the job that the first one gave
        tasks.resume()
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from procrastinate_jobs where task_name = 'base.work'")
        assert cursor.fetchone()[0] == 1
    processes.worker(1, wait=False)
    row.refresh_from_db()
    assert row.state == Work.DONE

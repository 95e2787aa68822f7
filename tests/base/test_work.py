"""Long work: watched, cancelled, tried again, and done although its process was killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ludao.base import work as works
from ludao.base.actor import Actor
from ludao.base.models import Work
from ludao.base.work import Progress, work


@pytest.fixture
def kind() -> Iterator[Callable[[Callable[..., Any]], Any]]:
    yield lambda function: work("test.count", title="计数")(function)
    works._kinds.pop("test.count", None)


ACTOR = Actor.system("test")


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_before_the_job_ends(kind: Any) -> None:
    seen = []

    def count(progress: Progress, *, to: int) -> dict[str, int]:
        progress.tell(to, to, "数完")
        seen.append(Work.objects.get(pk=progress.work.pk).done)
        return {"counted": to}

    done = kind(count).now(ACTOR, about="a", to=3)
    assert seen == [3]
    assert (done.state, done.result, done.done, done.total) == (Work.DONE, {"counted": 3}, 3, 3)


@pytest.mark.django_db(transaction=True)
def test_what_a_job_raises_is_raised_and_kept(kind: Any) -> None:
    def fail(progress: Progress) -> None:
        raise ValueError("第 3 行")

    with pytest.raises(ValueError, match="第 3 行"):
        kind(fail).now(ACTOR)
    assert "第 3 行" in Work.objects.get().error
    assert Work.objects.get().state == Work.FAILED


@pytest.mark.django_db(transaction=True)
def test_a_person_may_cancel_it(kind: Any) -> None:
    def endless(progress: Progress) -> None:
        Work.objects.update(is_cancelled=True)
        for _ in range(100):
            progress.check()
            time.sleep(0.05)
        raise AssertionError("nobody stopped it")

    assert kind(endless).now(ACTOR).state == Work.CANCELLED


@pytest.mark.django_db(transaction=True)
def test_it_never_runs_twice_at_a_time(kind: Any) -> None:
    inner = []

    def outer(progress: Progress) -> None:
        same = Work.objects.get(pk=progress.work.pk)
        inner.append(works.run(same))

    assert kind(outer).now(ACTOR).tries == 1
    assert inner == [None]


@pytest.mark.django_db(transaction=True)
def test_the_same_work_waits_once(kind: Any) -> None:
    counting = kind(lambda progress, to: None)
    first = counting.start(ACTOR, about="a", to=1)
    assert counting.start(ACTOR, about="a", to=1) == first
    assert counting.start(ACTOR, about="a", to=2) != first


RUN = """
import django; django.setup()
from django.db import connection
from ludao.base import work as works
from ludao.base.models import Work
import time
works.work("test.count", title="x")(lambda progress: (progress.tell(1), print("runs", flush=True), time.sleep(60)))
connection.settings_dict["NAME"] = "{name}"
works.run(Work.objects.get(pk={pk}))
"""


@pytest.mark.django_db(transaction=True)
def test_a_killed_process_lets_go_and_it_is_done_by_the_next(kind: Any) -> None:
    from django.db import connection

    counting = kind(lambda progress: {"by": "the next"})
    row = counting.start(ACTOR)
    code = RUN.format(name=connection.settings_dict["NAME"], pk=row.pk)
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=os.environ)
    assert child.stdout is not None and child.stdout.readline() == "runs\n"
    assert works.run(row) is None and Work.objects.get().state == Work.RUNNING  # the other process has it
    child.send_signal(signal.SIGKILL)
    child.wait()
    until = time.monotonic() + 5
    while Work.objects.get().state != Work.DONE and time.monotonic() < until:
        works.run(row)
    assert Work.objects.get().result == {"by": "the next"}


def test_the_bar_opens_only_with_a_sealed_address(city: None, client_of: Any) -> None:
    from ludao.base.sealed import seal

    row = Work.objects.create(address="test.count", state=Work.RUNNING, done=5, total=10)
    client = client_of("zhao")
    assert client.get(f"/pages/work/bar/{row.pk}/").status_code == 404
    page = client.get(f"/pages/work/bar/{seal(row.pk, 'work')}/").content.decode()
    assert "5 / 10" in page

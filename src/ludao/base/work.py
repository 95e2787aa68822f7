"""Long work: a job with a row that people watch, which goes on after its process was killed.

    @work("exchange.load", title=t("装载", "Load"))
    def load(progress: Progress, *, delivery: int) -> dict[str, Any] | None: ...

    load.start(actor, about="source.police.resident", delivery=5)   # a worker takes it up once this transaction stands
    load.now(actor, about="source.police.resident", delivery=5)     # here and now

A job runs at least once to its end, so running it again has to be right; it never runs twice at a time.
"""

import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from ludao.base import clock, tasks
from ludao.base.actor import Actor, following, new_request_id, request_id
from ludao.base.errors import LudaoError, Problem
from ludao.base.models import Work
from ludao.base.text import t

PAUSE = 0.5  # seconds between two notes of progress
TRIES = 5
log = structlog.get_logger()
_kinds: dict[str, "Kind"] = {}


class Interrupted(Exception):
    """A person cancelled the work; raised where the job asks for it."""


class Progress:
    """How a job tells how far it is; over a connection of its own, so that it is seen before the job commits."""

    def __init__(self, work: Work, beside: BaseDatabaseWrapper) -> None:
        self.work, self.actor = work, work.actor
        self._beside, self._told, self._is_cancelled = beside, 0.0, False

    def tell(self, done: int, total: int | None = None, note: str = "") -> None:
        """`done` of `total` units, and what is being done. Cheap: writes at most twice a second."""
        if time.monotonic() - self._told >= PAUSE or done == total:
            self._told = time.monotonic()
            self._write(done, total, note)

    def check(self) -> None:
        """Raises Interrupted once a person has cancelled the work."""
        self.tell(self.work.done, self.work.total, self.work.note)
        if self._is_cancelled:
            raise Interrupted

    def _write(self, done: int, total: int | None, note: str) -> None:
        self.work.done, self.work.total, self.work.note = done, total, str(note)[:200]
        with self._beside.cursor() as cursor:
            cursor.execute("update base_work set done = %s, total = %s, note = %s, told_at = now() where id = %s"
                           " returning is_cancelled", [done, total, self.work.note, self.work.pk])
            row = cursor.fetchone()
        self._is_cancelled = bool(row and row[0])


class Kind:
    """One kind of long work, by its address."""

    def __init__(self, address: str, title: str, function: Callable[..., Any]) -> None:
        self.address, self.title, self.function = address, title, function

    def start(self, actor: Actor, about: str = "", **given: Any) -> Work:
        """Enqueued with the transaction. `given` is JSON; the same work that still waits is not enqueued twice."""
        waiting = Work.objects.filter(address=self.address, about=about, given=given, state=Work.QUEUED).first()
        return waiting or enqueue(self._row(actor, about, given))

    def now(self, actor: Actor, about: str = "", **given: Any) -> Work:
        """Run here, to the end. Raises what the job raises; the row keeps it too."""
        work = self._row(actor, about, given)
        if error := run(work):
            raise error
        return work

    def _row(self, actor: Actor, about: str, given: dict[str, Any]) -> Work:
        return Work.objects.create(
            address=self.address, about=about, given=given, person=actor.person, name=actor.name, post=actor.post,
            organisation=actor.organisation, area=actor.area, channel=actor.channel, is_system=actor.is_system,
            purpose=actor.purpose, request_id=actor.request_id or request_id())


def work(address: str, *, title: str) -> Callable[[Callable[..., Any]], Kind]:
    """Declare a kind of long work: the function takes a Progress, then what `start` is given, by name."""

    def declare(function: Callable[..., Any]) -> Kind:
        kind = _kinds[address] = Kind(address, title, function)
        return kind

    return declare


def find(address: str) -> Kind | None:
    return _kinds.get(address)


def enqueue(work: Work) -> Work:
    tasks.work.defer(work_id=work.pk)
    return work


def run(work: Work) -> Exception | None:
    """Run one row's job unless it runs elsewhere or is over; what it raised is kept in the row and given back."""
    with _alone(work) as beside:
        if beside is None:
            return None
        work.refresh_from_db()
        if work.is_over:
            return None
        if work.is_cancelled:
            return _end(work, Work.CANCELLED)
        if work.tries >= TRIES:
            return _end(work, Work.FAILED, error=Problem(t(
                f"进程已中断 {TRIES} 次，不再自动重试", f"Its process died {TRIES} times; run it again by hand")))
        return _run(work, Progress(work, beside))


@contextmanager
def _alone(work: Work) -> Iterator[BaseDatabaseWrapper | None]:
    """A second connection that holds the work's lock: a process that dies lets go of it. None when somebody has it."""
    beside = connection.copy()
    with closing(beside), beside.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(hashtext('base.work'), %s)", [work.pk])
        yield beside if cursor.fetchone()[0] else None
        cursor.execute("select pg_advisory_unlock(hashtext('base.work'), %s)", [work.pk])


def _run(work: Work, progress: Progress) -> Exception | None:
    work.tries += 1
    work.state, work.begun_at, work.error = Work.RUNNING, clock.now(), ""
    work.save(update_fields=["state", "begun_at", "tries", "error"])
    try:
        if (kind := find(work.address)) is None:
            raise Problem(t(f"没有 {work.address} 这种作业", f"There is no work of the kind {work.address}"))
        with following(work.request_id or new_request_id()):
            result = kind.function(progress, **work.given)
    except Interrupted:
        return _end(work, Work.CANCELLED)
    except Exception as error:  # noqa: BLE001  whatever a job raises must be kept and shown
        log.error("work failed", address=work.address, about=work.about, error=repr(error))
        return _end(work, Work.FAILED, error=error)
    return _end(work, Work.DONE, result=result)


def _end(work: Work, state: str, result: Any = None, error: Exception | None = None) -> Exception | None:
    """In a transaction that the job broke, the row keeps its state for the next try."""
    work.state, work.result, work.ended_at = state, result or {}, clock.now()
    if error is not None:
        work.error = str(error) if isinstance(error, LudaoError) else traceback.format_exc()[-4000:]
    if not (connection.in_atomic_block and connection.needs_rollback):
        with transaction.atomic():
            work.save(update_fields=["state", "result", "ended_at", "error", "done", "total", "note"])
    return error

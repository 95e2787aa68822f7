"""Moves processes: each move is fetched, stepped, kept and told in the caller's transaction.

These functions ask no right of their own: whoever calls them inside an action has asked it.
"""

from collections.abc import Callable, Mapping
from typing import Any

import structlog
from django.db import transaction

from ludao.base import clock, events
from ludao.base.actor import Actor
from ludao.base.errors import Conflict, LudaoError
from ludao.base.text import t

from . import keeping
from .acting import house_of
from .drawings import drawing_by, in_force
from .engine.running import Run
from .engine.storing import load, save
from .models import Instance, Step, Version
from .watching import Change, tell

log = structlog.get_logger()


@transaction.atomic
def begin(
    actor: Actor,
    process: str | Version,
    *,
    about: str = "",
    data: Mapping[str, Any] | None = None,
    organisation: str | None = None,
) -> Instance:
    """A process by its address (the version in force) or by a version. `organisation` does what no lane gives away."""
    version = in_force(process) if isinstance(process, str) else process.pk
    instance = Instance(version_id=version, about=about, organisation_id=organisation or None)
    run, trouble = Run.prepare(drawing_by(version), data or {}, house_of(actor)), None
    try:
        run.go_on()
    except LudaoError as error:
        trouble = _parked(run, error)
    _settle(instance, run, trouble)
    opened = keeping.begun(instance, run.waiting())
    _tell(actor, instance, opened)
    return instance


@transaction.atomic
def complete(
    actor: Actor, step: Step, data: Mapping[str, Any] | None = None, outcome: str = ""
) -> Instance:
    """The step is done. Conditions know the outcome as `outcome` and as `<step>_outcome`; of a countersigning
    `<step>_outcomes` lists all so far. Raises Conflict when it is done already, or the process rests."""
    instance = _held(step.instance_id)
    if outcome and step.verbs and outcome not in step.verbs:
        raise Conflict(t(f"这一步不能选“{outcome}”", f"“{outcome}” is no outcome of this step"), field="outcome")
    run = _run(actor, instance)
    said = dict(data or {})
    if outcome:
        before = run.data.get(f"{step.step}_outcomes", [])
        said |= {
            "outcome": outcome,
            f"{step.step}_outcome": outcome,
            f"{step.step}_outcomes": [*before, outcome],
        }
    return _move(actor, instance, run, lambda: run.complete(step.task, said), done=step.pk, outcome=outcome)


@transaction.atomic
def hear(actor: Actor, instance: Instance, message: str, data: Mapping[str, Any] | None = None) -> bool:
    """Tell a process a message by name. Whether it waited for it."""
    instance = _held(instance.pk)
    run = _run(actor, instance)
    heard: list[bool] = []
    _move(actor, instance, run, lambda: heard.append(run.hear(message, data or {})))
    return any(heard)


@transaction.atomic
def cancel(actor: Actor, instance: Instance) -> Instance:
    """It ends here; what waited is closed without an outcome."""
    instance = _held(instance.pk, suspended=True)
    now = clock.now()
    closed = list(instance.steps.filter(closed_at=None))
    instance.steps.filter(closed_at=None).update(closed_at=now)
    instance.state, instance.ended_at, instance.wakes_at, instance.held = Instance.CANCELLED, now, None, b""
    instance.save()
    tell(actor, Change(instance, closed=closed, is_finished=True, data=instance.data))
    return instance


@transaction.atomic
def suspend(instance: Instance) -> Instance:
    """Its clocks stop: no timer fires, no deadline runs, no step can be done."""
    instance = _held(instance.pk)
    instance.state, instance.suspended_at, instance.wakes_at = Instance.SUSPENDED, clock.now(), None
    instance.save(update_fields=["state", "suspended_at", "wakes_at"])
    return instance


@transaction.atomic
def resume(instance: Instance) -> Instance:
    """Its clocks go on: timers by the time it rested, deadlines by the working days that were left."""
    instance = _held(instance.pk, suspended=True)
    if instance.state != Instance.SUSPENDED or instance.suspended_at is None:
        raise Conflict(t("流程没有挂起", "The process is not suspended"))
    now = clock.now()
    run = load(bytes(instance.held), drawing_by(instance.version_id), instance.data)
    run.delay(now - instance.suspended_at)
    for step in instance.steps.filter(closed_at=None, due_at__isnull=False):
        assert step.due_at is not None
        left = clock.working_days_between(clock.day_of(instance.suspended_at), clock.day_of(step.due_at))
        if left >= 0:
            step.due_at = clock.deadline(now, left).at
            step.save(update_fields=["due_at"])
    instance.state, instance.suspended_at = Instance.RUNNING, None
    instance.held, instance.wakes_at = save(run), run.due_at()
    instance.save(update_fields=["state", "suspended_at", "held", "wakes_at"])
    return instance


@transaction.atomic
def refresh(actor: Actor, instance: Instance) -> Instance:
    """Let the timers that are due fire."""
    instance = _held(instance.pk)
    run = _run(actor, instance)
    return _move(actor, instance, run, run.refresh)


@transaction.atomic
def retry(actor: Actor, instance: Instance, data: Mapping[str, Any] | None = None) -> Instance:
    """What could not go on tries again, with what was lacking."""
    instance = _held(instance.pk)
    run = _run(actor, instance)
    return _move(actor, instance, run, lambda: run.retry(data or {}))


def steps(instance: Instance) -> list[Step]:
    """What it waits for now."""
    return keeping.waiting(instance)


def _held(pk: int, suspended: bool = False) -> Instance:
    """The row, locked. Raises Conflict when it is over, or rests and should not."""
    instance = keeping.locked(pk)
    if not instance.is_open:
        raise Conflict(t("流程已经结束", "The process is over"))
    if instance.state == Instance.SUSPENDED and not suspended:
        raise Conflict(t("流程已挂起，恢复后再办", "The process is suspended; resume it first"))
    return instance


def _run(actor: Actor, instance: Instance) -> Run:
    run = load(bytes(instance.held), drawing_by(instance.version_id), instance.data)
    run.stands_in(house_of(actor))
    return run


def _move(
    actor: Actor, instance: Instance, run: Run, how: Callable[[], Any], *, done: int = 0, outcome: str = ""
) -> Instance:
    trouble = None
    try:
        how()
    except LudaoError as error:
        trouble = _parked(run, error)
    _settle(instance, run, trouble)
    moved = keeping.moved(instance, run.waiting(), keeping.Done(done, actor.name, outcome))
    _tell(actor, instance, [one for one in moved if one.is_open], [one for one in moved if not one.is_open])
    return instance


def _parked(run: Run, error: LudaoError) -> str:
    """What keeps it from going on; whoever did a step has done it all the same. Raises the error when nothing is
    left to try again."""
    if not run.stuck():
        raise error
    return f"{'、'.join(run.stuck())}：{error}"[:500]


def _settle(instance: Instance, run: Run, trouble: str | None) -> None:
    """Where it stands after a move."""
    is_finished = run.is_finished
    instance.data = run.data
    instance.held = b"" if is_finished else save(run)
    instance.state = Instance.STUCK if trouble else Instance.FINISHED if is_finished else Instance.RUNNING
    instance.trouble = trouble or ""
    instance.wakes_at = None if is_finished else run.due_at()
    if is_finished:
        instance.ended_at = clock.now()


def _tell(actor: Actor, instance: Instance, opened: list[Step], closed: list[Step] | None = None) -> None:
    if instance.trouble:
        say_stuck(actor, instance)
    tell(actor, Change(instance, opened, closed or [], not instance.is_open, instance.data))


def say_stuck(actor: Actor, instance: Instance) -> None:
    """It cannot go on; whoever can mend it is told."""
    log.warning("process stuck", instance=instance.pk, about=instance.about, trouble=instance.trouble)
    facts = {"instance": instance.pk, "about": instance.about, "trouble": instance.trouble}
    events.publish("workflow.stuck", facts, actor.person)

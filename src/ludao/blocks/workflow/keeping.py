"""Processes and their steps in few statements, since each costs more than the engine's own work: one fetches and locks
a process, one keeps a whole move of it."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from ludao.base import clock

from .engine.running import Waiting
from .models import Instance, Step

FETCH = "select * from workflow_instance where id = %s for update"
WAITING = "select * from workflow_step where instance_id = %s and closed_at is null order by id"
# Steps that no longer wait are closed and those that wait for the first time are opened, whatever stood there before:
# nothing has to be read for it. It gives back both.
KEEP = """
with moved as (
    update workflow_instance set state = %(state)s, held = %(held)s, data = %(data)s, wakes_at = %(wakes_at)s,
        ended_at = %(ended_at)s, trouble = %(trouble)s
    where id = %(instance)s
), closed as (
    update workflow_step set closed_at = %(now)s, by = case when id = %(done)s then %(by)s else by end,
        outcome = case when id = %(done)s then %(outcome)s else outcome end
    where instance_id = %(instance)s and closed_at is null and not task = any(%(tasks)s)
    returning *
), opened as (
    insert into workflow_step (instance_id, task, step, title_zh, title_en, lane, role, organisation_id, kind, verbs,
        form, opened_at, due_at, outcome, by)
    select %(instance)s, task, step, title_zh, title_en, lane, role, organisation_id, kind, verbs, form, %(now)s,
        due_at, '', ''
    from jsonb_to_recordset(%(waiting)s::jsonb) as waiting (task int, step text, title_zh text, title_en text,
        lane text, role text, organisation_id text, kind text, verbs jsonb, form text, due_at timestamptz)
    order by task
    on conflict (instance_id, task) do nothing
    returning *
)
select * from closed union all select * from opened order by id
"""


class Done(NamedTuple):
    """The step that somebody did, with its outcome; 0 where nobody did one."""

    step: int
    by: str
    outcome: str


def locked(pk: int) -> Instance:
    """Raises Instance.DoesNotExist."""
    for instance in Instance.objects.raw(FETCH, [pk]):
        return instance
    raise Instance.DoesNotExist(f"no process {pk}")


def waiting(instance: Instance) -> list[Step]:
    """What it waits for now."""
    return _of(instance, Step.objects.raw(WAITING, [instance.pk]))


def _of(instance: Instance, steps: Iterable[Step]) -> list[Step]:
    found = list(steps)
    for step in found:
        step.instance = instance
    return found


def begun(instance: Instance, waiting: Iterable[Waiting]) -> list[Step]:
    """A new process with its first steps."""
    now = clock.now()
    instance.save(force_insert=True)
    return Step.objects.bulk_create(
        Step(instance=instance, opened_at=now, **_step(instance, one, now)) for one in waiting
    )


def moved(instance: Instance, now_waiting: list[Waiting], done: Done) -> list[Step]:
    """The steps that this move closed and opened."""
    now = clock.now()
    rows = [_step(instance, one, now) for one in now_waiting]
    said = {
        "instance": instance.pk,
        "state": instance.state,
        "held": instance.held,
        "data": json.dumps(instance.data, ensure_ascii=False),
        "wakes_at": instance.wakes_at,
        "ended_at": instance.ended_at,
        "trouble": instance.trouble,
        "now": now,
        "done": done.step,
        "by": done.by,
        "outcome": done.outcome,
        "tasks": [one.id for one in now_waiting],
        "waiting": json.dumps(rows, ensure_ascii=False, default=datetime.isoformat),
    }
    return _of(instance, Step.objects.raw(KEEP, said))


def _step(instance: Instance, one: Waiting, now: datetime) -> dict[str, Any]:
    seat = one.seat
    assert seat is not None
    return {
        "task": one.id,
        "step": seat.step,
        "title_zh": seat.title_zh,
        "title_en": seat.title_en,
        "lane": seat.lane[:120],
        "role": seat.role,
        "organisation_id": _organisation(instance, one),
        "kind": seat.kind,
        "verbs": list(seat.verbs),
        "form": seat.form,
        "due_at": None if seat.days is None else clock.deadline(now, seat.days).at,
    }


def _organisation(instance: Instance, one: Waiting) -> str | None:
    """Of a countersigning the one whose turn it is; else the lane's; else the process's own."""
    assert one.seat is not None
    if one.seat.each and one.index is not None:
        listed = one.data.get(one.seat.each) or []
        if one.index < len(listed):
            return str(listed[one.index])
    return one.seat.organisation or instance.organisation_id

"""How a case stood before a step was done, kept for ten minutes, so that a mistake can be taken back.

A decision is not undone: from then on the law has its own ways (Licensing Law, article 69).
"""

import base64
from datetime import datetime, timedelta
from typing import Any

from ludao.base import clock
from ludao.blocks.case.models import Case, Task
from ludao.blocks.workflow import public as workflow

KEPT_FOR = timedelta(minutes=10)
MOMENTS = ("accepted_at", "decided_at", "closed_at", "legal_due_at", "due_at", "amber_at", "paused_at")
PLAIN = ("state", "ending", "decision", "paused_days", "worked_days")


def remember(case: Case, task: Task) -> dict[str, Any]:
    """What `restore` needs; nothing for a decision and for opinions, which stand as given."""
    if task.kind in ("decide", "issue") or task.asked_for_id:
        return {}
    kept: dict[str, Any] = {name: getattr(case, name) for name in PLAIN}
    kept |= {name: value.isoformat() if (value := getattr(case, name)) else None for name in MOMENTS}
    if case.instance:
        instance = workflow.Instance.objects.get(pk=case.instance)
        kept["process"] = {
            "held": base64.b64encode(bytes(instance.held)).decode(),
            "data": instance.data,
            "state": instance.state,
            "wakes_at": instance.wakes_at.isoformat() if instance.wakes_at else None,
        }
    return kept


def keep(case: Case, task: Task, kept: dict[str, Any]) -> None:
    """Only the last step can be undone, and only while the case has not ended or been decided by it."""
    Task.objects.filter(case=case).exclude(undo={}).update(undo={})
    if not kept or case.state == Case.DECIDED or (case.closed_at and case.ending != Case.NOT_ACCEPTED):
        return
    task.undo = kept
    task.save(update_fields=["undo"])


def can_undo(task: Task) -> bool:
    if not task.undo or task.state != Task.CLOSED or task.closed_at is None:
        return False
    if clock.now() - task.closed_at > KEPT_FOR:
        return False
    later = Task.objects.filter(case=task.case_id, pk__gt=task.pk).exclude(state=Task.DROPPED)
    return not later.exclude(holder=None, state=Task.OPEN).exists()


def restore(case: Case, task: Task) -> None:
    """The case, its process and its steps as they were before."""
    kept = task.undo
    for name in PLAIN:
        setattr(case, name, kept[name])
    for name in MOMENTS:
        setattr(case, name, datetime.fromisoformat(kept[name]) if kept[name] else None)
    case.save()
    later = Task.objects.filter(case=case, pk__gt=task.pk)
    steps = [step for step in later.values_list("step", flat=True) if step]
    if "process" in kept:
        _restore_process(case, task, steps, kept["process"])
    later.delete()
    task.state, task.outcome, task.opinion, task.data, task.undo = Task.OPEN, "", "", {}, {}
    task.closed_at = task.by = None
    task.save()


def _restore_process(case: Case, task: Task, later: list[int], kept: dict[str, Any]) -> None:
    assert case.instance is not None and task.step is not None
    instance = workflow.Instance.objects.select_for_update(of=("self",)).get(pk=case.instance)
    workflow.Step.objects.filter(pk__in=later).delete()
    workflow.Step.objects.filter(pk=task.step).update(closed_at=None, outcome="", by="")
    instance.held, instance.data = base64.b64decode(kept["held"]), kept["data"]
    instance.state, instance.ended_at = kept["state"], None
    instance.wakes_at = datetime.fromisoformat(kept["wakes_at"]) if kept["wakes_at"] else None
    instance.save()

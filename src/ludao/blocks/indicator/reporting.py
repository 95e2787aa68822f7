"""Reported indicators: tasks by department, checks when a figure comes, approval by a second person, correction."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from django.db import transaction

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.identity.public import Area, Organisation
from ludao.blocks.indicator import checking, house
from ludao.blocks.indicator.engine import periods
from ludao.blocks.indicator.models import Entry, Task, Value, shown
from ludao.blocks.notice import public as notice


def open_tasks(kind: str, start: date, due_on: date, codes: Collection[str] = ()) -> list[Task]:
    """A task for each reported indicator of this kind of period that has none yet."""
    wanted = [
        d
        for d in house.known().definitions.values()
        if d.method == "reported" and d.period == kind and (not codes or d.code in codes)
    ]
    if missing := set(codes) - {d.code for d in wanted}:
        raise Problem(
            t(
                f"不是按此周期填报的指标：{'、'.join(sorted(missing))}",
                f"Not reported for such a period: {', '.join(sorted(missing))}",
            ),
            field="codes",
        )
    areas = {level: list(Area.objects.filter(level=level)) for level in ("city", "district")}
    rows = [
        Task(indicator_id=d.code, area=area, starts_on=start, organisation_id=d.owner, due_on=due_on)
        for d in wanted
        for area in areas["district" if d.areas != "city" else "city"]
    ]
    before = Task.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    Task.objects.bulk_create(rows, ignore_conflicts=True)
    return list(Task.objects.filter(pk__gt=before).select_related("organisation", "indicator"))


def tell(actor: Actor, tasks: Iterable[Task]) -> None:
    """One notice a department, however many tasks."""
    by_unit: dict[str, list[Task]] = defaultdict(list)
    for task in tasks:
        by_unit[task.organisation_id].append(task)
    for unit, some in by_unit.items():
        first = min(task.due_on for task in some)
        notice.send(
            actor,
            [Organisation.objects.get(pk=unit)],
            key="indicator.task",
            data={"count": len(some), "due": f"{first:%Y-%m-%d}"},
            about="/indicator/task/",
            once=f"tasks-{unit}-{clock.today()}-{first}",
        )
    Task.objects.filter(pk__in=[t.pk for some in by_unit.values() for t in some]).update(reminded_on=clock.today())


def take(actor: Actor, task: Task, value: float, note: str) -> Task:
    """Raises Problem when a check refuses it; what was refused stays on record too."""
    one = house.get(task.indicator_id)
    found = checking.doubts(one, task.area_id, task.starts_on, value)
    hard = [d for d in found if d.is_hard]
    soft = [d for d in found if not d.is_hard]
    if hard or (soft and len(note.strip()) < 4):
        refused = (hard or soft)[0]
        raise Problem(refused.words, field="value" if hard or not note else "note")
    task.value, task.note, task.state = value, note.strip(), Task.SENT
    task.warning = str(soft[0].words)[:400] if soft else ""
    task.reported_by, task.reported_at, task.reason = actor.name, clock.now(), ""
    task.save()
    _trace(actor, task, "reported", value, note)
    return task


def approve(actor: Actor, task: Task) -> None:
    """The value counts from now on."""
    assert task.value is not None
    task.state, task.approved_by, task.approved_at = Task.APPROVED, actor.name, clock.now()
    task.save(update_fields=["state", "approved_by", "approved_at"])
    _trace(actor, task, "approved", task.value, "")
    end = periods.last_day(task.indicator.period, task.starts_on)
    Value.objects.update_or_create(
        indicator=task.indicator,
        area=task.area,
        starts_on=task.starts_on,
        defaults={
            "value": task.value,
            "as_of": min(end, clock.today()),
            "computed_at": clock.now(),
            "run": None,
            "is_partial": end > clock.today(),
            "source": f"{task.organisation.name}填报",
        },
    )


def return_back(actor: Actor, task: Task, reason: str) -> Task:
    task.state, task.reason = Task.RETURNED, reason
    task.save(update_fields=["state", "reason"])
    _trace(actor, task, "returned", task.value, reason)
    notice.send(
        actor,
        [task.organisation],
        key="indicator.returned",
        about=task.get_absolute_url(),
        data={
            "title": task.indicator.title_zh,
            "title_en": task.indicator.title_en,
            "period": task.period,
            "reason": reason,
        },
    )
    return task


def correct(actor: Actor, task: Task, value: float, reason: str) -> Task:
    """A new value for an approved one: checked likewise, and it counts when approved again."""
    one, old = house.get(task.indicator_id), task.value
    for doubt in checking.doubts(one, task.area_id, task.starts_on, value):
        if doubt.is_hard:
            raise Problem(doubt.words, field="value")
    if value == old:
        raise Problem(t("与原值相同", "That is the value it has"), field="value")
    with transaction.atomic():
        task.value, task.state, task.reason = value, Task.SENT, reason
        task.reported_by, task.reported_at = actor.name, clock.now()
        task.save()
        _trace(
            actor, task, "corrected", value, f"{shown(old, one.precision)} → {shown(value, one.precision)}：{reason}"
        )
    return task


def _trace(actor: Actor, task: Task, verb: str, value: float | None, words: str) -> None:
    Entry.objects.create(task=task, verb=verb, value=value, words=words[:400], by=actor.name)

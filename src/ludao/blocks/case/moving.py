"""Moves a case: along its drawn process or its kind's plain steps, with its clock, until it is closed.

Every move happens in the caller's transaction with the case's row locked, so a process that dies between two steps
leaves the case at the first of them.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.errors import Conflict
from ludao.base.text import t
from ludao.blocks.case import deadlines, kinds, story
from ludao.blocks.case.deadlines import Term
from ludao.blocks.case.kinds import Kind, StepKind
from ludao.blocks.case.models import Case, Pause, Task
from ludao.blocks.workflow import public as workflow

Hook = Callable[[Actor, Case], None]
_hooks: dict[tuple[str, str], list[Hook]] = {}
APPLICANT = "applicant"  # the lane of whoever applied
MEND = "mend"  # the step of a supervisor whose process cannot go on


def on(kind: str, what: str) -> Callable[[Hook], Hook]:
    """`@case.on("services.item.case", "decided")`: called in the same transaction as the case is accepted, returned,
    decided, closed or withdrawn; what it raises takes the move back."""

    def register(function: Hook) -> Hook:
        _hooks.setdefault((kind, what), []).append(function)
        return function

    return register


def call(actor: Actor, case: Case, what: str, **facts: Any) -> None:
    """Those who must know in this transaction, then everybody else."""
    for hook in _hooks.get((case.kind, what), ()):
        hook(actor, case)
    story.say(actor, case, what, **facts)


def own_steps(case: Case) -> QuerySet[Task]:
    """What the drawing gives to the applicant to do."""
    return case.tasks.filter(state=Task.OPEN, role=APPLICANT).order_by("pk")


def held(case_id: int) -> Case:
    """The case's row, locked until the transaction ends."""
    return Case.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=case_id)


def held_task(task: Task) -> tuple[Case, Task]:
    """The case, locked, and the step as it is now. Raises Conflict when somebody was faster."""
    case = held(task.case_id)
    fresh = Task.objects.select_related("organisation", "holder").get(pk=task.pk)
    fresh.case = case
    if fresh.state == Task.PAUSED:
        raise Conflict(t("办件已停计时，恢复后再办", "The case's clock is stopped; resume it first"))
    if fresh.state != Task.OPEN:
        raise Conflict(t("这一步已经办过了，请刷新后查看", "This step is done already; look at the case again"))
    return case, fresh


# — along the way ——————————————————————————————————————————————————————————————————————————————————————


def begin(actor: Actor, case: Case) -> None:
    """The first step. Without a step of acceptance the case is accepted as it comes."""
    kind = kinds.get(case.kind)
    if case.process:
        instance = workflow.begin(
            actor, case.process, about=f"case:{case.pk}", organisation=case.organisation_id, data=_known(case)
        )
        case = held(case.pk)
        case.instance = instance.pk
        case.save(update_fields=["instance"])
    else:
        _open_plain(case, kind.steps[0])
    if case.is_open and not case.tasks.filter(state=Task.OPEN, kind="accept").exists():
        accepted(actor, case)
        for task in case.tasks.filter(state=Task.OPEN):
            at = workflow.Step.objects.get(pk=task.step).due_at if task.step else None
            task.due_at = _step_due(case, deadlines.due(clock.now(), Term(task.days)) if task.days else at)
            task.save(update_fields=["due_at"])
    settle(case)


def _known(case: Case) -> dict[str, Any]:
    """What the drawing's conditions may ask."""
    return {
        **case.data,
        **case.facts,
        "case": case.pk,
        "number": case.number,
        "item": case.item,
        "entity": case.entity,
        "organisation": case.organisation_id,
        "area": case.area_id or "",
    }


def go_on(actor: Actor, case: Case, task: Task) -> None:
    """The step is done: the process, or the plain way, opens the next ones or ends."""
    if task.step is not None:
        step = workflow.Step.objects.get(pk=task.step)
        workflow.complete(actor, step, {**task.data, "opinion": task.opinion}, outcome=task.outcome)
        return
    if task.key == MEND or task.asked_for_id:
        return
    steps = kinds.get(case.kind).steps
    at = next((n for n, step in enumerate(steps) if step.key == task.key), len(steps))
    if task.outcome == "back" and at:
        _open_plain(case, steps[at - 1])
    elif task.outcome in kinds.REFUSALS and task.kind in ("accept", "decide"):
        finish(actor, case)
    elif at + 1 < len(steps):
        _open_plain(case, steps[at + 1])
    else:
        finish(actor, case)


@workflow.watch("case:")
def changed(actor: Actor, change: workflow.Change) -> None:
    """A drawn process has moved: its open steps are the case's tasks."""
    case = held(int(change.instance.about.partition(":")[2]))
    if not case.is_open:
        return
    now = clock.now()
    case.tasks.filter(step__in=[step.pk for step in change.closed], state__in=(Task.OPEN, Task.PAUSED)).update(
        state=Task.DROPPED, closed_at=now
    )
    for step in change.opened:
        task = _open_drawn(case, step)
        if task.role == APPLICANT:
            story.tell_applicant(actor, case, "your_turn", once=f"{case.pk}-turn-{task.pk}", step=task.title,
                                 step_en=task.title_en or task.title, until=f"{task.due_at:%Y-%m-%d}")
    is_stuck = change.instance.state == "stuck"
    if not is_stuck:
        case.tasks.filter(key=MEND, state=Task.OPEN).update(state=Task.DROPPED, closed_at=now)
    elif not case.tasks.filter(key=MEND, state=Task.OPEN).exists():
        _open_mend(case, change.instance.trouble)
    if change.is_finished:
        finish(actor, case)
    settle(case)


def _open_drawn(case: Case, step: workflow.Step) -> Task:
    """A step in the applicant's lane is theirs; for one without an account the window does it."""
    kind = step.kind if step.kind in kinds.STEP_KINDS else "handle"
    own = (case.agent_id or case.person_id) if step.role == APPLICANT else None
    return Task.objects.create(
        case=case,
        step=step.pk,
        key=step.step,
        title=step.title_zh,
        title_en=step.title_en,
        kind=kind,
        verbs=list(step.verbs) or kinds.OFFERED.get(kind, ["done"]),
        form=step.form,
        role="window_clerk" if step.role == APPLICANT and not own else step.role,
        holder_id=own,
        is_personal=bool(own),
        organisation_id=step.organisation_id or case.organisation_id,
        area_id=case.area_id,
        due_at=_step_due(case, step.due_at),
    )


def _open_plain(case: Case, step: StepKind) -> Task:
    at = deadlines.due(clock.now(), Term(step.days)) if step.days else None
    return Task.objects.create(
        case=case,
        key=step.key,
        title=step.title["zh"],
        title_en=step.title.get("en", ""),
        kind=step.kind,
        verbs=list(step.verbs),
        form=step.form,
        role=step.role,
        organisation_id=case.organisation_id,
        area_id=case.area_id,
        days=step.days,
        due_at=_step_due(case, at),
    )


def _open_mend(case: Case, trouble: str) -> None:
    Task.objects.create(
        case=case,
        key=MEND,
        title="流程受阻，请处理",
        title_en="The process is stuck; mend it",
        kind="handle",
        verbs=["done"],
        role="service_supervisor",
        question=trouble,
        organisation_id=case.organisation_id,
        area_id=case.area_id,
        due_at=case.due_at,
    )


def _step_due(case: Case, at: datetime | None) -> datetime:
    """No step may take longer than the case; before acceptance the case's own end is that of accepting."""
    return min(at, case.due_at) if at else case.due_at


# — what a step's end means for the case ———————————————————————————————————————————————————————————————


def accepted(actor: Actor, case: Case) -> None:
    """From here the law's term runs, and the promise."""
    now = clock.now()
    kind = kinds.get(case.kind)
    case.state, case.accepted_at = Case.HANDLING, now
    if not case.hours:
        case.legal_due_at = deadlines.due(now, Term(case.legal_days))
        case.due_at = deadlines.due(now, case.term)
        case.amber_at = deadlines.amber(now, case.due_at, case.term, kind.amber_days)
    case.save()
    call(actor, case, "accepted")


def decided(actor: Actor, case: Case, is_granted: bool) -> None:
    case.state, case.decided_at = Case.DECIDED, clock.now()
    case.decision = Case.GRANTED if is_granted else Case.DENIED
    case.save(update_fields=["state", "decided_at", "decision"])
    call(actor, case, "decided")


def finish(actor: Actor, case: Case) -> None:
    """The way is at its end."""
    last = case.tasks.filter(state=Task.CLOSED, asked_for=None).order_by("-closed_at", "-pk").first()
    if case.accepted_at is None:
        ending = Case.NOT_ACCEPTED
    elif case.decision:
        ending = case.decision
    else:
        ending = Case.DENIED if last and last.outcome in kinds.REFUSALS else Case.DONE
    close(actor, case, ending)


def close(actor: Actor, case: Case, ending: str) -> None:
    """However it ends: its steps are dropped, its process is cancelled, its clock stands."""
    now = clock.now()
    end_pause(case, now)
    case.state, case.ending, case.closed_at = Case.CLOSED, ending, now
    case.worked_days = deadlines.worked(case.accepted_at, now, case.paused_days) if case.accepted_at else None
    case.save()
    case.tasks.filter(state__in=(Task.OPEN, Task.PAUSED)).update(state=Task.DROPPED, closed_at=now)
    cancel(actor, case)
    call(actor, case, "withdrawn" if ending == Case.WITHDRAWN else "closed")
    settle(case)


def cancel(actor: Actor, case: Case) -> None:
    """The drawn process, where it has not ended by itself."""
    instance = workflow.Instance.objects.filter(pk=case.instance).first() if case.instance else None
    if instance is not None and instance.is_open:
        workflow.cancel(actor, instance)


# — the clock ——————————————————————————————————————————————————————————————————————————————————————————


def pause(case: Case, state: str, reason: str, text: str, expected_on: Any = None) -> None:
    """The clock stops, and nothing can be done to the steps until it goes on."""
    now = clock.now()
    Pause.objects.create(case=case, reason=reason, text=text, since=now, expected_on=expected_on)
    case.state, case.paused_at = state, now
    case.save(update_fields=["state", "paused_at"])
    case.tasks.filter(state=Task.OPEN).update(state=Task.PAUSED)
    if instance := _instance(case, workflow.Instance.RUNNING):
        workflow.suspend(instance)
    settle(case)


def go_on_from_pause(case: Case) -> None:
    """The clock runs again: every end moves by the time that was not counted."""
    stopped = case.paused_at
    now = clock.now()
    assert stopped is not None
    end_pause(case, now)
    case.state = Case.SUBMITTED if case.accepted_at is None else Case.HANDLING
    if case.accepted_at is None and not case.hours:
        case.due_at = deadlines.due(now, Term(kinds.get(case.kind).accept_days))
        case.amber_at = deadlines.amber(now, case.due_at, Term(1), 1)
    else:
        _move_ends(case, stopped, now)
    case.save()
    for task in case.tasks.filter(state=Task.PAUSED):
        task.state, task.due_at = Task.OPEN, deadlines.moved(task.due_at, stopped, now, case.term)
        task.save(update_fields=["state", "due_at"])
    if instance := _instance(case, workflow.Instance.SUSPENDED):
        workflow.resume(instance)
    settle(case)


def _move_ends(case: Case, stopped: datetime, now: datetime) -> None:
    kind = kinds.get(case.kind)
    case.due_at = deadlines.moved(case.due_at, stopped, now, case.term)
    if case.legal_due_at:
        case.legal_due_at = deadlines.moved(case.legal_due_at, stopped, now, Term(case.legal_days))
    start = case.accepted_at or case.opened_at
    case.amber_at = deadlines.amber(start, case.due_at, case.term, kind.amber_days)


def end_pause(case: Case, now: datetime) -> None:
    found = case.pauses.filter(until=None).first()
    if found is not None:
        found.until, found.days = now, deadlines.rested(found.since, now)
        found.save(update_fields=["until", "days"])
        if case.accepted_at is not None:
            case.paused_days += found.days
    case.paused_at = None


def _instance(case: Case, state: str) -> workflow.Instance | None:
    return workflow.Instance.objects.filter(pk=case.instance, state=state).first() if case.instance else None


# — who has it now —————————————————————————————————————————————————————————————————————————————————————


def light_of(case: Case, now: datetime) -> str:
    if case.closed_at is not None:
        return "done"
    if case.paused_at is not None:
        return "grey"
    return "red" if case.due_at <= now else "amber" if case.amber_at <= now else "green"


def settle(case: Case) -> None:
    """What lists show of a case stands in its own row: its step, whose it is, its light."""
    tasks = list(case.tasks.filter(state__in=(Task.OPEN, Task.PAUSED), asked_for=None).order_by("pk")[:6])
    case.step_zh = "、".join(dict.fromkeys(task.title for task in tasks))[:200]
    case.step_en = ", ".join(dict.fromkeys(task.title_en or task.title for task in tasks))[:200]
    case.holder_id = tasks[0].holder_id if len(tasks) == 1 else None
    case.office_id = tasks[0].organisation_id if tasks else (case.organisation_id if case.is_open else None)
    case.light = light_of(case, clock.now())
    case.save(update_fields=["step_zh", "step_en", "holder", "office", "light"])


def apart(kind: Kind, case: Case, task: Task, actor: Actor) -> None:
    """Raises Conflict for whoever asked for it themselves, or did what the kind keeps apart from this step."""
    if actor.is_system or not actor.person:
        return
    if int(actor.person) in (case.person_id, case.agent_id):
        raise Conflict(t("您是本件的申请人或经办人，应当回避", "You asked for this yourself; others decide it"))
    others = {other for pair in kind.apart if task.kind in pair for other in pair if other != task.kind}
    done = case.tasks.filter(state=Task.CLOSED, by=int(actor.person), kind__in=others).first() if others else None
    if done is not None:
        raise Conflict(
            t(
                f"职责分离：您已办理本件的“{done.name}”，这一步须由他人办理",
                f"Duties are kept apart: you did “{done.name}” of this case",
            )
        )

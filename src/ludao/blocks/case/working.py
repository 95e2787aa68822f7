"""How a step is done: by whom it may, with its opinion and data, once, and on to the next one."""

from typing import Any

from ludao.base import clock, live
from ludao.base.actor import Actor
from ludao.base.errors import Conflict, Problem
from ludao.base.text import t
from ludao.blocks.case import holding, kinds, memory, moving, story
from ludao.blocks.case.models import Case, Material, Task
from ludao.blocks.form import public as forms
from ludao.blocks.identity.public import ancestors

GOOD = {"accept", "approve", "done", "pass", "agree"}
MOST_TOLD = 200  # people whose desks are told of one new step


def do(actor: Actor, task: Task, outcome: str, opinion: str, data: dict[str, Any] | None = None) -> Task:
    """End the step and move the case on."""
    case, task = moving.held_task(task)
    holding.require(actor, task)
    if task.role != moving.APPLICANT:
        moving.apart(kinds.get(case.kind), case, task, actor)
    if task.opinions.filter(state__in=(Task.OPEN, Task.PAUSED)).exists():
        raise Conflict(t("还有会签意见没有收到", "Some opinions have not come in yet"))
    _papers_fit(case, task, outcome)
    remembered = memory.remember(case, task)
    _end(actor, task, outcome, opinion, data or {})
    _tell(actor, case, task)
    if task.asked_for_id:
        _opinion_came(actor, case, task)
        return task
    if task.kind == "accept" and outcome in GOOD:
        moving.accepted(actor, case)
        story.tell_applicant(actor, case, "accepted", due=f"{case.due_at:%Y-%m-%d}")
    if task.kind == "decide" and (outcome in GOOD or outcome in kinds.REFUSALS):
        moving.decided(actor, case, outcome in GOOD)
    moving.go_on(actor, case, task)
    case = moving.held(case.pk)
    if task.kind == "accept" and outcome == "refuse" and case.is_open:
        moving.close(actor, case, Case.NOT_ACCEPTED)
    _after(actor, case, task)
    memory.keep(case, task, remembered)
    return task


def offers(task: Task, outcome: str) -> None:
    """Raises Problem that names what the step may end in, unless this is of them."""
    if outcome not in task.verbs:
        offered = "、".join(str(kinds.VERBS.get(verb, verb)) for verb in kinds.outcomes(task.verbs))
        raise Problem(t(f"这一步可选：{offered}", f"This step offers: {offered}"), field="outcome")


def _papers_fit(case: Case, task: Task, outcome: str) -> None:
    """Nothing goes on with a required paper that was found unfit."""
    if outcome not in GOOD or task.kind not in ("accept", "examine", "decide"):
        return
    unfit = [str(one) for one in case.materials.filter(state=Material.REJECTED, is_required=True)]
    if unfit:
        named = "、".join(unfit)
        zh, en = f"{named}核对为不合格：请退回补正，或改判为合格", f"Not fit: {named}. Return it, or find it fit"
        raise Conflict(t(zh, en), field="outcome")


def _end(actor: Actor, task: Task, outcome: str, opinion: str, data: dict[str, Any]) -> None:
    task.state, task.outcome, task.opinion, task.data = Task.CLOSED, outcome, opinion, data
    task.closed_at, task.by_id = clock.now(), int(actor.person) if actor.person else None
    if task.holder_id is None and task.by_id:
        task.holder_id, task.claimed_at = task.by_id, task.closed_at
    task.save()


def _tell(actor: Actor, case: Case, task: Task) -> None:
    """The line of the story. What officers think before the decision is their own affair."""
    word = kinds.said(task.kind, task.outcome)
    is_internal = task.kind not in ("accept", "decide", "issue", "publish")
    story.write(
        actor,
        case,
        "step",
        f"{task.title}：{word['zh']}",
        f"{task.title_en or task.title}: {word['en']}",
        text=task.opinion,
        internal=is_internal,
        task=task,
        outcome=task.outcome,
        kind=task.kind,
    )


def _opinion_came(actor: Actor, case: Case, task: Task) -> None:
    asker = task.lender
    if asker is not None:
        story.tell_officers(
            actor, case, [asker], "opinion", once=f"opinion-{task.pk}", by=actor.name, opinion=task.opinion[:300]
        )


def _after(actor: Actor, case: Case, task: Task) -> None:
    """Whoever is concerned is told: the applicant of the end, the desks of the next steps."""
    if not case.is_open:
        told = str(case.get_ending_display())
        story.tell_applicant(actor, case, "closed", once=f"{case.pk}-closed", ending=told, reason=task.opinion or told)
        return
    moving.settle(case)
    for new in case.tasks.filter(state=Task.OPEN, opened_at__gte=task.closed_at):
        tell_desks(new)


def tell_desks(task: Task) -> None:
    """The pages of those who may take the step ask again; nobody else's."""
    if task.holder_id:
        live.tell("case.desk", [str(task.holder_id)])
    elif task.role:
        people = holding.holders(task.role, task.organisation_id, ancestors(task.organisation_id), task.area_id or "")
        live.tell("case.desk", [str(pk) for pk in people.values_list("pk", flat=True)[:MOST_TOLD]])


def keep(actor: Actor, task: Task) -> None:
    """Whoever does something to a free step has it from then on."""
    if task.holder_id is None and actor.person:
        task.holder_id, task.claimed_at = int(actor.person), clock.now()
        task.save(update_fields=["holder", "claimed_at"])


def title_of(case: Case, kind: str, name: str) -> str:
    """What a field or a material of the case is called."""
    if kind == "material":
        return case.materials.filter(code=name).values_list("title", flat=True).first() or name
    if case.form is None:
        return name
    titles = {one.name: one.title["zh"] for one in forms.version(case.form).design.fields}
    return titles.get(name, name)

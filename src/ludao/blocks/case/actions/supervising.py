"""What supervisors do: urge, demand an answer, assign, end, draw at random and review; and what the clock does."""

import secrets
from datetime import date
from typing import Annotated

from django.db import connection
from pydantic import Field

from ludao.base import clock
from ludao.base.actions import action
from ludao.base.actor import Actor
from ludao.base.errors import Conflict, Problem
from ludao.base.pages.forms import OWN, Choices, Kind
from ludao.base.text import t
from ludao.blocks.case import counting, kinds, lights, moving, story, working
from ludao.blocks.case.actions.applicant import holders_of
from ludao.blocks.case.actions.fields import Reason, Said
from ludao.blocks.case.models import Case, Drawn, Inspection, Task, Urging
from ludao.blocks.case.watching import CHECKS
from ludao.blocks.identity.public import Organisation, Person, Post, subtree

RIGHT = "case.supervise"
Inspected = Annotated[Organisation, Field(title=t("被查机构（含下级）", "Organisation, with all below")), OWN]


@action(
    "case.remind",
    title=t("催办", "Urge"),
    right=RIGHT,
    icon="bell-ringing",
    says=("case.urged",),
    when=lambda case: case.is_open,
)
def remind(actor: Actor, case: Case, text: Said) -> Urging:
    made = Urging.objects.create(case_id=case.pk, kind=Urging.REMIND, text=text, by=actor.name, person_id=_pk(actor))
    story.write(actor, case, "urged", "监管催办", "Urged by a supervisor", text=text, internal=True)
    story.say(actor, case, "urged", by="supervisor", text=text)
    story.tell_officers(actor, case, in_charge(case), "urged", once=f"urging-{made.pk}", text=text, who=actor.name)
    return made


@action(
    "case.supervise",
    title=t("督办", "Supervise"),
    right=RIGHT,
    icon="eye-check",
    says=("case.supervised",),
    when=lambda case: case.is_open,
)
def supervise(
    actor: Actor,
    case: Case,
    text: Said,
    due_on: Annotated[date, Field(title=t("回复期限", "Answer due"))],
) -> Urging:
    """A demand that must be answered by a day."""
    if due_on < clock.today():
        raise Problem(t("回复期限不能早于今天", "This day has passed"), field="due_on")
    made = Urging.objects.create(
        case_id=case.pk, kind=Urging.SUPERVISE, text=text, by=actor.name, due_on=due_on, person_id=_pk(actor)
    )
    story.write(actor, case, "supervised", "督办", "Supervised", text=text, internal=True, urging=made.pk)
    story.say(actor, case, "supervised", urging=made.pk, due_on=due_on.isoformat())
    story.tell_officers(
        actor,
        case,
        in_charge(case),
        "supervised",
        once=f"urging-{made.pk}",
        text=text,
        who=actor.name,
        until=due_on.isoformat(),
    )
    return made


@action(
    "case.answer_urging",
    title=t("回复催办督办", "Answer"),
    right="case.handle",
    icon="message",
    when=lambda urging: urging.answered_at is None and urging.ended_at is None,
)
def answer_urging(actor: Actor, urging: Urging, answer: Said) -> Urging:
    urging.answer, urging.answered_by, urging.answered_at = answer, actor.name, clock.now()
    if urging.kind != Urging.SUPERVISE:
        urging.ended_at = urging.answered_at
    urging.save()
    is_internal = urging.kind != Urging.URGE
    story.write(
        actor,
        urging.case,
        "answered",
        "回复" + urging.get_kind_display(),
        "Answered the urging",
        text=answer,
        internal=is_internal,
    )
    if not is_internal:
        story.tell_applicant(actor, urging.case, "remark", once=f"answer-{urging.pk}", text=answer)
    elif urging.person is not None:
        story.tell_officers(actor, urging.case, [urging.person], "answered", once=f"answer-{urging.pk}", text=answer)
    return urging


@action(
    "case.end_supervision",
    title=t("办结督办", "End the supervision"),
    right=RIGHT,
    icon="check",
    when=lambda urging: urging.kind == Urging.SUPERVISE and urging.ended_at is None,
)
def end_supervision(
    actor: Actor,
    urging: Urging,
    verdict: Annotated[str, Field(title=t("督办结论", "Verdict"), min_length=2, max_length=300)],
) -> Urging:
    urging.verdict, urging.ended_at = verdict, clock.now()
    urging.save(update_fields=["verdict", "ended_at"])
    story.write(actor, urging.case, "supervised", "督办办结", "The supervision ended", text=verdict, internal=True)
    return urging


@action(
    "case.assign", title=t("指派", "Assign"), right=RIGHT, icon="user-check", when=lambda task: task.state == Task.OPEN
)
def assign(actor: Actor, task: Task, post: Post, reason: Reason) -> Task:
    """Whoever had it, it is this person's now."""
    case, task = moving.held_task(task)
    if not post.is_current():
        raise Problem(t("这个岗位已不在任", "This post has ended"), field="post")
    moving.apart(kinds.get(case.kind), case, task, Actor(person=str(post.person_id)))
    task.holder_id, task.is_personal, task.claimed_at, task.lender_id = post.person_id, True, clock.now(), _pk(actor)
    task.save(update_fields=["holder", "is_personal", "claimed_at", "lender"])
    moving.settle(case)
    story.write(
        actor,
        case,
        "assigned",
        f"指派 {post.person.name} 办理",
        f"Assigned to {post.person.name}",
        text=reason,
        internal=True,
        task=task,
    )
    story.tell_officers(actor, case, [post.person], "assigned", step=task.title, reason=reason)
    working.tell_desks(task)
    return task


@action(
    "case.terminate",
    title=t("终止办理", "End the case"),
    right=RIGHT,
    icon="ban",
    says=("case.closed",),
    when=lambda case: case.is_open,
    confirm=t("本件就此办结，申请人会收到通知和理由。", "The case ends; the applicant is told why."),
)
def terminate(actor: Actor, case: Case, reason: Reason) -> Case:
    """Where the law says so: the applicant has died, the matter has fallen away (Licensing Law, article 70)."""
    case = moving.held(case.pk)
    if not case.is_open:
        raise Conflict(t("本件已经办结", "The case is closed already"))
    story.write(actor, case, "ended", "终止办理", "Ended", text=reason)
    moving.close(actor, case, Case.ENDED)
    story.tell_applicant(
        actor, case, "closed", once=f"{case.pk}-closed", ending=case.get_ending_display(), reason=reason
    )
    return case


def in_charge(case: Case) -> list[Person]:
    """Who has the case's steps; while nobody has, those who may take them."""
    tasks = list(case.tasks.filter(state__in=(Task.OPEN, Task.PAUSED)).select_related("holder"))
    held = {task.holder.pk: task.holder for task in tasks if task.holder is not None}
    if held or not tasks:
        return list(held.values())
    return holders_of(tasks[0])


# — random inspection ——————————————————————————————————————————————————————————————————————————————————

_DRAW = """
select id, count(*) over () from case_case
where organisation_id = any(%s) and closed_at >= %s and closed_at < %s::date + 1 and (%s = '' or kind = %s)
order by md5(%s || id) limit %s
"""


@action(
    "case.draw_inspection",
    title=t("随机抽查", "Draw at random"),
    right="case.inspect",
    icon="dice",
    lead=t(
        "从已办结的办件中随机抽取，种子留存，可以复核。",
        "Drawn from closed cases; the seed is kept, so that it can be checked.",
    ),
)
def draw_inspection(
    actor: Actor,
    organisation: Inspected,
    since: Annotated[date, Field(title=t("办结起", "Closed from"))],
    until: Annotated[date, Field(title=t("办结止", "Closed until"))],
    size: Annotated[int, Field(title=t("抽取件数", "How many"), ge=1, le=200)] = 10,
    kind: Annotated[str, Field(title=t("类型", "Kind"), max_length=120), Choices(dict(kinds.choices()))] = "",
) -> Inspection:
    if until < since:
        raise Problem(t("止日不能早于起日", "The end is before the beginning"), field="until")
    seed = secrets.token_hex(8)
    with connection.cursor() as cursor:
        cursor.execute(_DRAW, [sorted(subtree(organisation.pk)), since, until, kind, kind, seed, size])
        rows = cursor.fetchall()
    if not rows:
        raise Problem(t("这段时间没有办结的办件", "No case was closed in this time"), field="since")
    made = Inspection.objects.create(
        kind=kind,
        organisation=organisation,
        since=since,
        until=until,
        size=len(rows),
        pool=rows[0][1],
        seed=seed,
        drawn_by=actor.name,
    )
    Drawn.objects.bulk_create(Drawn(inspection=made, case_id=pk) for pk, _ in rows)
    return made


@action(
    "case.review",
    title=t("登记检查结果", "Record the review"),
    right="case.inspect",
    icon="clipboard-check",
    when=lambda drawn: drawn.reviewed_at is None,
)
def review(
    actor: Actor,
    drawn: Drawn,
    faults: Annotated[
        list[str],
        Field(
            title=t("不合格项", "What is not in order"),
            max_length=6,
            description=t("都合格就不选", "None when all is in order"),
        ),
        Choices(CHECKS),
    ] = [],  # noqa: B006
    note: Annotated[str, Field(title=t("评语", "Remarks"), max_length=1000), Kind("text")] = "",
) -> Drawn:
    """By somebody who did not work on the case."""
    if actor.person and drawn.case.tasks.filter(by=int(actor.person)).exists():
        raise Conflict(t("您办理过本件，应由他人检查", "You worked on this case; somebody else reviews it"))
    if faults and not note.strip():
        raise Problem(t("请写明问题", "Please say what is wrong"), field="note")
    drawn.faults, drawn.note = faults, note
    drawn.reviewed_by, drawn.reviewed_at = actor.name, clock.now()
    drawn.save()
    whole = drawn.inspection
    whole.reviewed = whole.drawn.exclude(reviewed_at=None).count()
    whole.faults = whole.drawn.exclude(reviewed_at=None).exclude(faults=[]).count()
    whole.save(update_fields=["reviewed", "faults"])
    story.write(actor, drawn.case, "inspected", "随机抽查", "Inspected at random", text=drawn.found, internal=True)
    return drawn


# — by the clock ———————————————————————————————————————————————————————————————————————————————————————


@action(
    "case.turn_lights",
    title=t("更新时限灯", "Turn the lights"),
    right="case.tend",
    icon="bulb",
    says=("case.turned_amber", "case.turned_red"),
)
def turn_lights(actor: Actor) -> None:
    """Only what is due is looked at; the job runs each minute."""
    lights.turn(actor)
    lights.lapse(actor)


@action("case.count", title=t("重算统计", "Count again"), right="case.tend", icon="refresh")
def count(actor: Actor) -> None:
    counting.count(whole=True)


def _pk(actor: Actor) -> int | None:
    return int(actor.person) if actor.person else None

"""What is done to a step: taken, done, handed on, sent back to the applicant, stopped, undone."""

import json
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from ludao.base import clock
from ludao.base.actions import action
from ludao.base.actor import Actor
from ludao.base.errors import Conflict, Problem
from ludao.base.pages.forms import Choices, Kind
from ludao.base.text import t
from ludao.blocks.case import deadlines, holding, kinds, memory, moving, story, working
from ludao.blocks.case.actions.fields import Data, Days, Needed, Opinion, Reason, Until
from ludao.blocks.case.deadlines import Term
from ludao.blocks.case.models import Case, Correction, Material, Task
from ludao.blocks.identity.public import Organisation, Person, Post, ancestors

RIGHT = "case.handle"
OPINION = {"zh": "会签意见", "en": "Opinion"}
MOVES = ("case.accepted", "case.decided", "case.closed")


def _is_open(task: Task) -> bool:
    return task.state == Task.OPEN


def _is_mine_to_end(task: Task) -> bool:
    return task.state == Task.OPEN and task.asked_for_id is None


@action(
    "case.claim",
    title=t("认领", "Take"),
    right=RIGHT,
    icon="hand-grab",
    says=("case.claimed",),
    when=lambda task: task.state == Task.OPEN and task.holder_id is None,
)
def claim(actor: Actor, task: Task) -> Task:
    """One statement decides who is first."""
    holding.require(actor, task)
    won = Task.objects.filter(pk=task.pk, holder=None, state=Task.OPEN).update(
        holder=actor.person or None, claimed_at=clock.now()
    )
    if not won:
        raise Conflict(t("别人已先认领", "Somebody else took it first"))
    case = moving.held(task.case_id)
    moving.settle(case)
    story.say(actor, case, "claimed", task=task.pk, by=actor.person)
    task.refresh_from_db()
    return task


@action(
    "case.release",
    title=t("放回", "Put back"),
    right=RIGHT,
    icon="arrow-back-up",
    when=lambda task: task.state == Task.OPEN and task.holder_id is not None and not task.is_personal,
)
def release(actor: Actor, task: Task) -> Task:
    """It waits for whoever has its role again."""
    case, task = moving.held_task(task)
    holding.require(actor, task)
    task.holder = task.claimed_at = None
    task.save(update_fields=["holder", "claimed_at"])
    moving.settle(case)
    working.tell_desks(task)
    return task


@action(
    "case.accept",
    title=t("受理", "Accept"),
    right=RIGHT,
    icon="check",
    says=MOVES,
    when=lambda task: task.state == Task.OPEN and task.kind == "accept",
    lead=t("受理后开始计算办理时限。", "The term runs from here."),
)
def accept(actor: Actor, task: Task, opinion: Opinion = "") -> Task:
    done = next((verb for verb in ("accept", "approve", "pass", "done") if verb in task.verbs), "accept")
    return working.do(actor, task, done, opinion or "申请材料齐全，符合法定形式，予以受理。")


@action(
    "case.refuse",
    title=t("不予受理", "Refuse to accept"),
    right=RIGHT,
    icon="ban",
    says=MOVES,
    when=lambda task: task.state == Task.OPEN and task.kind == "accept",
    confirm=t("不予受理后，本件即办结。", "The case ends here."),
)
def refuse(actor: Actor, task: Task, opinion: Needed) -> Task:
    """Whatever the drawing does next, a case that was not accepted is over."""
    return working.do(actor, task, "refuse", opinion)


@action("case.complete", title=t("办理", "Do this step"), right=RIGHT, icon="checks", says=MOVES, when=_is_mine_to_end)
def complete(
    actor: Actor,
    task: Task,
    outcome: Annotated[
        Literal["accept", "approve", "refuse", "done", "pass", "fail", "agree", "disagree", "back"],
        Field(title=t("结论", "Outcome")),
        Choices(kinds.VERBS),
    ],
    opinion: Opinion = "",
    data: Data = "",
) -> Task:
    """The step ends with one of the outcomes it offers; a refusal needs its reasons."""
    working.offers(task, outcome)
    if outcome in kinds.REFUSALS and len(opinion.strip()) < 2:
        raise Problem(t("请写明理由", "Please give the reasons"), field="opinion")
    return working.do(actor, task, outcome, opinion, parsed(data))


def parsed(data: str) -> dict[str, Any]:
    try:
        found = json.loads(data or "{}")
    except ValueError:
        raise Problem(t("不是有效的 JSON", "This is no JSON"), field="data") from None
    if not isinstance(found, dict):
        raise Problem(t("应为 JSON 对象", "A JSON object is wanted"), field="data")
    return found


@action(
    "case.check_paper",
    title=t("核对材料", "Check a paper"),
    right=RIGHT,
    icon="file-check",
    when=_is_mine_to_end,
    lead=t("不合格的写明哪里不对；退回补正时一并告知申请人。", "Say what is wrong: it is told with the return."),
)
def check_paper(
    actor: Actor,
    task: Task,
    code: Annotated[str, Field(title=t("材料编码", "Code of the material"), max_length=80)],
    verdict: Annotated[
        Literal["fit", "unfit"],
        Field(title=t("结论", "Verdict")),
        Choices({"fit": t("合格", "Fit"), "unfit": t("不合格", "Not fit")}),
    ],
    reason: Annotated[str, Field(title=t("哪里不对", "What is wrong"), max_length=300)] = "",
) -> Task:
    """Each paper by itself, as often as the officer changes their mind while they have the step."""
    case, task = moving.held_task(task)
    holding.require(actor, task)
    material = case.materials.filter(code=code).first()
    if material is None:
        raise Problem(t(f"本件没有材料 {code}", f"The case has no material {code}"), field="code")
    if verdict == "unfit" and len(reason.strip()) < 2:
        raise Problem(t("请写明哪里不对", "Please say what is wrong"), field="reason")
    if verdict == "fit" and material.document_id is None and not material.source:
        raise Problem(t(f"“{material}”还没有提交", f"“{material}” has not been handed in"), field="code")
    working.keep(actor, task)
    material.state, material.note = (Material.VERIFIED, "") if verdict == "fit" else (Material.REJECTED, reason.strip())
    material.save(update_fields=["state", "note"])
    word = ("合格", "fit") if verdict == "fit" else ("不合格", "not fit")
    zh, en = f"核对“{material.title}”：{word[0]}", f"Checked “{material}”: {word[1]}"
    story.write(actor, case, "paper", zh, en, text=material.note, internal=True, task=task)
    task.refresh_from_db()
    return task


class Asked(BaseModel):
    """One thing to put right: a field of the form or a material, and why."""

    kind: Literal["field", "material", "other"] = "other"
    name: str = ""
    title: str = ""
    why: str


@action(
    "case.return_for_correction",
    title=t("退回补正", "Return for correction"),
    right=RIGHT,
    icon="arrow-back",
    says=("case.returned",),
    when=lambda task: _is_mine_to_end(task) and task.kind in ("accept", "examine", "handle", "inspect"),
    lead=t(
        "一次性告知需要补正的全部内容。补正期间停止计时。", "Ask for everything at once. The clock stops meanwhile."
    ),
)
def return_for_correction(
    actor: Actor,
    task: Task,
    asked: Annotated[
        list[str],
        Field(
            title=t("需要补正的内容", "What to put right"),
            min_length=1,
            max_length=60,
            description=t("每行一项，如“材料 身份证：照片模糊”", "One a line"),
        ),
    ],
    opinion: Opinion = "",
    within: Until = 0,
) -> Task:
    """Field by field and material by material; a second return needs a reason of its own (Licensing Law, article 32:
    once, within five days)."""
    case, task = moving.held_task(task)
    holding.require(actor, task)
    working.keep(actor, task)
    items = [_asked(case, line) for line in asked]
    made = Correction.objects.create(
        case=case,
        task=task,
        asked=items,
        text=opinion,
        asked_by=actor.name,
        before=case.data,
        due_at=deadlines.due(clock.now(), Term(within or kinds.get(case.kind).correction_days)),
    )
    codes = [item["name"] for item in items if item["kind"] == "material"]
    case.materials.filter(code__in=codes).update(state=Material.REJECTED)
    moving.pause(case, Case.CORRECTION, "correction", opinion)
    lines = "\n".join(
        f"{n}. {item['title']}：{item['why']}" if item["title"] else f"{n}. {item['why']}"
        for n, item in enumerate(items, 1)
    )
    story.write(
        actor,
        case,
        "returned",
        "一次性告知补正",
        "Returned for correction",
        task=task,
        text=f"{lines}\n{opinion}".strip(),
        correction=made.pk,
        due=f"{made.due_at:%Y-%m-%d}",
    )
    story.tell_applicant(
        actor, case, "returned", once=f"{case.pk}-{made.pk}", what=lines, until=f"{made.due_at:%Y-%m-%d}"
    )
    moving.call(actor, case, "returned", correction=made.pk, asked=items)
    task.refresh_from_db()
    return task


def _asked(case: Case, line: str) -> dict[str, str]:
    """`field:name=why`, `material:code=why`, or plain words."""
    head, found, why = line.partition("=")
    kind, _, name = head.partition(":")
    if not found or kind not in ("field", "material"):
        return Asked(why=line).model_dump()
    title = working.title_of(case, kind, name)
    return Asked(kind=kind, name=name, title=title, why=why.strip() or str(t("请补正", "Please correct"))).model_dump()


@action(
    "case.take_back_correction",
    title=t("撤销补正通知", "Take the return back"),
    right=RIGHT,
    icon="arrow-back-up",
    says=("case.undone",),
    when=lambda task: task.state == Task.PAUSED and task.case.state == Case.CORRECTION,
)
def take_back_correction(actor: Actor, task: Task, reason: Reason) -> Task:
    """A notice sent by mistake: the case goes on where it stood."""
    case = moving.held(task.case_id)
    waiting = case.corrections.filter(answered_at=None, is_taken_back=False).first()
    if waiting is None or case.state != Case.CORRECTION:
        raise Conflict(t("申请人已经补正", "The applicant has corrected it already"))
    holding.require(actor, task)
    waiting.is_taken_back = True
    waiting.save(update_fields=["is_taken_back"])
    case.materials.filter(state=Material.REJECTED).update(state=Material.GIVEN)
    moving.go_on_from_pause(case)
    story.write(actor, case, "undone", "撤销补正通知", "The return was taken back", text=reason)
    story.tell_applicant(actor, case, "undone", reason=reason)
    story.say(actor, case, "undone", what="returned")
    task.refresh_from_db()
    return task


@action("case.delegate", title=t("转交他人", "Delegate"), right=RIGHT, icon="user-share", when=_is_open)
def delegate(actor: Actor, task: Task, post: Post, reason: Reason) -> Task:
    """To one person, who need not have the role; who did it stays on record."""
    case, task = moving.held_task(task)
    holding.require(actor, task)
    if not post.is_current():
        raise Problem(t("这个岗位已不在任", "This post has ended"), field="post")
    moving.apart(kinds.get(case.kind), case, task, Actor(person=str(post.person_id)))
    task.lender_id = int(actor.person) if actor.person else None
    task.holder_id, task.is_personal, task.claimed_at = post.person_id, True, clock.now()
    task.save(update_fields=["lender", "holder", "is_personal", "claimed_at"])
    moving.settle(case)
    story.write(
        actor,
        case,
        "delegated",
        f"转交 {post.person.name}",
        f"Passed on to {post.person.name}",
        text=reason,
        internal=True,
        task=task,
    )
    story.tell_officers(actor, case, [post.person], "assigned", step=task.title, reason=reason)
    return task


@action("case.hand_over", title=t("移送其他机构", "Hand over"), right=RIGHT, icon="building", when=_is_open)
def hand_over(actor: Actor, task: Task, organisation: Organisation, reason: Reason) -> Task:
    """To another organisation, where whoever has the role takes it."""
    case, task = moving.held_task(task)
    holding.require(actor, task)
    return _moved(actor, case, task, organisation, reason, "handed_over", "移送", "Handed over to")


@action("case.escalate", title=t("上报", "Escalate"), right=RIGHT, icon="arrow-up", when=_is_open)
def escalate(actor: Actor, task: Task, reason: Reason) -> Task:
    """To the organisation above."""
    case, task = moving.held_task(task)
    holding.require(actor, task)
    above = ancestors(task.organisation_id)
    if not above:
        raise Conflict(t("没有上级机构可以上报", "There is no organisation above"))
    return _moved(actor, case, task, Organisation.objects.get(pk=above[0]), reason, "escalated", "上报", "Escalated to")


def _moved(actor: Actor, case: Case, task: Task, to: Organisation, reason: str, what: str, zh: str, en: str) -> Task:
    task.organisation, task.holder, task.claimed_at, task.is_personal = to, None, None, False
    task.save(update_fields=["organisation", "holder", "claimed_at", "is_personal"])
    moving.settle(case)
    story.write(actor, case, what, f"{zh} {to.name}", f"{en} {to.name_en or to.name}", text=reason, task=task)
    working.tell_desks(task)
    return task


@action("case.ask_opinions", title=t("征求会签", "Ask for opinions"), right=RIGHT, icon="users", when=_is_mine_to_end)
def ask_opinions(
    actor: Actor,
    task: Task,
    posts: Annotated[list[Post], Field(title=t("会签人", "Whom to ask"), min_length=1, max_length=20)],
    question: Annotated[
        str, Field(title=t("征求什么意见", "What is asked"), min_length=2, max_length=500), Kind("text")
    ],
    within: Days = 3,
) -> Task:
    """Others give their opinions beside the drawing; the step is done when all are in."""
    case, task = moving.held_task(task)
    holding.require(actor, task)
    working.keep(actor, task)
    due = min(deadlines.due(clock.now(), Term(within)), max(task.due_at, clock.now() + timedelta(hours=1)))
    for post in posts:
        Task.objects.create(
            case=case,
            key=f"opinion-{post.pk}",
            title=OPINION["zh"],
            title_en=OPINION["en"],
            kind="countersign",
            verbs=["agree", "disagree"],
            organisation_id=post.organisation_id,
            area_id=case.area_id,
            holder_id=post.person_id,
            is_personal=True,
            asked_for=task,
            question=question,
            due_at=due,
            lender_id=int(actor.person) if actor.person else None,
        )
    people = list(Person.objects.filter(posts__in=posts).distinct())
    names = "、".join(person.name for person in people)
    story.write(
        actor,
        case,
        "asked",
        f"征求会签：{names}",
        f"Opinions asked of {names}",
        text=question,
        internal=True,
        task=task,
    )
    story.tell_officers(actor, case, people, "assigned", step=t("会签意见", "an opinion"), reason=question)
    return task


@action(
    "case.give_opinion",
    title=t("会签", "Give an opinion"),
    right=RIGHT,
    icon="signature",
    when=lambda task: task.state == Task.OPEN and task.asked_for_id is not None,
)
def give_opinion(
    actor: Actor,
    task: Task,
    opinion: Needed,
    outcome: Annotated[
        Literal["agree", "disagree"], Field(title=t("结论", "Outcome")), Choices(kinds.VERBS), Kind("radio")
    ] = "agree",
) -> Task:
    """Heard by whoever asked, in the case's story, and bound to nothing."""
    return working.do(actor, task, outcome, opinion)


@action(
    "case.suspend",
    title=t("挂起", "Suspend"),
    right=RIGHT,
    icon="player-pause",
    says=("case.suspended",),
    when=lambda task: _is_mine_to_end(task) and task.case.state == Case.HANDLING,
    lead=t(
        "只有法定事由可以停止计时，并书面告知申请人。",
        "Only reasons of law stop the clock; the applicant is told in writing.",
    ),
)
def suspend(
    actor: Actor,
    task: Task,
    reason: Annotated[
        str, Field(title=t("法定事由", "Legal reason"), max_length=40), Choices(dict(kinds.reason_choices()))
    ],
    text: Annotated[str, Field(title=t("说明", "Explanation"), min_length=2, max_length=500), Kind("text")],
    expected_on: Annotated[date | None, Field(title=t("预计恢复", "Expected to go on"))] = None,
) -> Task:
    case, task = moving.held_task(task)
    holding.require(actor, task)
    known = kinds.get(case.kind).reasons
    if reason not in known:
        raise Problem(t("本类办件没有这个挂起事由", "Cases of this kind know no such reason"), field="reason")
    if expected_on and expected_on < clock.today():
        raise Problem(t("预计恢复日不能早于今天", "This day has passed"), field="expected_on")
    working.keep(actor, task)
    moving.pause(case, Case.SUSPENDED, reason, text, expected_on)
    words = known[reason]
    story.write(
        actor,
        case,
        "suspended",
        f"挂起：{words['zh']}",
        f"Suspended: {words['en']}",
        text=f"{text}（{words.get('law', '')}）",
        task=task,
    )
    story.tell_applicant(actor, case, "suspended", reason=f"{words['zh']}，{text}")
    story.say(actor, case, "suspended", reason=reason)
    task.refresh_from_db()
    return task


@action(
    "case.resume",
    title=t("恢复办理", "Resume"),
    right=RIGHT,
    icon="player-play",
    says=("case.resumed",),
    when=lambda task: task.state == Task.PAUSED and task.case.state == Case.SUSPENDED,
)
def resume(actor: Actor, task: Task, opinion: Opinion = "") -> Task:
    """The clock goes on where it stood."""
    case = moving.held(task.case_id)
    if case.state != Case.SUSPENDED:
        raise Conflict(t("办件没有挂起", "The case is not suspended"))
    holding.require(actor, task)
    moving.go_on_from_pause(case)
    story.write(actor, case, "resumed", "恢复办理", "Resumed", text=opinion, task=task)
    story.tell_applicant(actor, case, "resumed", due=f"{case.due_at:%Y-%m-%d}")
    story.say(actor, case, "resumed")
    task.refresh_from_db()
    return task


@action(
    "case.undo",
    title=t("撤销刚才的办理", "Undo"),
    right=RIGHT,
    icon="arrow-back-up",
    says=("case.undone",),
    when=lambda task: memory.can_undo(task),
    confirm=t(
        "办件回到这一步之前；后一环节还没有动手时可以撤销。",
        "The case goes back to before this step; possible while nobody has begun the next one.",
    ),
)
def undo(actor: Actor, task: Task) -> Task:
    """A mistaken acceptance, within ten minutes, by whoever made it."""
    case = moving.held(task.case_id)
    fresh = Task.objects.get(pk=task.pk)
    if not memory.can_undo(fresh) or (not actor.is_system and str(fresh.by_id) != actor.person):
        raise Conflict(
            t(
                "已不能撤销：超过十分钟、后续环节已开始，或不是您办理的",
                "It can no longer be undone: it is over ten minutes old, not yours, or the next step has begun",
            )
        )
    memory.restore(case, fresh)
    moving.settle(case)
    story.write(
        actor, case, "undone", f"撤销“{fresh.title}”的办理", f"Undone: {fresh.title_en or fresh.title}", task=fresh
    )
    if case.person_id or case.agent_id or case.enterprise:
        story.tell_applicant(actor, case, "undone", reason=f"“{fresh.title}”办理有误，已撤销并重新办理")
    story.say(actor, case, "undone", what=fresh.kind)
    fresh.refresh_from_db()
    return fresh

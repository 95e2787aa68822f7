"""What an applicant does with a case: corrects, withdraws, urges, asks, rates, complains."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any, Literal

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Case as Either
from django.db.models import Model, QuerySet, Value, When
from pydantic import Field

from ludao.base import clock
from ludao.base.actions import action
from ludao.base.actor import Actor
from ludao.base.errors import Conflict, Problem, Problems
from ludao.base.pages.forms import Choices, Kind, Rows
from ludao.base.text import t
from ludao.blocks.case import complaining, holding, kinds, moving, opening, story, working
from ludao.blocks.case.actions.fields import Data, Reason, Said
from ludao.blocks.case.actions.steps import parsed
from ludao.blocks.case.models import Case, Correction, Material, Mine, Rating, Task, Urging
from ludao.blocks.document import public as document
from ludao.blocks.form import public as forms
from ludao.blocks.identity.public import Organisation, Person, ancestors

RIGHT = "case.mine"
LATELY = timedelta(days=365)
FACING = ("department", "institution", "government", "street")
URGED_EVERY = timedelta(days=1)


@action(
    "case.correct",
    title=t("提交补正", "Send the correction"),
    right=RIGHT,
    icon="send",
    says=("case.corrected",),
    when=lambda case: case.state == Case.CORRECTION,
)
def correct(
    actor: Actor,
    case: Mine,
    answer: Annotated[str, Field(title=t("补正说明", "What you put right"), max_length=1000), Kind("text")] = "",
    data: Data = "",
    codes: Annotated[
        list[str],
        Field(
            title=t("材料编码", "Codes of the materials"),
            max_length=60,
            description=t("与下面的文件一一对应，每行一个", "One a line, in the order of the files"),
        ),
    ] = [],  # noqa: B006
    files: Annotated[list[UploadedFile], Field(title=t("补交的文件", "Files"), max_length=60)] = [],  # noqa: B006
) -> Mine:
    """What was asked comes back; the clock goes on with the officer who asked."""
    now_case = moving.held(case.pk)
    asked = now_case.corrections.filter(answered_at=None, is_taken_back=False).first()
    if now_case.state != Case.CORRECTION or asked is None:
        raise Conflict(t("本件现在不需要补正", "Nothing is to be corrected now"))
    _take_data(now_case, asked, parsed(data))
    _take_files(actor, now_case, codes, files)
    _complete(now_case, asked, answer)
    asked.answered_at, asked.answer = clock.now(), answer
    asked.save(update_fields=["answered_at", "answer"])
    now_case.save(update_fields=["data"])
    moving.go_on_from_pause(now_case)
    story.write(actor, now_case, "corrected", "申请人已补正", "The applicant has corrected it", text=answer)
    story.say(actor, now_case, "corrected", correction=asked.pk)
    _tell_holder(actor, now_case, asked.task, "corrected")
    case.refresh_from_db()
    return case


def _take_data(case: Case, asked: Correction, data: dict[str, Any]) -> None:
    """Only what was asked for may change, unless it was asked for in plain words."""
    named = {item["name"] for item in asked.asked if item["kind"] == "field"}
    is_free = any(item["kind"] == "other" for item in asked.asked)
    made = {**case.data, **{name: value for name, value in data.items() if is_free or name in named}}
    if case.form is not None and made != case.data and (problems := forms.check(forms.version(case.form), made)):
        raise Problems(problems)
    case.data = made


def _take_files(actor: Actor, case: Case, codes: Sequence[str], files: Sequence[UploadedFile]) -> None:
    if len(codes) != len(files):
        raise Problem(t("文件与材料编码的数目不一致", "There must be one code for each file"), field="codes")
    for code, file in zip(codes, files, strict=True):
        material = case.materials.filter(code=code).first()
        if material is None:
            raise Problem(t(f"本件没有材料 {code}", f"The case has no material {code}"), field="codes")
        if material.document is not None:
            document.replace(actor, material.document, file, note=str(t("补正", "Corrected")))
        else:
            material.document = document.keep(
                actor,
                file,
                title=material.title,
                about=f"case:{case.pk}",
                organisation=case.organisation_id,
                term=kinds.get(case.kind).term,
            )
        material.state, material.given_at = Material.GIVEN, clock.now()
        material.save()


def _complete(case: Case, asked: Correction, answer: str) -> None:
    """Raises Problem while something asked for is still lacking, or nothing at all came back."""
    codes = [item["name"] for item in asked.asked if item["kind"] == "material"]
    lacking = list(case.materials.filter(code__in=codes, state__in=(Material.REJECTED, Material.WANTED)))
    if lacking:
        named = "、".join(one.title for one in lacking)
        raise Problem(t(f"请补交：{named}", f"Please hand in: {named}"), field="files")
    is_words_only = all(item["kind"] == "other" for item in asked.asked)
    if is_words_only and not answer.strip() and case.data == asked.before:
        raise Problem(t("请说明补正了什么", "Please say what you put right"), field="answer")


@action(
    "case.do_own",
    title=t("办理我的环节", "Do my step"),
    right=RIGHT,
    icon="checks",
    says=("case.accepted", "case.decided", "case.closed"),
    when=lambda case: case.is_running and moving.own_steps(case).exists(),
)
def do_own(
    actor: Actor,
    case: Mine,
    text: Annotated[str, Field(title=t("说明", "Your words"), max_length=1000), Kind("text")] = "",
    outcome: Annotated[
        Literal["done", "approve", "refuse", "agree", "disagree", "accept", "pass", "fail", "back"],
        Field(title=t("结论", "Outcome")),
        Choices(kinds.VERBS),
    ] = "done",
) -> Mine:
    """A step in the applicant's lane: confirmed, agreed to, mended; the process goes on."""
    task = moving.own_steps(case).first()
    if task is None:
        raise Conflict(t("现在没有需要您办理的环节", "Nothing waits for you now"))
    offered = kinds.outcomes(task.verbs)
    chosen: str = offered[0] if offered and len(task.verbs) == 1 else outcome
    working.offers(task, chosen)
    task.holder_id = int(actor.person) if actor.person else None
    Task.objects.filter(pk=task.pk).update(holder=task.holder_id)
    working.do(actor, task, chosen, text)
    case.refresh_from_db()
    return case


@action(
    "case.withdraw",
    title=t("撤回申请", "Withdraw"),
    right=RIGHT,
    icon="trash",
    says=("case.withdrawn",),
    when=lambda case: case.is_open and case.decided_at is None,
    confirm=t("撤回后本件办结，需要时可以重新申请。", "The case ends; you may apply again."),
)
def withdraw(actor: Actor, case: Mine, reason: Reason) -> Mine:
    """Until it is decided."""
    now_case = moving.held(case.pk)
    if not now_case.is_open or now_case.decided_at is not None:
        raise Conflict(t("已作出决定，不能撤回", "It is decided and cannot be withdrawn"))
    story.write(actor, now_case, "withdrawn", "申请人撤回", "Withdrawn by the applicant", text=reason)
    task = now_case.tasks.filter(state__in=(Task.OPEN, Task.PAUSED)).first()
    moving.close(actor, now_case, Case.WITHDRAWN)
    if task is not None:
        _tell_holder(actor, now_case, task, "withdrawn")
    case.refresh_from_db()
    return case


@action(
    "case.urge",
    title=t("催办", "Urge"),
    right=RIGHT,
    icon="bell-ringing",
    says=("case.urged",),
    when=lambda case: case.is_open and case.state != Case.CORRECTION,
    lead=t("经办人和监管人员会收到您的催办。", "The officer and the supervisors are told."),
)
def urge(actor: Actor, case: Mine, text: Said) -> Mine:
    """Once a day at most."""
    last = case.urgings.filter(kind=Urging.URGE).order_by("-at").first()
    if last is not None and clock.now() - last.at < URGED_EVERY:
        raise Conflict(t("今天已经催办过了，请等待答复", "You urged it today already; an answer is on its way"))
    Urging.objects.create(case_id=case.pk, kind=Urging.URGE, text=text, by=actor.name, person_id=_pk(actor))
    story.write(actor, case, "urged", "申请人催办", "Urged by the applicant", text=text)
    story.say(actor, case, "urged", by="applicant", text=text)
    task = case.tasks.filter(state=Task.OPEN).first()
    if task is not None:
        _tell_holder(actor, case, task, "urged", text=text, who=actor.name)
    return case


@action("case.ask", title=t("留言", "Ask"), right=RIGHT, icon="message", when=lambda case: case.is_open)
def ask(actor: Actor, case: Mine, text: Said) -> Mine:
    """A word from the applicant, which stands in the story."""
    story.write(actor, case, "asked_by_applicant", "申请人留言", "A word from the applicant", text=text)
    task = case.tasks.filter(state__in=(Task.OPEN, Task.PAUSED)).first()
    if task is not None:
        _tell_holder(actor, case, task, "spoken", text=text)
    return case


@action(
    "case.rate",
    title=t("评价", "Rate"),
    right=RIGHT,
    icon="star",
    says=("case.rated",),
    when=lambda case: case.closed_at is not None and _is_rated(case) and not hasattr(case, "rating"),
)
def rate(
    actor: Actor,
    case: Mine,
    grade: Annotated[
        Literal["5", "4", "3", "2", "1"],
        Field(title=t("您满意吗", "Are you satisfied")),
        Choices({str(grade): words for grade, words in Rating.GRADES}),
        Kind("radio"),
    ],
    tags: Annotated[
        list[str],
        Field(title=t("为什么", "Why"), max_length=8),
        Choices({key: t(words["zh"], words["en"]) for key, words in kinds.TAGS.items()}),
    ] = [],  # noqa: B006
    text: Annotated[str, Field(title=t("想说的话", "In your own words"), max_length=1000), Kind("text")] = "",
) -> Mine:
    """Once. A bad grade becomes a complaint that somebody else looks into and calls back about."""
    known = kinds.get(case.kind).tags
    made = Rating.objects.create(
        case_id=case.pk, grade=int(grade), tags=[tag for tag in tags if tag in known], text=text
    )
    story.write(actor, case, "rated", f"评价：{made.get_grade_display()}", f"Rated {grade} of 5", text=text)
    if made.grade <= Rating.BAD:
        made.complaint = complaining.open_about(actor, case, text or made.get_grade_display(), is_rating=True)
        made.save(update_fields=["complaint"])
    story.say(actor, case, "rated", grade=made.grade, tags=made.tags)
    return case


def _is_rated(case: Case) -> bool:
    kind = kinds.find(case.kind)
    return bool(kind and kind.rated)


@action(
    "case.complain",
    title=t("投诉", "Complain"),
    right=RIGHT,
    icon="message-exclamation",
    says=("case.opened",),
    when=lambda case: case.kind != complaining.KIND,
    lead=t("由监管人员核实处理，并回访您。", "A supervisor looks into it and calls you back."),
)
def complain(actor: Actor, case: Mine, text: Said) -> Mine:
    _complained(actor, case, text)
    return case


def _complained(actor: Actor, case: Mine, text: str) -> Case:
    """The complaint, which the case's own story tells to officers."""
    made = complaining.open_about(actor, case, text)
    story.write(actor, case, "complained", "申请人投诉", "The applicant complained", internal=True)
    return made


def _tell_holder(actor: Actor, case: Case, task: Task, key: str, **data: str) -> None:
    """Whoever has the step; while nobody has, those who may take it are told on their desks."""
    task = Task.objects.select_related("holder").get(pk=task.pk)
    if task.holder is not None:
        story.tell_officers(actor, case, [task.holder], key, **data)
    elif task.role:
        people = holders_of(task)
        if key == "urged":
            story.tell_officers(actor, case, people, key, **data)
    working.tell_desks(task)


def holders_of(task: Task) -> list[Person]:
    found = holding.holders(task.role, task.organisation_id, ancestors(task.organisation_id), task.area_id or "")
    return list(found[:20])


def _pk(actor: Actor) -> int | None:
    return int(actor.person) if actor.person else None


def _lately(rows: QuerySet[Mine], _: list[Model]) -> QuerySet[Mine]:
    return rows.exclude(kind=complaining.KIND).filter(opened_at__gte=clock.now() - LATELY).order_by("-pk")


def _facing_people(rows: QuerySet[Organisation], _: list[Model]) -> QuerySet[Organisation]:
    """Those that have counters and officers: departments first, then districts and streets; no companies."""
    return rows.filter(is_active=True, kind__in=FACING).order_by(
        Either(*(When(kind=kind, then=Value(at)) for at, kind in enumerate(FACING))), "code"
    )


@action(
    "case.lodge",
    title=t("服务投诉", "Complain about a service"),
    right=RIGHT,
    icon="message-exclamation",
    says=("case.opened",),
    lead=t(
        "对哪件办件不满意，选那件就行；与办件无关的，选窗口或单位。由监管人员核实处理，并回访您。",
        "About a case of yours, choose it; else choose the office. A supervisor looks into it and calls you back.",
    ),
)
def lodge(actor: Actor, about: Annotated[
    Mine | None, Field(title=t("哪件办件（近一年）", "Which case (of the last year)")), Rows(among=_lately)] = None,
    organisation: Annotated[Organisation | None, Field(title=t("被投诉单位", "Which office")),
                            Rows(among=_facing_people, group=Organisation.get_kind_display)] = None, *, text: Said,
) -> Mine:
    """About a case, or a service in general; a supervisor looks into it and calls back."""
    if about is not None:
        return Mine.objects.get(pk=_complained(actor, about, text).pk)
    if organisation is None:
        raise Problem(
            t("请选一件办件，或选被投诉单位", "Choose a case of yours, or the office"), field="organisation"
        )
    made = complaining.open_in_general(actor, opening.Applicant.of(actor), organisation, text)
    return Mine.objects.get(pk=made.pk)

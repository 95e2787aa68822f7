"""What people do with the plan: upload and correct it, publish, assign, report, measure, remark, remind, close."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.core.files.uploadedfile import UploadedFile
from django.db.models import F
from pydantic import Field

from ludao.base import clock
from ludao.base.actions import action, say
from ludao.base.actor import Actor
from ludao.base.crypto import sm3
from ludao.base.errors import Problem
from ludao.base.pages.forms import Kind
from ludao.base.text import t
from ludao.blocks.identity.public import Organisation

from .drafting import decoded, draft
from .engine.reading import read
from .lighting import FIELDS, lit, relight, relight_all
from .models import Evidence, Item, Measure, Milestone, Plan, Remark, Report, Target

Words = Annotated[str, Field(title=t("内容", "Text"), min_length=2, max_length=4000), Kind("text")]
Owner = Annotated[Organisation, Field(title=t("牵头单位", "Owner"))]
LARGEST = 20 * 2**20
NOBODY: list[Organisation] = []
NOTHING: list[UploadedFile] = []


@action(
    "assurance.plan.upload",
    title=t("上传工作要点", "Upload a work plan"),
    icon="upload",
    lead=t(
        "上传文本文件（.txt），系统读出方面、类别、任务和数量目标，供您校核后发布。",
        "Upload a text file (.txt); parts, sections, tasks and targets are read from it for you to check and publish.",
    ),
)
def upload(actor: Actor, file: Annotated[UploadedFile, Field(title=t("文本文件", "Text file"))]) -> Plan:
    text = decoded(file)
    reading = read(text)
    if reading.faults:
        fault = reading.faults[0]
        raise Problem(t(fault.zh, fault.en), field="file")
    keeper = Organisation.objects.filter(code=actor.organisation).first()
    if keeper is None:
        words = t(
            "请以某个单位的岗位上传，未分工的任务先归该单位",
            "Upload under a post: unassigned tasks belong to its office",
        )
        raise Problem(words, field="file")
    return draft(text, reading, keeper, actor.name)


@action(
    "assurance.plan.correct_item",
    title=t("更正任务", "Correct the task"),
    icon="edit",
    when=lambda item: item.closed_on is None,
)
def correct_item(
    actor: Actor,
    item: Item,
    title: Annotated[str, Field(title=t("任务", "Task"), min_length=2, max_length=300)],
    text: Annotated[str, Field(title=t("要求", "What is asked"), max_length=10000), Kind("text")] = "",
    begins_on: Annotated[date | None, Field(title=t("开始", "Begins"))] = None,
    due_on: Annotated[date | None, Field(title=t("期限", "Due"))] = None,
) -> Item:
    item.title, item.text = title, text
    item.begins_on, item.due_on = begins_on or item.begins_on, due_on or item.due_on
    if item.due_on < item.begins_on:
        raise Problem(t("期限不能早于开始日期", "The due day cannot be before the first day"), field="due_on")
    item.save()
    return relight(item)


@action("assurance.plan.correct_target", title=t("更正目标", "Correct the target"), icon="edit")
def correct_target(
    actor: Actor,
    target: Target,
    subject: Annotated[str, Field(title=t("内容", "What is counted"), min_length=1, max_length=300)],
    sign: Annotated[Literal["≥", ">", "=", "≤", "<", "≈"], Field(title=t("比较", "Comparison"))],
    value: Annotated[Decimal | None, Field(title=t("目标值", "Target"), max_digits=24, decimal_places=6)] = None,
    unit: Annotated[str, Field(title=t("单位", "Unit"), max_length=20)] = "",
    due_on: Annotated[date | None, Field(title=t("期限", "Due"))] = None,
    is_dropped: Annotated[bool, Field(title=t("这不是目标，不再跟踪", "This is no target; do not follow it"))] = False,
) -> Target:
    if value is None and target.kind != "date" and not is_dropped:
        raise Problem(t("请填写目标值", "Give the target's value"), field="value")
    target.subject, target.sign, target.value, target.unit = subject, sign, value, unit
    target.due_on, target.is_dropped = due_on or target.due_on, is_dropped
    target.save()
    return target


@action("assurance.plan.add_target", title=t("补充目标", "Add a target"), icon="plus")
def add_target(
    actor: Actor,
    item: Item,
    subject: Annotated[str, Field(title=t("内容", "What is counted"), min_length=1, max_length=300)],
    sign: Annotated[Literal["≥", ">", "=", "≤", "<", "≈"], Field(title=t("比较", "Comparison"))],
    value: Annotated[Decimal, Field(title=t("目标值", "Target"), max_digits=24, decimal_places=6)],
    unit: Annotated[str, Field(title=t("单位", "Unit"), max_length=20)] = "",
    due_on: Annotated[date | None, Field(title=t("期限", "Due"))] = None,
) -> Target:
    due = due_on or item.due_on
    return Target.objects.create(item=item, subject=subject, sign=sign, value=value, unit=unit, due_on=due)


@action(
    "assurance.plan.publish",
    title=t("发布要点", "Publish the plan"),
    icon="send",
    says=("assurance.plan.published",),
    confirm=t("发布后开始计时亮灯，各单位即可填报。", "Lights start, and every owner can report."),
    when=lambda plan: plan.is_draft,
)
def publish(actor: Actor, plan: Plan) -> Plan:
    plan.state, plan.published_at = Plan.PUBLISHED, clock.now()
    plan.save(update_fields=["state", "published_at"])
    relight_all(plan)
    say(
        "assurance.plan.published",
        {"plan": plan.pk, "title": plan.title, "years": [plan.first_year, plan.last_year], "items": plan.items.count()},
    )
    return plan


@action(
    "assurance.plan.end",
    title=t("结束要点", "End the plan"),
    icon="archive",
    confirm=t("结束后不再亮灯，也不能再填报。", "Lights stop and nothing more can be reported."),
    when=lambda plan: plan.state == Plan.PUBLISHED,
)
def end(actor: Actor, plan: Plan) -> Plan:
    plan.state = Plan.ENDED
    plan.save(update_fields=["state"])
    return plan


@action("assurance.plan.assign", title=t("分工", "Assign"), icon="users", says=("assurance.plan.assigned",))
def assign(
    actor: Actor,
    item: list[Item],
    owner: Owner,
    co_owners: Annotated[list[Organisation], Field(title=t("配合单位", "Co-owners"))] = NOBODY,
) -> None:
    for one in item:
        one.owner = owner
        one.save(update_fields=["owner"])
        one.co_owners.set(co_owners)
        say("assurance.plan.assigned", {**facts(one), "co_owners": [o.code for o in co_owners]})


@action("assurance.plan.set_milestone", title=t("设置里程碑", "Set a milestone"), icon="flag")
def set_milestone(
    actor: Actor,
    item: Item,
    title: Annotated[str, Field(title=t("节点", "Milestone"), min_length=2, max_length=200)],
    due_on: Annotated[date, Field(title=t("计划日期", "Due"))],
) -> Milestone:
    if due_on > item.due_on:
        words = t(f"节点不能晚于任务期限 {item.due_on}", f"It cannot be later than the task's due day {item.due_on}")
        raise Problem(words, field="due_on")
    return Milestone.objects.create(item=item, title=title, due_on=due_on)


@action(
    "assurance.plan.reach_milestone",
    title=t("完成里程碑", "Reach a milestone"),
    icon="flag-check",
    when=lambda milestone: milestone.reached_on is None,
)
def reach_milestone(
    actor: Actor, milestone: Milestone, on: Annotated[date | None, Field(title=t("完成日期", "Reached on"))] = None
) -> Milestone:
    milestone.reached_on = past(on or clock.today())
    milestone.save(update_fields=["reached_on"])
    return milestone


@action(
    "assurance.plan.report",
    title=t("报告进展", "Report progress"),
    icon="pencil",
    says=("assurance.plan.reported",),
    when=lambda item: item.is_open,
)
def report(
    actor: Actor,
    item: Item,
    percent: Annotated[int, Field(title=t("进度(%)", "Progress (%)"), ge=0, le=100)],
    words: Annotated[str, Field(title=t("进展", "In words"), min_length=2, max_length=4000), Kind("text")],
    on: Annotated[
        date | None, Field(title=t("截至", "As of"), description=t("不填为今天", "Today if left empty"))
    ] = None,
    evidence: Annotated[list[UploadedFile], Field(title=t("佐证材料", "Evidence"))] = NOTHING,
) -> Report:
    day = past(on or clock.today())
    made = Report.objects.create(item=item, percent=percent, text=words, on=day, by=actor.name)
    for file in evidence:
        attach(made, file)
    newest = Report.objects.filter(item=item).prefetch_related(None).order_by("-on", "-pk")[0]
    item.percent, item.heard_on = newest.percent, newest.on
    lit(item)
    item.save(update_fields=["percent", "heard_on", *FIELDS])
    say("assurance.plan.reported", {**facts(item), "percent": percent, "on": day, "text": words})
    return made


@action(
    "assurance.plan.set_value",
    title=t("填报数值", "Set the current value"),
    icon="pencil",
    says=("assurance.plan.measured",),
    when=lambda target: target.value is not None and target.item.is_open,
)
def set_value(
    actor: Actor,
    target: Target,
    current: Annotated[Decimal, Field(title=t("当前值", "Current value"), max_digits=24, decimal_places=6)],
    source: Annotated[
        str,
        Field(
            title=t("来源", "Source"),
            min_length=2,
            max_length=200,
            description=t("数从哪里来：系统、报表或文件", "Where it comes from: a system, a table or a paper"),
        ),
    ],
    on: Annotated[
        date | None, Field(title=t("截至", "As of"), description=t("不填为今天", "Today if left empty"))
    ] = None,
) -> Target:
    day = past(on or clock.today())
    Measure.objects.create(target=target, value=current, on=day, source=source, by=actor.name)
    newest = Measure.objects.filter(target=target).order_by("-on", "-pk")[0]
    target.current, target.current_on = newest.value, newest.on
    target.save(update_fields=["current", "current_on"])
    said = {"target": target.pk, "subject": target.subject, "value": str(current), "unit": target.unit, "on": day}
    say("assurance.plan.measured", {**facts(target.item), **said})
    return target


@action("assurance.plan.remark", title=t("批注", "Remark"), icon="message")
def remark(actor: Actor, item: Item, words: Words) -> Remark:
    return Remark.objects.create(item=item, text=words, by=actor.name)


@action("assurance.plan.remind", title=t("催办", "Remind"), icon="bell", says=("assurance.plan.reminded",))
def remind(actor: Actor, item: list[Item], words: Words) -> None:
    for one in item:
        Remark.objects.create(item=one, kind="reminder", text=words, by=actor.name)
        say("assurance.plan.reminded", {**facts(one), "text": words})


@action(
    "assurance.plan.close",
    title=t("办结", "Close"),
    icon="check",
    says=("assurance.plan.closed",),
    confirm=t("办结后不再填报和催办。", "No more reports or reminders after that."),
    when=lambda item: item.is_open and item.percent >= 100,
)
def close(actor: Actor, item: Item, words: Words) -> Item:
    item.closed_on = clock.today()
    item.save(update_fields=["closed_on"])
    Remark.objects.create(item=item, text=words, by=actor.name)
    say("assurance.plan.closed", facts(item))
    return relight(item)


@action(
    "assurance.plan.reopen",
    title=t("重新打开", "Reopen"),
    icon="rotate",
    when=lambda item: item.closed_on is not None,
)
def reopen(actor: Actor, item: Item, words: Words) -> Item:
    item.closed_on = None
    item.save(update_fields=["closed_on"])
    Remark.objects.create(item=item, text=words, by=actor.name)
    return relight(item)


@action(
    "assurance.plan.refresh",
    title=t("重新亮灯", "Set the lights anew"),
    icon="refresh",
    says=("assurance.plan.fell_due",),
)
def refresh(actor: Actor) -> None:
    """The daily round: every light by today's rule, and an event for each task that has just fallen overdue."""
    for plan in Plan.objects.filter(state=Plan.PUBLISHED):
        relight_all(plan)
        late = plan.items.filter(due_on__lt=clock.today(), closed_on=None, percent__lt=100)
        for item in late.exclude(overdue_for=F("due_on")):
            item.overdue_for = item.due_on
            item.save(update_fields=["overdue_for"])
            days = (clock.today() - item.due_on).days
            say("assurance.plan.fell_due", {**facts(item), "due_on": item.due_on, "days": days})


def facts(item: Item) -> dict[str, Any]:
    """What every event of a task carries."""
    return {"item": item.pk, "number": item.number, "title": item.title, "owner": item.owner_id, "light": item.light}


def past(day: date) -> date:
    if day > clock.today():
        raise Problem(t("日期不能晚于今天", "The day cannot be later than today"), field="on")
    return day


def attach(made: Report, file: UploadedFile) -> None:
    if (file.size or 0) > LARGEST:
        raise Problem(t("每个文件不超过 20 MB", "Each file may have 20 MB at most"), field="evidence")
    content = file.read()
    Evidence.objects.create(
        report=made, name=(file.name or "")[-200:], size=len(content), sm3=sm3(content).hex(), content=content
    )

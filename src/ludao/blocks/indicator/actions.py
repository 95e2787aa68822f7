"""What people do with indicators: define, compute, report, check, approve, correct, and handle alerts."""

from datetime import date
from typing import Annotated, Any

from django.core.files.uploadedfile import UploadedFile
from pydantic import Field

from ludao.base import clock, work
from ludao.base.actions import action, say
from ludao.base.actor import Actor
from ludao.base.errors import Conflict, Problem
from ludao.base.pages.forms import Kind
from ludao.base.text import t
from ludao.base.work import Progress
from ludao.blocks.document import public as document
from ludao.blocks.identity.public import Organisation
from ludao.blocks.indicator import computing, defining, house, reporting, tracing, watching
from ludao.blocks.indicator.engine import periods
from ludao.blocks.indicator.models import Alert, Indicator, Task

Reason = Annotated[str, Field(title=t("原因", "Reason"), min_length=4, max_length=300)]
Taker = Annotated[Organisation, Field(title=t("移交给", "To"))]
SYSTEM = "indicator"


@work.work("indicator.compute", title=t("计算指标", "Compute indicators"))
def computing_work(progress: Progress, addresses: list[str] | None = None, is_forced: bool = False) -> dict[str, Any]:
    done = computing.compute(addresses, is_forced=is_forced, tell=lambda n, total, what: progress.tell(n, total, what))
    computed(Actor.system(SYSTEM), codes=sorted(done.codes))
    if done.units:
        tracing.register()
    if done.failed:
        raise Problem("; ".join(f"{unit}: {why}" for unit, why in done.failed.items())[:2000])
    return {
        "values": done.values,
        "written": done.changed,
        "seconds": round(done.seconds, 2),
        "indicators": len(done.codes),
    }


@action(
    "indicator.computed",
    title=t("登记计算结果", "Note what was computed"),
    right="indicator.compute",
    says=("indicator.computed", "indicator.alerted"),
)
def computed(actor: Actor, codes: Annotated[list[str], Field(title=t("指标编码", "Codes"), max_length=5000)]) -> int:
    """Says that values changed, so that pages refresh, and raises alerts."""
    if not codes:
        return 0
    say("indicator.computed", {"codes": codes[:2000]})
    alerts = watching.watch(actor, codes)
    for alert in alerts:
        say("indicator.alerted", _facts(alert))
    return len(alerts)


def _facts(alert: Alert) -> dict[str, Any]:
    return {
        "alert": alert.pk,
        "code": alert.indicator_id,
        "area": alert.area_id,
        "period": alert.period,
        "kind": alert.kind,
        "light": alert.light,
        "value": alert.value,
        "owner": alert.owner_id,
        "words_zh": alert.words_zh,
        "words_en": alert.words_en,
    }


@action(
    "indicator.compute",
    title=t("重新计算", "Compute now"),
    icon="refresh",
    lead=t(
        "计算数据有变化的指标；勾选“全部重算”则不论有无变化。",
        "Computes what has changed; tick “everything” to compute all.",
    ),
)
def compute(actor: Actor, everything: Annotated[bool, Field(title=t("全部重算", "Everything"))] = False) -> None:
    computing_work.start(actor, about="indicator", is_forced=everything)


# — definitions —————————————————————————————————————————————————————————————————————————————————————


@action(
    "indicator.define",
    title=t("以文本导入指标", "Import an indicator as text"),
    icon="file-text",
    lead=t(
        "用几行 YAML 写明一个指标（也可按字段新建）；保存前会试算，出错会指出哪一项。",
        "Describe an indicator in a few lines of YAML (or draw it up by fields); it is tried before it is kept.",
    ),
)
def define(
    actor: Actor,
    code: Annotated[
        str,
        Field(
            title=t("编码", "Code"),
            pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$",
            max_length=100,
            description=t("英文小写，以点分段，如 people.resident", "Lower case with dots: people.resident"),
        ),
    ],
    text: Annotated[str, Field(title=t("定义", "Definition"), max_length=4000), Kind("text")],
) -> Indicator:
    row = defining.keep(actor, code, text)
    computing_work.start(actor, about="indicator")
    return row


def in_use(row: Indicator) -> bool:
    return not row.is_retired


@action(
    "indicator.retire",
    title=t("停用", "Retire"),
    icon="archive",
    when=in_use,
    confirm=t("停用后不再计算和填报，历史数值保留。", "It is no longer computed or reported; its values stay."),
)
def retire(actor: Actor, indicator: Indicator, reason: Reason) -> Indicator:
    if takers := defining.takers(indicator.code):
        raise Conflict(t(f"还有公式引用它：{'、'.join(takers)}", f"Formulas still take it: {', '.join(takers)}"))
    indicator.is_retired, indicator.changed_at, indicator.by = True, clock.now(), "page"
    indicator.save(update_fields=["is_retired", "changed_at", "by"])
    house.forget()
    return indicator


# — reporting ———————————————————————————————————————————————————————————————————————————————————————


@action(
    "indicator.open_tasks",
    title=t("下达填报任务", "Open reporting tasks"),
    icon="send",
    lead=t(
        "为所选周期中由部门填报的指标下达任务，并通知各部门。",
        "Opens a task for each reported indicator of the period and tells the departments.",
    ),
)
def open_tasks(
    actor: Actor,
    period: Annotated[
        str,
        Field(
            title=t("周期", "Period"),
            max_length=10,
            description=t("如 2025、2026-Q3、2026-10", "Such as 2025, 2026-Q3, 2026-10"),
        ),
    ],
    due_on: Annotated[date, Field(title=t("填报期限", "Due"))],
    codes: Annotated[
        str, Field(title=t("指标编码（空为全部）", "Codes (empty for all)"), max_length=4000), Kind("text")
    ] = "",
) -> None:
    try:
        kind, start = periods.parse(period)
    except ValueError as error:
        raise Problem(
            t("周期请写成 2025、2026-Q3 或 2026-10", "Write a period as 2025, 2026-Q3 or 2026-10"), field="period"
        ) from error
    if due_on < clock.today():
        raise Problem(t("期限不能早于今天", "The day must not have passed"), field="due_on")
    made = reporting.open_tasks(kind, start, due_on, codes.replace(",", " ").split())
    if not made:
        raise Problem(t("这个周期没有新的指标需要填报", "No indicator of this period lacks a task"), field="period")
    reporting.tell(actor, made)


@action(
    "indicator.remind",
    title=t("催报", "Remind"),
    icon="bell",
    when=lambda task: task.state in (Task.WAITING, Task.RETURNED),
)
def remind(actor: Actor, tasks: list[Task]) -> None:
    reporting.tell(actor, tasks)


def may_report(task: Task) -> bool:
    return task.state in (Task.WAITING, Task.RETURNED)


@action("indicator.report", title=t("填报", "Report"), icon="pencil", when=may_report)
def report(
    actor: Actor,
    task: Task,
    value: Annotated[float, Field(title=t("数值", "Value"), allow_inf_nan=False)],
    note: Annotated[
        str,
        Field(
            title=t("说明", "Note"),
            max_length=400,
            description=t("与历史相差很大时必须说明", "Needed when far from history"),
        ),
    ] = "",
    evidence: Annotated[
        UploadedFile | None,
        Field(title=t("佐证材料", "Paper"), description=t("统计表、文件等，可不附", "A table or a document, if any")),
    ] = None,
) -> Task:
    taken = reporting.take(actor, task, value, note)
    if evidence is not None:
        document.keep(actor, evidence, about=f"indicator.task:{task.pk}", organisation=task.organisation_id)
    return taken


@action(
    "indicator.approve",
    title=t("审核通过", "Approve"),
    icon="check",
    says=("indicator.approved",),
    when=lambda task: task.state == Task.SENT,
)
def approve(actor: Actor, tasks: list[Task]) -> None:
    for task in tasks:
        reporting.approve(actor, task)
        say(
            "indicator.approved",
            {"code": task.indicator_id, "area": task.area_id, "period": task.period, "value": task.value},
        )
    computing_work.start(actor, about="indicator")


@action(
    "indicator.return_back",
    title=t("退回修改", "Return"),
    icon="arrow-back-up",
    when=lambda task: task.state == Task.SENT,
)
def return_back(actor: Actor, task: Task, reason: Reason) -> Task:
    return reporting.return_back(actor, task, reason)


@action(
    "indicator.correct",
    title=t("更正已通过的数值", "Correct an approved value"),
    icon="edit",
    when=lambda task: task.state == Task.APPROVED,
    lead=t(
        "更正须说明原因，重新审核通过后生效；原值留痕。",
        "Say why; it takes effect when approved again, and the old value stays on record.",
    ),
)
def correct(
    actor: Actor,
    task: Task,
    value: Annotated[float, Field(title=t("新数值", "New value"), allow_inf_nan=False)],
    reason: Reason,
) -> Task:
    return reporting.correct(actor, task, value, reason)


# — alerts ——————————————————————————————————————————————————————————————————————————————————————————


@action("indicator.accept", title=t("接收", "Accept"), icon="hand-grab", when=lambda alert: alert.state == Alert.OPEN)
def accept(actor: Actor, alerts: list[Alert]) -> None:
    for alert in alerts:
        alert.state, alert.accepted_by, alert.accepted_at = Alert.ACCEPTED, actor.name, clock.now()
        alert.save(update_fields=["state", "accepted_by", "accepted_at"])


@action("indicator.close", title=t("处置完毕", "Close"), icon="circle-check", when=lambda alert: alert.is_open)
def close_alert(
    actor: Actor,
    alert: Alert,
    answer: Annotated[str, Field(title=t("处置情况", "What was done"), min_length=6, max_length=2000), Kind("text")],
) -> Alert:
    return _end(actor, alert, Alert.CLOSED, answer)


@action(
    "indicator.dismiss",
    title=t("排除", "Dismiss"),
    icon="x",
    when=lambda alert: alert.is_open,
    lead=t("数据有误或属正常波动时排除。", "For a wrong figure or a move that is normal."),
)
def dismiss(actor: Actor, alert: Alert, reason: Reason) -> Alert:
    return _end(actor, alert, Alert.DISMISSED, reason)


def _end(actor: Actor, alert: Alert, state: str, words: str) -> Alert:
    alert.state, alert.answer, alert.closed_by, alert.closed_at = state, words, actor.name, clock.now()
    alert.save(update_fields=["state", "answer", "closed_by", "closed_at"])
    return alert


@action("indicator.hand_over", title=t("移交", "Hand over"), icon="arrow-right", when=lambda alert: alert.is_open)
def hand_over(actor: Actor, alert: Alert, organisation: Taker, reason: Reason) -> Alert:
    if organisation.pk == alert.owner_id:
        raise Problem(t("已经由该单位负责", "That organisation has it already"), field="organisation")
    alert.owner, alert.state = organisation, Alert.OPEN
    alert.save(update_fields=["owner", "state"])
    watching.tell(actor, alert)
    return alert


@action(
    "indicator.escalate",
    title=t("逾期升级", "Escalate overdue alerts"),
    right="indicator.compute",
    says=("indicator.alert_overdue",),
)
def escalate(actor: Actor) -> int:
    """Alerts nobody handled in time become events; who leads the owner hears of them."""
    late = watching.overdue()
    for alert in late:
        alert.escalated_at = clock.now()
        alert.save(update_fields=["escalated_at"])
        say("indicator.alert_overdue", _facts(alert))
    return len(late)

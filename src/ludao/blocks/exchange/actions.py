"""The verbs of exchange: set sources up, receive, load, answer, mend, replay, take back."""

import json
import tomllib
from datetime import datetime
from typing import Annotated, Any, BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from pydantic import Field

from ludao.base import clock
from ludao.base.actions import action, say
from ludao.base.actor import Actor
from ludao.base.errors import Conflict, Problem
from ludao.base.pages.forms import Kind
from ludao.base.text import t
from ludao.blocks.exchange import answering, collecting, loading, quarantine, remaking, replaying, sources
from ludao.blocks.exchange.models import Delivery, Heap, Host, Mend, Question, Remake, Run, Source

ContractText = Annotated[
    str,
    Field(
        title=t("契约", "Contract"), min_length=10, max_length=200_000, description=t("TOML 或 JSON", "TOML or JSON")
    ),
    Kind("text"),
]
Why = Annotated[str, Field(title=t("理由", "Reason"), min_length=2, max_length=500)]
JSON_TEXT = Field(
    title=t("新值", "New values"),
    max_length=20_000,
    description=t("JSON：列名到值，空值为 null", "JSON: column to value, null for none"),
)


@action("exchange.set_up", title=t("按契约接入", "Set up by contract"), says=("exchange.set_up",), icon="plug")
def set_up(actor: Actor, contract: ContractText) -> Source:
    """The source of this contract; a second time changes what the contract changes."""
    source = sources.set_up(table_of(contract))
    say("exchange.set_up", {"address": source.address, "owner": source.owner_id})
    return source


def table_of(text: str, field: str = "contract") -> dict[str, Any]:
    try:
        table = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except ValueError as error:
        raise Problem(t(f"读不懂：{error}", f"It cannot be read: {error}"), field=field) from error
    if not isinstance(table, dict):
        raise Problem(t("应是一张表", "It should be a table"), field=field)
    return table


@action("exchange.receive", title=t("上传文件", "Upload a file"), says=("exchange.received",), icon="upload")
def receive(
    actor: Actor,
    source: Source,
    file: Annotated[
        UploadedFile,
        Field(
            title=t("文件", "File"),
            description=t(
                "CSV、XLSX、JSON 行、Parquet；编码和分隔符自动识别",
                "CSV, XLSX, JSON lines, Parquet; encoding and delimiter are found out",
            ),
        ),
    ],
    sent_at: Annotated[datetime | None, Field(title=t("发送时间", "Sent at"))] = None,
) -> Delivery:
    """Keep a file as it came; `load` then brings it in. What came before is recognised."""
    file.seek(0)
    delivery = sources.receive(source, cast(BinaryIO, file), file.name or "data", sent_at)
    say("exchange.received", {"address": source.address, "delivery": delivery.pk, "state": delivery.state})
    return delivery


@action("exchange.load", title=t("装载", "Load"), icon="database-import", when=lambda delivery: delivery.is_loadable)
def load(actor: Actor, delivery: Delivery) -> Delivery:
    """Load it in the background, with progress."""
    loading.load.start(actor, about=delivery.source.address, delivery=delivery.pk)
    return delivery


@action(
    "exchange.collect",
    title=t("立即收取", "Collect now"),
    icon="download",
    when=lambda source: source.kind != "upload" and source.state != Source.PAUSED,
)
def collect(actor: Actor, source: Source) -> Source:
    """Fetch what the source has, without waiting for its hour."""
    collecting.collect.start(actor, about=source.address, source=source.pk)
    return source


@action(
    "exchange.pause", title=t("暂停", "Pause"), icon="player-pause", when=lambda source: source.state == Source.ACTIVE
)
def pause(actor: Actor, source: Source, why: Why) -> Source:
    """Nothing is collected or loaded until it is resumed."""
    source.state = Source.PAUSED
    source.save(update_fields=["state"])
    return source


@action(
    "exchange.resume",
    title=t("恢复", "Resume"),
    icon="player-play",
    when=lambda source: source.state == Source.PAUSED,
)
def resume(actor: Actor, source: Source) -> Source:
    """It goes on, with what waits."""
    source.state = Source.ASKING if source.questions.filter(answered_at=None).exists() else Source.ACTIVE
    source.save(update_fields=["state"])
    if source.state == Source.ACTIVE:
        loading.run_waiting(actor, source)
    return source


@action(
    "exchange.answer",
    title=t("答复", "Answer"),
    says=("exchange.answered",),
    icon="message-reply",
    when=lambda question: question.is_open,
)
def answer(
    actor: Actor,
    question: Question,
    answers: Annotated[
        str,
        Field(
            title=t("答复", "Answers"),
            max_length=20_000,
            description=t(
                "JSON：列名到答复（契约的列名、add:新列名、ignore、keep）",
                "JSON: column to answer (a column of the contract, add:name, ignore, keep)",
            ),
        ),
        Kind("text"),
    ] = "{}",
    refuse: Annotated[bool, Field(title=t("退回这次送达", "Refuse this delivery"))] = False,
) -> Question:
    """It becomes part of the contract; the waiting delivery goes on."""
    given = {str(name): str(value) for name, value in table_of(answers, "answers").items()}
    answering.answer(actor, question, given, refuse)
    say("exchange.answered", {"address": question.source.address, "question": question.pk, "refused": refuse})
    return question


def is_open(delivery: Delivery) -> bool:
    return delivery.open > 0


@action("exchange.mend", title=t("修正一行", "Mend a row"), icon="pencil", when=is_open)
def mend(
    actor: Actor,
    delivery: Delivery,
    line: Annotated[int, Field(title=t("行号", "Line"), ge=0)],
    values: Annotated[str, JSON_TEXT, Kind("text")],
) -> Mend:
    """New values for one row; they count when it is replayed."""
    given = table_of(values, "values")
    contract = delivery.source.terms
    if unknown := [name for name in given if name not in contract.columns]:
        raise Problem(t(f"没有列“{unknown[0]}”", f"There is no column {unknown[0]}"), field="values")
    if quarantine.row(delivery, line) is None:
        raise Problem(t(f"第 {line} 行不在隔离区", f"Line {line} is not in quarantine"), field="line")
    if not given:
        raise Problem(t("没有改动", "Nothing is changed"), field="values")
    plain = {name: None if value in (None, "") else str(value) for name, value in given.items()}
    quarantine.open_mends(delivery).filter(line=line).update(undone_at=clock.now())
    return Mend.objects.create(delivery=delivery, line=line, values=plain, by=actor.name)


@action(
    "exchange.mend_all",
    title=t("按规则修正", "Mend by rule"),
    icon="wand",
    lead=t(
        "表达式按各行的原文计算，如 replace(birth_on, '-13-', '-12-')。先预览，再保存，回放时生效。",
        "An expression over the texts of each row, such as replace(birth_on, '-13-', '-12-'). Preview and keep it; it "
        "counts when replayed.",
    ),
)
def mend_all(
    actor: Actor,
    heap: Heap,
    column: Annotated[str, Field(title=t("列", "Column"), max_length=63)],
    expression: Annotated[
        str, Field(title=t("新值的表达式", "Expression of the new value"), min_length=1, max_length=2000)
    ],
) -> Mend:
    """One expression for all rows of a reason."""
    contract = heap.source.terms
    if column not in contract.columns:
        raise Problem(t(f"没有列“{column}”", f"There is no column {column}"), field="column")
    quarantine.rule_sql(contract, expression)
    return Mend.objects.create(
        delivery=heap.delivery, mark=heap.mark, column=column, expression=expression, by=actor.name
    )


@action(
    "exchange.discard",
    title=t("弃用这些行", "Discard these rows"),
    icon="trash",
    confirm=t(
        "回放后这些行不再出现；原文件仍保留。",
        "After the replay these rows appear no more; the file as it came stays.",
    ),
)
def discard(
    actor: Actor,
    heap: Heap,
    why: Why,
    line: Annotated[
        int | None,
        Field(
            title=t("行号", "Line"),
            ge=0,
            description=t("不填为这一原因的全部行", "All rows of this reason if left empty"),
        ),
    ] = None,
) -> Mend:
    """Rows that are wrong for good, with why."""
    return Mend.objects.create(
        delivery=heap.delivery, line=line, mark=heap.mark, is_discard=True, why=why, by=actor.name
    )


@action(
    "exchange.undo_mend",
    title=t("撤回修正", "Take the mend back"),
    icon="arrow-back-up",
    when=lambda mend: mend.is_open,
)
def undo_mend(actor: Actor, mend: Mend) -> Mend:
    """Before it was replayed; afterwards the replay is taken back as a whole."""
    mend.undone_at = clock.now()
    mend.save(update_fields=["undone_at"])
    return mend


@action("exchange.replay", title=t("回放", "Replay"), icon="refresh", when=is_open)
def replay(actor: Actor, delivery: Delivery) -> Delivery:
    """Check the mended rows again and bring in the good ones."""
    replaying.replay.start(actor, about=delivery.source.address, delivery=delivery.pk, generation=delivery.generation)
    return delivery


@action(
    "exchange.undo_run",
    title=t("撤回这次装载", "Take this run back"),
    icon="arrow-back-up",
    confirm=t("表回到这次装载之前的样子。", "The table becomes as it was before this run."),
    when=lambda run: run.is_newest,
)
def undo_run(actor: Actor, run: Run) -> Run:
    """Only the newest: what came later stands on it."""
    return replaying.undo(actor, run)


@action(
    "exchange.remake",
    title=t("按新契约重做", "Make anew by contract"),
    icon="table-options",
    lead=t(
        "契约的类型、主键变了：用留存的原文件在旁边试做一张新表，看清各行去向后再决定是否换上。",
        "Other types or another key: a new table is tried beside from the files as they came. What becomes of the rows "
        "is shown; then you decide.",
    ),
    when=lambda source: source.state != Source.REMAKING,
)
def remake(actor: Actor, source: Source, contract: ContractText) -> Remake:
    """Try the table under another contract; nothing that stands changes by it."""
    return remaking.begin(actor, source, table_of(contract))


@action(
    "exchange.put_remake",
    title=t("换上新表", "Put it in place"),
    icon="check",
    lead=t(
        "新表一次换上，旧版本仍可读、可撤回；换上期间到的送达等它完成。",
        "In one version; the old ones stay readable, and it can be taken back. What comes meanwhile waits.",
    ),
    when=lambda remake: remake.state == Remake.BUILT,
)
def put_remake(actor: Actor, remake: Remake) -> Remake:
    """The new table and its contract count from now on."""
    remake.state, remake.put_by = Remake.PUTTING, actor.name
    remake.save(update_fields=["state", "put_by"])
    Source.objects.filter(pk=remake.source_id).exclude(state=Source.PAUSED).update(state=Source.REMAKING)
    remaking.put.start(actor, about=remake.source.address, remake=remake.pk)
    return remake


@action(
    "exchange.leave_remake",
    title=t("不换，放弃", "Leave it"),
    icon="x",
    confirm=t("试做的新表清掉，契约和数据都不变。", "What was tried is swept; contract and data stay as they are."),
    when=lambda remake: remake.state in (Remake.BUILDING, Remake.BUILT),
)
def leave_remake(actor: Actor, remake: Remake) -> Remake:
    """Everything stays as it is."""
    return remaking.leave(remake)


@action(
    "exchange.undo_remake",
    title=t("撤回这次重做", "Take the remake back"),
    icon="arrow-back-up",
    confirm=t(
        "契约、表和隔离区都回到重做之前。", "Contract, table and quarantine become as they were before the remake."
    ),
    when=lambda remake: remake.can_be_undone,
)
def undo_remake(actor: Actor, remake: Remake) -> Remake:
    """While nothing was loaded since."""
    return remaking.undo(actor, remake)


@action(
    "exchange.allow",
    title=t("批准主机", "Allow a host"),
    icon="shield-check",
    lead=t("连接器只能到达这里批准的主机和端口。", "Connectors reach only hosts and ports that are allowed here."),
)
def allow(
    actor: Actor,
    name: Annotated[str, Field(title=t("主机", "Host"), pattern=r"^[A-Za-z0-9.:-]{1,200}$")],
    port: Annotated[int, Field(title=t("端口", "Port"), ge=1, le=65535)],
    why: Annotated[str, Field(title=t("用途", "What for"), min_length=2, max_length=200)],
    is_inside: Annotated[bool, Field(title=t("在内网或本机", "Inside or this machine"))] = False,
) -> Host:
    """A machine that sources may name from now on."""
    try:
        with transaction.atomic():
            return Host.objects.create(
                name=name.lower(), port=port, why=why, is_inside=is_inside, allowed_by=actor.name
            )
    except IntegrityError:
        raise Conflict(t("已经批准过", "It is allowed already"), field="name") from None


@action(
    "exchange.disallow",
    title=t("停用主机", "Allow no longer"),
    icon="shield-x",
    when=lambda host: host.ended_at is None,
)
def disallow(actor: Actor, host: Host) -> Host:
    """Nothing reaches it any more."""
    host.ended_at = clock.now()
    host.save(update_fields=["ended_at"])
    return host

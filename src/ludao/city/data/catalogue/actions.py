"""The catalogue's verbs: ask and answer, describe, query, measure, go back to an earlier version."""

from typing import Annotated, Literal

from pydantic import Field

from ludao.base import clock
from ludao.base.actions import action, say
from ludao.base.actor import Actor
from ludao.base.errors import Problem, Refused
from ludao.base.pages.forms import Choices, Kind
from ludao.base.text import t
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.catalogue.public import Entry
from ludao.blocks.lake import public as lake

from . import querying
from .models import Query, Remark

Promise = Literal["live", "hourly", "daily", "weekly", "monthly", "yearly"]
Sql = Annotated[str, Field(title=t("SQL 语句", "SQL"), min_length=8, max_length=20_000), Kind("text")]
Purpose = Annotated[str, Field(title=t("用途", "Purpose"), max_length=200,
                               description=t("查看敏感数据须写明", "Needed to see sensitive data"))]
Reason = Annotated[str, Field(title=t("理由", "Reason"), min_length=2, max_length=300)]


@action("data.catalogue.ask", title=t("提问", "Ask"), icon="message", says=("data.catalogue.asked",))
def ask(
    actor: Actor,
    entry: Entry,
    text: Annotated[str, Field(title=t("问题或意见", "Question or hint"), min_length=2, max_length=2000), Kind("text")],
    column: Annotated[str, Field(title=t("关于哪一列", "About which column"), max_length=80)] = "",
) -> Remark:
    if column and not entry.columns.filter(name=column).exists():
        raise Problem(t(f"没有列 {column}", f"There is no column {column}"), field="column")
    made = Remark.objects.create(entry=entry, column=column, text=text, by=actor.name, organisation=actor.organisation)
    say("data.catalogue.asked", {"address": entry.address, "owner": entry.owner_id, "text": text, "by": actor.name})
    return made


@action("data.catalogue.answer", title=t("答复", "Answer"), icon="message", says=("data.catalogue.answered",))
def answer(
    actor: Actor,
    remark: Remark,
    answer: Annotated[str, Field(title=t("答复", "Answer"), min_length=2, max_length=2000), Kind("text")],
) -> Remark:
    owned(actor, "data.catalogue.answer", remark.entry)
    remark.answer, remark.answered_by, remark.answered_at = answer, actor.name, clock.now()
    remark.save()
    say("data.catalogue.answered", {"address": remark.entry_id, "text": remark.text, "answer": answer})
    return remark


@action("data.catalogue.describe", title=t("完善说明", "Describe"), icon="pencil")
def describe(
    actor: Actor,
    entry: Entry,
    title_zh: Annotated[str, Field(title=t("中文名称", "Chinese title"), min_length=2, max_length=200)],
    title_en: Annotated[str, Field(title=t("英文名称", "English title"), max_length=200)] = "",
    note: Annotated[str, Field(title=t("说明", "Note"), max_length=4000), Kind("text")] = "",
    promise: Annotated[Promise, Field(title=t("更新承诺", "Update promise")),
                       Choices(dict(catalogue.PROMISES))] = "daily",
) -> Entry:
    owned(actor, "data.catalogue.describe", entry)
    entry.title_zh, entry.title_en, entry.note, entry.promise = title_zh, title_en, note, promise
    entry.words = " ".join(dict.fromkeys([entry.words, title_zh, title_en, *catalogue.pinyin(title_zh)]))
    entry.save()
    return entry


@action("data.catalogue.measure", title=t("重新画像", "Profile anew"), icon="chart-bar", when=lambda e: e.is_lake)
def measure(actor: Actor, entry: Entry) -> Entry:
    """Score all rules and profile all columns over the newest version; the profile is long work."""
    owned(actor, "data.catalogue.measure", entry)
    if lake.exists(entry.address):
        table = lake.describe(entry.address)
        catalogue.loaded(entry.address, run=f"measure-{table.version}", version=table.version)
        catalogue.profile.start(actor, about=entry.address, address=entry.address)
    return entry


@action(
    "data.catalogue.undo", title=t("回退版本", "Go back to a version"), icon="rotate",
    says=("data.catalogue.undone",), when=lambda e: e.is_lake,
    confirm=t("数据回到所选版本；之后的版本仍保留在历史中，可再次回退。",
              "The rows of that version stand again; later versions stay on record."),
)
def undo(
    actor: Actor, entry: Entry, version: Annotated[int, Field(title=t("回到版本", "To version"), ge=0)], reason: Reason
) -> Entry:
    owned(actor, "data.catalogue.undo", entry)
    if not lake.exists(entry.address):
        raise Problem(t("数据湖中没有这张表", "The lake has no such table"), field="version")
    number = lake.undo(entry.address, to=version, actor=actor, run=reason)
    catalogue.loaded(entry.address, run=f"undo-{number}", version=number)
    say("data.catalogue.undone", {"address": entry.address, "to": version, "version": number, "reason": reason})
    return entry


@action("data.catalogue.query", title=t("查询", "Query"), icon="search")
def query(actor: Actor, sql: Sql, purpose: Purpose = "") -> querying.Answer:
    """A SELECT over tables of the lake, within what the caller may see; at most 2,000 rows, 30 seconds."""
    return querying.run(actor, sql, purpose)


@action("data.catalogue.save_query", title=t("保存查询", "Save the query"), icon="bookmark")
def save_query(
    actor: Actor, title: Annotated[str, Field(title=t("名称", "Title"), min_length=1, max_length=120)], sql: Sql,
    purpose: Purpose = "",
) -> Query:
    made, _ = Query.objects.update_or_create(person=actor.person, title=title,
                                             defaults={"sql": sql, "purpose": purpose, "saved_at": clock.now()})
    return made


@action("data.catalogue.drop_query", title=t("删除查询", "Delete the query"), icon="trash",
        confirm=t("删除后不能恢复。", "It cannot be brought back."))
def drop_query(actor: Actor, query: Query) -> None:
    query.delete()


@action("data.catalogue.sync", title=t("同步目录", "Bring the catalogue up"), icon="refresh")
def sync(actor: Actor) -> dict[str, int]:
    """Enter datasets and lake tables that are new, and count them all; also done every night."""
    return catalogue.sync()


def owned(actor: Actor, right: str, entry: Entry) -> None:
    """Only for what is the actor's to look after: its owner lies within the right's reach."""
    if not catalogue.reaches(actor, right, entry):
        raise Refused(t("只能办理本单位的数据资源", "Only your own organisation's datasets are yours to change"))

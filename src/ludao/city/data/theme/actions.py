"""What a steward does with themes: found one, add a table, write it anew, go back, refresh, take out of use."""

from typing import Annotated

from pydantic import Field

from ludao.base.actions import action
from ludao.base.actor import Actor
from ludao.base.errors import Conflict, Problem
from ludao.base.pages.forms import Kind
from ludao.base.text import t
from ludao.blocks.identity.public import Organisation

from . import refreshing
from .definition import bind, check, inputs, low
from .models import Definition, Table, Theme

Text = Annotated[
    str,
    Field(
        title=t("定义", "Definition"),
        min_length=20,
        max_length=20000,
        description=t(
            "先写说明（-- title、row、key、fresh、columns），再写一条 SELECT。",
            "First the header (-- title, row, key, fresh, columns), then one SELECT.",
        ),
    ),
    Kind("text"),
]
Owner = Annotated[Organisation, Field(title=t("牵头单位", "Owner"))]
Note = Annotated[str, Field(title=t("修改说明", "Why"), min_length=2, max_length=200)]
Key = Annotated[
    str,
    Field(
        title=t("代号", "Key"),
        min_length=2,
        max_length=20,
        pattern="^[a-z][a-z0-9_]+$",
        description=t("小写英文字母、数字和下划线", "Small letters, digits and underscores"),
    ),
]


@action("data.theme.found", title=t("新建主题", "Found a theme"), icon="plus")
def found(
    actor: Actor,
    key: Key,
    title_zh: Annotated[str, Field(title=t("名称", "Title"), min_length=2, max_length=60)],
    title_en: Annotated[str, Field(title=t("英文名称", "Title in English"), min_length=2, max_length=100)],
    lead_zh: Annotated[str, Field(title=t("用途", "What it is for"), min_length=2, max_length=300)],
    lead_en: Annotated[str, Field(title=t("英文用途", "The same in English"), min_length=2, max_length=300)],
    owner: Owner,
) -> Theme:
    if Theme.objects.filter(key=key).exists():
        raise Problem(t(f"已有代号为 {key} 的主题", f"There is a theme {key} already"), field="key")
    return Theme.objects.create(
        key=key, title_zh=title_zh, title_en=title_en, lead_zh=lead_zh, lead_en=lead_en, owner=owner)


@action("data.theme.add", title=t("增加表", "Add a table"), icon="plus")
def add(actor: Actor, theme: Theme, name: Key, text: Text) -> Table:
    if theme.tables.filter(name=name).exists():
        raise Problem(t(f"该主题已有表 {name}", f"The theme has a table {name} already"), field="name")
    table = Table(theme=theme, name=name, place=theme.tables.count())
    return _write(actor, table, text, str(t("新建", "New")))


@action("data.theme.save", title=t("保存新版本", "Save as a new version"), icon="check",
        when=lambda table: table.is_active)
def save(actor: Actor, table: Table, text: Text, note: Note) -> Table:
    if table.definition.text == _plain(text):
        raise Problem(t("定义没有改动", "Nothing was changed"), field="text")
    return _write(actor, table, text, note)


@action("data.theme.restore", title=t("恢复此版本", "Go back to this version"), icon="rotate",
        confirm=t("将以此版本的内容生成一个新版本，历史保留。",
                  "A new version is made with this one's text; the history stays."),
        when=lambda definition: definition.table.number != definition.number)
def restore(actor: Actor, definition: Definition) -> Table:
    return _write(actor, definition.table, definition.text, str(t(f"恢复第 {definition.number} 版",
                                                                  f"Back to version {definition.number}")))


@action("data.theme.refresh", title=t("立即刷新", "Refresh now"), icon="refresh", when=lambda table: table.is_active)
def refresh(actor: Actor, table: list[Table]) -> None:
    for one in table:
        refreshing.refresh.start(actor, about=one.address, table=one.pk, number=one.number)


@action("data.theme.retire", title=t("停用", "Take out of use"), icon="archive",
        confirm=t("停用后不再刷新，已有数据保留。", "It is refreshed no more; what is there stays."),
        when=lambda table: table.is_active)
def retire(actor: Actor, table: Table, reason: Note) -> Table:
    users = [one.name for one in Table.objects.filter(is_active=True).exclude(pk=table.pk)
             if table.address in inputs(one.definition.text)]
    if users:
        raise Conflict(t(f"还有表用到它：{'、'.join(users)}", f"Other tables are made of it: {', '.join(users)}"))
    table.is_active = False
    table.save(update_fields=["is_active"])
    return table


@action("data.theme.revive", title=t("恢复使用", "Use again"), icon="rotate", when=lambda table: not table.is_active)
def revive(actor: Actor, table: Table) -> Table:
    table.is_active = True
    table.save(update_fields=["is_active"])
    return table


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip() + "\n"


def _write(actor: Actor, table: Table, text: str, note: str) -> Table:
    """A definition that holds becomes the table's next version, and what its header says the table's words."""
    checked = check(text)
    bind(checked, _plain(text))
    if wrong := low(checked):
        raise Problem(t("；".join(wrong), "; ".join(wrong)), field="text")
    header = checked.header
    table.title_zh, table.title_en = header.titles["zh"], header.titles["en"]
    table.row_zh, table.row_en, table.fresh = header.rows["zh"], header.rows["en"], header.fresh
    last = table.definitions.order_by("-number").first() if table.pk else None
    table.number = (last.number if last else 0) + 1
    table.save()
    Definition.objects.create(table=table, number=table.number, text=_plain(text), note=note, by=actor.name)
    return table


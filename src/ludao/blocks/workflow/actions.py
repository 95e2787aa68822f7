"""What officers do with drawings: drawn, changed, published, discarded; and with processes that are stuck."""

from typing import Annotated, Any

from pydantic import Field

from ludao.base.actions import action, say
from ludao.base.actor import Actor
from ludao.base.errors import Conflict, Problem, Problems
from ludao.base.pages.forms import Kind
from ludao.base.text import t

from . import moving, shipping
from .engine.checking import check
from .engine.reading import titles
from .models import Definition, Instance, Version

Address = Annotated[
    str,
    Field(
        title=t("地址", "Address"),
        pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){0,4}$",
        max_length=120,
        description=t("小写英文，如 local.leave", "Small letters, such as local.leave"),
    ),
]
Drawing = Annotated[str, Field(title=t("流程图（BPMN）", "Drawing (BPMN)"), min_length=50), Kind("text")]
Note = Annotated[str, Field(title=t("修改说明", "What changed"), max_length=300)]


@action(
    "workflow.draft",
    title=t("新建流程版本", "Draft a process"),
    icon="plus",
    lead=t("导入一张流程图；地址已有时成为它的新版本。", "Bring a drawing; a known address gets a new version."),
)
def draft(actor: Actor, address: Address, drawing: Drawing, note: Note = "") -> Version:
    return shipping.draft_text(address, drawing, actor.name, note=note)


@action("workflow.revise", title=t("修改草稿", "Revise the draft"), icon="edit", when=lambda version: version.is_draft)
def revise(actor: Actor, version: Version, drawing: Drawing, note: Note = "") -> Version:
    titles(drawing)  # it must be a drawing at least
    version.drawing, version.note, version.made_by = drawing, note or version.note, actor.name
    version.save(update_fields=["drawing", "note", "made_by"])
    return version


@action(
    "workflow.discard",
    title=t("作废草稿", "Discard the draft"),
    icon="trash",
    confirm=t("作废后不能恢复，需要时重新绘制。", "It cannot be taken back; draw it anew when needed."),
    when=lambda version: version.is_draft,
)
def discard(actor: Actor, version: Version) -> Version:
    version.state = Version.DISCARDED
    version.save(update_fields=["state"])
    return version


@action(
    "workflow.publish",
    title=t("发布", "Publish"),
    icon="send",
    says=("workflow.published",),
    confirm=t("发布后新开始的流程按这一版走。", "Processes that begin from now on follow this version."),
    when=lambda version: version.is_draft,
)
def publish(actor: Actor, version: Version) -> Version:
    if found := check(version.drawing):
        raise Problems([Problem(one.text, field="version") for one in found])
    definition = Definition.objects.select_for_update().get(pk=version.definition_id)
    if definition.number and definition.number > version.number:
        raise Conflict(t("已有更新的版本发布", "A newer version is published already"))
    shipping.put_in_force(version, actor.name)
    say("workflow.published", {"process": definition.pk, "version": version.number})
    return version


@action(
    "workflow.retire",
    title=t("停用", "Retire"),
    icon="circle-off",
    confirm=t("停用后不能再开始；正在办的照常走完。", "No more can begin; those under way go on to their end."),
    when=lambda definition: bool(definition.number),
)
def retire(actor: Actor, definition: Definition) -> Definition:
    definition.number = None
    definition.save(update_fields=["number"])
    return definition


@action(
    "workflow.retry",
    title=t("重试", "Try again"),
    icon="refresh",
    when=lambda instance: instance.state == Instance.STUCK,
    lead=t("可补上缺少的数据后再试。", "Data that were lacking can be given with it."),
)
def retry(
    actor: Actor,
    instance: Instance,
    name: Annotated[str, Field(title=t("补充的数据名", "Name of a datum"), max_length=80)] = "",
    value: Annotated[str, Field(title=t("值", "Value"), max_length=300)] = "",
) -> Instance:
    return moving.retry(actor, instance, _datum(name, value))


def _datum(name: str, value: str) -> dict[str, Any]:
    if not name:
        return {}
    words: dict[str, Any] = {"true": True, "false": False, "是": True, "否": False}
    if value in words:
        return {name: words[value]}
    return {name: int(value) if value.lstrip("-").isdigit() else value}


@action(
    "workflow.cancel",
    title=t("终止流程", "End the process"),
    icon="ban",
    confirm=t("终止后不能恢复。", "It cannot be taken back."),
    when=lambda instance: instance.is_open,
)
def cancel(
    actor: Actor,
    instance: Instance,
    reason: Annotated[str, Field(title=t("原因", "Reason"), min_length=2, max_length=200)],
) -> Instance:
    return moving.cancel(actor, instance)

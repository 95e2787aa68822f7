"""What officers do with drawings: drawn, changed, published, discarded; and with processes that are stuck."""

from typing import Annotated, Any

from django.core.files.uploadedfile import UploadedFile
from pydantic import Field

from ludao.base.actions import action, say
from ludao.base.actor import Actor
from ludao.base.errors import Conflict, Problem, Problems
from ludao.base.pages.forms import Kind
from ludao.base.text import t

from . import house, migrating, moving, shipping
from .models import Definition, Instance, Version

LARGEST = 2_000_000
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
    return shipping.draft_text(address, drawing, actor.name, kind=shipping.kind_of(drawing), note=note)


@action(
    "workflow.import_file",
    title=t("导入文件", "Import a file"),
    icon="upload",
    right="workflow.draft",
    lead=t("BPMN 流程图或 DMN 决策表，成为一份草稿。", "A BPMN drawing or a DMN table; it becomes a draft."),
)
def import_file(
    actor: Actor,
    address: Address,
    file: Annotated[UploadedFile, Field(title=t("文件", "File"))],
    note: Note = "",
) -> Version:
    text = _text(file)
    return shipping.draft_text(address, text, actor.name, kind=shipping.kind_of(text), note=note)


def _text(file: UploadedFile) -> str:
    if (file.size or 0) > LARGEST:
        raise Problem(t("文件太大", "The file is too large"), field="file")
    try:
        return str(file.read(), "utf-8-sig")
    except UnicodeDecodeError as error:
        raise Problem(t("文件不是 UTF-8 文本", "The file is no UTF-8 text"), field="file") from error


@action("workflow.revise", title=t("修改草稿", "Revise the draft"), icon="edit", when=lambda version: version.is_draft)
def revise(actor: Actor, version: Version, drawing: Drawing, note: Note = "") -> Version:
    shipping.named(version.definition.kind, drawing)  # it must be one at least
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
    found = house.findings(version.definition.kind, version.drawing, version.definition)
    if wrong := [one for one in found if not one.is_hint]:
        raise Problems([Problem(one.text, field="version") for one in wrong])
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
    "workflow.move",
    title=t("迁移到另一版本", "Move to another version"),
    icon="arrows-exchange",
    when=lambda instance: instance.is_open,
    confirm=t("环节、角色和表单改按新版本；已定的时限不变。", "Steps, roles, forms follow the new one; terms stay."),
)
def move(actor: Actor, instances: list[Instance], version: Version) -> None:
    for instance in instances:
        migrating.move(actor, instance, version)


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

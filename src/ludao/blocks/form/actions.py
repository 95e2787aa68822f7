"""What officers do with forms: make one, edit a draft of it, publish it, go back to an older version."""

from typing import Annotated

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Max
from pydantic import Field

from ludao.base import clock
from ludao.base.actions import action, say
from ludao.base.actor import Actor
from ludao.base.errors import Conflict, Problem, Problems
from ludao.base.pages.forms import Kind
from ludao.base.text import t

from . import options
from .engine.design import Design
from .engine.editing import fresh
from .engine.reading import read
from .models import Form, Version
from .shipping import tidy

LARGEST = 300_000
Note = Annotated[str, Field(title=t("修改说明", "What changed"), max_length=300)]
Text = Annotated[str, Field(title=t("表单定义（JSON）", "The form (JSON)"), min_length=2, max_length=LARGEST),
                 Kind("text")]


@action("form.create", title=t("新建表单", "Make a form"), icon="plus",
        lead=t("先起名，再在编辑页里加字段，发布后才能填写。",
               "Name it, then add fields in the editor; it can be filled in once it is published."))
def create(
    actor: Actor,
    name: Annotated[str, Field(title=t("编码", "Code"), pattern=r"^[a-z][a-z0-9_]{1,59}$", max_length=60, description=t(
        "小写字母、数字和下划线，如 street_stall", "Small letters, digits and _, such as street_stall"))],
    title_zh: Annotated[str, Field(title=t("名称", "Title"), min_length=2, max_length=200)],
    title_en: Annotated[str, Field(title=t("英文名称", "Title in English"), min_length=2, max_length=300)],
) -> Version:
    form, is_new = Form.objects.get_or_create(address=f"form.{name}", defaults={
        "title_zh": title_zh, "title_en": title_en})
    if not is_new:
        raise Problem(t("这个编码已有表单", "There is a form of this code already"), field="name")
    return _next(actor, form, fresh(title_zh, title_en), "")


@action("form.begin", title=t("修改", "Edit"), icon="edit",
        lead=t("从现行版本开始一份草稿，发布前不影响正在使用的表单。",
               "Begins a draft from the version in force; what is in use stays until the draft is published."),
        when=lambda form: not form.is_tool)
def begin(actor: Actor, form: Form) -> Version:
    """The draft that there is already, or one from the newest version."""
    Form.objects.select_for_update().get(pk=form.pk)
    if draft := form.versions.filter(state=Version.DRAFT).first():
        return draft
    newest = form.versions.filter(state=Version.PUBLISHED).order_by("-number").first()
    if newest is None:
        return _next(actor, form, fresh(form.title_zh, form.title_en), "")
    return _next(actor, form, newest.text, "")


@action("form.revise", title=t("保存草稿", "Save the draft"), icon="device-floppy",
        when=lambda version: version.is_draft)
def revise(actor: Actor, version: Version, text: Text, note: Note = "") -> Version:
    version.text = checked(actor, text)[1]
    version.note, version.made_by, version.made_at = note or version.note, actor.name, clock.now()
    version.save(update_fields=["text", "note", "made_by", "made_at"])
    return version


@action("form.bring", title=t("导入表单文件", "Bring in a form's file"), icon="upload",
        lead=t("*.form.json 文件，成为这张表单的草稿。", "A *.form.json file becomes the form's draft."),
        when=lambda form: not form.is_tool)
def bring(actor: Actor, form: Form, file: Annotated[UploadedFile, Field(title=t("文件", "File"))],
          note: Note = "") -> Version:
    if (file.size or 0) > LARGEST:
        raise Problem(t("文件太大", "The file is too large"), field="file")
    try:
        text = file.read().decode("utf-8")
    except UnicodeDecodeError:
        raise Problem(t("文件不是 UTF-8 文字", "The file is no UTF-8 text"), field="file") from None
    _, text = checked(actor, text, "file")
    return _drafted(actor, form, text, note or str(file.name))


@action("form.publish", title=t("发布", "Publish"), icon="send", says=("form.published",),
        confirm=t("发布后新的填写使用这一版；已在办的仍按原来的版本。",
                  "New fillings use this version; what is under way keeps its own."),
        when=lambda version: version.is_draft)
def publish(actor: Actor, version: Version, note: Note = "") -> Version:
    design, _ = checked(actor, version.text)
    form = Form.objects.select_for_update().get(pk=version.form_id)
    version.state, version.published_by, version.published_at = Version.PUBLISHED, actor.name, clock.now()
    version.note = note or version.note
    version.save(update_fields=["state", "published_by", "published_at", "note"])
    form.number, form.title_zh, form.title_en = version.number, design.title["zh"], design.title["en"]
    form.changed_at = clock.now()
    form.save(update_fields=["number", "title_zh", "title_en", "changed_at"])
    say("form.published", {"form": form.pk, "version": version.pk, "number": version.number})
    return version


@action("form.discard", title=t("作废草稿", "Discard the draft"), icon="trash",
        confirm=t("草稿中的修改将不再使用。", "The changes of the draft are given up."),
        when=lambda version: version.is_draft)
def discard(actor: Actor, version: Version, reason: Annotated[str, Field(
        title=t("原因", "Reason"), min_length=2, max_length=200)]) -> Version:
    version.state, version.note = Version.DISCARDED, reason
    version.save(update_fields=["state", "note"])
    return version


@action("form.restore", title=t("恢复这一版", "Go back to this version"), icon="history",
        when=lambda version: not version.is_draft and not version.form.is_tool,
        lead=t("以这一版的内容建立草稿，核对后发布。", "Its content becomes a draft; look it over, then publish."))
def restore(actor: Actor, version: Version) -> Version:
    return _drafted(actor, version.form, version.text, str(t(f"恢复第 {version.number} 版",
                                                           f"Back to version {version.number}")))


def checked(actor: Actor, text: str, field: str = "text") -> tuple[Design, str]:
    """The design and the tidied text. Raises Problems that tell each place."""
    try:
        design = read(text)
    except Problems as error:
        raise Problems([_placed(one, field) for one in error.problems[:20]]) from error
    if wrong := options.faults(design, actor):
        raise Problems([_placed(one, field) for one in wrong])
    return design, tidy(text)


def _placed(problem: Problem, field: str) -> Problem:
    return Problem(f"{problem.field}：{problem}" if problem.field else str(problem), field=field)


def _drafted(actor: Actor, form: Form, text: str, note: str) -> Version:
    """The form's draft with this text; there is one draft at a time."""
    Form.objects.select_for_update().get(pk=form.pk)
    if form.versions.filter(state=Version.DRAFT).exists():
        raise Conflict(t("已有一份草稿，请先发布或作废它", "There is a draft already: publish or discard it first"))
    return _next(actor, form, text, note)


def _next(actor: Actor, form: Form, text: str, note: str) -> Version:
    number = (form.versions.aggregate(most=Max("number"))["most"] or 0) + 1
    return Version.objects.create(form=form, number=number, text=text, note=note[:300], made_by=actor.name)

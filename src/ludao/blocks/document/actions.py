"""What is done with documents: uploaded, replaced, withdrawn, kept longer or shorter, held, deleted when due."""

from datetime import date
from typing import Annotated, Literal

from django.core.files.uploadedfile import UploadedFile
from pydantic import Field

from ludao.base import clock
from ludao.base.actions import action, say
from ludao.base.actor import Actor
from ludao.base.pages.forms import Choices
from ludao.base.text import t
from ludao.blocks.document import clearing, keeping, retention
from ludao.blocks.document.models import Document

File = Annotated[UploadedFile, Field(title=t("文件", "File"))]
Title = Annotated[str, Field(title=t("标题", "Title"), max_length=200, description=t(
    "不填时用文件名", "Left empty, the file's name serves"))]
Note = Annotated[str, Field(title=t("说明", "Note"), max_length=300)]
Reason = Annotated[str, Field(title=t("原因", "Reason"), min_length=2, max_length=300)]
Term = Annotated[Literal["permanent", "thirty", "ten", "short"], Field(title=t("保管期限", "Kept for")),
                 Choices(retention.TITLES)]


@action(
    "document.upload", title=t("上传文件", "Upload a file"), icon="upload",
    lead=t("图片、PDF、OFD、Office 文件、表格和文本，单个不超过 50 MiB。文件类型以内容为准。",
           "Pictures, PDF, OFD, Office files, tables and texts of up to 50 MiB. The content tells the kind."),
)
def upload(actor: Actor, file: File, title: Title = "", retention: Term = "ten") -> Document:
    return keeping.keep(actor, file, title=title, term=retention)


@action("document.replace", title=t("上传新版本", "Upload a new version"), icon="refresh",
        when=lambda document: document.is_kept)
def replace(actor: Actor, document: Document, file: File, note: Note = "") -> Document:
    """The versions before stay."""
    keeping.replace(actor, document, file, note=note)
    document.refresh_from_db()
    return document


@action(
    "document.withdraw", title=t("撤回", "Withdraw"), icon="eye-off", when=lambda document: document.is_kept,
    confirm=t("撤回后不能再下载，到期前仍保管。", "It can no longer be downloaded, and is kept until it is due."),
)
def withdraw(actor: Actor, document: Document, reason: Reason) -> Document:
    document.state, document.reason = Document.WITHDRAWN, reason
    document.save(update_fields=["state", "reason"])
    return document


@action("document.restore", title=t("恢复使用", "Put back in use"), icon="refresh",
        when=lambda document: document.state == Document.WITHDRAWN)
def restore(actor: Actor, document: Document) -> Document:
    document.state, document.reason = Document.KEPT, ""
    document.save(update_fields=["state", "reason"])
    return document


@action("document.set_retention", title=t("改变保管期限", "Keep longer or shorter"), icon="calendar",
        when=lambda document: document.state != Document.DISPOSED)
def set_retention(actor: Actor, document: Document, retention: Term, reason: Reason) -> Document:
    """Counted from the document's own day, not from today."""
    document.retention, document.due_on = retention, _due_on(retention, document)
    document.save(update_fields=["retention", "due_on"])
    return document


def _due_on(term: str, document: Document) -> date | None:
    return retention.due_on(term, clock.day_of(document.made_at))


@action("document.hold", title=t("冻结", "Hold"), icon="lock",
        when=lambda document: document.state != Document.DISPOSED and not document.held_for,
        lead=t("诉讼、审计或调查期间，到期也不销毁。", "In a lawsuit, audit or inquiry it is not deleted when due."))
def hold(actor: Actor, document: Document, reason: Reason) -> Document:
    document.held_for = reason
    document.save(update_fields=["held_for"])
    return document


@action("document.release", title=t("解除冻结", "Release"), icon="lock-open", when=lambda document: document.held_for)
def release(actor: Actor, document: Document, reason: Reason) -> Document:
    document.held_for = ""
    document.save(update_fields=["held_for"])
    return document


@action(
    "document.dispose", title=t("销毁到期文件", "Delete what is due"), icon="trash", says=("document.disposed",),
    when=lambda document: document.is_due,
    confirm=t("文件内容将被删除，不能恢复；只留下标题、摘要和经过。",
              "The content is deleted and cannot be had back; title, digest and history stay."),
)
def dispose(actor: Actor, document: Document) -> Document:
    digests = list(document.versions.values_list("digest", flat=True))
    clearing.dispose(document)
    say("document.disposed", {"document": document.pk, "title": document.title, "digests": digests})
    return document

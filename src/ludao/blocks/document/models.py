"""What is kept of documents: each with its versions, and the contents they name by digest."""

from typing import Any

from django.db import models
from django.template.defaultfilters import filesizeformat

from ludao.base import clock, grams
from ludao.base.rights import Scope
from ludao.base.text import t
from ludao.blocks.document import kinds, retention


class Content(models.Model):
    """One sequence of bytes, stored once under its SHA-256 whoever brings it how often."""

    CLEAN, NOT_SCANNED = "clean", "not_scanned"
    scope = None
    kept = False
    digest = models.CharField(t("摘要", "Digest"), primary_key=True, max_length=64)
    size = models.BigIntegerField(t("大小", "Size"))
    type = models.CharField(t("类型", "Type"), max_length=100)
    scan = models.CharField(
        t("病毒检查", "Virus scan"), max_length=12,
        choices=[(CLEAN, t("未发现病毒", "Clean")), (NOT_SCANNED, t("未检查", "Not scanned"))],
    )
    stored_at = models.DateTimeField(t("存入时间", "Stored"), default=clock.now)

    class Meta:
        verbose_name = t("文件内容", "Content")

    def __str__(self) -> str:
        return self.digest[:12]

    @property
    def kind(self) -> kinds.Kind:
        return kinds.KINDS[self.type]


class Document(models.Model):
    """One document: what it is called, whose it is, how long it is kept; what it says stands in its versions."""

    KEPT, WITHDRAWN, DISPOSED = "kept", "withdrawn", "disposed"
    scope = Scope(organisation="organisation", person="person")
    title = models.CharField(t("标题", "Title"), max_length=200)
    about = models.CharField(t("所属", "Belongs to"), max_length=120, blank=True)
    organisation = models.CharField(t("机构代码", "Organisation code"), max_length=64, blank=True)
    owner = models.CharField(t("所属单位", "Owner"), max_length=200, blank=True)
    person = models.CharField(t("人员编号", "Person id"), max_length=64, blank=True)
    by = models.CharField(t("上传人", "Uploaded by"), max_length=200)
    state = models.CharField(
        t("状态", "State"), max_length=10, default=KEPT,
        choices=[(KEPT, t("在用", "In use")), (WITHDRAWN, t("已撤回", "Withdrawn")),
                 (DISPOSED, t("已销毁", "Deleted"))],
    )
    reason = models.CharField(t("撤回原因", "Why it was withdrawn"), max_length=300, blank=True)
    retention = models.CharField(t("保管期限", "Kept for"), max_length=10, default=retention.TEN,
                                 choices=list(retention.TITLES.items()))
    due_on = models.DateField(t("到期日", "Due for deletion"), null=True, blank=True)
    held_for = models.CharField(t("冻结原因", "Held because"), max_length=300, blank=True)
    number = models.PositiveIntegerField(t("版本", "Version"), default=0)
    made_at = models.DateTimeField(t("建立时间", "Made"), default=clock.now)
    disposed_at = models.DateTimeField(t("销毁时间", "Deleted"), null=True, blank=True)

    class Meta:
        verbose_name = t("文件", "Document")
        verbose_name_plural = t("文件", "Documents")
        indexes = [
            grams.index("title", "document_title"), models.Index(fields=["about", "-id"], name="document_about"),
            models.Index(fields=["organisation", "-id"], name="document_organisation"),
            models.Index(fields=["person", "-id"], name="document_person"),
            models.Index(fields=["made_at"], name="document_made"),
            models.Index(fields=["due_on"], name="document_due",
                         condition=models.Q(state__in=["kept", "withdrawn"])),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_kept(self) -> bool:
        return self.state == self.KEPT

    @property
    def is_due(self) -> bool:
        is_over = self.due_on is not None and self.due_on <= clock.today()
        return is_over and self.state != self.DISPOSED and not self.held_for

    @property
    def current(self) -> "Version | None":
        return self.versions.filter(number=self.number).select_related("content").first()


class Version(models.Model):
    """One version of a document. The digest stays when the content is gone, as proof of what it was."""

    scope = Scope(organisation="document__organisation", person="document__person")
    document = models.ForeignKey(Document, models.CASCADE, related_name="versions", verbose_name=t("文件", "Document"))
    number = models.PositiveIntegerField(t("版本", "Version"))
    name = models.CharField(t("文件名", "File name"), max_length=200)
    note = models.CharField(t("说明", "Note"), max_length=300, blank=True)
    digest = models.CharField(t("摘要", "Digest"), max_length=64)
    content = models.ForeignKey(Content, models.SET_NULL, null=True, related_name="versions",
                                verbose_name=t("内容", "Content"))
    by = models.CharField(t("上传人", "Uploaded by"), max_length=200)
    at = models.DateTimeField(t("上传时间", "Uploaded"), default=clock.now)

    class Meta:
        verbose_name = t("文件版本", "Version of a document")
        ordering = ["document", "-number"]
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="document_version_number")]

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"

    @property
    def size(self) -> Any:
        return filesizeformat(self.content.size) if self.content else ""

    @property
    def kind(self) -> Any:
        return self.content.kind.title if self.content else ""

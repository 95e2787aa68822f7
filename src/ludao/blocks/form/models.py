"""What is kept of forms: each with all its versions, and what people have typed and not sent yet."""

from django.db import models
from django.db.models import Q

from ludao.base import clock, grams
from ludao.base.rights import Scope
from ludao.base.text import pick, t

from .engine.design import Design
from .engine.reading import read


class Form(models.Model):
    """One form; what it asks stands in its versions."""

    scope = None
    address = models.CharField(t("地址", "Address"), primary_key=True, max_length=120)
    title_zh = models.CharField(t("名称", "Title"), max_length=200)
    title_en = models.CharField(t("英文名称", "Title in English"), max_length=300)
    number = models.PositiveSmallIntegerField(t("现行版本", "Version in force"), null=True, blank=True)
    is_shipped = models.BooleanField(t("随系统提供", "Comes with the house"), default=False)
    changed_at = models.DateTimeField(t("更新时间", "Changed"), default=clock.now)

    class Meta:
        verbose_name = t("表单", "Form")
        verbose_name_plural = t("表单", "Forms")
        ordering = ["address"]
        indexes = [
            grams.index("address", "form_form_address"),
            grams.index("title_zh", "form_form_title_zh"),
            grams.index("title_en", "form_form_title_en"),
            models.Index(fields=["changed_at"], name="form_form_changed"),
        ]

    def __str__(self) -> str:
        return pick(self.title_zh, self.title_en)

    def get_absolute_url(self) -> str:
        return f"/form/form/{self.pk}/"

    @property
    def title(self) -> str:
        return str(self)

    @property
    def is_tool(self) -> bool:
        """The editor's own forms, which only a release changes."""
        return self.pk.startswith("form.editor_")


class Version(models.Model):
    """One wording of a form. Whoever began to fill one in ends with the same."""

    DRAFT, PUBLISHED, DISCARDED = "draft", "published", "discarded"
    scope = None
    form = models.ForeignKey(Form, models.CASCADE, related_name="versions", verbose_name=t("表单", "Form"))
    number = models.PositiveSmallIntegerField(t("版本", "Version"))
    text = models.TextField(t("表单定义", "Text"))
    state = models.CharField(
        t("状态", "State"), max_length=10, default=DRAFT,
        choices=[(DRAFT, t("草稿", "Draft")), (PUBLISHED, t("已发布", "Published")),
                 (DISCARDED, t("已作废", "Discarded"))],
    )
    note = models.CharField(t("修改说明", "What changed"), max_length=300, blank=True)
    made_by = models.CharField(t("编辑人", "Made by"), max_length=200)
    made_at = models.DateTimeField(t("编辑时间", "Made"), default=clock.now)
    published_by = models.CharField(t("发布人", "Published by"), max_length=200, blank=True)
    published_at = models.DateTimeField(t("发布时间", "Published"), null=True, blank=True)

    class Meta:
        verbose_name = t("表单版本", "Version of a form")
        verbose_name_plural = t("表单版本", "Versions of forms")
        ordering = ["form", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["form", "number"], name="form_version_number"),
            models.UniqueConstraint(fields=["form"], condition=Q(state="draft"), name="form_version_one_draft"),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="form_version_state")]

    def __str__(self) -> str:
        return f"{self.form} · {pick('第', 'v')}{self.number}{pick('版', '')}"

    def get_absolute_url(self) -> str:
        return f"/form/version/{self.pk}/"

    @property
    def is_draft(self) -> bool:
        return self.state == self.DRAFT

    @property
    def is_published(self) -> bool:
        return self.state == self.PUBLISHED

    @property
    def design(self) -> Design:
        """Read once a process. Raises Problems while a draft has mistakes."""
        return read(self.text)


class Draft(models.Model):
    """What one person has typed into a form for one purpose and not sent yet."""

    scope = Scope(person="person")
    kept = False
    person = models.CharField(t("人员编号", "Person id"), max_length=64)
    about = models.CharField(t("用于", "For"), max_length=160)
    version = models.ForeignKey(Version, models.CASCADE, related_name="drafts", verbose_name=t("版本", "Version"))
    data = models.JSONField(t("内容", "Data"), default=dict)
    kept_at = models.DateTimeField(t("保存时间", "Kept"), default=clock.now)

    class Meta:
        verbose_name = t("填写草稿", "Draft of a filling")
        constraints = [models.UniqueConstraint(fields=["person", "about"], name="form_draft_once")]
        indexes = [models.Index(fields=["kept_at"], name="form_draft_kept")]

    def __str__(self) -> str:
        return self.about

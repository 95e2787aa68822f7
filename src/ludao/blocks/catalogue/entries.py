"""An entry of the catalogue: one dataset by its address, its columns with their grades, its rules of quality."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from ludao.base import clock, grams
from ludao.base.text import pick, t
from ludao.blocks.catalogue import words
from ludao.blocks.identity.public import Organisation


class Entry(models.Model):
    """One dataset. Its card is for all staff; who may see its rows is asked of `allowed`."""

    scope = None
    address = models.CharField(t("地址", "Address"), max_length=120, primary_key=True)
    kind = models.CharField(t("种类", "Kind"), max_length=10, choices=words.KINDS, default="table")
    title_zh = models.CharField(t("中文名称", "Chinese title"), max_length=200)
    title_en = models.CharField(t("英文名称", "English title"), max_length=200, blank=True)
    row_zh = models.CharField(t("一行是什么", "What a row is"), max_length=200, blank=True)
    row_en = models.CharField(t("一行是什么（英文）", "What a row is, in English"), max_length=200, blank=True)
    note = models.TextField(t("说明", "Note"), blank=True)
    owner = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+",
                              verbose_name=t("数源单位", "Owner"))
    system_zh = models.CharField(t("来源系统", "Source system"), max_length=120, blank=True)
    system_en = models.CharField(t("来源系统（英文）", "Source system, in English"), max_length=120, blank=True)
    theme = models.CharField(t("主题", "Theme"), max_length=40, default="other")
    key = ArrayField(models.CharField(max_length=80), verbose_name=t("主键", "Key"), default=list, blank=True)
    at = models.CharField(t("数据时间列", "Column of the source's time"), max_length=80, blank=True)
    promise = models.CharField(t("更新承诺", "Update promise"), max_length=10, choices=words.PROMISES, default="daily")
    form = models.CharField(t("格式", "Format"), max_length=10, default="delta", choices=[
        ("delta", t("湖表（Parquet）", "Lake table (Parquet)")), ("view", t("实时视图", "Live view"))])
    belongs = models.JSONField(t("行的归属", "Whose a row is"), default=dict, blank=True)
    grade = models.CharField(t("级别", "Grade"), max_length=10, choices=words.GRADES, default="internal")
    records = models.BigIntegerField(t("记录数", "Records"), default=0)
    size = models.BigIntegerField(t("字节", "Bytes"), default=0)
    version = models.BigIntegerField(t("版本", "Version"), null=True, blank=True)
    loaded_at = models.DateTimeField(t("最近更新", "Last loaded"), null=True, blank=True)
    quality = models.DecimalField(t("质量分", "Quality"), max_digits=5, decimal_places=2, null=True, blank=True)
    contract = models.JSONField(t("约定", "Contract"), default=dict, encoder=DjangoJSONEncoder)
    words = models.TextField(t("检索词", "Found by"), blank=True)
    is_withdrawn = models.BooleanField(t("已下架", "Withdrawn"), default=False)
    registered_at = models.DateTimeField(t("登记时间", "Registered"), default=clock.now)

    class Meta:
        verbose_name = t("数据资源", "Dataset")
        ordering = ["address"]
        indexes = [
            models.Index(fields=["records"], name="catalogue_entry_records"),
            models.Index(fields=["quality"], name="catalogue_entry_quality"),
            models.Index(fields=["loaded_at"], name="catalogue_entry_loaded"),
            models.Index(fields=["owner", "address"], name="catalogue_entry_owner"),
            grams.index("words", "catalogue_entry_words"),
        ]

    def __str__(self) -> str:
        return pick(self.title_zh, self.title_en or self.title_zh)

    def get_absolute_url(self) -> str:
        return f"/data/catalogue/entry/{self.address}/"

    @property
    def choice_label(self) -> str:
        return f"{self} · {self.address}"

    @property
    def title(self) -> str:
        return str(self)

    @property
    def row(self) -> str:
        """What one row is."""
        return pick(self.row_zh, self.row_en or self.row_zh)

    @property
    def system(self) -> str:
        return pick(self.system_zh, self.system_en or self.system_zh)

    @property
    def theme_title(self) -> str:
        return str(words.themes().get(self.theme, self.theme))

    @property
    def is_lake(self) -> bool:
        return self.form == "delta"

    @property
    def is_late(self) -> bool:
        """Whether its update promise is broken now."""
        if self.promise == "live" or self.kind != "source":
            return False
        allowed = timedelta(hours=words.HOURS[self.promise])
        return self.loaded_at is None or clock.now() - self.loaded_at > allowed


class Column(models.Model):
    """One column: its words, what its values mean, its grade and mask, and who confirmed them."""

    scope = None
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="columns", verbose_name=t("数据资源", "Dataset"))
    place = models.PositiveSmallIntegerField(t("次序", "Order"), default=0)
    name = models.CharField(t("列名", "Column"), max_length=80)
    zh = models.CharField(t("中文名", "In Chinese"), max_length=200)
    en = models.CharField(t("英文名", "In English"), max_length=200, blank=True)
    type = models.CharField(t("类型", "Type"), max_length=20, default="text")
    means = models.CharField(t("含义", "Meaning"), max_length=40, blank=True)
    category = models.CharField(t("类别", "Category"), max_length=40, blank=True)
    grade = models.CharField(t("级别", "Grade"), max_length=10, choices=words.GRADES, default="internal")
    mask = models.CharField(t("遮蔽方式", "Mask"), max_length=20, blank=True)
    masks_what = models.CharField(t("如何脱敏", "What is masked"), max_length=300, blank=True)
    is_required = models.BooleanField(t("必填", "Required"), default=False)
    confirmed_at = models.DateTimeField(t("确认时间", "Confirmed"), null=True, blank=True)
    confirmed_by = models.CharField(t("确认人", "Confirmed by"), max_length=200, blank=True)
    confirmed_why = models.CharField(t("确认理由", "Reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = t("列", "Column")
        ordering = ["entry", "place"]
        constraints = [models.UniqueConstraint(fields=["entry", "name"], name="catalogue_column_name")]
        indexes = [models.Index(fields=["grade"], name="catalogue_column_grade")]

    def __str__(self) -> str:
        return pick(self.zh, self.en or self.zh)

    @property
    def meaning(self) -> words.Meaning:
        return words.meaning(self.means)

    @property
    def meaning_title(self) -> str:
        return str(self.meaning.title) if self.means else ""

    @property
    def category_title(self) -> str:
        return str(words.categories().get(self.category, self.category))

    @property
    def type_title(self) -> str:
        return str(words.TYPES.get(self.type, self.type))

    @property
    def mask_title(self) -> str:
        return self.masks_what or str(words.MASKS.get(self.mask, self.mask))

    @property
    def is_guarded(self) -> bool:
        """Whether it is shown masked to whoever need not know it."""
        return self.grade in ("sensitive", "secret")

    @property
    def tells(self) -> str:
        """A mask that leaves part of a value is made for what names somebody."""
        if not self.is_guarded:
            return words.OPEN
        return words.GUARDED if self.mask in ("all", "") and self.grade == "sensitive" else words.IDENTIFYING


class Rule(models.Model):
    """What must hold of every row, in safe SQL; scored at every load."""

    scope = None
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="rules", verbose_name=t("数据资源", "Dataset"))
    name = models.CharField(t("规则", "Rule"), max_length=80)
    zh = models.CharField(t("中文名", "In Chinese"), max_length=200)
    en = models.CharField(t("英文名", "In English"), max_length=200, blank=True)
    kind = models.CharField(t("维度", "Dimension"), max_length=14, choices=words.QUALITIES)
    says = models.CharField(t("条件", "Condition"), max_length=2000)
    is_stopping = models.BooleanField(t("不符则隔离", "Quarantines"), default=False)
    is_implied = models.BooleanField(t("由约定得出", "Implied by the contract"), default=False)

    class Meta:
        verbose_name = t("质量规则", "Rule of quality")
        ordering = ["entry", "pk"]
        constraints = [models.UniqueConstraint(fields=["entry", "name"], name="catalogue_rule_name")]

    def __str__(self) -> str:
        return pick(self.zh, self.en or self.zh)

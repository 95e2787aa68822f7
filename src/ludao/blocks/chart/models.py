"""Charts as declared, boards of them with their versions, and what people keep: favourites, briefs, shared links."""

from django.db import models

from ludao.base import clock, grams
from ludao.base.rights import Scope
from ludao.base.text import pick, t
from ludao.blocks.identity.public import Organisation, Person

from .engine import spec


class Chart(models.Model):
    """One declared chart. Its declaration names the data; what it was before, the history keeps."""

    scope = None
    address = models.CharField(t("地址", "Address"), max_length=120, primary_key=True)
    title_zh = models.CharField(t("名称", "Title"), max_length=120)
    title_en = models.CharField(t("英文名称", "Title in English"), max_length=200)
    domain = models.CharField(t("领域", "Domain"), max_length=40, blank=True)
    data = models.CharField(t("数据", "Data"), max_length=120)
    text = models.TextField(t("定义（TOML）", "Declaration (TOML)"))
    found_by = models.TextField(t("检索词", "Found by"), blank=True)
    is_shipped = models.BooleanField(t("随系统提供", "Shipped"), default=False)
    changed_at = models.DateTimeField(t("修改时间", "Changed"), default=clock.now)
    changed_by = models.CharField(t("修改人", "Changed by"), max_length=80, blank=True)
    ended_at = models.DateTimeField(t("停用时间", "Ended"), null=True, blank=True)

    class Meta:
        verbose_name = t("图表", "Chart")
        ordering = ["address"]
        indexes = [
            models.Index(fields=["domain", "address"], name="chart_chart_domain"),
            models.Index(fields=["changed_at"], name="chart_chart_changed"),
            grams.index("found_by", "chart_chart_words"),
        ]

    def __str__(self) -> str:
        return pick(self.title_zh, self.title_en)

    def get_absolute_url(self) -> str:
        return f"/chart/see/{self.address}/"

    @property
    def spec(self) -> spec.Spec:
        return spec.read(self.text)


class Board(models.Model):
    """A board: charts side by side, composed in the page. `readers`: whose people may see it; nobody named, all."""

    scope = Scope(organisation="owner_id")
    key = models.SlugField(t("编码", "Key"), max_length=60, unique=True)
    title_zh = models.CharField(t("名称", "Title"), max_length=120)
    title_en = models.CharField(t("英文名称", "Title in English"), max_length=200)
    lead = models.CharField(t("说明", "Lead"), max_length=300, blank=True)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=t("编制单位", "Owner"))
    readers = models.ManyToManyField(Organisation, related_name="+", verbose_name=t("可见单位", "Seen by"), blank=True)
    published = models.ForeignKey("Version", models.SET_NULL, null=True, blank=True, related_name="+", editable=False,
                                  verbose_name=t("发布版本", "Published version"))
    opened_at = models.DateTimeField(t("建立时间", "Opened"), default=clock.now)

    class Meta:
        verbose_name = t("看板", "Board")
        ordering = ["key"]
        indexes = [grams.index("title_zh", "chart_board_title"),
                   models.Index(fields=["opened_at"], name="chart_board_at")]

    def __str__(self) -> str:
        return pick(self.title_zh, self.title_en)

    def get_absolute_url(self) -> str:
        return f"/chart/board/{self.pk}/"

    @property
    def shown_at(self) -> str:
        """Where its readers see it."""
        return f"/chart/show/{self.key}/"


class Version(models.Model):
    """What a board held once: tiles in order, each a chart, its width (1 to 3 of 3 columns) and how it is looked at."""

    DRAFT, PUBLISHED, REPLACED = "draft", "published", "replaced"
    scope = Scope(organisation="board__owner_id")
    board = models.ForeignKey(Board, models.CASCADE, related_name="versions", verbose_name=t("看板", "Board"))
    number = models.PositiveIntegerField(t("版本", "Version"))
    state = models.CharField(t("状态", "State"), max_length=10, default=DRAFT, choices=[
        (DRAFT, t("草稿", "Draft")), (PUBLISHED, t("已发布", "Published")), (REPLACED, t("已被替换", "Replaced"))])
    tiles = models.JSONField(t("内容", "Tiles"), default=list)
    by = models.CharField(t("编制人", "By"), max_length=80, blank=True)
    at = models.DateTimeField(t("时间", "At"), default=clock.now)

    class Meta:
        verbose_name = t("看板版本", "Version of a board")
        ordering = ["board", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["board", "number"], name="chart_version_number"),
            models.UniqueConstraint(fields=["board"], condition=models.Q(state="draft"), name="chart_version_draft"),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"


KINDS = [("chart", t("图表", "Chart")), ("board", t("看板", "Board")), ("indicator", t("指标", "Indicator"))]
WHERE = {"chart": "/chart/see/", "board": "/chart/show/", "indicator": "/indicator/indicator/"}


class Favourite(models.Model):
    """A chart, a board or an indicator that a person keeps at hand."""

    scope = Scope(person="person_id")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+", verbose_name=t("人员", "Person"))
    kind = models.CharField(t("种类", "Kind"), max_length=10, choices=KINDS)
    address = models.CharField(t("地址", "Address"), max_length=120)
    at = models.DateTimeField(t("收藏时间", "Kept at"), default=clock.now)

    class Meta:
        verbose_name = t("收藏", "Favourite")
        constraints = [models.UniqueConstraint(fields=["person", "kind", "address"], name="chart_favourite_once")]

    def __str__(self) -> str:
        return self.address

    def get_absolute_url(self) -> str:
        return f"{WHERE[self.kind]}{self.address}/"


class Brief(models.Model):
    """What a person is sent every working day, in the morning: a board, a chart or an indicator."""

    scope = Scope(person="person_id")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+", verbose_name=t("人员", "Person"))
    kind = models.CharField(t("种类", "Kind"), max_length=10, choices=KINDS, default="board")
    address = models.CharField(t("地址", "Address"), max_length=120)
    board = models.ForeignKey(Board, models.CASCADE, null=True, blank=True, editable=False, related_name="briefs",
                              verbose_name=t("看板", "Board"))
    post = models.BigIntegerField(t("岗位", "Post"), null=True, blank=True, editable=False)
    sent_on = models.DateField(t("最近发送", "Last sent"), null=True, blank=True)
    asked_at = models.DateTimeField(t("订阅时间", "Asked at"), default=clock.now)

    class Meta:
        verbose_name = t("早报订阅", "Morning brief")
        constraints = [models.UniqueConstraint(fields=["person", "kind", "address"], name="chart_brief_once")]

    def __str__(self) -> str:
        return str(self.board or self.address)

    def get_absolute_url(self) -> str:
        return f"{WHERE[self.kind]}{self.address}/"


class Share(models.Model):
    """A link that shows one view of a chart to whoever holds it, until a day; its giver may take it back."""

    scope = Scope(person="person_id")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+", verbose_name=t("分享人", "Given by"))
    chart = models.ForeignKey(Chart, models.CASCADE, related_name="shares", verbose_name=t("图表", "Chart"))
    view = models.JSONField(t("看法", "View"), default=dict)
    area = models.CharField(t("区域", "Area"), max_length=12, blank=True)
    reason = models.CharField(t("分享给谁、为什么", "For whom and why"), max_length=200)
    until = models.DateField(t("有效期至", "Until"))
    given_at = models.DateTimeField(t("分享时间", "Given at"), default=clock.now)
    opened = models.PositiveIntegerField(t("打开次数", "Times opened"), default=0)
    opened_at = models.DateTimeField(t("最近打开", "Last opened"), null=True, blank=True)
    revoked_at = models.DateTimeField(t("收回时间", "Taken back"), null=True, blank=True)

    class Meta:
        verbose_name = t("分享链接", "Shared link")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return str(self.chart)

    @property
    def is_open(self) -> bool:
        return self.revoked_at is None and self.until >= clock.today()

    @property
    def link(self) -> str:
        """The address that opens it; sealed, so that no other can be guessed."""
        from ludao.base.sealed import seal

        return f"/chart/shared/{seal(self.pk, 'chart.share')}/"

"""The city's information systems, how they are connected, the censuses that ask for them, and which overlap."""

from django.db import models

from ludao.base import clock, grams
from ludao.base.rights import Scope
from ludao.base.text import t
from ludao.blocks.identity.public import Organisation

KINDS = [
    ("business", t("业务系统", "Line of business")),
    ("platform", t("共用平台", "Shared platform")),
    ("portal", t("门户网站", "Portal")),
    ("app", t("移动应用", "Mobile app")),
    ("office", t("办公系统", "Office")),
    ("data", t("数据系统", "Data")),
]
STATES = [
    ("planned", t("拟建", "Planned")),
    ("building", t("在建", "Being built")),
    ("running", t("在用", "In use")),
    ("stopped", t("停用", "Stopped")),
    ("retired", t("已下线", "Retired")),
]
# GB/T 22240-2020: five grades; 0 is not graded yet.
GRADES = [(0, t("未定级", "Not graded")), (1, t("第一级", "Grade 1")), (2, t("第二级", "Grade 2")),
          (3, t("第三级", "Grade 3")), (4, t("第四级", "Grade 4")), (5, t("第五级", "Grade 5"))]  # fmt: skip
HOSTS = [
    ("cloud", t("政务云", "Government cloud")),
    ("own", t("自建机房", "Own machine room")),
    ("province", t("省级统建", "Run by the province")),
    ("state", t("国家统建", "Run by the state")),
    ("rented", t("租用服务", "Rented")),
]
WAYS = [("api", t("接口", "API")), ("file", t("文件交换", "Files")), ("database", t("数据库直连", "Database")),
        ("message", t("消息", "Messages")), ("manual", t("人工导入", "By hand"))]  # fmt: skip


class System(models.Model):
    """One information system of one organisation, as it was last counted."""

    scope = Scope(organisation="owner_id")
    code = models.CharField(t("编号", "Code"), max_length=40, unique=True)
    name = models.CharField(t("系统名称", "Name"), max_length=120)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=t("主管单位", "Owner"))
    kind = models.CharField(t("类别", "Kind"), max_length=10, choices=KINDS, default="business")
    state = models.CharField(t("状态", "State"), max_length=10, choices=STATES, default="running")
    purpose = models.TextField(t("主要功能", "What it does"), blank=True)
    holds = models.TextField(t("掌握的数据", "Data it holds"), blank=True)
    host = models.CharField(t("部署", "Hosted"), max_length=10, choices=HOSTS, default="cloud")
    supplier = models.CharField(t("承建单位", "Supplier"), max_length=120, blank=True)
    grade = models.PositiveSmallIntegerField(t("等级保护", "Grade of protection"), choices=GRADES, default=0)
    filed_as = models.CharField(t("等保备案编号", "Filed as"), max_length=60, blank=True)
    assessed_on = models.DateField(t("上次等保测评", "Last assessed"), null=True, blank=True)
    built_on = models.DateField(t("上线日期", "In use since"), null=True, blank=True)
    built_fen = models.BigIntegerField(t("建设投资", "Cost to build"), default=0)
    yearly_fen = models.BigIntegerField(t("年运维费", "Cost a year"), default=0)
    users = models.PositiveIntegerField(t("账号数", "Accounts"), default=0)
    active = models.PositiveIntegerField(t("月活跃用户", "Active a month"), default=0)
    used_on = models.DateField(t("最近使用", "Last used"), null=True, blank=True)
    checked_on = models.DateField(t("核对日期", "Counted on"), default=clock.today)

    class Meta:
        verbose_name = t("信息系统", "System")
        verbose_name_plural = t("信息系统", "Systems")
        indexes = [
            grams.index("name", "services_inventory_name"),
            grams.index("purpose", "services_inventory_purpose"),
            grams.index("holds", "services_inventory_holds"),
            models.Index(fields=["owner", "-id"], name="services_inventory_owner"),
            models.Index(fields=["used_on", "id"], name="services_inventory_used"),
            models.Index(fields=["yearly_fen", "id"], name="services_inventory_yearly"),
            models.Index(fields=["built_fen", "id"], name="services_inventory_built"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/services/inventory/system/{self.pk}/"

    @property
    def is_counted(self) -> bool:
        return self.state != "retired"


class Connection(models.Model):
    """What one system gives to another."""

    scope = Scope(organisation="source__owner_id")
    source = models.ForeignKey(System, models.CASCADE, related_name="gives", verbose_name=t("提供方", "From"))
    target = models.ForeignKey(System, models.CASCADE, related_name="takes", verbose_name=t("使用方", "To"))
    way = models.CharField(t("方式", "By"), max_length=10, choices=WAYS, default="api")
    content = models.CharField(t("内容", "What"), max_length=200)
    often = models.CharField(t("频率", "How often"), max_length=60, blank=True)

    class Meta:
        verbose_name = t("系统连接", "Connection")
        verbose_name_plural = t("系统连接", "Connections")
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "content"], name="services_inventory_connection_once")
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"


class Census(models.Model):
    """One count of all systems, with a day by which each organisation answers."""

    scope = None
    title = models.CharField(t("名称", "Title"), max_length=120)
    due_on = models.DateField(t("截止日期", "Due"))
    begun_on = models.DateField(t("开始日期", "Begun"), default=clock.today)

    class Meta:
        verbose_name = t("普查", "Census")
        verbose_name_plural = t("普查", "Censuses")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/services/inventory/census/{self.pk}/"


class Reply(models.Model):
    """What one organisation answers to one census."""

    ASKED, SUBMITTED, RETURNED, ACCEPTED = "asked", "submitted", "returned", "accepted"
    scope = Scope(organisation="organisation_id")
    census = models.ForeignKey(Census, models.CASCADE, related_name="replies", verbose_name=t("普查", "Census"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=t("填报单位", "Organisation")
    )
    state = models.CharField(
        t("状态", "State"),
        max_length=10,
        default=ASKED,
        choices=[
            (ASKED, t("待填报", "Asked")),
            (SUBMITTED, t("已提交", "Submitted")),
            (RETURNED, t("退回修改", "Sent back")),
            (ACCEPTED, t("已确认", "Accepted")),
        ],
    )
    note = models.CharField(t("说明", "Note"), max_length=500, blank=True)
    systems = models.PositiveIntegerField(t("系统数", "Systems"), default=0)
    submitted_on = models.DateField(t("提交日期", "Submitted"), null=True, blank=True)
    submitted_by = models.CharField(t("提交人", "Submitted by"), max_length=200, blank=True)

    class Meta:
        verbose_name = t("普查填报", "Reply")
        verbose_name_plural = t("普查填报", "Replies")
        constraints = [models.UniqueConstraint(fields=["census", "organisation"], name="services_inventory_reply_once")]
        indexes = [models.Index(fields=["state", "-id"], name="services_inventory_reply_state")]

    def __str__(self) -> str:
        return f"{self.census} · {self.organisation}"

    def get_absolute_url(self) -> str:
        return f"/services/inventory/reply/{self.pk}/"

    @property
    def is_due(self) -> bool:
        return self.state in (self.ASKED, self.RETURNED)


class Overlap(models.Model):
    """Two systems of different owners that seem to do the same, and what a person says to it."""

    OPEN, CONFIRMED, DISMISSED = "open", "confirmed", "dismissed"
    scope = None
    one = models.ForeignKey(System, models.CASCADE, related_name="+", verbose_name=t("系统", "System"))
    other = models.ForeignKey(System, models.CASCADE, related_name="+", verbose_name=t("相似系统", "Similar one"))
    percent = models.PositiveSmallIntegerField(t("相似度（%）", "Alike (%)"))
    shared = models.CharField(t("相同之处", "In common"), max_length=300, blank=True)
    state = models.CharField(
        t("结论", "Judged"),
        max_length=10,
        default=OPEN,
        choices=[
            (OPEN, t("待研判", "Open")),
            (CONFIRMED, t("确属重复", "Overlaps")),
            (DISMISSED, t("并不重复", "Does not")),
        ],
    )
    why = models.CharField(t("理由", "Why"), max_length=300, blank=True)

    class Meta:
        verbose_name = t("疑似重复", "Overlap")
        verbose_name_plural = t("疑似重复", "Overlaps")
        constraints = [models.UniqueConstraint(fields=["one", "other"], name="services_inventory_overlap_once")]
        indexes = [models.Index(fields=["-percent", "id"], name="services_inventory_percent")]

    def __str__(self) -> str:
        return f"{self.one} ≈ {self.other}"

"""What is kept of benefits: budgets, offers, who was paid for what, orders, batches, objections and recoveries."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q

from ludao.base import clock, grams, sealed
from ludao.base.rights import Scope
from ludao.base.text import t
from ludao.blocks.identity.public import Person
from ludao.blocks.rule.public import Policy

from . import facts

ENTITIES = [("person", t("个人", "Person")), ("company", t("企业", "Enterprise"))]


class Budget(models.Model):
    """What may be spent on a policy in a year; reserved when somebody confirms, paid when the bank says so."""

    scope = None
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="budgets", verbose_name=t("政策", "Policy"))
    year = models.PositiveSmallIntegerField(t("年度", "Year"))
    amount_fen = models.BigIntegerField(t("预算", "Budget"))
    reserved_fen = models.BigIntegerField(t("已预留", "Reserved"), default=0)
    paid_fen = models.BigIntegerField(t("已兑付", "Paid"), default=0)

    class Meta:
        verbose_name = t("预算", "Budget")
        constraints = [
            models.UniqueConstraint(fields=["policy", "year"], name="data_benefit_budget_year"),
            models.CheckConstraint(
                condition=Q(reserved_fen__gte=0, paid_fen__gte=0)
                & Q(amount_fen__gte=F("reserved_fen") + F("paid_fen")),
                name="data_benefit_budget_kept",
            ),
        ]
        indexes = [models.Index(fields=["year", "policy"], name="data_benefit_budget_list")]

    def __str__(self) -> str:
        return f"{self.policy} {self.year}"

    def get_absolute_url(self) -> str:
        return f"/data/benefit/budget/{self.pk}/"

    @property
    def title(self) -> str:
        """What a list calls it, so that its first cell opens the row and not the policy."""
        return str(self.policy)

    @property
    def used(self) -> int:
        """Percent reserved or paid."""
        return min(100, (self.reserved_fen + self.paid_fen) * 100 // self.amount_fen) if self.amount_fen else 0

    @property
    def left_fen(self) -> int:
        return self.amount_fen - self.reserved_fen - self.paid_fen


class Offer(models.Model):
    """One benefit that waits for, or went to, one person or enterprise for one period."""

    OFFERED, QUEUED, CONFIRMED, SENT, PAID = "offered", "queued", "confirmed", "sent", "paid"
    RETURNED, DECLINED, WITHDRAWN = "returned", "declined", "withdrawn"
    OPEN = (OFFERED, QUEUED, CONFIRMED, RETURNED)
    scope = Scope(organisation="holder", area="area_code", person="person_id")
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="offers", verbose_name=t("政策", "Policy"))
    version = models.PositiveSmallIntegerField(t("版本", "Version"))
    entity = models.CharField(t("对象", "For"), max_length=10, choices=ENTITIES)
    entity_id = models.CharField(t("档案编号", "File"), max_length=64)
    name = models.CharField(t("名称", "Name"), max_length=200)
    holder = models.CharField(t("信用代码", "Credit code"), max_length=18, blank=True)
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=t("账号", "Account")
    )
    identity = models.CharField(max_length=64, editable=False)  # digest of the id number or credit code
    area_code = models.CharField(t("社区", "Community"), max_length=12, blank=True)
    period = models.CharField(t("期间", "Period"), max_length=10)
    amount_fen = models.BigIntegerField(t("金额", "Amount"), null=True)
    bits = models.BigIntegerField(default=0, editable=False)
    state = models.CharField(
        t("状态", "State"),
        max_length=10,
        default=OFFERED,
        choices=[
            (OFFERED, t("待确认", "Waits for confirmation")),
            (QUEUED, t("预算排队", "Waits for budget")),
            (CONFIRMED, t("已确认", "Confirmed")),
            (SENT, t("兑付中", "Being paid")),
            (PAID, t("已兑付", "Paid")),
            (RETURNED, t("退回待改", "Returned")),
            (DECLINED, t("已放弃", "Declined")),
            (WITHDRAWN, t("已撤回", "Withdrawn")),
        ],
    )
    note = models.CharField(t("说明", "Note"), max_length=300, blank=True)
    data_at = models.DateTimeField(t("数据时间", "Data of"))
    offered_at = models.DateTimeField(t("通知时间", "Offered"), default=clock.now)
    confirmed_at = models.DateTimeField(t("确认时间", "Confirmed"), null=True, blank=True)
    paid_at = models.DateTimeField(t("兑付时间", "Paid"), null=True, blank=True)

    class Meta:
        verbose_name = t("待享", "Offer")
        constraints = [
            models.UniqueConstraint(fields=["policy", "entity_id", "period"], name="data_benefit_offer_once")
        ]
        indexes = [
            models.Index(fields=["person", "state"], name="data_benefit_offer_person"),
            models.Index(fields=["holder", "state"], name="data_benefit_offer_holder"),
            models.Index(fields=["state", "-id"], name="data_benefit_offer_state"),
            models.Index(fields=["policy", "state", "confirmed_at"], name="data_benefit_offer_queue"),
            models.Index(fields=["amount_fen"], name="data_benefit_offer_amount"),
            models.Index(fields=["identity"], name="data_benefit_offer_whose"),
            grams.index("name", "data_benefit_offer_name"),
        ]

    def __str__(self) -> str:
        return f"{self.policy} · {self.period}"

    def get_absolute_url(self) -> str:
        return f"/data/benefit/offer/{self.pk}/"


class Claim(models.Model):
    """Who has claimed what for a period, by every identity known: two files of one person cannot both be paid.

    Policies that exclude each other are one benefit, so the database refuses the second of them as well.
    """

    scope = None
    kept = False
    benefit = models.CharField(max_length=120)  # the policy's code, or the name of its exclusive group
    period = models.CharField(max_length=10)
    identity = models.CharField(max_length=64)
    offer = models.ForeignKey(Offer, models.CASCADE, related_name="claims")

    class Meta:
        verbose_name = t("享受登记", "Claim")
        constraints = [
            models.UniqueConstraint(fields=["benefit", "period", "identity"], name="data_benefit_claim_once")
        ]


class Batch(models.Model):
    """Orders that one officer puts together and another approves; then they go to the bank in one file with its SM3,
    and the bank's answer is read back."""

    scope = None
    number = models.CharField(t("批次号", "Batch"), max_length=30, unique=True)
    made_at = models.DateTimeField(t("生成时间", "Made"), default=clock.now)
    made_by = models.CharField(t("经办人", "By"), max_length=80)
    orders = models.PositiveIntegerField(t("笔数", "Orders"))
    total_fen = models.BigIntegerField(t("总额", "Total"))
    approved_at = models.DateTimeField(t("复核时间", "Approved"), null=True, blank=True)
    approved_by = models.CharField(t("复核人", "Approved by"), max_length=80, blank=True)
    note = models.CharField(t("说明", "Note"), max_length=300, blank=True)
    sm3 = models.CharField(t("SM3 校验", "SM3"), max_length=64, blank=True)
    content_sealed = models.TextField(editable=False, blank=True)
    answers = models.JSONField(t("回盘", "Answers"), default=list, editable=False)
    answered_at = models.DateTimeField(t("回盘时间", "Answered"), null=True, blank=True)
    history_omits = ("content_sealed",)

    class Meta:
        verbose_name = t("兑付批次", "Payment batch")

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return f"/data/benefit/batch/{self.pk}/"

    @property
    def is_waiting(self) -> bool:
        """For a second officer to approve."""
        return self.approved_at is None and self.orders > 0

    @property
    def light(self) -> str:
        return "amber" if self.is_waiting else "green" if self.answered_at else "sea" if self.approved_at else "grey"

    @property
    def light_word(self) -> str:
        if self.is_waiting:
            return str(t("待复核", "Waits for approval"))
        if self.approved_at is None:
            return str(t("已退回", "Sent back"))
        return str(t("已回盘", "Answered") if self.answered_at else t("待回盘", "At the bank"))

    @property
    def content(self) -> str:
        return str(sealed.unseal(self.content_sealed, "data.benefit.batch"))


class Order(models.Model):
    """One payment: to whom, to which account, how much; an offer has one at a time."""

    WAITING, SENT, PAID, RETURNED, CANCELLED = "waiting", "sent", "paid", "returned", "cancelled"
    scope = Scope(organisation="offer__holder", person="offer__person_id")
    number = models.CharField(t("指令号", "Order"), max_length=30, unique=True)
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="orders", verbose_name=t("待享", "Offer"))
    amount_fen = models.BigIntegerField(t("金额", "Amount"))
    account_sealed = models.TextField(editable=False)
    account_tail = models.CharField(t("账号尾号", "Account ends in"), max_length=4)
    payee = models.CharField(t("收款人", "Payee"), max_length=200)
    batch = models.ForeignKey(
        Batch, models.PROTECT, null=True, blank=True, related_name="lines", verbose_name=t("批次", "Batch")
    )
    state = models.CharField(
        t("状态", "State"),
        max_length=10,
        default=WAITING,
        choices=[
            (WAITING, t("待付", "Waits")),
            (SENT, t("已送银行", "Sent")),
            (PAID, t("已付", "Paid")),
            (RETURNED, t("退回", "Returned")),
            (CANCELLED, t("已取消", "Cancelled")),
        ],
    )
    reason = models.CharField(t("退回原因", "Why returned"), max_length=200, blank=True)
    reference = models.CharField(t("银行流水号", "Bank's number"), max_length=60, blank=True)
    made_at = models.DateTimeField(t("生成时间", "Made"), default=clock.now)
    history_omits = ("account_sealed",)

    class Meta:
        verbose_name = t("支付指令", "Payment order")
        constraints = [
            models.UniqueConstraint(
                fields=["offer"], condition=Q(state__in=["waiting", "sent", "paid"]), name="data_benefit_order_once"
            )
        ]
        indexes = [
            models.Index(fields=["state", "id"], name="data_benefit_order_state"),
            grams.index("number", "data_benefit_order_number"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return f"/data/benefit/order/{self.pk}/"

    @property
    def account(self) -> str:
        return str(sealed.unseal(self.account_sealed, "data.benefit.account"))


class Objection(models.Model):
    """Somebody asks why they were not offered a benefit; an officer decides with a reason."""

    OPEN, UPHELD, REJECTED = "open", "upheld", "rejected"
    scope = Scope(person="person_id", organisation="holder")
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="+", verbose_name=t("政策", "Policy"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=t("提出人", "By"))
    holder = models.CharField(t("信用代码", "Credit code"), max_length=18, blank=True)
    entity_id = models.CharField(t("档案编号", "File"), max_length=64)
    text = models.TextField(t("理由", "Why"))
    told = models.CharField(t("系统判断", "What the rules say"), max_length=500)
    at = models.DateTimeField(t("提出时间", "At"), default=clock.now)
    state = models.CharField(
        t("状态", "State"),
        max_length=10,
        default=OPEN,
        choices=[(OPEN, t("待处理", "Open")), (UPHELD, t("成立", "Upheld")), (REJECTED, t("不成立", "Rejected"))],
    )
    answer = models.TextField(t("答复", "Answer"), blank=True)
    decided_by = models.CharField(t("处理人", "Decided by"), max_length=80, blank=True)
    decided_at = models.DateTimeField(t("处理时间", "Decided"), null=True, blank=True)

    class Meta:
        verbose_name = t("异议", "Objection")
        indexes = [models.Index(fields=["state", "-id"], name="data_benefit_objection_open")]

    def __str__(self) -> str:
        return f"{self.policy} · {self.person}"

    def get_absolute_url(self) -> str:
        return f"/data/benefit/objection/{self.pk}/"

    @property
    def title(self) -> str:
        """What a list calls it, so that its first cell opens the row and not the policy."""
        return str(self.policy)


class Recovery(models.Model):
    """Something was paid that should not have been: found by a later match, settled by an officer."""

    scope = None
    offer = models.OneToOneField(Offer, models.PROTECT, related_name="recovery", verbose_name=t("待享", "Offer"))
    amount_fen = models.BigIntegerField(t("金额", "Amount"))
    reason = models.CharField(t("原因", "Reason"), max_length=300)
    found_at = models.DateTimeField(t("发现时间", "Found"), default=clock.now)
    state = models.CharField(
        t("状态", "State"),
        max_length=10,
        default="open",
        choices=[
            ("open", t("待追回", "Open")),
            ("recovered", t("已追回", "Recovered")),
            ("waived", t("不予追回", "Waived")),
        ],
    )
    how = models.CharField(t("处理说明", "How"), max_length=300, blank=True)

    class Meta:
        verbose_name = t("追回事项", "Recovery")
        indexes = [models.Index(fields=["state", "-id"], name="data_benefit_recovery_open")]

    def __str__(self) -> str:
        return f"{self.offer}"

    def get_absolute_url(self) -> str:
        return f"/data/benefit/recovery/{self.pk}/"

    @property
    def title(self) -> str:
        """What a list calls it, so that its first cell opens the row and not the policy."""
        return str(self.offer)


class Matched(models.Model):
    """What the last matching of all had before it: the day, the version of the facts, the policies by version. While
    day and policies stay, only those whose facts are new since are judged again."""

    scope = None
    entity = models.CharField(t("对象", "For"), max_length=10, choices=ENTITIES, primary_key=True)
    on = models.DateField(t("日期", "Day"))
    version = models.PositiveBigIntegerField(t("数据版本", "Version of the facts"))
    policies = models.JSONField(t("政策版本", "Policies"), default=dict)

    class Meta:
        verbose_name = t("上次匹配", "Last matching")

    def __str__(self) -> str:
        return f"{self.entity} {self.on}"

    @classmethod
    def news(cls, entity: str, on: date, policies: dict[str, int]) -> list[str] | None:
        """The files to be judged again; None for all."""
        last = cls.objects.filter(entity=entity, on=on).first()
        return facts.changed(entity, last.version) if last and last.policies == policies else None


Rows = list[dict[str, Any]]

"""The pages of benefits: a citizen's own on the phone; offers, budgets, orders, batches and objections for officers."""

from ludao.base.pages import Column, Detail, List, Page, Related
from ludao.base.text import t

from .models import Batch, Budget, Objection, Offer, Order, Recovery
from .views import batch_facts, batch_file, figures, mine, objection_facts, offer_facts, one, why

MONEY = Column("amount_fen", t("金额", "Amount"), "money")

pages = [
    Page("figures/", figures, t("免申即享概览", "Benefits at a glance"), "read", "gift"),
    Page("mine/", mine, t("我能享受的", "My benefits"), "mine", "gift", words=("补贴", "津贴", "奖励", "惠企政策")),
    Page("mine/<int:pk>/", one, t("我的一项待遇", "One of my benefits"), "mine", in_nav=False),
    Page("why/<str:code>/", why, t("为什么没有我", "Why not me"), "mine", in_nav=False),
    List(
        Offer,
        title=t("待享清单", "Offers"),
        columns=("name", "policy", "period", MONEY, "state", "offered_at", "confirmed_at", "paid_at"),
        filters=("state", "entity", "policy"),
        search=("name",),
        sort=("amount_fen",),
        order="-pk",
        actions=("match",),
        empty=t("还没有待享：运行一次匹配。", "No offers yet: run the matching."),
    ),
    Detail(
        Offer,
        fields=(
            "policy",
            "version",
            "name",
            "period",
            MONEY,
            "state",
            "note",
            "data_at",
            "offered_at",
            "confirmed_at",
            "paid_at",
        ),
        related=(Related("orders", ("number", MONEY, "account_tail", "state", "reason", "made_at")),),
        template="data_benefit/traced.html",
        context=offer_facts,
    ),
    List(
        Budget,
        title=t("预算", "Budgets"),
        columns=(
            Column("title", t("政策", "Policy")),
            Column("year", kind="year"),
            MONEY,
            Column("reserved_fen", kind="money"),
            Column("paid_fen", kind="money"),
            Column("left_fen", t("余额", "Left"), "money"),
            Column("used", t("使用率", "Used"), "progress"),
        ),
        filters=("year",),
        related=("policy",),
        actions=("set_budget",),
    ),
    Detail(
        Budget,
        fields=(
            "policy",
            Column("year", kind="year"),
            MONEY,
            Column("reserved_fen", kind="money"),
            Column("paid_fen", kind="money"),
            Column("used", t("使用率", "Used"), "progress"),
        ),
    ),
    List(
        Order,
        title=t("支付指令", "Payment orders"),
        columns=("number", "offer", MONEY, "account_tail", "state", "batch", "reason", "made_at"),
        filters=("state",),
        search=("number",),
        actions=("make_batch",),
        related=("offer__policy",),
    ),
    Detail(
        Order, fields=("number", "offer", MONEY, "account_tail", "state", "batch", "reference", "reason", "made_at")
    ),
    List(
        Batch,
        title=t("兑付批次", "Batches"),
        columns=(
            "number",
            Column("light", t("状态", "State"), "light"),
            "orders",
            Column("total_fen", kind="money"),
            "made_at",
            "made_by",
            "approved_by",
            "answered_at",
        ),
        actions=("make_batch",),
    ),
    Detail(
        Batch,
        fields=(
            "number",
            Column("light", t("状态", "State"), "light"),
            "orders",
            Column("total_fen", kind="money"),
            Column("sm3", kind="code"),
            "made_at",
            "made_by",
            "approved_at",
            "approved_by",
            "answered_at",
            "note",
        ),
        related=(Related("lines", ("number", "payee", MONEY, "account_tail", "state", "reference", "reason")),),
        actions=("approve_batch", "read_answer", "send_back"),
        template="data_benefit/batch.html",
        context=batch_facts,
    ),
    Page("batch/<int:pk>/file.csv", batch_file, t("批次文件", "Batch file"), "read_batch", in_nav=False),
    List(
        Objection,
        title=t("待遇异议", "Objections"),
        columns=(Column("title", t("政策", "Policy")), "person", "text", "state", "at", "decided_by"),
        filters=("state",),
        related=("policy",),
    ),
    Detail(
        Objection,
        right="read_objection",
        fields=("policy", "person", "text", "told", "state", "at", "answer", "decided_by", "decided_at"),
        actions=("decide",),
        template="data_benefit/traced.html",
        context=objection_facts,
    ),
    List(
        Recovery,
        title=t("追回事项", "Recoveries"),
        columns=(Column("title", t("待享", "Offer")), MONEY, "reason", "state", "found_at", "how"),
        filters=("state",),
        related=("offer__policy",),
    ),
    Detail(Recovery, fields=("offer", MONEY, "reason", "state", "found_at", "how"), actions=("settle_recovery",)),
]

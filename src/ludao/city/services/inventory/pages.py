"""The pages of the inventory: systems, their connections as a graph, overlaps, the never used, figures, the census."""

from ludao.base.pages import Column, Detail, List, Page, Related
from ludao.base.text import t

from . import views
from .models import Census, Connection, Overlap, Reply, System

YEARLY = Column("yearly_fen", t("年运维费", "Cost a year"), "money")
BUILT = Column("built_fen", t("建设投资", "Cost to build"), "money")
FACTS = (
    "code", "owner", "kind", "state", "host", "supplier", "grade", "filed_as", "assessed_on", "built_on", BUILT, YEARLY,
    "users", "active", "used_on", "checked_on", Column("purpose", kind="lines"), Column("holds", kind="lines"),
)  # fmt: skip

pages = [
    List(
        System,
        title=t("信息系统", "Systems"),
        columns=("name", "owner", "kind", "state", "grade", "host", "users", "active", YEARLY, "used_on", "checked_on"),
        hidden=("host", "checked_on"),
        filters=("owner", "kind", "state", "grade", "host", "used_on"),
        search=("name", "purpose", "holds"),
        sort=("used_on", "yearly_fen"),
        actions=("register", "import_file"),
        icon="server",
        empty=t("还没有登记系统。点“登记系统”或“导入清单”开始。", "No systems yet. Register one or import a list."),
    ),
    Detail(
        System,
        fields=FACTS,
        related=(
            Related("gives", ("target", "way", "content", "often"), title=t("提供给", "Gives to")),
            Related("takes", ("source", "way", "content", "often"), title=t("取自", "Takes from")),
        ),
        actions=("correct", "retire"),
    ),
    List(
        System,
        title=t("长期未用", "Never used"),
        path="unused/",
        lead=t("在用但半年无人使用，或没有活跃用户的系统，按年运维费从高到低。",
               "In use on paper, but unused for half a year or without active users; the dearest first."),
        columns=("name", "owner", "used_on", "users", "active", YEARLY),
        filters=("owner",),
        order="-yearly_fen",
        rows=views.unused,
        icon="zzz",
        empty=t("没有长期未用的系统。", "None is unused."),
    ),
    List(
        Overlap,
        title=t("疑似重复", "Overlaps"),
        columns=("one", "one__owner", "other", "other__owner", "percent", "shared", "state", "why"),
        filters=("state",),
        related=("one__owner", "other__owner"),
        order="-percent",
        actions=("find_overlaps",),
        icon="copy",
        empty=t("没有疑似重复。点“查找疑似重复”重新比较。", "No overlaps. Find them anew."),
    ),
    Detail(
        Overlap,
        fields=(
            "one", "one__owner", Column("one__purpose", t("主要功能", "What it does"), "lines"),
            "other", "other__owner",
            Column("other__purpose", t("主要功能", "What it does"), "lines"), "percent", "shared", "state", "why",
        ),
        actions=("judge",),
    ),
    Page("graph/", views.graph, t("系统连接图", "Graph of connections"), icon="share"),
    List(
        Connection,
        title=t("系统连接", "Connections"),
        columns=("source", "source__owner", "target", "target__owner", "way", "content", "often"),
        filters=("way",),
        related=("source__owner", "target__owner"),
        actions=("connect",),
        icon="link",
        empty=t("还没有登记连接。", "No connections yet."),
    ),
    Detail(Connection, fields=("source", "target", "way", "content", "often"), actions=("disconnect",)),
    Page("figures/", views.figures, t("各单位统计", "By organisation"), icon="chart-bar"),
    List(
        Census,
        title=t("普查", "Censuses"),
        columns=("title", "begun_on", "due_on"),
        actions=("begin_census",),
        icon="clipboard-list",
        empty=t("还没有开始过普查。", "No census yet."),
    ),
    Detail(
        Census,
        fields=("title", "begun_on", "due_on"),
        related=(
            Related("replies", ("organisation", "state", "systems", "submitted_on", "submitted_by", "note"), order="pk",
                    title=t("填报情况", "Replies")),
        ),
    ),
    List(
        Reply,
        title=t("普查填报", "Replies"),
        columns=("census", "organisation", "state", "systems", "submitted_on", "note"),
        filters=("state", "census", "organisation"),
        icon="checklist",
        empty=t("没有要填报的普查。", "No census asks."),
    ),
    Detail(
        Reply,
        fields=("census", "organisation", "state", "systems", "submitted_on", "submitted_by", "note"),
        actions=("submit", "accept", "send_back"),
        template="services_inventory/reply.html",
        context=views.reply_facts,
    ),
    Page("fill/", views.fill, t("填写系统调查表", "Questionnaire"), "register", in_nav=False),
]  # fmt: skip

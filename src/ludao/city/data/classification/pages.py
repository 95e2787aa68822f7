"""Grading's pages: what waits for a decision, the least sure first; the rules and how good they are."""

from ludao.base.pages import Column, Detail, List, Page
from ludao.base.text import t

from .models import Proposal
from .views import overview

SURE = Column("percent", t("把握", "Confidence"), "progress")
MEANING = Column("meaning", t("含义", "Meaning"))
WHY = Column("why", t("依据", "Why"))

pages = [
    Page("overview/", overview, t("分级概况", "Grades at large"), icon="chart-bar", words=("分级统计",)),
    List(
        Proposal,
        title=t("分级审核", "Review of grades"),
        columns=("column", "column__entry", MEANING, "grade", Column("column__grade", t("现级别", "Grade now")), SURE,
                 WHY, Column("light", t("状态", "State"), "light"), "decided_by"),
        filters=("state", "grade", "column__entry__owner"),
        sort=("confidence",),
        order="confidence",
        actions=("propose",),
        bulk=("confirm", "change", "reopen"),
        icon="checks",
        related=("column__entry",),
        empty=t("还没有建议：点“重新提出建议”。", "No proposals yet: let the rules look."),
    ),
    Detail(
        Proposal,
        fields=("column", Column("column__entry", t("数据资源", "Dataset")), MEANING,
                Column("category_title", t("类别", "Category")), "grade",
                Column("column__grade", t("现级别", "Grade now")), SURE, WHY, "state", "decided_by", "decided_at",
                "reason"),
        actions=("confirm", "change", "reopen"),
    ),
]

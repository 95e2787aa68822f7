"""The plan's pages: the map that opens the desk, lists, the review of what was read, Gantt, board and bulletin."""

from ludao.base.pages import Column, Detail, Form, List, Page, Related
from ludao.base.text import t

from .models import Item, Milestone, Plan, Target
from .views import board, bulletin_page, bulletin_pdf, evidence, gantt, map_page, review, wall

GOAL = Column("goal", t("目标", "Target"))
STANDING = Column("standing", t("当前", "Current"))
SHARE = Column("share", t("完成率", "Reached"), "percent")
PROGRESS = Column("percent", kind="progress")
LIGHT = Column("light", kind="light")
FIRST, LAST = Column("first_year", kind="year"), Column("last_year", kind="year")

pages = [
    Page("map/", map_page, t("要点一张图", "Map of the plan"), "see_map", "map", is_desk=True),
    List(
        Item,
        title=t("任务清单", "Tasks"),
        columns=("number", "title", "owner", LIGHT, PROGRESS, "due_on", "heard_on", "part", "closed_on"),
        hidden=("part", "closed_on"),
        filters=("light", "owner", "plan", "due_on"),
        search=("number", "title", "text"),
        sort=("place", "due_on", "percent"),
        order="place",
        bulk=("remind", "assign"),
        empty=t("还没有任务：请先上传工作要点。", "No tasks yet: upload a work plan first."),
    ),
    Detail(
        Item,
        fields=("plan", "part", "section", "owner", "co_owners", "begins_on", "due_on", PROGRESS, LIGHT)
        + (Column("reason", t("亮灯原因", "Why")), "heard_on", "text"),
        related=(
            Related(
                "targets",
                ("subject", GOAL, STANDING, SHARE, "current_on", "due_on", "said"),
                order="start",
                actions=("add_target",),
            ),
            Related("milestones", ("title", "due_on", "reached_on"), order="due_on", actions=("set_milestone",)),
            Related("reports", ("on", "percent", "text", "evidence", "by"), order="-on", actions=("report",)),
            Related("remarks", ("at", "kind", "text", "by"), order="-at", actions=("remark", "remind")),
        ),
        actions=("report", "assign", "correct_item", "remark", "remind", "close", "reopen"),
    ),
    List(
        Target,
        title=t("目标清单", "Targets"),
        columns=("subject", GOAL, STANDING, SHARE, "current_on", "due_on", "item", "kind"),
        filters=("kind", "is_hope", "is_dropped", "due_on"),
        search=("subject",),
        sort=("due_on",),
        order="pk",
        icon="target",
        related=("item",),
    ),
    Detail(
        Target,
        fields=("item", "subject", GOAL, STANDING, SHARE, "current_on", "due_on")
        + ("kind", "is_hope", "names", "said", "is_dropped"),
        related=(Related("measures", ("on", "value", "source", "by"), order="-on"),),
        actions=("set_value", "correct_target"),
    ),
    Detail(Milestone, fields=("item", "title", "due_on", "reached_on"), actions=("reach_milestone",)),
    Page("gantt/", gantt, t("甘特图", "Gantt chart"), icon="chart-bar"),
    Page("screen/", wall, t("要点大屏", "Wall of the plan"), "see_map", "chart-bar", is_screen=True),
    Page("board/", board, t("看板", "Board"), icon="layout-columns"),
    Page("bulletin/", bulletin_page, t("月度通报", "Monthly bulletin"), icon="news", words=("通报", "红头")),
    Page("bulletin.pdf", bulletin_pdf, t("月度通报 PDF", "Monthly bulletin as PDF"), in_nav=False),
    List(
        Plan,
        title=t("历年要点", "Plans"),
        columns=("title", "state", FIRST, LAST, "uploaded_by", "uploaded_at", "published_at"),
        filters=("state",),
        search=("title",),
        order="-pk",
        actions=("upload",),
        empty=t("还没有工作要点：上传一份文本即可开始。", "No plan yet: upload a text to begin."),
    ),
    Page("review/<int:pk>/", review, t("校核读取结果", "Check what was read"), in_nav=False),
    Page("evidence/<int:pk>/", evidence, t("佐证材料", "Evidence"), in_nav=False),
    Form("upload", icon="upload"),
]

"""The pages of charts: the list, one chart, boards and their composer, what one has shared."""

from typing import Any

from ludao.base.pages import Column, Detail, List, Page, Related
from ludao.base.text import t

from .models import Board, Brief, Chart, Favourite, Share, Version
from .views import board, composer, editor, see, shared


def in_use(rows: Any) -> Any:
    return rows.filter(ended_at=None)


pages = [
    List(
        Chart, title=t("图表", "Charts"), icon="chart-bar", order="address",
        columns=("title_zh", "domain", "data", "address", "changed_by", "changed_at", "is_shipped"),
        filters=("domain", "is_shipped"), search=("found_by",), sort=("changed_at",), bulk=("end",), rows=in_use,
        empty=t("还没有图表。", "No charts yet."),
    ),
    List(
        Board, title=t("看板", "Boards"), icon="layout-dashboard", order="key", right="compose",
        columns=("title_zh", "key", "owner", "published", "opened_at"), filters=("owner",), search=("title_zh",),
        sort=("opened_at",), actions=("open_board",),
        empty=t("还没有看板：新建一个，再把图表拖上去。", "No boards yet: make one, then drag charts onto it."),
    ),
    Detail(
        Board, right="compose",
        fields=("title_zh", "title_en", "key", "lead", "owner", "readers", "published", "opened_at"),
        related=(Related("versions", ("number", "state", "by", "at"), order="-number"),),
        actions=("publish_board", "describe_board"), template="chart/manage.html",
    ),
    Detail(Version, right="compose", fields=("board", "number", "state", "by", "at"), actions=("restore_version",)),
    List(
        Share, title=t("我的分享", "What I shared"), icon="share", right="share",
        columns=("chart", "reason", "until", "opened", "opened_at", "given_at", "revoked_at"), order="-pk",
        empty=t("还没有分享过图表。", "Nothing shared yet."),
    ),
    Detail(
        Share, right="share", actions=("revoke",),
        fields=(Column("link", t("链接", "Link"), "code"), "chart", "reason", "area", "until", "opened", "opened_at",
                "given_at", "revoked_at"),
    ),
    List(Favourite, title=t("我的收藏", "What I keep"), icon="star", right="keep", in_nav=False, order="-pk",
         columns=("kind", "address", "at"), bulk=("unkeep",)),
    List(Brief, title=t("我的早报", "My briefs"), icon="bell", right="subscribe", in_nav=False, order="-pk",
         columns=("kind", "address", "sent_on", "asked_at"), bulk=("unsubscribe",)),
    Page("see/<str:address>/", see, t("图表", "Chart"), in_nav=False),
    Page("show/<slug:key>/", board, t("看板", "Board"), in_nav=False),
    Page("compose/<int:pk>/", composer, t("编排看板", "Compose a board"), right="compose", in_nav=False),
    Page("edit/", editor, t("定义图表", "Declare a chart"), right="draw", icon="plus"),
    Page("edit/<str:address>/", editor, t("修改图表", "Edit a chart"), right="draw", in_nav=False),
    Page("shared/<str:token>/", shared, t("分享的图表", "A shared chart"), right="", in_nav=False),
]

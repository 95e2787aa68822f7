"""The pages of service items: the hall for everyone, the catalogue for its managers."""

from ludao.base.pages import Column, Detail, Form, List, Page, Related
from ludao.base.text import t

from .models import Import, ImportRow, Item, Version
from .views import hall

pages = [
    List(
        Item,
        title=t("事项目录", "Catalogue of items"),
        columns=(
            Column("name_zh", t("事项名称", "Name")),
            "code",
            "kind",
            "organisation",
            "state",
            "is_online",
            "promised_days",
            "applied",
            "changed_at",
        ),
        filters=("state", "kind", "object", "is_online", "organisation"),
        search=("name_zh", "code"),
        sort=("changed_at",),
        actions=("draft", "import_items"),
        empty=t(
            "目录还是空的：新建一个事项，或导入文件。", "The catalogue is empty: draw up an item or import a file."
        ),
    ),
    Detail(
        Item,
        fields=(
            "code",
            "name_zh",
            "name_en",
            "basic",
            "kind",
            "organisation",
            "department",
            "object",
            "events",
            "said",
            "legal_days",
            "promised_days",
            "is_online",
            "state",
            "number",
            "origin",
            "applied",
            "changed_at",
        ),
        related=(
            Related(
                "versions", ("number", "state", "note", "by", "made_at", "published_at"), title=t("版本", "Versions")
            ),
        ),
        actions=("revise", "describe", "retire", "restore"),
        template="services_item/item.html",
    ),
    Detail(
        Version,
        fields=("item", "number", "state", "note", "by", "made_at", "published_at"),
        actions=("publish", "set_facts", "set_means", "discard"),
    ),
    List(
        Import,
        title=t("事项导入", "Imports"),
        columns=("name", "organisation", "rows", "made", "changed", "same", "bad", "by", "at"),
        actions=("import_items",),
        empty=t("还没有导入过文件。", "No file has been imported yet."),
    ),
    Detail(
        Import,
        fields=("name", "digest", "organisation", "rows", "made", "changed", "same", "bad", "by", "at"),
        related=(
            Related(
                "lines", ("line", "name", "code", "outcome", "reason"), order="line", title=t("逐行结果", "Row by row")
            ),
        ),
    ),
    List(
        ImportRow,
        title=t("导入逐行结果", "Rows of imports"),
        columns=("line", "name", "code", "outcome", "reason", "run"),
        filters=("outcome", "run"),
        in_nav=False,
        right="read",
    ),
    Form("draft"),
    Page(
        "find/",
        hall.find,
        t("办事服务", "Find a service"),
        "",
        "search",
        words=("事项", "办事指南", "我要办事", "办证", "申请"),
    ),
    Page("guide/<str:code>/", hall.guide, t("办事指南", "Guide"), "", in_nav=False),
    Page("event/<str:code>/", hall.event, t("人生大事", "Life event"), "", in_nav=False),
    Page("department/<str:code>/", hall.department, t("部门事项", "Department"), "", in_nav=False),
]

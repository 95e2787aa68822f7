"""Pages of the thematic databases: the themes, their tables, one table with its lineage and versions, the editor."""

from ludao.base.pages import Column, Detail, Form, List, Page, Related
from ludao.base.text import t

from .models import Definition, Table
from .views import about, add, edit, home, preview, sample

LIGHT = Column("light", t("状态", "State"), kind="light")
ADDRESS = Column("address", t("地址", "Address"), kind="code")

pages = [
    Page("", home, t("主题库", "Thematic databases"), icon="database", words=("专题", "疫情防控库", "信用库")),
    List(
        Table,
        title=t("主题表", "Tables of themes"),
        columns=("title_zh", "title_en", "theme", LIGHT, "records", "refreshed_at", "fresh", "number", ADDRESS,
                 "is_active"),
        hidden=("title_en", "number", "is_active"),
        filters=("theme", "fresh", "is_active"),
        search=("title_zh", "title_en"),
        sort=("refreshed_at", "records"),
        order="pk",
        actions=("add",),
        bulk=("refresh",),
        related=("theme",),
        empty=t("还没有主题表。点“增加表”开始。", "No tables yet. Begin with “Add a table”."),
    ),
    Detail(
        Table,
        fields=("theme", Column("row", t("一行是", "One row is")), LIGHT, "records", "refreshed_at",
                Column("due_at", t("下次刷新", "Next refresh"), kind="moment"), "fresh", "number", ADDRESS),
        related=(Related("definitions", ("number", "note", "by", "at"), order="-number"),),
        actions=("refresh", "retire", "revive"),
        template="data_theme/table.html",
        context=about,
    ),
    Detail(
        Definition,
        fields=("table", "number", "note", "by", "at", Column("text", kind="lines")),
        actions=("restore",),
    ),
    Page("edit/<int:pk>/", edit, t("修改定义", "Edit the definition"), "save", in_nav=False),
    Page("preview/", preview, t("试查", "Preview"), "save", in_nav=False),
    Page("sample/<int:pk>/", sample, t("数据行", "Rows"), in_nav=False),
    Form("found", in_nav=False),
    Page("do/add/", add, t("增加表", "Add a table"), "add", in_nav=False),
]

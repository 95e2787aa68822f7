"""The catalogue's pages: find data, one entry with its tabs, the query desk, quality at large, questions."""

from ludao.base.pages import Column, Detail, List, Page
from ludao.base.text import t
from ludao.blocks.catalogue.public import Entry

from .models import Remark
from .views import dcat_page, find, quality, query, tab

pages = [
    Page("find/", find, t("找数据", "Find data"), icon="search", words=("数据资源", "数据目录", "字段", "表")),
    List(
        Entry,
        title=t("目录清单", "Catalogue"),
        columns=(Column("title", t("名称", "Title")), "address", "owner", Column("theme_title", t("主题", "Theme")),
                 "grade", "promise", "records", "quality", "loaded_at", "kind"),
        hidden=("kind",),
        filters=("kind", "owner", "grade", "promise", "form"),
        search=("words",),
        sort=("records", "quality", "loaded_at"),
        order="address",
        actions=("sync",),
        icon="list",
        rows=lambda entries: entries.filter(is_withdrawn=False),
        empty=t("目录还是空的：点“同步目录”登记全部数据集。", "The catalogue is empty: bring it up first."),
    ),
    Detail(
        Entry,
        fields=("address", "owner", Column("system", t("来源系统", "Source system")), "kind",
                Column("theme_title", t("主题", "Theme")), "grade", "promise", "loaded_at", "records",
                Column("quality", kind="progress"), "key", "form", "note"),
        template="data_catalogue/entry.html",
        context=tab,
    ),
    Page("query/", query, t("查询台", "Query desk"), right="query", icon="code", words=("SQL", "查询")),
    Page("quality/", quality, t("质量总览", "Quality at large"), icon="checks", words=("数据质量",)),
    List(
        Remark,
        title=t("问答", "Questions"),
        columns=("entry", "column", "text", "by", "at", "answer", "answered_by"),
        filters=("answered_at",),
        order="-pk",
        icon="message",
        empty=t("还没有人提问。", "Nobody has asked yet."),
    ),
    Page("dcat.jsonld", dcat_page, t("DCAT 目录", "DCAT catalogue"), in_nav=False),
]

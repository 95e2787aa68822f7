"""The pages of exchange: sources, deliveries, runs, questions, quarantine, mends, hosts, what leaves."""

from ludao.base.pages import Column, Detail, List, Page, Related
from ludao.base.text import t
from ludao.blocks.exchange import views
from ludao.blocks.exchange.models import Delivery, Heap, Host, Mend, Outgoing, Question, Run, Source

LIGHT = Column("light", t("承诺", "Promise kept"), kind="light")
REASON = Column("reason", t("原因", "Reason"))
TITLE = Column("title", t("名称", "Title"))
SUMMARY = Column("summary", t("变了什么", "What changed"))
WHAT = Column("what", t("怎样修正", "What is done"))
COUNTS = ("rows", "good", "bad")

pages = [
    List(
        Source,
        title=t("数据源", "Sources"),
        icon="plug",
        columns=(TITLE, "address", "owner", "kind", "promise", "state", LIGHT, "loaded_at", "due_at", "error"),
        hidden=("error",),
        filters=("owner", "kind", "promise", "state"),
        search=("title_zh", "address"),
        sort=("loaded_at", "due_at"),
        order="address",
        actions=("set_up",),
        bulk=("collect", "pause", "resume"),
        empty=t("还没有数据源：从“从文件接入”拖入一个文件开始。", "No sources yet: begin by dropping a file."),
    ),
    Detail(
        Source,
        fields=(
            TITLE,
            "address",
            "owner",
            "kind",
            "promise",
            "state",
            LIGHT,
            "loaded_at",
            "due_at",
            "error",
            "set_up_at",
        ),
        related=(
            Related(
                "deliveries",
                ("name", "state", *COUNTS, "open", "received_at"),
                order="-pk",
                actions=("receive", "collect"),
            ),
            Related("heaps", (REASON, "rows", "delivery"), order="-rows"),
            Related("questions", (SUMMARY, "asked_at", "answered_at", "answered_by"), order="-pk"),
            Related(
                "runs", ("at", "kind", "inserted", "updated", "deleted", "unchanged", "stale", "version"), order="-pk"
            ),
        ),
        actions=("receive", "collect", "pause", "resume"),
        template="exchange/source.html",
        context=views.contract_of,
    ),
    Page("contract/<int:pk>/", views.amend, t("修改契约", "Amend the contract"), right="set_up", in_nav=False),
    Page(
        "new/",
        views.new,
        t("从文件接入", "Set up from a file"),
        right="set_up",
        icon="upload",
        words=("上传", "拖入文件", "接入"),
    ),
    Page(
        "connect/",
        views.connect,
        t("连接来源", "Connect a source"),
        right="set_up",
        icon="plug-connected",
        words=("数据库", "接口", "消息流", "连接"),
    ),
    List(
        Delivery,
        title=t("送达", "Deliveries"),
        icon="inbox",
        columns=("name", "source", "state", *COUNTS, "open", "received_at"),
        filters=("source", "state"),
        search=("name",),
        sort=("received_at",),
        bulk=("load",),
        related=("source",),
        empty=t("还没有送达：数据源的文件到了会列在这里。", "Nothing was delivered yet."),
    ),
    Detail(
        Delivery,
        fields=("source", "state", *COUNTS, "open", "received_at", "sent_at", "size", "digest", "first", "error"),
        related=(
            Related("heaps", (REASON, "rows"), order="-rows"),
            Related(
                "runs",
                (
                    "at",
                    "kind",
                    "rows",
                    "inserted",
                    "updated",
                    "deleted",
                    "unchanged",
                    "stale",
                    "version",
                    "seconds",
                    "undone_at",
                ),
                order="-pk",
            ),
            Related("mends", ("line", WHAT, "by", "at", "undone_at"), order="-pk"),
        ),
        actions=("load", "replay"),
        template="exchange/delivery.html",
        context=views.delivery_work,
    ),
    List(
        Heap,
        title=t("隔离区", "Quarantine"),
        icon="alert-triangle",
        columns=(REASON, "source", "delivery", "rows"),
        filters=("source",),
        sort=("rows",),
        order="-rows",
        related=("source", "delivery"),
        empty=t("隔离区是空的：没有被拦下的行。", "Nothing is in quarantine: no row was turned away."),
    ),
    Detail(
        Heap,
        fields=("source", "delivery", REASON, "rows"),
        actions=("mend_all", "discard"),
        template="exchange/heap.html",
        context=views.rows,
    ),
    List(
        Question,
        title=t("待答问题", "Questions"),
        icon="help-circle",
        columns=("source", SUMMARY, "asked_at", "answered_at", "answered_by"),
        filters=("source",),
        related=("source",),
        empty=t("没有问题：各数据源的列都和契约一致。", "No questions: every source keeps to its contract."),
    ),
    Detail(
        Question,
        fields=("source", "delivery", SUMMARY, "asked_at", "answered_at", "answered_by", "answers"),
        template="exchange/question.html",
    ),
    List(
        Run,
        title=t("装载记录", "Runs"),
        icon="history",
        columns=(
            "at",
            "source",
            "kind",
            "rows",
            "inserted",
            "updated",
            "deleted",
            "unchanged",
            "stale",
            "bad",
            "seconds",
            "version",
            "undone_at",
        ),
        hidden=("deleted", "unchanged", "version", "undone_at"),
        filters=("source", "kind"),
        related=("source",),
        empty=t("还没有装载过", "Nothing was loaded yet"),
    ),
    Detail(
        Run,
        fields=(
            "source",
            "delivery",
            "kind",
            "at",
            *COUNTS,
            "inserted",
            "updated",
            "deleted",
            "unchanged",
            "stale",
            "version",
            "seconds",
            "undone_at",
            "undone_by",
        ),
        related=(Related("mends", ("line", WHAT, "by", "at")),),
        actions=("undo_run",),
    ),
    List(
        Mend,
        title=t("修正", "Mends"),
        icon="pencil",
        columns=("delivery", "line", WHAT, "by", "at", "run", "undone_at"),
        filters=("is_discard",),
        related=("delivery", "run__source"),
        bulk=("undo_mend",),
        empty=t("还没有人修正过", "Nothing was mended yet"),
    ),
    Detail(
        Mend,
        fields=("delivery", "line", "mark", WHAT, "why", "by", "at", "undone_at", "run"),
        actions=("undo_mend",),
    ),
    List(
        Host,
        title=t("可达主机", "Allowed hosts"),
        icon="shield-check",
        columns=("name", "port", "is_inside", "why", "allowed_by", "allowed_at", "ended_at"),
        actions=("allow",),
        bulk=("disallow",),
        empty=t(
            "没有批准任何主机：接口和数据库连接器都到不了外面。",
            "No host is allowed: API and database connectors reach nothing.",
        ),
    ),
    Detail(
        Host,
        fields=("name", "port", "is_inside", "why", "allowed_by", "allowed_at", "ended_at"),
        actions=("disallow",),
    ),
    List(
        Outgoing,
        title=t("外发消息", "Outgoing"),
        icon="send",
        columns=("subject", "number", "written_at", "sent_at", "place", "error"),
        sort=("written_at",),
        empty=t("没有消息离开过本市", "No message has left the city"),
    ),
    Page("question/<int:pk>/answer/", views.answer, t("答复问题", "Answer a question"), right="answer", in_nav=False),
    Page(
        "delivery/<int:pk>/row/<int:line>/", views.mend_row, t("修正一行", "Mend a row"), right="mend", in_nav=False
    ),
    Page("delivery/<int:pk>/file/", views.file, t("原文件", "The file as it came"), right="download", in_nav=False),
    Page(
        "heap/<int:pk>/rows.csv", views.rows_file, t("隔离的行", "Rows in quarantine"), right="download", in_nav=False
    ),
]

"""The pages of processes: what there is, its versions, those on their way, each on its drawing."""

from ludao.base.pages import Column, Detail, List, Page, Related
from ludao.base.text import t

from . import table_views, views
from .models import Definition, Instance, Version

LIGHT = Column("light", t("状态", "State"), "light")

pages = [
    List(
        Definition,
        title=t("流程", "Processes"),
        columns=(Column("title", t("名称", "Title")), "address", "kind", "number", "is_shipped"),
        filters=("kind", "is_shipped"),
        search=("title_zh", "title_en", "address"),
        order="address",
        actions=("import_file",),
        icon="sitemap",
        empty=t("还没有流程。点“画一个新流程”开始。", "No processes yet. Begin with “Draw a process”."),
    ),
    Detail(
        Definition,
        fields=("address", "kind", "number", "is_shipped"),
        related=(
            Related(
                "versions",
                ("number", "state", "note", "made_by", "made_at", "published_by", "published_at"),
                order="-number",
                title=t("历次版本", "Versions"),
            ),
        ),
        actions=("retire",),
        template="workflow/definition.html",
        context=views.definition_facts,
    ),
    Page("editor/", views.editor, t("画一个新流程", "Draw a process"), "draft", "pencil"),
    Page("editor/check/", views.check, t("检查流程图", "Check a drawing"), "draft", in_nav=False),
    Page("editor/simulate/", views.simulation, t("模拟", "Simulate"), "draft", in_nav=False),
    Page("table/", table_views.editor, t("编一张决策表", "Write a decision table"), "draft", "table"),
    Page("file/<int:pk>/", views.file, t("流程文件", "File"), in_nav=False),
    Page("moving/", views.moving, t("迁移流程实例", "Move processes"), "move", in_nav=False),
    List(
        Version,
        title=t("草稿与历次版本", "Drafts and versions"),
        columns=("definition", "number", "state", "note", "made_by", "made_at", "published_at"),
        filters=("state",),
        icon="versions",
        empty=t("还没有版本。", "No versions yet."),
    ),
    Detail(
        Version,
        fields=("definition", "number", "state", "note", "made_by", "made_at", "published_by", "published_at"),
        actions=("publish", "discard"),
        template="workflow/version.html",
        context=views.version_facts,
    ),
    List(
        Instance,
        title=t("流程实例", "Running processes"),
        columns=("about", "version", "organisation", "state", "begun_at", "wakes_at", "ended_at", "trouble"),
        filters=("state", "version__definition", "organisation"),
        related=("version__definition",),
        icon="route",
        empty=t("没有正在走的流程。", "No process is under way."),
    ),
    Detail(
        Instance,
        fields=("version", "about", "organisation", "state", "begun_at", "ended_at", "wakes_at", "trouble"),
        related=(
            Related(
                "steps",
                (Column("title", t("环节", "Step")), "lane", Column("role_title", t("角色", "Role")), "organisation",
                 "opened_at", "due_at", "closed_at", Column("outcome_title", t("结果", "Outcome")), "by"),
                order="pk",
                title=t("环节", "Steps"),
            ),
        ),
        actions=("retry", "cancel"),
        template="workflow/instance.html",
        context=views.instance_facts,
    ),
]  # fmt: skip

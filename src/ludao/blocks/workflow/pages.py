"""The pages of processes: what there is, its versions, those on their way, each on its drawing."""

from ludao.base.pages import Column, Detail, List, Related
from ludao.base.text import t

from .models import Definition, Instance, Version
from .views import instance_facts

LIGHT = Column("light", t("状态", "State"), "light")

pages = [
    List(
        Definition,
        title=t("流程", "Processes"),
        columns=(Column("title", t("名称", "Title")), "address", "kind", "number", "is_shipped"),
        filters=("kind", "is_shipped"),
        search=("title_zh", "title_en", "address"),
        order="address",
        actions=("draft",),
        icon="sitemap",
        empty=t("还没有流程。点“新建流程版本”开始。", "No processes yet. Begin with “Draft a process”."),
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
    ),
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
        actions=("publish", "revise", "discard"),
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
                (Column("title", t("环节", "Step")), "lane", "role", "organisation", "opened_at", "due_at",
                 "closed_at", "outcome", "by"),
                order="pk",
                title=t("环节", "Steps"),
            ),
        ),
        actions=("retry", "cancel"),
        template="workflow/instance.html",
        context=instance_facts,
    ),
]  # fmt: skip

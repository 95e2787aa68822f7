"""The pages of policies: what there is, each as a text anyone can read, its versions, and the editor."""

from ludao.base.pages import Column, Detail, List, Page, Related
from ludao.base.text import t

from .models import Policy, Version
from .views import check, editor, policy_facts, trial, try_one, version_facts

STATE = Column("light", t("状态", "State"), "light")

pages = [
    List(
        Policy,
        title=t("政策", "Policies"),
        columns=(
            Column("title", t("名称", "Title")),
            "code",
            "entity",
            "owner",
            "document",
            "number",
            Column("state", t("状态", "State")),
        ),
        filters=("entity", "owner"),
        search=("title_zh", "title_en", "code", "document"),
        order="code",
        icon="gavel",
        empty=t("还没有政策。到“编写政策”写第一份。", "No policy yet. Write the first under “Write a policy”."),
    ),
    Detail(
        Policy,
        fields=("owner", "entity", "document", "number", Column("state", t("状态", "State")), "ended_on", "ended_why"),
        related=(
            Related(
                "versions",
                ("number", "state", "effective_on", "note", "made_by", "made_at", "approved_by"),
                order="-number",
                title=t("历次版本", "Versions"),
            ),
        ),
        actions=("set_parameter", "end"),
        template="rule/policy.html",
        context=policy_facts,
    ),
    List(
        Version,
        title=t("待审批与历次版本", "Drafts and versions"),
        path="version/",
        columns=(
            Column("title", t("政策", "Policy")),
            "number",
            "state",
            "note",
            "made_by",
            "made_at",
            "approved_by",
            "effective_on",
        ),
        filters=("state",),
        related=("policy",),
        order="-pk",
        icon="versions",
        empty=t("还没有版本。", "No versions yet."),
    ),
    Detail(
        Version,
        fields=(
            "policy",
            "number",
            "state",
            "effective_on",
            "note",
            "made_by",
            "made_at",
            "approved_by",
            "approved_at",
        ),
        actions=("publish", "discard"),
        template="rule/version.html",
        context=version_facts,
    ),
    Page("editor/", editor, t("编写政策", "Write a policy"), "draft", "pencil"),
    Page("editor/one/", try_one, t("试算一个对象", "Try on one"), "try_one", in_nav=False),
    Page("editor/check/", check, t("检查政策", "Check a policy"), "draft", in_nav=False),
    Page("editor/trial/", trial, t("全市试算", "Try on the city"), "draft", in_nav=False),
]

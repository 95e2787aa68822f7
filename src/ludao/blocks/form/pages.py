"""The pages of forms: what there is, each with its versions, the editor, the trial."""

from ludao.base.pages import Column, Detail, List, Page, Related
from ludao.base.text import t

from .editor import editor
from .models import Form, Version
from .views import download, form_facts, keep, refill, trial, version_facts

pages = [
    List(
        Form, title=t("表单", "Forms"), icon="forms",
        columns=(Column("title", t("名称", "Title")), "address", "number", "is_shipped", "changed_at"),
        filters=("is_shipped", "changed_at"), search=("title_zh", "title_en", "address"), sort=("changed_at",),
        order="address", actions=("create",),
        empty=t("还没有表单。点“新建表单”开始。", "No forms yet. Begin with “Make a form”."),
    ),
    Detail(
        Form, fields=("address", "number", "is_shipped", "changed_at"), actions=("begin", "bring"),
        related=(Related("versions", ("number", "state", "note", "made_by", "made_at", "published_by", "published_at"),
                         order="-number", title=t("历次版本", "Versions")),),
        template="form/form.html", context=form_facts,
    ),
    List(
        Version, title=t("草稿与版本", "Drafts and versions"), path="version/", icon="versions",
        columns=("form", "number", "state", "note", "made_by", "made_at", "published_by", "published_at"),
        filters=("state",), order="-pk", empty=t("还没有版本。", "No versions yet."),
    ),
    Detail(Version, fields=("form", "number", "state", "note", "made_by", "made_at", "published_by", "published_at"),
           actions=("publish", "discard", "restore"), template="form/version.html", context=version_facts),
    Page("editor/<int:pk>/", editor, t("编辑表单", "Edit a form"), right="revise", in_nav=False),
    Page("try/<int:pk>/", trial, t("试填", "Try"), in_nav=False),
    Page("version/<int:pk>/file/", download, t("下载", "Download"), in_nav=False),
    Page("filling/<int:pk>/", refill, t("填写", "Fill in"), right="fill", in_nav=False),
    Page("filling/<int:pk>/keep/", keep, t("保存草稿", "Keep the draft"), right="fill", in_nav=False),
]

"""The pages of forms: what there is, each with its versions, the editor, the trial."""

from ludao.base.pages import Column, Detail, List, Page, Related
from ludao.base.text import t

from .models import Form, Version
from .views import keep, refill

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
    ),
    List(
        Version, title=t("草稿与版本", "Drafts and versions"), path="version/", icon="versions",
        columns=("form", "number", "state", "note", "made_by", "made_at", "published_by", "published_at"),
        filters=("state",), order="-pk", empty=t("还没有版本。", "No versions yet."),
    ),
    Detail(Version, fields=("form", "number", "state", "note", "made_by", "made_at", "published_by", "published_at"),
           actions=("publish", "discard", "restore")),
    Page("filling/<int:pk>/", refill, t("填写", "Fill in"), right="fill", in_nav=False),
    Page("filling/<int:pk>/keep/", keep, t("保存草稿", "Keep the draft"), right="fill", in_nav=False),
]

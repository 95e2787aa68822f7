"""The pages of documents: the list, each with its versions and pictures, the upload."""

from ludao.base.pages import Detail, Form, List, Page
from ludao.base.text import t
from ludao.blocks.document.models import Document
from ludao.blocks.document.views import download, preview, shown

pages = [
    List(
        Document, title=t("文件", "Documents"), icon="files",
        columns=("title", "state", "number", "owner", "by", "made_at", "retention", "due_on", "about"),
        filters=("state", "retention", "made_at", "due_on"), search=("title",), sort=("made_at",), hidden=("about",),
        actions=("upload",), bulk=("withdraw", "dispose", "set_retention"),
        empty=t("还没有文件。点“上传文件”开始。", "No documents yet. Begin with “Upload a file”."),
    ),
    Detail(
        Document, template="document/document.html", context=shown,
        fields=("title", "state", "reason", "owner", "by", "made_at", "retention", "due_on", "held_for", "about"),
        actions=("replace", "withdraw", "restore", "set_retention", "hold", "release", "dispose"),
    ),
    Form("upload", icon="upload", in_nav=False),
    Page("version/<int:pk>/file/", download, t("下载", "Download"), in_nav=False),
    Page("version/<int:pk>/<int:page>-<int:width>.webp", preview, t("预览", "Preview"), in_nav=False),
]

"""A document's page, its pictures and its download; every look and every download leaves its line."""

from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from ludao.base import audit, rights
from ludao.base.streaming import stream
from ludao.base.text import t
from ludao.blocks.document import previewing, storage
from ludao.blocks.document.models import Content, Document, Version

READ = "document.read"
audit.words |= {"document.download": t("下载文件", "Downloaded a document"),
                "document.look": t("查看文件", "Looked at a document")}


def shown(request: HttpRequest, document: Document) -> dict[str, Any]:
    """What the page adds to the facts: the versions, and pictures of the one that is looked at."""
    versions = list(document.versions.select_related("content").order_by("-number")[:100])
    asked = request.GET.get("version", "")
    one = next((v for v in versions if str(v.number) == asked), versions[0] if versions else None)
    context: dict[str, Any] = {"versions": versions, "shown": one, "is_open": document.is_kept}
    if one is None or one.content is None or not document.is_kept:
        return context
    audit.write(request.actor, "document.look", document, {"version": one.number})
    if one.content.kind.preview == "text":
        return context | {"text": previewing.text(one.content)}
    return context | {"sheets": range(1, previewing.pages(one.content) + 1)}


def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One version's file, always as a download: what people upload is never shown as a page of ours."""
    version, content = _reachable(request, pk)
    return given(request, version, content)


def given(request: HttpRequest, version: Version, content: Content) -> HttpResponseBase:
    """The answer with the file, and the line of who took it; for whoever has asked the right already."""
    audit.write(request.actor, "document.download", version.document,
                {"version": version.number, "name": version.name, "digest": version.digest})
    answer = stream(request, storage.pieces(storage.place_of(content.pk)), content.type, quote(version.name, safe=""))
    answer["Content-Length"] = str(content.size)
    answer["Content-Encoding"] = "identity"
    answer["Cache-Control"] = "private, no-store"
    return answer


def preview(request: HttpRequest, pk: int, page: int, width: int) -> HttpResponse:
    _, content = _reachable(request, pk)
    if width not in previewing.WIDTHS or not 1 <= page <= previewing.pages(content):
        raise Http404
    answer = HttpResponse(previewing.picture(content, page, width), content_type="image/webp")
    answer["Cache-Control"] = "private, max-age=600"
    return answer


def _reachable(request: HttpRequest, pk: int) -> tuple[Version, Content]:
    """A version of a document in use, within the reader's reach."""
    rows = Version.objects.filter(pk=pk, document__state=Document.KEPT).select_related("document", "content")
    found = rights.narrow(request.actor, READ, rows).first()
    if found is None or found.content is None:
        raise Http404
    return found, found.content

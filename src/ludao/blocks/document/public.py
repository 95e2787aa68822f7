"""The door of documents: keep a file, add a version, hand it over, read it, set a sheet with data."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase

from ludao.base.actor import Actor
from ludao.base.errors import Refused
from ludao.base.text import t
from ludao.blocks.document import previewing, retention, storage
from ludao.blocks.document.keeping import adopt, keep, replace
from ludao.blocks.document.models import Document, Version
from ludao.blocks.document.typesetting import typeset
from ludao.blocks.document.views import given

LETTER = Path(__file__).parent / "content" / "letter.typ"


def make(actor: Actor, sheet: Path | bytes, data: Any, *, name: str, title: str = "", about: str = "",
         organisation: str | None = None, term: str = retention.TEN) -> Document:
    """Set a sheet with data and keep the PDF as a document."""
    return keep(actor, typeset(sheet, data), name, title=title, about=about, organisation=organisation, term=term)


def of(about: str) -> QuerySet[Document]:
    """The documents in use that belong to a thing, the newest first."""
    return Document.objects.filter(about=about, state=Document.KEPT).order_by("-pk")


def read(version: Version) -> bytes:
    """The whole content, for another step of the house. Raises Refused when it is no longer kept."""
    return b"".join(pieces(version))


def pieces(version: Version) -> Iterator[bytes]:
    if version.content is None:
        raise Refused(t("文件内容已销毁", "The content is deleted"))
    return storage.pieces(storage.place_of(version.content.pk))


def download(request: HttpRequest, version: Version) -> HttpResponseBase:
    """The file for a reader whose right the caller has asked (a case's officer, say); the audit line is written."""
    if version.content is None or not version.document.is_kept:
        raise Refused(t("没有找到，或您无权查看", "Not found, or not yours to see"))
    return given(request, version, version.content)


def pages(version: Version) -> int:
    """How many pictures there are of it."""
    return previewing.pages(version.content) if version.content is not None else 0


def picture(version: Version, page: int, width: int) -> bytes:
    """One page as WebP, for a reader whose right the caller has asked. Raises Refused where there is none."""
    if version.content is None or width not in previewing.WIDTHS or not 1 <= page <= previewing.pages(version.content):
        raise Refused(t("没有找到，或您无权查看", "Not found, or not yours to see"))
    return previewing.picture(version.content, page, width)


__all__ = ["LETTER", "Document", "Version", "adopt", "download", "keep", "make", "of", "pages", "picture", "pieces",
           "read", "replace", "typeset"]

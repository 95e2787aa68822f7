"""Takes a file in: measured, told by its bytes, scanned, stored once under its digest, kept as a version."""

import hashlib
import io
import os
from collections.abc import Collection
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.errors import Conflict, Problem
from ludao.base.text import t
from ludao.blocks.document import kinds, retention, scanning, storage
from ludao.blocks.document.models import Content, Document, Version
from ludao.blocks.identity.public import Enterprise, Organisation


def keep(actor: Actor, file: UploadedFile | bytes, name: str = "", *, title: str = "", about: str = "",
         organisation: str | None = None, term: str = retention.TEN, note: str = "") -> Document:
    """A new document of the actor, or of the `organisation` that is to work with it. `about` is the thing it belongs
    to, as `services.item.case:12`; call it inside the action that takes the document in.
    Raises Problem for a file that is too large, of no kind we take, or infected."""
    code = actor.organisation if organisation is None else organisation
    name = kinds.plain_name(name or getattr(file, "name", "") or "")
    with transaction.atomic():
        content = take(file, name)
        document = Document.objects.create(
            title=(title or name.rpartition(".")[0] or name)[:200], about=about, organisation=code,
            owner=_owner(code), person=actor.person, by=actor.name, retention=term,
            due_on=retention.due_on(term, clock.today()))
        _add(actor, document, content, name, note)
    return document


def replace(actor: Actor, document: Document, file: UploadedFile | bytes, name: str = "", note: str = "") -> Version:
    """The next version of a document; the same bytes again are no new version."""
    name = kinds.plain_name(name or getattr(file, "name", "") or "")
    with transaction.atomic():
        document = Document.objects.select_for_update().get(pk=document.pk)
        content = take(file, name)
        current = document.current
        if current is not None and current.digest == content.pk:
            raise Conflict(t("内容与现行版本相同，没有新版本", "The content is that of the current version already"),
                           field="file")
        return _add(actor, document, content, name, note)


def adopt(actor: Actor, keys: Collection[int], *, since: str, about: str, organisation: str, term: str) -> int:
    """Documents that this person brought for something not yet begun (`since`) now belong to `about`. How many did;
    those of anybody else are left alone."""
    with transaction.atomic():
        mine = Document.objects.filter(pk__in=keys, person=actor.person, about=since, state=Document.KEPT)
        return mine.update(about=about, organisation=organisation, owner=_owner(organisation), retention=term,
                           due_on=retention.due_on(term, clock.today()))


def take(file: UploadedFile | bytes, name: str) -> Content:
    """The content of a file. Inside a transaction: the row stays locked, so that no clearing away comes between."""
    stream: Any = io.BytesIO(file) if isinstance(file, bytes) else file
    size = _size(stream)
    kind = kinds.sniff(stream, name)
    is_clean = scanning.scan(stream)
    digest = _digest(stream)
    content, _ = Content.objects.select_for_update().get_or_create(digest=digest, defaults={
        "size": size, "type": kind.type, "scan": Content.CLEAN if is_clean else Content.NOT_SCANNED})
    if is_clean and content.scan != Content.CLEAN:
        content.scan = Content.CLEAN
        content.save(update_fields=["scan"])
    if not storage.has(storage.place_of(digest)):
        stream.seek(0)
        storage.put(storage.place_of(digest), stream)
    return content


def most_bytes() -> int:
    return int(os.environ.get("LUDAO_DOCUMENT_MAX_MIB", 0)) * 2**20 or settings.UPLOAD_MAX_BYTES


def _size(stream: IO[bytes]) -> int:
    size = stream.seek(0, io.SEEK_END)
    if not size:
        raise Problem(t("文件是空的", "The file is empty"), field="file")
    if size > most_bytes():
        most = most_bytes() // 2**20
        raise Problem(t(f"文件超过 {most} MiB", f"The file is larger than {most} MiB"), field="file")
    return size


def _digest(stream: IO[bytes]) -> str:
    stream.seek(0)
    found = hashlib.sha256()
    while piece := stream.read(2**20):
        found.update(piece)
    return found.hexdigest()


def _add(actor: Actor, document: Document, content: Content, name: str, note: str) -> Version:
    document.number += 1
    document.save(update_fields=["number"])
    return Version.objects.create(document=document, number=document.number, name=name, note=note, content=content,
                                  digest=content.pk, by=actor.name)


def _owner(code: str) -> str:
    found = Organisation.objects.filter(pk=code).first() or Enterprise.objects.filter(pk=code).first() if code else None
    return found.name if found else ""

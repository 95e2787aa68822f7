"""Deletes what is due: the contents go, the record of what there was stays."""

from datetime import timedelta

from django.db import transaction

from ludao.base import clock
from ludao.blocks.document import storage
from ludao.blocks.document.models import Content, Document, Version

SETTLED = timedelta(days=1)  # an upload that is still going on is younger


def dispose(document: Document) -> None:
    """Let go of a document's contents; those that no other document names are cleared away after this stands."""
    digests = list(document.versions.exclude(content=None).values_list("digest", flat=True))
    Version.objects.filter(document=document).update(content=None)
    document.state, document.disposed_at = Document.DISPOSED, clock.now()
    document.save(update_fields=["state", "disposed_at"])
    transaction.on_commit(lambda: [clear(digest) for digest in digests])


def clear(digest: str) -> bool:
    """Delete a content that nothing names. Whoever takes the same bytes in meanwhile waits for the row, or has it."""
    with transaction.atomic():
        content = Content.objects.select_for_update().filter(pk=digest).first()
        if content is not None and content.versions.exists():
            return False
        storage.drop(digest)
        if content is not None:
            content.delete()
    return True


def sweep() -> int:
    """What an interrupted upload or deletion left behind."""
    left = list(Content.objects.filter(versions=None, stored_at__lt=clock.now() - SETTLED).values_list("pk", flat=True))
    strays = [d for d in storage.older_than(SETTLED) if not Content.objects.filter(pk=d).exists()]
    return sum(clear(digest) for digest in {*left, *strays})

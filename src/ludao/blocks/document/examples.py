"""What the contract tests type into the forms of documents, where any value will not do."""

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.blocks.document import keeping
from ludao.blocks.document.models import Document


def _file(words: str = "样例") -> SimpleUploadedFile:
    return SimpleUploadedFile("sample.txt", f"{words}\n".encode())


def _document(actor: Actor, **changes: Any) -> Document:
    made = keeping.keep(actor, f"样例 {clock.now()}".encode(), "sample.txt")
    Document.objects.filter(pk=made.pk).update(**changes)
    made.refresh_from_db()
    return made


EXAMPLES: dict[str, Any] = {
    "upload": lambda _: {"file": _file()},
    "replace": lambda actor: {"document": _document(actor), "file": _file("新版")},
    "withdraw": lambda actor: {"document": _document(actor)},
    "restore": lambda actor: {"document": _document(actor, state=Document.WITHDRAWN)},
    "set_retention": lambda actor: {"document": _document(actor)},
    "hold": lambda actor: {"document": _document(actor)},
    "release": lambda actor: {"document": _document(actor, held_for="审计")},
    "dispose": lambda actor: {"document": _document(actor, due_on=clock.today() - timedelta(days=1))},
}

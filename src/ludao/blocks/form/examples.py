"""What the contract tests type into the forms of forms, where any value will not do."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from ludao.base.actor import Actor

from .actions import create
from .engine.editing import fresh
from .models import Form, Version

HOUSE = Actor.system("example")
TEXT = fresh("样例表单", "Example")


def _draft(_: Actor) -> Version:
    return create(HOUSE, name="sample", title_zh="样例", title_en="Example")


def _form(_: Actor) -> Form:
    made = _draft(HOUSE)
    made.state = Version.PUBLISHED
    made.save(update_fields=["state"])
    return made.form


def _published(_: Actor) -> Version:
    return Version.objects.get(form=_form(HOUSE))


EXAMPLES: dict[str, Any] = {
    "create": {"name": "made_here", "title_zh": "样例", "title_en": "Example"},
    "begin": lambda actor: {"form": _form(actor)},
    "bring": lambda actor: {"form": _form(actor), "file": SimpleUploadedFile("a.form.json", TEXT.encode())},
    "revise": lambda actor: {"version": _draft(actor), "text": TEXT},
    "publish": lambda actor: {"version": _draft(actor)},
    "discard": lambda actor: {"version": _draft(actor)},
    "restore": lambda actor: {"version": _published(actor)},
}

"""Files of a form: kept as documents the moment they come, handed to the thing that was applied for when it is sent."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from ludao.base.actor import Actor
from ludao.blocks.document import public as document

from .engine.asking import every
from .engine.kinds import FILES
from .entering import Keep
from .models import Version

ABOUT = "form.filling"


def keeper(actor: Actor) -> Keep:
    """Takes a file in, checked and stored, so that no other mistake on the page loses it. Unsent ones go in 90 days."""

    def keep(file: UploadedFile) -> dict[str, Any]:
        made = document.keep(actor, file, about=ABOUT, organisation="", term="short")
        return {"document": made.pk, "name": file.name, "size": file.size}

    return keep


def tokens(version: Version, data: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every file of a filling with the path of its field."""
    for one in every(version.design, data):
        if one.field.kind_name in FILES and one.value:
            for token in one.value if isinstance(one.value, list) else [one.value]:
                yield one.path, token


def hand_over(actor: Actor, version: Version, data: Mapping[str, Any], about: str, organisation: str = "",
              term: str = "ten") -> int:
    """The files that this person brought now belong to `about` (a case). Call it inside the action that opens it."""
    keys = [token["document"] for _, token in tokens(version, data) if isinstance(token.get("document"), int)]
    return document.adopt(actor, keys, since=ABOUT, about=about, organisation=organisation, term=term)

"""The door of forms: find one, show it, read what was sent, check it, tell it as facts, fill what is held already."""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from ludao.base.actor import Actor
from ludao.base.errors import Problem

from . import entering
from .drafts import draft, drafts, drop_draft, keep_draft
from .drawing import fields
from .engine.asking import clean
from .engine.kinds import KINDS
from .entering import Entered, check_all
from .filing import hand_over, keeper, tokens
from .models import Form, Version
from .options import choices
from .shipping import ship
from .showing import facts
from .sources import Filled, Source, Subject, Use, asked_at_first, held, prefill, put, source, sources, watch


def current(address: str) -> Version:
    """The version in force. Raises LookupError for an address that no form has."""
    found = Version.objects.select_related("form").filter(
        form=address, state=Version.PUBLISHED).order_by("-number").first()
    if found is None:
        raise LookupError(f"no form is published under {address}")
    return found


def version(pk: int) -> Version:
    """Raises LookupError."""
    found = Version.objects.select_related("form").filter(pk=pk).first()
    if found is None:
        raise LookupError(f"there is no version {pk} of a form")
    return found


def blank(of: Version) -> dict[str, Any]:
    """What a filling begins with: the defaults that the schema names."""
    return {one.name: one.schema["default"] for one in of.design.fields if "default" in one.schema}


def read(of: Version, post: QueryDict, files: "MultiValueDict[str, UploadedFile] | None" = None, *,
         actor: Actor | None = None, filled: Mapping[str, Filled] | None = None) -> Entered:
    """What was sent. With an `actor` its files are kept at once as documents, so that nothing on the page is lost;
    with `filled` the locked values are those, whatever the page brought back."""
    return entering.read(of, post, files, keep=keeper(actor) if actor else None, filled=filled)


def check(of: Version, data: Mapping[str, Any]) -> list[Problem]:
    """The problems of data that came another way (API, file), by field."""
    return check_all(of, data)


def begun(filled: Mapping[str, Filled], data: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Data with what is held already put in, where nothing was typed; a locked value stands whatever was typed."""
    made = dict(data or {})
    for path, one in filled.items():
        if one.is_locked or entering.get(made, path) in (None, "", [], {}):
            put(made, path, one.value)
    return made


__all__ = [
    "KINDS", "Entered", "Filled", "Form", "Source", "Subject", "Use", "Version", "asked_at_first", "begun", "blank",
    "check", "choices", "clean", "current", "draft", "drafts", "drop_draft", "facts", "fields", "hand_over", "held",
    "keep_draft", "prefill", "read", "ship", "source", "sources", "tokens", "version", "watch",
]

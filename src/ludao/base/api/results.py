"""What an action gives back, as JSON: a row by its key and words, everything else as it is."""

import dataclasses
import typing
from collections.abc import Mapping
from enum import Enum
from typing import Any

from django.db.models import Model, QuerySet
from pydantic import BaseModel, TypeAdapter
from pydantic.errors import PydanticUserError

from ludao.base.actions import Action
from ludao.base.datasets import outside

ROW_SCHEMA = {
    "type": "object",
    "required": ["id", "label", "url"],
    "properties": {"id": {"type": ["integer", "string"]}, "label": {"type": "string"},
                   "url": {"type": ["string", "null"], "description": "its page"}},
}


def plain(value: Any) -> Any:
    if isinstance(value, Model):
        address = getattr(value, "get_absolute_url", None)
        key = value.pk if isinstance(value.pk, int | str) else str(value.pk)
        return {"id": key, "label": str(value), "url": address() if address else None}
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain(inner) for name, inner in value.items()}
    if isinstance(value, QuerySet | list | tuple | set | frozenset):
        return [plain(inner) for inner in value]
    return plain(value.value) if isinstance(value, Enum) else outside(value)


def schema(spec: Action, template: str) -> dict[str, Any]:
    """From the action's return type; {} (anything) where that says nothing."""
    try:
        hint = typing.get_type_hints(spec.function).get("return", Any)
    except NameError:
        return {}
    return _schema(hint, template)


def _schema(hint: Any, template: str) -> dict[str, Any]:
    if hint is type(None):
        return {"type": "null"}
    if isinstance(hint, type) and issubclass(hint, Model):
        return {"$ref": template.format(model="Row")}
    if typing.get_origin(hint) in (list, tuple, set, frozenset):
        inner = [arg for arg in typing.get_args(hint) if arg is not ...]
        return {"type": "array", "items": _schema(inner[0], template) if len(inner) == 1 else {}}
    if typing.get_args(hint) and any(isinstance(a, type) and issubclass(a, Model) for a in typing.get_args(hint)):
        return {"anyOf": [_schema(arg, template) for arg in typing.get_args(hint)]}
    if dataclasses.is_dataclass(hint) or hint is Any:
        return {}
    try:
        return TypeAdapter(hint).json_schema(ref_template=template, mode="serialization")
    except PydanticUserError:
        return {}

"""Input for any action, made from its type hints: values it should take, and values it must refuse."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from pydantic import SecretStr

from ludao.base import actions, clock, registry, rights
from ludao.base.actions import Action, Parameter
from ludao.base.pages.forms import _limits, _options


def example(spec: Action, actor: Any) -> dict[str, Any]:
    """What the folder's examples.py says of this action; a function there may make the row that it needs."""
    part = registry.owner_of(spec.address).part("examples")
    given = getattr(part, "EXAMPLES", {}).get(spec.name, {})
    return dict(given(actor) if callable(given) else given)


def subject(spec: Action, actor: Any, given: dict[str, Any]) -> Any:
    """A row that the action may be done to: the one named, else any that is within reach and in the right state."""
    assert spec.subject and spec.subject.model
    if spec.subject.name in given:
        named = given.pop(spec.subject.name)
        return named[0] if isinstance(named, list) else named
    rows = rights.narrow(actor, spec.right, spec.subject.model._default_manager.all()).order_by("-pk")[:200]
    return next((r for r in rows if spec.is_possible(r) and rights.may(actor, spec.right, r)), None)


def kind_of(p: Parameter) -> Any:
    return next((k for k in actions.flat(p.annotation) if k not in (type(None), list)), str)


def has_choices(p: Parameter) -> bool:
    return bool(_options(p.annotation, kind_of(p)))


def good(p: Parameter, spec: Action, actor: Any) -> Any:
    """A value that the hints allow, as a form is sent it."""
    kind, limits = kind_of(p), _limits(p)
    if p.model:
        row = rights.narrow(actor, spec.right, p.model._default_manager.all()).order_by("pk").first()
        return None if row is None else [row.pk] if p.is_many else row.pk
    if p.is_file:
        return SimpleUploadedFile("sample.txt", "样例".encode())
    if options := _options(p.annotation, kind):
        return [options[0]] if p.is_many else options[0]
    match kind:
        case k if k is bool:
            return True
        case k if k in (int, float, Decimal):
            return str(limits.get("ge", limits.get("gt", 0) + 1))
        case k if k is datetime:
            return clock.now().astimezone(clock.SHANGHAI).strftime("%Y-%m-%dT%H:%M")
        case k if k is date:
            return clock.today().isoformat()
        case k if k is SecretStr:
            return "ludao-demo"
    return ("样例" * 50)[: max(4, limits.get("min_length", 0))][: limits.get("max_length", 100)]


def bad(p: Parameter) -> Iterator[tuple[str, Any]]:
    """Values that the hints forbid, each with what is wrong with it."""
    kind, limits = kind_of(p), _limits(p)
    if p.is_required and kind is not bool:
        yield "missing", None
    if p.model:
        yield "unknown row", ["999999999"] if p.is_many else "999999999"
        return
    if p.is_file:
        return
    if _options(p.annotation, kind):
        yield "no such choice", ["no-such-choice"] if p.is_many else "no-such-choice"
        return
    if isinstance(kind, type) and issubclass(kind, str) and not issubclass(kind, Enum):
        if limits.get("max_length") and not p.is_many:
            yield "too long", "长" * (limits["max_length"] + 1)
        if limits.get("min_length", 0) > 1 and not p.is_many:
            yield "too short", "短"
    elif kind in (int, float, Decimal):
        yield "not a number", "许多"
        if "ge" in limits:
            yield "too small", str(limits["ge"] - 1)
        if "le" in limits:
            yield "too large", str(limits["le"] + 1)
    elif kind in (date, datetime):
        yield "no such day", "2022-02-30"

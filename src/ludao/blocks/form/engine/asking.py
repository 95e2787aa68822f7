"""A design over somebody's data: what is asked of them now, by conditions; what of their answers counts."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ludao.base import conditions
from ludao.base.errors import Problem

from .design import Design, Field, Section

ROUNDS = 6


@dataclass
class Asked:
    """One field where it stands, with its value; `rows` and `parts` hold what is nested."""

    field: Field
    path: str
    value: Any
    is_required: bool
    parts: list["Asked"] = dataclasses.field(default_factory=list)
    rows: list[list["Asked"]] = dataclasses.field(default_factory=list)

    def walk(self) -> Iterator["Asked"]:
        yield self
        for one in (*self.parts, *(part for row in self.rows for part in row)):
            yield from one.walk()


def holds(text: str, facts: Mapping[str, Any]) -> bool:
    """A condition that cannot be reckoned, since its answers are not there yet, does not hold."""
    if not text:
        return True
    try:
        return bool(conditions.value(text, facts))
    except Problem:
        return False


def asked(design: Design, data: Mapping[str, Any]) -> list[tuple[Section, list[Asked]]]:
    """The sections and fields that are asked on these answers; an answer that is not asked counts for nothing."""
    counted: Mapping[str, Any] = data
    found = _once(design, data, counted)
    for _ in range(ROUNDS):
        names = {one.field.name for _, fields in found for one in fields}
        if (shown := {name: value for name, value in data.items() if name in names}) == counted:
            break
        counted = shown
        found = _once(design, data, counted)
    return found


def _once(design: Design, data: Mapping[str, Any], counted: Mapping[str, Any]) -> list[tuple[Section, list[Asked]]]:
    facts = {one.name: counted.get(one.name) for one in design.fields}
    return [(section, _fields(section.fields, data, facts, ""))
            for section in design.sections if holds(section.when, facts)]


def _fields(fields: tuple[Field, ...], data: Mapping[str, Any], facts: Mapping[str, Any], at: str) -> list[Asked]:
    return [_one(one, data.get(one.name), facts, f"{at}{one.name}") for one in fields if holds(one.when, facts)]


def _one(one: Field, value: Any, facts: Mapping[str, Any], path: str) -> Asked:
    made = Asked(one, path, value, one.is_required or bool(one.required_when and holds(one.required_when, facts)))
    if one.kind_name == "rows":
        rows = value if isinstance(value, list) else []
        made.rows = [_inside(one, row, facts, f"{path}.{n}.") for n, row in enumerate(rows)]
    elif one.fields:
        made.parts = _inside(one, value, facts, f"{path}.")
    return made


def _inside(one: Field, value: Any, facts: Mapping[str, Any], at: str) -> list[Asked]:
    own = value if isinstance(value, Mapping) else {}
    return _fields(one.fields, own, {**facts, **{part.name: own.get(part.name) for part in one.fields}}, at)


def every(design: Design, data: Mapping[str, Any]) -> Iterator[Asked]:
    """All that is asked, flat."""
    for _, fields in asked(design, data):
        for one in fields:
            yield from one.walk()


def clean(design: Design, data: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that count: asked, and not empty."""
    found: dict[str, Any] = {}
    for _, fields in asked(design, data):
        found |= _cleaned(fields)
    return found


def _cleaned(fields: list[Asked]) -> dict[str, Any]:
    found = {one.field.name: _value(one) for one in fields}
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def _value(one: Asked) -> Any:
    if one.field.kind_name == "rows":
        return [row for row in map(_cleaned, one.rows) if row]
    return _cleaned(one.parts) if one.field.fields else one.value

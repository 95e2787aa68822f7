"""What a form is made of: sections of fields, each with its kind, its condition, its words and its source."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .kinds import KINDS, Kind

Pair = dict[str, str]


@dataclass(frozen=True)
class Option:
    value: str
    title: Pair


@dataclass(frozen=True)
class Taken:
    """Where a field's value comes from when it is held already; a locked one is not typed over."""

    source: str
    field: str
    is_locked: bool = False


@dataclass(frozen=True)
class Field:
    """One thing that is asked. `fields` are the parts of a group, a person, or one row."""

    name: str
    kind: Kind
    kind_name: str
    title: Pair
    schema: Mapping[str, Any]
    help: Pair | None = None
    is_required: bool = False
    when: str = ""
    required_when: str = ""
    options: tuple[Option, ...] = ()
    options_from: Mapping[str, Any] | None = None
    taken: Taken | None = None
    grade: str = "internal"
    mask: str = ""
    shape: str = ""
    fields: tuple["Field", ...] = ()

    @property
    def is_sensitive(self) -> bool:
        return self.grade in ("sensitive", "secret")


@dataclass(frozen=True)
class Section:
    title: Pair
    text: Pair | None
    when: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Design:
    """One version of a form, read. `schema` is plain JSON Schema 2020-12, with what the kinds add."""

    title: Pair
    lead: Pair | None
    schema: Mapping[str, Any]
    sections: tuple[Section, ...]
    watched: frozenset[str] = field(default_factory=frozenset)

    @property
    def fields(self) -> Iterator[Field]:
        for section in self.sections:
            yield from section.fields

    def walk(self) -> Iterator[tuple[str, Field]]:
        """Every field with its path; a row's parts stand under `rows.*`."""
        for one in self.fields:
            yield from _walk(one, one.name)


def _walk(one: Field, path: str) -> Iterator[tuple[str, Field]]:
    yield path, one
    inside = f"{path}.*" if one.kind is KINDS["rows"] else path
    for part in one.fields:
        yield from _walk(part, f"{inside}.{part.name}")

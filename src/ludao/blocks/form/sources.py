"""What is held already is not asked again: sources that subsystems register, and what they fill of a form."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils import translation

from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.text import from_pair

from .engine.design import Field, Pair
from .models import Version


@dataclass(frozen=True)
class Subject:
    """Whom a form is filled for: a person, or an enterprise (with the person who speaks for it)."""

    person_id: int | None = None
    name: str = ""
    id_number: str = ""
    enterprise_code: str = ""


@dataclass(frozen=True)
class Filled:
    """One value that was held already, and where. `as_of` is a day or moment in ISO, or ""."""

    value: Any
    source: str
    source_title: Any = ""
    as_of: str = ""
    is_locked: bool = False

    def plain(self) -> dict[str, Any]:
        return asdict(self) | {"source_title": both(self.source_title)}

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "Filled":
        return cls(**{**plain, "source_title": from_pair(plain["source_title"])})


Fetch = Callable[[Actor, Subject, Sequence[str], str], Mapping[str, Filled]]


@dataclass(frozen=True)
class Source:
    """`fields` are what it can give, for the editor's list: name → words."""

    name: str
    title: str
    fetch: Fetch
    fields: Mapping[str, str] = field(default_factory=dict)


_sources: dict[str, Source] = {}


def source(name: str, title: str = "", fields: Mapping[str, str] | None = None) -> Callable[[Fetch], Fetch]:
    """Register `fetch(actor, subject, fields, purpose) -> {field: Filled}` under a name that forms write in x-from."""

    def register(fetch: Fetch) -> Fetch:
        if name in _sources:
            raise ValueError(f"two sources have the name {name}")
        _sources[name] = Source(name, title or name, fetch, fields or {})
        return fetch

    return register


def sources() -> dict[str, Source]:
    return dict(_sources)


def prefill(version: Version, actor: Actor, subject: Subject, purpose: str) -> dict[str, Filled]:
    """The values that are held for this subject, by path. Each source is asked once, for this form's fields only."""
    wanted: dict[str, list[tuple[str, Field]]] = {}
    for path, one in version.design.walk():
        if one.taken and "*" not in path and one.taken.source in _sources:
            wanted.setdefault(one.taken.source, []).append((path, one))
    found: dict[str, Filled] = {}
    for name, fields in wanted.items():
        asked = tuple(dict.fromkeys(one.taken.field for _, one in fields if one.taken))
        given = _sources[name].fetch(actor, subject, asked, purpose)
        for path, one in fields:
            if one.taken and (got := given.get(one.taken.field)) and got.value not in (None, "", [], {}):
                found[path] = _fitting(one, got)
    return found


def _fitting(one: Field, got: Filled) -> Filled:
    """Locked where the form says so; never where the held value is wrong, so that it can be put right."""
    is_locked = bool(one.taken and one.taken.is_locked)
    if isinstance(got.value, str) and one.kind.type == "string":
        try:
            one.kind.read(got.value)
        except Problem:
            is_locked = False
    return Filled(got.value, got.source, got.source_title or _sources[got.source].title, got.as_of, is_locked)


def both(words: Any) -> Pair:
    """A lazy pair of words in both its languages."""
    if isinstance(words, Mapping):
        return {"zh": str(words["zh"]), "en": str(words["en"])}
    with translation.override("zh-hans"):
        chinese = str(words)
    with translation.override("en"):
        return {"zh": chinese, "en": str(words)}

"""What is held already is not asked again: sources that subsystems register, and what they fill of a form."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils import translation

from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.text import from_pair

from .engine.asking import every
from .engine.design import Field, Pair
from .engine.kinds import FILES
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


@dataclass(frozen=True)
class Use:
    """That values were fetched for somebody: whoever measures or shows it is told. `asked` are the paths of all fields
    that the form asks at first; none for a list of materials."""

    actor: Actor
    subject: Subject
    purpose: str
    about: str
    version: Version | None
    asked: tuple[str, ...]
    filled: Mapping[str, Filled]


_sources: dict[str, Source] = {}
_watchers: list[Callable[[Use], None]] = []


def source(name: str, title: str = "", fields: Mapping[str, str] | None = None) -> Callable[[Fetch], Fetch]:
    """Register `fetch(actor, subject, fields, purpose) -> {field: Filled}` under a name that forms write in x-from."""

    def register(fetch: Fetch) -> Fetch:
        if name in _sources:
            raise ValueError(f"{fetch.__module__}: {_sources[name].fetch.__module__} is the source {name} already")
        _sources[name] = Source(name, title or name, fetch, fields or {})
        return fetch

    return register


def sources() -> dict[str, Source]:
    return dict(_sources)


def watch(told: Callable[[Use], None]) -> Callable[[Use], None]:
    """Be told of every use of what is held."""
    if told not in _watchers:
        _watchers.append(told)
    return told


def held(name: str, fields: Sequence[str], actor: Actor, subject: Subject, purpose: str, about: str = ""
         ) -> dict[str, Filled]:
    """What one source has of these, outside a form: for a list of materials, source `licence`, {"id_card": Filled}."""
    found = dict(_sources[name].fetch(actor, subject, fields, purpose)) if name in _sources else {}
    _tell(Use(actor, subject, purpose, about, None, (), found))
    return found


def _tell(use: Use) -> None:
    for told in _watchers if use.filled or use.asked else ():
        told(use)


def prefill(version: Version, actor: Actor, subject: Subject, purpose: str, about: str = "") -> dict[str, Filled]:
    """The values that are held for this subject, by path. Each source is asked once, for this form's fields only.
    `about` is what it is for (an item's code): the share filled is measured under it, else under the form's address."""
    wanted: dict[str, list[tuple[str, Field]]] = {}
    for path, one in version.design.walk():
        if one.taken and "*" not in path and one.taken.source in _sources:
            wanted.setdefault(one.taken.source, []).append((path, one))
    found: dict[str, Filled] = {}
    for name, fields in wanted.items():
        asked = tuple(dict.fromkeys(one.taken.field for _, one in fields if one.taken))
        given = _sources[name].fetch(actor, subject, asked, purpose)
        for path, one in fields:
            if one.taken and (got := given.get(one.taken.field)) and (fit := _fitting(one, got)):
                found[path] = fit
    _tell(Use(actor, subject, purpose, about or version.form_id, version, asked_at_first(version, found), found))
    return found


def asked_at_first(version: Version, filled: Mapping[str, Filled]) -> tuple[str, ...]:
    """The paths of the fields that the page asks when it opens; files are materials and not counted."""
    begun: dict[str, Any] = {}
    for path, one in filled.items():
        put(begun, path, one.value)
    return tuple(one.path for one in every(version.design, begun)
                 if not one.parts and one.field.kind_name not in FILES)


def _fitting(one: Field, got: Filled) -> Filled | None:
    """As the field's kind holds it; locked where the form says so. What does not fit is not filled in: it is asked."""
    value = got.value
    if value in (None, "", [], {}):
        return None
    try:
        if one.options:
            value = next((o.value for o in one.options if value in (o.value, o.title["zh"], o.title["en"])), None)
        elif one.kind.type == "string" and one.kind_name != "area":
            value = one.kind.read(str(value))
        elif one.kind.type in ("integer", "number") and isinstance(value, str):
            value = one.kind.read(value)
    except Problem:
        return None
    if value in (None, ""):
        return None
    return Filled(value, got.source, got.source_title, got.as_of, bool(one.taken and one.taken.is_locked))


def put(data: dict[str, Any], path: str, value: Any) -> None:
    *above, last = path.split(".")
    for part in above:
        inner = data.get(part)
        if not isinstance(inner, dict):
            inner = data[part] = {}
        data = inner
    data[last] = value


def both(words: Any) -> Pair:
    """A lazy pair of words in both its languages."""
    if isinstance(words, Mapping):
        return {"zh": str(words["zh"]), "en": str(words["en"])}
    with translation.override("zh-hans"):
        chinese = str(words)
    with translation.override("en"):
        return {"zh": chinese, "en": str(words)}

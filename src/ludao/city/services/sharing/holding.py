"""What the city holds of a person or an enterprise, out of the one file, by the names that forms use."""

import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.text import from_pair, t
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.form.public import Filled, Subject, sources
from ludao.blocks.identity.public import Person, people_by_id_number
from ludao.blocks.profile import public as profile

CONTENT = Path(__file__).parent / "content"
PROFILES = {"person": "person", "enterprise": "company"}
GOLDEN, ACCOUNT = "golden", "identity"  # the file itself, the proven account
OWN_TITLES = {GOLDEN: t("归并档案", "The one file"), ACCOUNT: t("实名账户", "Proven account")}
HOUSEHOLD, REGISTER = "household.size", "source.police.resident"
ENDS = ("ended_on", "left_on")  # a row of which one has passed says nothing any more
Row = Mapping[str, Any]
Rows = Mapping[tuple[str, str], Sequence[Row]]


@dataclass(frozen=True)
class Held:
    """One file, read: the golden record and the rows by dataset and part, the newest first."""

    kind: str
    entity: str
    golden: Row
    rows: Rows


@cache
def table(name: str) -> dict[str, dict[str, dict[str, Any]]]:
    """content/held.toml or content/licences.toml: kind → name → where it stands."""
    found: dict[str, dict[str, dict[str, Any]]] = tomllib.loads((CONTENT / f"{name}.toml").read_text(encoding="utf-8"))
    return found


def titles(name: str, kind: str) -> dict[str, str]:
    return {field: from_pair(said) for field, said in table(name)[kind].items()}


_memory: ContextVar[dict[Any, Any] | None] = ContextVar("memory", default=None)


@contextmanager
def remembered() -> Iterator[None]:
    """Inside, each file is found and read once: for many forms of one subject on end."""
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)


def _once(key: Any, read: Callable[[], Any]) -> Any:
    known = _memory.get()
    if known is None:
        return read()
    if key not in known:
        known[key] = read()
    return known[key]


def entity_of(kind: str, subject: Subject) -> tuple[str, Row]:
    """The file's name and golden record; "" where no office holds anything."""
    chosen = PROFILES[kind]
    number = subject.enterprise_code if kind == "enterprise" else subject.id_number
    word = "credit_code" if kind == "enterprise" else "id_number"
    found = _once((chosen, number), lambda: profile.find(chosen, limit=1, **{word: number})) if number else []
    return (str(found[0][profile.get(chosen).entity]), found[0]) if found else ("", {})


def read(kind: str, actor: Actor, subject: Subject, purpose: str) -> Held | None:
    found: Held | None = _once((kind, subject), lambda: _fetched(kind, actor, subject, purpose))
    return found


def _fetched(kind: str, actor: Actor, subject: Subject, purpose: str) -> Held | None:
    """The whole file in one reading; its audit line names the purpose."""
    entity, golden = entity_of(kind, subject)
    if not entity:
        return None
    filed = profile.file(PROFILES[kind], entity, actor, purpose)
    rows: dict[tuple[str, str], list[Row]] = {}
    for one in (each for found in filed["domains"].values() for each in found):
        for key in {(one["source"], one.get("part") or ""), (one["source"], "")}:
            rows.setdefault(key, []).append(one["row"])
    for found in rows.values():
        found.sort(key=lambda row: str(row.get("updated_at") or ""), reverse=True)
    return Held(kind, entity, golden, rows)


def account(subject: Subject) -> Person | None:
    """The proven account of the person, whoever fills in for them."""
    pk = subject.person_id
    if not pk and subject.id_number:
        pk = next(iter(people_by_id_number([subject.id_number]).values()), None)
    return Person.objects.filter(pk=pk).first() if pk else None


Found = tuple[Any, str, str, bool]  # value, where it stands, as of, whether it proves by itself


def values(held: Held, fields: Sequence[str], today: date | None = None) -> dict[str, Found]:
    """The first of its places that has a value, for each field."""
    known, day = table("held")[held.kind], (today or clock.today()).isoformat()
    found = {}
    for field in fields:
        if (said := known.get(field)) and (first := next(_places(held, said, day), None)):
            found[field] = first
    return found


def _places(held: Held, said: Mapping[str, Any], today: str) -> Iterator[Found]:
    for place, is_, word in (one.partition("=") for one in said["from"]):
        address, _, column = place.rpartition(".")
        if address == "golden":
            if (value := held.golden.get(column)) not in (None, ""):
                yield _plain(value), GOLDEN, _day(held.golden.get("newest_at")), False
            continue
        if place == HOUSEHOLD:
            yield from _household(held)
            continue
        source, _, part = address.partition("#")
        row = next(iter(held.rows.get((source, part), ())), None)
        if row is None or _is_one_of(row, said.get("unless", {})) or not (said.get("past") or still_holds(row, today)):
            continue
        if (value := row.get(column)) not in (None, "") and (value := _said(value, said)) is not None:
            yield word if is_ else _plain(value), source, _day(row.get("updated_at")), False


def _said(value: Any, said: Mapping[str, Any]) -> Any:
    """In the forms' own words; None where they have none for it."""
    return said["said"].get(value) if "said" in said else value


def _household(held: Held) -> Iterator[Found]:
    """How many the register holds under one household's number, the person among them."""
    row = next(iter(held.rows.get((REGISTER, ""), ())), None)
    if row is None or not row.get("household_id"):
        return
    others = {one["other_id"] for one in profile.relations(PROFILES[held.kind], held.entity)
              if one["kind"] == "household" and not one["ended_on"]}
    yield len(others) + 1, REGISTER, _day(row.get("updated_at")), False


def licences(held: Held, fields: Sequence[str], today: date | None = None) -> dict[str, Found]:
    """Of each licence its number, from the newest row that proves it today."""
    known, day = table("licences")[held.kind], (today or clock.today()).isoformat()
    found = {}
    for field in fields:
        said = known.get(field)
        rows = held.rows.get((said["dataset"], ""), ()) if said else ()
        for row in rows:
            if said and _proves(row, said, day) and row.get(said["number"]):
                found[field] = str(row[said["number"]]), said["dataset"], _day(row.get("updated_at")), True
                break
    return found


def _proves(row: Row, said: Mapping[str, Any], today: str) -> bool:
    until = str(row.get(said.get("until", "")) or "")[:10]
    if until and until < today:
        return False
    return all(str(row.get(column)) in allowed for column, allowed in said.get("where", {}).items())


def still_holds(row: Row, today: str) -> bool:
    return not any(row.get(column) and str(row[column])[:10] < today for column in ENDS)


def _is_one_of(row: Row, said: Mapping[str, Any]) -> bool:
    return any(str(row.get(column)) in allowed for column, allowed in said.items())


def _plain(value: Any) -> Any:
    """Days as forms keep them."""
    return value if isinstance(value, str | int | float | bool) else str(value)[:10]


def _day(value: Any) -> str:
    return str(value)[:10] if value else ""


def filled(found: Mapping[str, Found]) -> dict[str, Filled]:
    """With the words of their sources, asked for at once."""
    words = source_titles({address for _, address, _, _ in found.values()})
    return {field: Filled(value, address, words[address], as_of, is_proof)
            for field, (value, address, as_of, is_proof) in found.items()}


def source_titles(addresses: Collection[str]) -> dict[str, Any]:
    own = OWN_TITLES | {name: one.title for name, one in sources().items()}
    entries = catalogue.Entry.objects.in_bulk([one for one in addresses if one not in own])
    return {address: own.get(address) or _words(entries.get(address), address) for address in addresses}


def _words(entry: Any, address: str) -> Any:
    return t(entry.title_zh, entry.title_en or entry.title_zh) if entry else address

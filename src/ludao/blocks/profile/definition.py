"""What is linked, read from a definition: fields, sources, blocking, comparisons, authorities, relations.

A definition is a TOML file in the `content/` of the subsystem that owns the result. It opens with
`profile = "<name>"`, by which `link(name)` finds it; docs/how/linking.md explains each word.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from ludao.base import registry
from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.profile import cleaning

WORDS = {"profile", "title", "address", "golden", "entity", "id", "fields", "domains", "sources", "attached",
         "compare", "block", "train", "sole", "weights", "limits", "relations", "groups"}


@dataclass(frozen=True)
class Field:
    """Something known of an entity, cleaned alike wherever it comes from."""

    name: str
    zh: str
    en: str
    kind: str
    many: bool = False          # several values are usual (phones, addresses): all of them are compared
    fresh: bool = False         # the newest value survives; otherwise the best authority's
    shown: bool = True          # stands in the golden record
    conflict: bool = True       # other values than the chosen are conflicts
    authority: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return t(self.zh, self.en)


@dataclass(frozen=True)
class Source:
    """One entity's part in the rows of a table: 男方 of a marriage, the child of a birth."""

    address: str
    columns: dict[str, str]
    domain: str = ""
    part: str = ""
    sure: bool = False          # its ids were checked against the document: they attest an id
    at: str = "updated_at"
    where: str = ""
    grown: bool = False         # only grown-ups stand here: a caller, a driver, a spouse

    @property
    def name(self) -> str:
        return f"{self.address}#{self.part}" if self.part else self.address


@dataclass(frozen=True)
class Attached:
    """Rows that belong to an entity through another source: monthly payments through the insurance number."""

    address: str
    by: str
    to: str
    domain: str = ""
    at: str = "updated_at"


@dataclass(frozen=True)
class Comparison:
    field: str
    kind: str
    frequency: bool = False     # agreeing on a rare value weighs more


@dataclass(frozen=True)
class Relation:
    """Two parts of one row, or a part and what a column names, are related."""

    source: str
    kind: str
    part: str = ""
    other: str = ""             # another part of the row
    column: str = ""            # or a column that names something of another kind
    to: str = ""                # which kind: company, property …
    back: str = ""              # the same seen from the other: child ↔ mother
    ended: str = ""


@dataclass(frozen=True)
class Group:
    """Entities whose rows carry the same value belong together: a household."""

    source: str
    column: str
    kind: str


@dataclass(frozen=True)
class Definition:
    name: str
    zh: str
    en: str
    address: str
    golden: str
    entity: str
    id: str
    fields: dict[str, Field]
    sources: tuple[Source, ...]
    attached: tuple[Attached, ...] = ()
    compare: tuple[Comparison, ...] = ()
    block: tuple[tuple[str, ...], ...] = ()
    train: tuple[tuple[str, ...], ...] = ()
    sole: tuple[str, ...] = ()  # fields that, together, only one entity has: a company's registered name
    link_weight: float = 8.0
    doubt_weight: float = 0.0
    lone_weight: float = 0.0    # enough where nobody else comes near; 0: never
    most_pairs: int = 200_000_000
    most_in_block: int = 20_000
    relations: tuple[Relation, ...] = ()
    groups: tuple[Group, ...] = ()
    domains: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return t(self.zh, self.en)

    def table(self, name: str) -> str:
        return f"{self.address}.{name}"

    @cached_property
    def golden_address(self) -> str:
        return self.table(self.golden)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The fields of a cleaned record, in order."""
        return tuple(self.fields)

    @cached_property
    def addresses(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(source.address for source in self.sources))

    @cached_property
    def read_from(self) -> tuple[str, ...]:
        """Every table whose load changes a file: those that are linked, and those that are only attached."""
        return tuple(dict.fromkeys((*self.addresses, *(one.address for one in self.attached))))

    def number_of(self, address: str, part: str = "") -> int:
        return next(n for n, s in enumerate(self.sources) if (s.address, s.part) == (address, part))

    def domain_of(self, address: str) -> str:
        found: list[Source | Attached] = [*self.sources, *self.attached]
        return next((one.domain for one in found if one.address == address), "")

    def rank(self, field_name: str, source: Source) -> int:
        """0 is the best authority for this field; those not listed come behind, sure ones first."""
        listed = self.fields[field_name].authority
        for number, word in enumerate(listed):
            if word in (source.name, source.address):
                return number
        return len(listed) + (0 if source.sure else 1)


def parse(text: str, where: str = "") -> Definition:
    """Raises ValueError that names the file and the word that is wrong."""
    raw = tomllib.loads(text)
    if unknown := set(raw) - WORDS:
        raise ValueError(f"{where}: unknown word {', '.join(sorted(unknown))}; there are {', '.join(sorted(WORDS))}")
    fields = {name: _field(name, words) for name, words in raw["fields"].items()}
    weights, limits = raw.get("weights", {}), raw.get("limits", {})
    definition = Definition(
        name=raw["profile"], zh=raw["title"]["zh"], en=raw["title"]["en"], address=raw["address"],
        golden=raw["golden"], entity=raw["entity"], id=raw.get("id", ""), fields=fields,
        sources=tuple(Source(**words) for words in raw["sources"]),
        attached=tuple(Attached(**words) for words in raw.get("attached", ())),
        compare=tuple(Comparison(**words) for words in raw.get("compare", ())),
        block=tuple(tuple(rule) for rule in raw.get("block", ())),
        train=tuple(tuple(rule) for rule in raw.get("train", ())),
        sole=tuple(raw.get("sole", ())),
        link_weight=float(weights.get("link", 8)), doubt_weight=float(weights.get("doubt", 0)),
        lone_weight=float(weights.get("lone", 0)),
        most_pairs=int(limits.get("pairs", 200_000_000)), most_in_block=int(limits.get("block", 20_000)),
        relations=tuple(Relation(**words) for words in raw.get("relations", ())),
        groups=tuple(Group(**words) for words in raw.get("groups", ())), domains=raw.get("domains", {}),
    )
    for fault in _faults(definition):
        raise ValueError(f"{where}: {fault}")
    return definition


def _field(name: str, words: dict[str, Any]) -> Field:
    return Field(name=name, **{**words, "authority": tuple(words.get("authority", ()))})


def _faults(definition: Definition) -> Iterator[str]:
    known = set(definition.fields)
    for one in definition.fields.values():
        if one.kind not in cleaning.KINDS:
            yield f"field {one.name}: no kind {one.kind}; there are {', '.join(sorted(cleaning.KINDS))}"
    for source in definition.sources:
        for name in set(source.columns) - known:
            yield f"source {source.name}: no field {name}"
    for comparison in definition.compare:
        if comparison.field not in known:
            yield f"compare: no field {comparison.field}"
    for rule in (*definition.block, *definition.train):
        for word in rule:
            if word.split(".")[0] not in known:
                yield f"block or train: no field {word}"
    compared = {one.field for one in definition.compare}
    for name in set(definition.sole) - compared:
        yield f"sole: {name} is not compared"
    if definition.id and definition.id not in known:
        yield f"id: no field {definition.id}"


@cache
def paths() -> dict[str, Path]:
    """Where each definition of the house stands, by its name."""
    found = {}
    for path in sorted((registry.PACKAGE / "city").glob("*/*/content/*.toml")):
        text = path.read_text("utf-8")
        if text.startswith("profile"):
            found[tomllib.loads(text)["profile"]] = path
    return found


_given: dict[str, Definition] = {}


def use(definition: Definition) -> None:
    """A definition that stands in no file: of a bench or a test."""
    _given[definition.name] = definition


@cache
def _read(path: Path) -> Definition:
    return parse(path.read_text("utf-8"), str(path))


def get(name: str) -> Definition:
    if name in _given:
        return _given[name]
    if name not in paths():
        raise Problem(t(f"没有名为 {name} 的归并定义", f"There is no definition {name} to link by"), field="name")
    return _read(paths()[name])

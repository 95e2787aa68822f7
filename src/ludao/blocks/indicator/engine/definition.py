"""Definitions as people write them in YAML: sources, indicators and their references, checked where they stand.

theme: economy
owner: xm-scj
sources:
  enterprise: { from: source.market.enterprise, area: area_code, since: founded_on, at: updated_at }
indicators:
  market.enterprise: { zh: 在册市场主体, en: Registered market entities, unit: 户|entities, source: enterprise,
    value: count(*), where: "status = '存续'", means: "期末…|At the end …", ref: yearbook 21 }
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from ludao.blocks.indicator.engine import aggregates, periods

THEMES = ("party", "economy", "market", "service", "society", "environment")
LEVELS = ("city", "district", "street")
DIRECTIONS = ("up", "down", "range", "none")
METHODS = ("computed", "formula", "reported", "live", "loaded")
CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
LIMIT = re.compile(r"(<=|>=|<|>)\s*(-?\d+(?:\.\d+)?)")
ADDED = re.compile(r"(count|sum)\([^()]*\)( / \d+(\.\d+)?)?")
SOURCE_WORDS = {"from", "sql", "area", "since", "until", "day", "at", "note"}
WORDS = {
    "zh",
    "en",
    "theme",
    "unit",
    "means",
    "precision",
    "direction",
    "areas",
    "period",
    "owner",
    "source",
    "over",
    "value",
    "where",
    "day",
    "since",
    "until",
    "formula",
    "live",
    "bounds",
    "amber",
    "red",
    "target",
    "ref",
    "parts",
    "kept",
    "least",
    "additive",
    "flow",
    "weight",
    "history",
    "group",
}


class Wrong(ValueError):
    """A definition that cannot stand; says the file, the code and what to mend."""


@dataclass(frozen=True)
class Source:
    """Rows that indicators count: a table of the lake or a query over several, and which columns say where and when."""

    name: str
    sql: str
    area: str = ""
    since: str = ""
    until: str = ""
    on: str = ""
    at: str = ""


@dataclass(frozen=True)
class Definition:
    """One indicator, everything that is said of it."""

    code: str
    zh: str
    en: str
    theme: str
    group: str = ""
    means_zh: str = ""
    means_en: str = ""
    unit_zh: str = ""
    unit_en: str = ""
    precision: int = 0
    direction: str = "none"
    areas: str = "city"
    period: str = "year"
    owner: str = ""
    method: str = "reported"
    source: str = ""
    own: Source | None = None  # the query it alone is over
    value: str = ""
    where: str = ""
    on: str = ""
    since: str = ""
    until: str = ""
    formula: str = ""
    live: str = ""
    bounds: tuple[float | None, float | None] = (None, None)
    amber: str = ""
    red: str = ""
    target: float | None = None
    weight: float = 0.0
    additive: bool = False
    is_flow: bool = False  # counts what happens in a period, so that longer periods are sums
    runs: bool = False  # speaks of what happens through a period, so that an open one says little
    kept: int = 0
    least: int = 0  # of how many rows a value is made, where it tells of what people keep to themselves
    refs: tuple[tuple[str, str], ...] = ()
    parts: tuple[tuple[str, str], ...] = ()
    history: str = ""
    by: str = ""  # the folder or person it comes from
    text: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def depth(self) -> int:
        """How many digits the codes of its deepest areas have."""
        return (4, 6, 9)[LEVELS.index(self.areas)]

    @property
    def periods(self) -> int:
        return self.kept or periods.KEPT[self.period]


@dataclass(frozen=True)
class Read:
    """What one folder says."""

    sources: Mapping[str, Source]
    definitions: Mapping[str, Definition]
    references: Mapping[str, Mapping[str, str]]


def read(folder: Path, by: str = "") -> Read:
    """Everything in `indicators.yaml` and `indicators/*.yaml` of a content folder. Raises Wrong."""
    paths = [*folder.glob("indicators.yaml"), *sorted(folder.glob("indicators/*.yaml"))]
    tables = [(path, _table(path)) for path in paths]
    sources = dict(pair for path, table in tables for pair in _sources(path, table))
    references = {key: words for _, table in tables for key, words in (table.get("references") or {}).items()}
    found: dict[str, Definition] = {}
    for path, table in tables:
        for definition in _definitions(path, table, by):
            if definition.code in found:
                raise Wrong(f"{path.name}: {definition.code} is defined twice")
            found[definition.code] = definition
    for definition in found.values():
        check_names(definition, sources, references)
    return Read(sources, {code: settled(one, sources) for code, one in found.items()}, references)


def _table(path: Path) -> dict[str, Any]:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) or {}
    except yaml.YAMLError as error:
        raise Wrong(f"{path.name}: {error}") from error


def _sources(path: Path, table: Mapping[str, Any]) -> Iterator[tuple[str, Source]]:
    for name, said in (table.get("sources") or {}).items():
        if unknown := set(said) - SOURCE_WORDS:
            raise Wrong(f"{path.name}: source {name}: unknown {', '.join(sorted(unknown))}")
        sql = said.get("sql") or f"select * from {said['from']}"
        yield name, Source(name, sql.strip(), *(said.get(w, "") for w in ("area", "since", "until", "day", "at")))


def _definitions(path: Path, table: Mapping[str, Any], by: str) -> Iterator[Definition]:
    shared = {word: table[word] for word in WORDS if word in table}
    for code, said in (table.get("indicators") or {}).items():
        try:
            yield define(code, {**shared, **said}, by)
        except (KeyError, TypeError, ValueError) as error:
            raise Wrong(f"{path.name}: {code}: {error}") from error


def define(code: str, said: Mapping[str, Any], by: str = "") -> Definition:
    """One definition from its words. Raises ValueError that says which word is wrong."""
    if not CODE.fullmatch(code):
        raise ValueError("a code is words with dots: people.resident")
    if unknown := set(said) - WORDS:
        raise ValueError(f"unknown {', '.join(sorted(unknown))}")
    for word, known in (("theme", THEMES), ("areas", LEVELS), ("period", periods.KINDS), ("direction", DIRECTIONS)):
        if word in said and said[word] not in known:
            raise ValueError(f"{word} {said[word]!r} is none of {', '.join(known)}")
    for word in ("amber", "red"):
        if said.get(word) and not LIMIT.fullmatch(str(said[word])):
            raise ValueError(f"{word} is a comparison: '< 60'")
    means_zh, _, means_en = str(said.get("means", "")).partition("|")
    unit_zh, _, unit_en = str(said.get("unit", "")).partition("|")
    method = _method(said)
    own = _own(code, said["over"]) if method == "computed" and said.get("over") else None
    low, high = said.get("bounds") or (None, None)
    value, least = str(said.get("value", "")), int(said.get("least", 0))
    return Definition(
        code=code,
        zh=said["zh"],
        en=said["en"],
        theme=said["theme"],
        group=said.get("group", ""),
        means_zh=means_zh.strip(),
        means_en=means_en.strip(),
        unit_zh=unit_zh,
        unit_en=unit_en or unit_zh,
        precision=said.get("precision", 0),
        direction=said.get("direction", "none"),
        areas=said.get("areas", "city"),
        period=said.get("period", "year"),
        owner=said.get("owner", ""),
        method=method,
        source=(own.name if own else said.get("source", "")) if method == "computed" else "",
        own=own,
        value=aggregates.at_least(value, least) if value and least else value,
        where=said.get("where", ""),
        on=said.get("day", ""),
        since=said.get("since", ""),
        until=said.get("until", ""),
        formula=str(said.get("formula", "")),
        live=said.get("live", ""),
        bounds=(low, high),
        amber=str(said.get("amber", "")),
        red=str(said.get("red", "")),
        target=said.get("target"),
        weight=float(said.get("weight", 0)),
        kept=said.get("kept", 0),
        least=least,
        additive=said.get("additive", bool(ADDED.fullmatch(str(said.get("value", ""))))),
        is_flow=bool(said.get("flow", False)),
        runs=bool(said.get("flow", False)),
        refs=tuple(_refs(str(said.get("ref", "")))),
        parts=tuple((said.get("parts") or {}).items()),
        history=said.get("history", ""),
        by=by,
        text=dict(said),
    )


def _own(code: str, said: Mapping[str, Any]) -> Source:
    """The query that one indicator brings along."""
    if unknown := set(said) - SOURCE_WORDS:
        raise ValueError(f"over: unknown {', '.join(sorted(unknown))}")
    sql = aggregates.written(said.get("sql") or f"select * from {said['from']}")
    return Source(f"own.{code}", sql, *(said.get(w, "") for w in ("area", "since", "until", "day", "at")))


def _method(said: Mapping[str, Any]) -> str:
    if "formula" in said:
        return "formula"
    if "live" in said:
        return "live"
    return "computed" if "value" in said else "reported"


def _refs(text: str) -> Iterator[tuple[str, str]]:
    """`iso37120 5.1; sdg 11.3.1` → pairs of a framework and the place in it."""
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        key, _, place = part.partition(" ")
        yield key, place


def settled(one: Definition, sources: Mapping[str, Source]) -> Definition:
    """With what its source says of time."""
    if one.method != "computed":
        return one
    source = one.own or sources[one.source]
    runs = bool(one.on or (source.on and not one.since))
    return replace(one, is_flow=one.additive and runs, runs=runs)


def check_names(one: Definition, sources: Mapping[str, Source], references: Mapping[str, Any]) -> None:
    if one.method == "computed" and one.own is None and one.source not in sources:
        raise Wrong(f"{one.code}: there is no source {one.source}")
    for key, _ in one.refs:
        if key not in references:
            raise Wrong(f"{one.code}: there is no reference {key}")


def crossed(limit: str, value: float) -> bool:
    """Whether a value crosses a limit such as `< 60`."""
    found = LIMIT.fullmatch(limit)
    if not found:
        return False
    bound = float(found[2])
    return {"<": value < bound, "<=": value <= bound, ">": value > bound, ">=": value >= bound}[found[1]]

"""A layer as it is declared: `content/<name>.layer.toml` of any folder, or a row of an officer's own making.

title = { zh = "市场主体", en = "Enterprises" }
kind = "points"                       # points, heat, choropleth, flows, tracks, shapes, buildings
sql = "select credit_code, name, address, area_code, founded_on from source.market.enterprise"
place = { address = "address" }       # or longitude + latitude, cell (H3), area, from + to (areas)
label = "name"                        # what a feature is called
tint = "status"                       # the column that colours it
at = "founded_on"                     # the column of the time slider
scope = { area = "area_code" }        # whose a row is; rights are kept within it
filters = ["status"]
[columns]
name = { zh = "名称", en = "Name" }
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import sqlglot
from sqlglot import exp

from ludao.base import registry
from ludao.base.errors import Problem
from ludao.base.rights import Scope
from ludao.base.text import from_pair, t

KINDS = {
    "points": t("点", "Points"),
    "heat": t("热力", "Heat"),
    "choropleth": t("分区设色", "Areas by colour"),
    "flows": t("流向", "Flows"),
    "tracks": t("轨迹", "Tracks"),
    "shapes": t("线与面", "Lines and outlines"),
    "buildings": t("建筑", "Buildings"),
}
LEVELS = {"district": 6, "street": 9, "community": 12}
TONES = ("sea", "ok", "warn", "bad", "idle", "violet")
WORDS = {
    "title",
    "kind",
    "sql",
    "dataset",
    "place",
    "label",
    "tint",
    "at",
    "scope",
    "filters",
    "columns",
    "right",
    "note",
    "tone",
    "level",
    "value",
    "id",
    "least",
    "height",
}


@dataclass(frozen=True)
class Layer:
    """What is known of a layer without its data."""

    address: str
    titles: Mapping[str, str]
    kind: str
    right: str
    sql: str = ""
    dataset: str = ""
    place: Mapping[str, Any] = field(default_factory=dict)
    label: str = ""
    tint: str = ""
    id: str = ""
    at: str = ""
    scope: Scope | None = None
    filters: tuple[str, ...] = ()
    columns: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    value: Mapping[str, Any] = field(default_factory=dict)
    level: str = "street"
    tone: str = "sea"
    note: Mapping[str, str] = field(default_factory=dict)
    height: str = ""
    least: int = 1  # areas with fewer rows are not told of
    drawn: int = 0  # the officer's layer whose features it shows
    version: int = 0  # of that layer: it moves with every feature

    @property
    def title(self) -> str:
        return str(from_pair(dict(self.titles)))

    @property
    def is_own(self) -> bool:
        """An officer's, with the words that the officer gave."""
        return self.address.startswith("place.own.")

    @property
    def query(self) -> str:
        return self.sql or f"select * from {self.dataset}"

    def title_of(self, column: str) -> str:
        pair = self.columns.get(column)
        return str(from_pair(dict(pair))) if pair else column

    @property
    def kept(self) -> list[str]:
        """The columns of its index, each once."""
        where = [self.place[name] for name in ("area", "from", "to") if isinstance(self.place.get(name), str)]
        scope = [self.scope.area, self.scope.organisation] if self.scope else []
        more = [self.value["column"]] if self.value.get("column") else []
        names = [
            self.id,
            self.label,
            self.tint,
            self.at,
            self.height,
            *self.columns,
            *self.filters,
            *where,
            *scope,
            *more,
        ]
        return list(dict.fromkeys(name for name in names if name))


def read(address: str, folder: str, said: Mapping[str, Any]) -> Layer:
    """Raises Problem that names what the declaration says wrongly."""
    if unknown := set(said) - WORDS:
        raise Problem(
            t(f"图层不认识 {'、'.join(sorted(unknown))}", f"A layer knows no {', '.join(sorted(unknown))}"),
            field="content",
        )
    if said.get("kind") not in KINDS:
        raise Problem(
            t(f"{address} 的类型应为 {'、'.join(KINDS)}", f"The kind of {address} is one of {', '.join(KINDS)}"),
            field="kind",
        )
    scope = said.get("scope")
    return Layer(
        address=address,
        titles=said["title"],
        kind=said["kind"],
        right=said.get("right", f"{folder}.read"),
        sql=said.get("sql", "").strip(),
        dataset=said.get("dataset", ""),
        place=said.get("place", {}),
        label=said.get("label", ""),
        tint=said.get("tint", ""),
        at=said.get("at", ""),
        id=said.get("id", ""),
        scope=Scope(area=scope.get("area", ""), organisation=scope.get("organisation", "")) if scope else None,
        filters=tuple(said.get("filters", ())),
        columns=said.get("columns", {}),
        value=said.get("value", {}),
        level=said.get("level", "street"),
        tone=said.get("tone", "sea"),
        note=said.get("note", {}),
        height=said.get("height", ""),
        least=int(said.get("least", 1)),
    )


@cache
def shipped() -> dict[str, Layer]:
    """Every layer that a folder declares, by address."""
    found = {}
    for manifest in registry.manifests():
        for path in sorted((manifest.folder / "content").glob("*.layer.toml")):
            address = f"{manifest.address}.{path.name.removesuffix('.layer.toml')}"
            found[address] = read(address, manifest.address, _table(path))
    return found


@lru_cache(maxsize=500)
def tables_of(query: str) -> tuple[str, ...]:
    """The addresses that a query names, in the lake or not yet."""
    tree = sqlglot.parse_one(query, dialect="duckdb") if query else exp.Select()
    found = (".".join(part.name for part in one.parts) for one in tree.find_all(exp.Table) if len(one.parts) > 1)
    return tuple(dict.fromkeys(found))


@cache
def register(name: str) -> str:
    """The SQL that says where the city's standard addresses (or outlines) come from; "" where no folder says."""
    for manifest in registry.manifests():
        path = manifest.folder / "content" / "register.toml"
        if path.exists() and (said := _table(path).get(name)):
            return str(said["sql"]).strip()
    return ""


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path}: {error}") from error

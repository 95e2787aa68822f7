"""Reads the manifests and builds from them the Django apps, the labels and the addresses."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module, util
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from django.apps import AppConfig

PACKAGE = Path(__file__).resolve().parent.parent
Kind = Literal["city", "block", "base"]
CHAPTERS = {
    "services": {"zh": "一网通办", "en": "Services", "icon": "building-bank"},
    "governance": {"zh": "一网统管", "en": "Governance", "icon": "map-2"},
    "office": {"zh": "一网协同", "en": "Office", "icon": "file-text"},
    "overview": {"zh": "一屏通览", "en": "Overview", "icon": "chart-bar"},
    "economy": {"zh": "数字经济", "en": "Economy", "icon": "trending-up"},
    "data": {"zh": "数据资源", "en": "Data", "icon": "database"},
    "society": {"zh": "数字社会", "en": "Society", "icon": "users"},
    "epidemic": {"zh": "疫情防控", "en": "Epidemic", "icon": "shield"},
    "infrastructure": {"zh": "基础设施", "en": "Infrastructure", "icon": "network"},
    "assurance": {"zh": "发展环境", "en": "Assurance", "icon": "target"},
}
VOCABULARY = {"title", "clause", "shelf", "owner", "words", "uses", "reads", "offers", "hears", "says", "may", "rights",
              "roles", "apart"}


@dataclass(frozen=True)
class Manifest:
    """One folder's declaration, as written in its manifest.toml (readable without importing anything)."""

    address: str
    kind: Kind
    folder: Path
    title: dict[str, str]
    clause: str = ""
    shelf: str = ""  # the chapter under which people look for a block's pages
    owner: str = ""
    words: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    hears: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    may: dict[str, tuple[str, ...]] = field(default_factory=dict)
    rights: dict[str, dict[str, str]] = field(default_factory=dict)
    roles: dict[str, dict[str, str]] = field(default_factory=dict)
    apart: tuple[tuple[str, str], ...] = ()

    @property
    def chapter(self) -> str:
        return self.address.split(".")[0] if self.kind == "city" else ""

    @property
    def stands_in(self) -> str:
        """Where the navigation shows its pages: a chapter of the plan, or the house's own."""
        return self.chapter or self.shelf or "house"

    @property
    def name(self) -> str:
        return self.address.split(".")[-1]

    @property
    def label(self) -> str:
        return self.address.replace(".", "_")

    @property
    def module(self) -> str:
        return {"city": "ludao.city.", "block": "ludao.blocks.", "base": "ludao."}[self.kind] + self.address

    @property
    def path(self) -> str:
        """Where its pages stand: assurance/plan/."""
        return self.address.replace(".", "/") + "/"

    def part(self, name: str) -> ModuleType | None:
        """One of its files of fixed name, imported; None when it has none."""
        return _part(f"{self.module}.{name}")


@cache
def _part(full: str) -> ModuleType | None:
    """Looked for once: pages ask every folder for its part."""
    return import_module(full) if util.find_spec(full) else None


def read_manifest(folder: Path, kind: Kind, address: str) -> Manifest:
    """Raises ValueError that names the file when it cannot be read or has a word we do not know."""
    path = folder / "manifest.toml"
    try:
        table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path}: {error}") from error
    unknown = set(table) - VOCABULARY
    if unknown:
        raise ValueError(f"{path}: unknown word {', '.join(sorted(unknown))}; a manifest knows "
                         f"{', '.join(sorted(VOCABULARY))}")
    if table.get("shelf", "services") not in CHAPTERS:
        raise ValueError(f"{path}: no chapter {table['shelf']} to stand in; there are {', '.join(CHAPTERS)}")
    for name in ("words", "uses", "reads", "offers", "hears", "says"):
        table[name] = tuple(table.get(name, ()))
    table["may"] = {right: tuple(roles) for right, roles in table.get("may", {}).items()}
    table["apart"] = tuple((str(one), str(other)) for one, other in table.get("apart", ()))
    table.setdefault("title", {})
    return Manifest(address=address, kind=kind, folder=folder, **table)


def folders(package: Path) -> Iterator[tuple[Path, Kind, str]]:
    """Every folder with a manifest, and its address: base, then blocks, then the city chapter by chapter."""
    yield package / "base", "base", "base"
    for path in sorted((package / "blocks").glob("*/manifest.toml")):
        yield path.parent, "block", path.parent.name
    for chapter in CHAPTERS:
        for path in sorted((package / "city" / chapter).glob("*/manifest.toml")):
            yield path.parent, "city", f"{chapter}.{path.parent.name}"


@cache
def manifests() -> tuple[Manifest, ...]:
    """All of them, in the order of `folders`."""
    return tuple(read_manifest(*found) for found in folders(PACKAGE))


@cache
def by_address() -> dict[str, Manifest]:
    return {manifest.address: manifest for manifest in manifests()}


def owner_of(address: str) -> Manifest:
    """The manifest under whose address this right, action, event or dataset stands."""
    parts = address.split(".")
    for length in (2, 1):
        manifest = by_address().get(".".join(parts[:length]))
        if manifest and (length == 2) == (manifest.kind == "city"):
            return manifest
    raise LookupError(f"nothing in the house has the address {address}")


class LudaoApp(AppConfig):
    """The Django app of one manifest; there is no apps.py anywhere."""

    default_auto_field = "django.db.models.BigAutoField"

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest
        self.label = manifest.label
        self.verbose_name = manifest.title.get("zh", manifest.address)
        super().__init__(manifest.module, import_module(manifest.module))

    def ready(self) -> None:
        for name in ("ready", "actions", "hears", "checks"):
            self.manifest.part(name)


def django_apps() -> list[AppConfig]:
    """INSTALLED_APPS' share of the house."""
    return [LudaoApp(manifest) for manifest in manifests()]


@cache
def clauses(package: Path = PACKAGE) -> dict[str, dict[str, Any]]:
    """The plan's clauses and the folders that serve them, built or not yet, from city/clauses.toml."""
    path = package / "city" / "clauses.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


@cache
def rights() -> dict[str, tuple[str, ...]]:
    """Every right of the house and the roles that carry it: {"assurance.plan.report": ("plan_owner", …)}."""
    return {f"{m.address}.{right}": roles for m in manifests() for right, roles in m.may.items()}


@cache
def roles() -> dict[str, dict[str, str]]:
    """Every role that a manifest names a title for."""
    return {role: title for m in manifests() for role, title in m.roles.items()}

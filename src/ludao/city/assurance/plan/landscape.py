"""The map of the plan: every clause with its task, light and targets, and the systems of this house that serve it."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest

from ludao.base import registry, rights
from ludao.base.pages.shell import reachable
from ludao.base.text import from_pair, t

from .models import LIGHTS, Item, Plan, Target

PARTS = Path(__file__).parent / "content" / "parts.toml"


@dataclass(slots=True)
class System:
    """A folder of the house: running with its address, or not yet built."""

    title: str
    is_built: bool
    url: str = ""


@dataclass(slots=True)
class Clause:
    number: str
    title: str
    systems: list[System]
    item: Item | None = None
    url: str = ""
    targets: list[Target] = field(default_factory=list)

    @property
    def is_built(self) -> bool:
        return any(system.is_built for system in self.systems)


@dataclass(slots=True)
class Section:
    number: str
    title: str
    clauses: list[Clause] = field(default_factory=list)


@dataclass(slots=True)
class Part:
    number: str
    title: str
    sections: list[Section] = field(default_factory=list)

    @property
    def lights(self) -> list[tuple[str, str, int]]:
        """(colour, word, how many) of the part's tasks, those that are there."""
        return counted(c.item for s in self.sections for c in s.clauses if c.item)


def counted(items: Any) -> list[tuple[str, str, int]]:
    lights = [item.light for item in items]
    return [(key, word, lights.count(key)) for key, word in LIGHTS if key in lights]


@cache
def listed() -> dict[str, Any]:
    """The clauses of the city's plan and the folders that serve them (city/clauses.toml)."""
    return registry.clauses()


@cache
def headings() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(PARTS.read_text("utf-8"))


def parts(request: HttpRequest, plan: Plan | None) -> list[Part]:
    """The whole map. Tasks are shown to all staff; a task opens only for whom its right reaches."""
    items = {i.number: i for i in plan.items.select_related("owner")} if plan else {}
    mine = rights.narrow(request.actor, "assurance.plan.read", Item.objects.filter(plan=plan))
    open_to_me = set(mine.values_list("pk", flat=True)) if plan else set()
    targets: dict[int, list[Target]] = {}
    for target in Target.objects.filter(item__plan=plan, is_dropped=False) if plan else ():
        targets.setdefault(target.item_id, []).append(target)
    doors = {manifest.address for manifest, _ in reachable(request)}
    found: dict[str, Part] = {}
    for clause in clauses(items, doors):
        item = clause.item
        if item:
            clause.targets = targets.get(item.pk, [])
            clause.url = item.get_absolute_url() if item.pk in open_to_me else ""
        place(found, clause)
    return list(found.values())


def clauses(items: dict[str, Item], doors: set[str]) -> Iterator[Clause]:
    """Clauses of the list and of the plan in force, in the order of their numbers."""
    known = listed()
    for number in sorted({*known, *items}, key=in_order):
        item = items.get(number)
        pair = known.get(number)
        is_same = pair and (item is None or item.title == pair["zh"])
        title = from_pair({"zh": pair["zh"], "en": pair["en"]}) if pair and is_same else item.title if item else ""
        yield Clause(number, title, systems(number, pair or {}, doors), item)


def systems(number: str, pair: dict[str, Any], doors: set[str]) -> list[System]:
    """The folders the list names, and any other manifest that names this clause."""
    folders = {folder.replace("/", "."): words for folder, words in pair.get("folders", {}).items()}
    for manifest in registry.manifests():
        if manifest.clause == number:
            folders[manifest.address] = manifest.title
    built = registry.by_address()
    return [
        System(
            from_pair({"zh": words["zh"], "en": words["en"]}),
            address in built,
            f"/{built[address].path}" if address in built and address in doors else "",
        )
        for address, words in folders.items()
    ]


def in_order(number: str) -> list[int]:
    return [int(piece) for piece in number.split(".") if piece.isdigit()]


def place(found: dict[str, Part], clause: Clause) -> None:
    part, section = clause.number.split(".")[0], ".".join(clause.number.split(".")[:2])
    item = clause.item
    home = found.setdefault(part, Part(part, heading("parts", part, item.part if item else "")))
    if not home.sections or home.sections[-1].number != section:
        home.sections.append(Section(section, heading("sections", section, item.section if item else "")))
    home.sections[-1].clauses.append(clause)


def heading(kind: str, number: str, said: str) -> str:
    """The words of the city's plan where the text says the same or nothing; else the text's own."""
    pair = headings()[kind].get(number)
    if pair and (not said or pair["zh"] in said):
        return from_pair(pair)
    return said or t("第 {n} 部分", "Part {n}").format(n=number) if kind == "parts" else said


def summary(found: list[Part]) -> dict[str, int]:
    """How much of the plan the house serves today."""
    every = [clause for part in found for section in part.sections for clause in section.clauses]
    return {
        "clauses": len(every),
        "served": sum(clause.is_built for clause in every),
        "systems": sum(len(clause.systems) for clause in every),
        "built": sum(system.is_built for clause in every for system in clause.systems),
        "targets": sum(len(clause.targets) for clause in every),
        "met": sum(target.is_met for clause in every for target in clause.targets),
    }

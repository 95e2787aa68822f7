"""Which meaning a column has: every rule asked of its name and its values, the surest taken, with its reasons."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from .forms import share

RULES = Path(__file__).parent.parent / "content" / "rules.toml"
BOTH, CONTENT, NAME, TYPE = 0.98, 0.85, 0.72, 0.6


@dataclass(frozen=True)
class Asked:
    """A column as the rules see it: its names, its type, a sample of its values."""

    name: str
    words: str
    type: str
    values: Sequence[str] = field(default=())


@dataclass(frozen=True)
class Proposal:
    """A meaning, how sure, and why in both languages."""

    means: str
    confidence: float
    zh: str
    en: str
    grade: str = ""  # where the meaning's own grade would be too low


@cache
def _content() -> dict[str, Any]:
    return tomllib.loads(RULES.read_text("utf-8"))


def rules() -> list[dict[str, Any]]:
    return list(_content()["rule"])


def propose(asked: Asked) -> Proposal:
    """The surest rule; a column that no rule knows has no meaning and confidence 0."""
    found = [(p.confidence, rule["weight"], p) for rule in rules() if (p := _by(rule, asked))]
    if not found:
        return Proposal("", 0.0, "没有规则认识它", "No rule knows it")
    return _lifted(max(found, key=lambda one: one[:2])[2], asked)


def _lifted(said: Proposal, asked: Asked) -> Proposal:
    """Graded higher where the column's words tell of somebody's purse, health or troubles."""
    for lift in _content()["lift"]:
        word = next((w for w in lift["names"] if w in asked.words), "")
        if said.means in lift["means"] and word:
            return replace(said, grade=lift["grade"], zh=f"{said.zh}；涉及“{word}”，从高定级",
                           en=f"{said.en}; graded higher for “{word}”")
    return said


def _by(rule: dict[str, Any], asked: Asked) -> Proposal | None:
    types = rule.get("types")
    if types and asked.type not in types or rule.get("test") and not types and asked.type not in ("text", "integer"):
        return None
    named = _named(rule, asked)
    passed = share(rule["test"], asked.values) if "test" in rule else None
    looks = passed is not None and passed >= rule["share"]
    if rule.get("strict") and not looks or rule.get("both") and not (named and looks):
        return None
    if passed is not None and passed < rule["share"] / 3:
        return None  # the values contradict the name
    return _told(rule, named, looks, passed, bool(types))


def _told(rule: dict[str, Any], named: str, looks: bool, passed: float | None, typed: bool) -> Proposal | None:
    percent = f"{passed:.0%}" if passed is not None else ""
    means, tie = rule["means"], rule["weight"] / 1000
    if named and (looks or typed):
        return Proposal(means, BOTH + tie, f"名称含“{named}”，" + (f"{percent}的值符合格式" if looks else "类型相符"),
                        f"Named “{named}”; " + (f"{percent} of the values fit" if looks else "the type fits"))
    if looks and not rule.get("names"):
        return Proposal(means, TYPE + tie, f"{percent}的值符合格式", f"{percent} of the values fit")
    if looks and rule["test"] in SURE:
        return Proposal(means, CONTENT + tie, f"{percent}的值符合格式", f"{percent} of the values fit")
    if named:
        return Proposal(means, NAME + tie, f"名称含“{named}”", f"Named “{named}”")
    if typed and not rule.get("names"):
        return Proposal(means, TYPE + tie, "按类型", "By its type")
    return None


SURE = frozenset({"id_number", "credit_code", "phone", "bank_card", "email", "plate", "person_name", "address",
                  "enterprise_name", "area_code", "ethnicity"})


def _named(rule: dict[str, Any], asked: Asked) -> str:
    name, words = asked.name.lower(), asked.words.lower()
    for word in rule.get("exact", ()):
        if word == name:
            return str(word)
    for word in sorted(rule.get("names", ()), key=len, reverse=True):
        if word.isascii() and (word == name or len(word) > 3 and word in name or word.startswith("_")
                               and name.endswith(word)) or not word.isascii() and word in words:
            return str(word)
    return ""

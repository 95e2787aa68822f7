"""From rows to rules: which facts the house knows, which version of which policy holds on a day."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from ludao.base.actor import Actor
from ludao.base.errors import Problem, Refused
from ludao.base.text import t

from .engine import reading
from .engine.compiling import Judged
from .engine.words import Facts
from .engine.words import Policy as Rule
from .models import Policy, Version

Look = Callable[[Actor, str, Mapping[str, Any]], None]  # who looks, by which right, at whose facts

_facts: dict[str, Facts] = {}
_left: dict[str, Callable[[str], int | None]] = {}
_look: dict[str, Look] = {}


def register(facts: Facts, left: Callable[[str], int | None] | None = None, look: Look | None = None) -> None:
    """A subsystem tells, when the house starts, what rules may know of a kind of entity.

    `left` says what remains (in fen) of the money for a policy, so that a trial can show it. `look` refuses whoever
    may not see this one's facts, and writes down who did.
    """
    _facts[facts.entity] = facts
    if look is not None:
        _look[facts.entity] = look
    if left is not None:
        _left[facts.entity] = left
    _read.cache_clear()


def facts_of(entity: str) -> Facts:
    if entity not in _facts:
        raise Problem(t(f"没有这种对象：{entity}", f"There is no such kind of entity: {entity}"), field="entity")
    return _facts[entity]


def left_for(entity: str, policy: str) -> int | None:
    """What remains of the money for a policy, in fen; None when nobody says."""
    return _left[entity](policy) if entity in _left else None


def look(actor: Actor, right: str, entity: str, row: Mapping[str, Any]) -> None:
    """Before one entity's facts are shown to somebody else. Raises Refused."""
    if entity not in _look:
        raise Refused(t("没有找到，或您无权查看", "Not found, or not yours to see"))
    _look[entity](actor, right, row)


def known() -> dict[str, Facts]:
    return dict(_facts)


def read(text: str) -> Rule:
    """A policy's text, checked. Raises Problems."""
    return _read(text)


@lru_cache(maxsize=1024)
def _read(text: str) -> Rule:
    return reading.read(text, _facts)


def in_force(entity: str, on: date) -> list[Judged]:
    """Every policy for this kind of entity, in the version that holds on the day."""
    rows = Version.objects.filter(policy__entity=entity, state=Version.PUBLISHED, effective_on__lte=on)
    newest: dict[str, Version] = {}
    for version in rows.select_related("policy").order_by("policy_id", "effective_on", "number"):
        newest[version.policy_id] = version
    held = [Judged(read(v.text), v.number) for v in newest.values() if v.policy.holds_on(on)]
    return [part for part in held if part.policy.holds_on(on)]


def version_on(policy: Policy, on: date) -> Version | None:
    """The version of one policy that holds on a day."""
    held = policy.versions.filter(state=Version.PUBLISHED, effective_on__lte=on)
    found: Version | None = held.order_by("-effective_on", "-number").first()
    return found if found and policy.holds_on(on) else None

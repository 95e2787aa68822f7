"""The tree of organisations, kept in memory by each process and read again when its version has moved."""

import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection, models

from ludao.blocks.identity.models import Organisation, Person, Post, TreeVersion

CHECK_EVERY = 1.0  # seconds a process may trust its copy outside a transaction; inside one it always asks


@dataclass(frozen=True)
class _Tree:
    version: int
    parents: Mapping[str, str | None]
    subtrees: dict[str, frozenset[str]]


_tree: _Tree | None = None
_checked = 0.0


def subtree(code: str) -> frozenset[str]:
    """This organisation and all under it. What is not in the tree (an enterprise) is alone."""
    return _current().subtrees.get(code) or frozenset({code})


def subtree_at(version: int, code: str) -> frozenset[str]:
    """The same for a caller who has just read the version in a query of its own."""
    return _at(version).subtrees.get(code) or frozenset({code})


def ancestors(code: str) -> tuple[str, ...]:
    """The organisations above, nearest first."""
    parents, above = _current().parents, []
    while code := parents.get(code) or "":
        above.append(code)
    return tuple(above)


def people_of(code: str) -> models.QuerySet[Person]:
    """Everyone who holds a post today in this organisation or under it."""
    holding = Post.objects.current().filter(organisation__in=subtree(code))
    return Person.objects.filter(pk__in=holding.values("person"), is_active=True)


def moved() -> None:
    """Every process reads the tree again; said in the transaction that changes it."""
    TreeVersion.objects.update_or_create(pk=1, defaults={"number": models.F("number") + 1},
                                         create_defaults={"number": 1})


def _current() -> _Tree:
    global _checked
    is_fresh = time.monotonic() - _checked < CHECK_EVERY and not connection.in_atomic_block
    if _tree is None or not is_fresh:
        version = TreeVersion.objects.filter(pk=1).values_list("number", flat=True).first() or 0
        _checked = time.monotonic()
        return _at(version)
    return _tree


def _at(version: int) -> _Tree:
    global _tree
    if _tree is None or _tree.version != version:
        _tree = _read(version)
    return _tree


def _read(version: int) -> _Tree:
    parents = dict(Organisation.objects.filter(is_active=True).values_list("code", "parent_id"))
    parts: dict[str | None, list[str]] = defaultdict(list)
    for code, parent in parents.items():
        parts[parent].append(code)
    subtrees: dict[str, frozenset[str]] = {}

    def gather(code: str) -> frozenset[str]:
        subtrees[code] = frozenset({code}).union(*(gather(part) for part in parts[code]))
        return subtrees[code]

    for code, parent in parents.items():
        if parent not in parents:
            gather(code)
    return _Tree(version, parents, subtrees)

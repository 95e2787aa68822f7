"""What a person holds under the hat worn now: one short query, read afresh for each request.

The rows themselves are read, not a copy of them, by three index look-ups (held.sql): every process sees a grant, a
withdrawal or an expiry at once, and there is nothing to invalidate. A version number would have to be asked for as
well. Only the tree of organisations is kept in memory, under the version that comes with the same query.
"""

import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models.signals import post_delete, post_save

from ludao.base import clock
from ludao.base.actor import Actor, request_id
from ludao.base.rights import Span
from ludao.blocks.identity.public import subtree_at
from ludao.blocks.permission.models import Delegation, Elevation, Holding, Separation
from ludao.blocks.permission.reaching import meet
from ludao.blocks.permission.titles import carries

TRUSTED_FOR = 1.0  # seconds that one request may build on what it read; a page that stays open asks again

_SQL = "select * from permission_held(%(person)s, %(post)s, %(now)s, %(today)s)"


@dataclass(frozen=True)
class Grant:
    """One way in which a role, or one right of it, is held now."""

    kind: str  # holding, elevation or delegation
    key: int
    post: int
    role: str
    right: str
    starts_at: datetime
    ends_at: datetime | None
    span: Span
    limits: tuple[str, ...]

    def gives(self, right: str, at: datetime) -> bool:
        """Whether it carries the right at this moment: from its start, and no longer at its end."""
        in_time = self.starts_at <= at and (self.ends_at is None or at < self.ends_at)
        return in_time and (self.right in ("", right)) and carries(self.role, right)


@dataclass(frozen=True)
class Held:
    """All of it for one person under one hat, the tree it was read against, and what is kept apart."""

    grants: tuple[Grant, ...] = ()
    is_staff: bool = False
    tree: int = 0
    apart: tuple[tuple[str, ...], ...] = ()  # pairs of rights set apart on the page


NOTHING = Held()
_changes = 0


def _changed(**_: Any) -> None:
    global _changes
    _changes += 1


for _model in (Holding, Delegation, Elevation, Separation):
    post_save.connect(_changed, sender=_model, dispatch_uid=f"permission.held.save.{_model.__name__}")
    post_delete.connect(_changed, sender=_model, dispatch_uid=f"permission.held.delete.{_model.__name__}")


def install(**_: Any) -> None:
    """Put the function in place; runs after every migrate, changes nothing the second time."""
    with connection.cursor() as cursor:
        cursor.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


def held(actor: Actor) -> Held:
    """What the actor holds. Within one request it is read once; for a stranger there is nothing to read."""
    if not actor.person.isdigit():
        return NOTHING
    kept = vars(actor).get("_held")
    if kept and request_id() and kept[1] == _changes and time.monotonic() - kept[2] < TRUSTED_FOR:
        found: Held = kept[0]
        return found
    fresh = read(actor.person, actor.post, clock.now())
    vars(actor)["_held"] = (fresh, _changes, time.monotonic())
    return fresh


def read(person: str, post: str, now: datetime) -> Held:
    values = {"person": int(person), "post": int(post) if post.isdigit() else None,
              "now": now, "today": clock.day_of(now)}
    with connection.cursor() as cursor:
        cursor.execute(_SQL, values)
        rows = cursor.fetchall()
    tree, apart, is_staff = rows[0][:3]
    grants = (_grant(tree, row[3:]) for row in rows if row[3])
    return Held(tuple(g for g in grants if g), is_staff, tree, tuple(tuple(p.split()) for p in apart or ()))


def _grant(tree: int, row: tuple[Any, ...]) -> Grant | None:
    kind, key, post, role, right, starts_at, ends_at, organisation, area, organisation_lent, area_lent = row
    span = meet(span_of(tree, organisation, area), span_of(tree, organisation_lent, area_lent))
    limits = tuple(code for code in (organisation_lent or organisation, area_lent or area) if code)
    return Grant(kind, key, post, role, right, starts_at, ends_at, span, limits) if span else None


def span_of(tree: int, organisation: str | None, area: str | None) -> Span:
    """A subtree of organisations and a subtree of areas, each without limit when not named."""
    organisations = subtree_at(tree, organisation) if organisation else None
    return Span(organisations, (area,) if area else None)


def tree_version() -> int:
    """The version of the tree of organisations now."""
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(max(number), 0) from identity_treeversion")
        return int(cursor.fetchone()[0])


__all__ = ["Grant", "Held", "held", "install", "read", "span_of", "tree_version"]

"""What a person holds under the hat worn now: one short query, read afresh for each request.

The rows themselves are read, not a copy of them: the query costs what asking for a version number would cost
(three index look-ups), so every process sees a grant, a withdrawal or an expiry at once and there is nothing to
invalidate. Only the tree of organisations is kept in memory, under the version that comes with the same query.
"""

import time
from dataclasses import dataclass
from datetime import datetime
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

_SQL = """
select v.number, v.apart, p.id is not null, g.*
from (
    select (select coalesce(max(number), 0) from identity_treeversion) as number,
           (select array_agg(one || ' ' || other) from permission_separation where ended_at is null) as apart
) v
left join identity_person w on w.id = %(person)s and w.is_active
left join identity_post p on p.id = %(post)s and p.person_id = w.id
    and p.since <= %(today)s and (p.until is null or p.until >= %(today)s)
left join (
    select 'holding' as kind, h.id, h.post_id, h.role, '' as of_right, h.starts_at, h.ends_at,
           h.organisation_id as organisation, h.area_id as area, null as organisation_lent, null as area_lent
    from permission_holding h
    where h.post_id = %(post)s and h.approved_at is not null and not h.is_on_request
        and h.starts_at <= %(now)s and (h.ends_at is null or h.ends_at > %(now)s)
    union all
    select 'elevation', e.id, h.post_id, h.role, '', e.starts_at, least(e.ends_at, h.ends_at),
           h.organisation_id, h.area_id, null, null
    from permission_elevation e join permission_holding h on h.id = e.holding_id
    where h.post_id = %(post)s and e.person_id = %(person)s and h.approved_at is not null
        and e.starts_at <= %(now)s and e.ends_at > %(now)s and (h.ends_at is null or h.ends_at > %(now)s)
    union all
    select 'delegation', d.id, h.post_id, h.role, d.right, d.starts_at, least(d.ends_at, h.ends_at),
           h.organisation_id, h.area_id, d.organisation_id, d.area_id
    from permission_delegation d
    join permission_holding h on h.id = d.holding_id
    join identity_post l on l.id = h.post_id and l.person_id = d.given_by_id
        and l.since <= %(today)s and (l.until is null or l.until >= %(today)s)
    where d.post_id = %(post)s and h.approved_at is not null and not h.is_on_request
        and d.starts_at <= %(now)s and d.ends_at > %(now)s
        and h.starts_at <= %(now)s and (h.ends_at is null or h.ends_at > %(now)s)
) g on p.id is not null
order by g.kind desc, g.id
"""


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


__all__ = ["Grant", "Held", "held", "read", "span_of", "tree_version"]

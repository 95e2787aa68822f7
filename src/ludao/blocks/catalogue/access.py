"""Who may see what of a dataset: nothing, unless owner, permit, right or a public grade says so."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from ludao.base import clock, datasets, rights
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.rights import Reach, Scope, Span
from ludao.base.text import t
from ludao.blocks.catalogue.entries import Column, Entry
from ludao.blocks.catalogue.traces import Permit
from ludao.blocks.identity.public import Organisation, ancestors

if TYPE_CHECKING:
    from ludao.blocks.lake.public import Allowed

READ, UNMASK = "catalogue.read_rows", "catalogue.unmask"
OWNED = Scope(organisation="owner_id")


@dataclass
class _Sight:
    """What one ground of access opens: these columns, these of them plainly, in the rows of these areas."""

    columns: set[str] = field(default_factory=set)
    plain: set[str] = field(default_factory=set)
    where: str = ""


def allowed(actor: Actor, address: str, purpose: str = "") -> "Allowed | None":
    """What the actor may read of a table of the lake, as the lake's sandbox and lookup take it; None is nothing.

    Sensitive columns are masked unless a permit opens them or the owner's officer may unmask, and then only for a
    purpose; secret ones are left out where they are not opened. With several grounds of access, each widens the
    columns; rows are limited unless one ground is not.
    """
    from ludao.blocks.lake.public import Allowed

    entry = Entry.objects.filter(pk=address, is_withdrawn=False).prefetch_related("columns").first()
    if entry is None:
        return None
    columns = list(entry.columns.all())
    names = [c.name for c in columns]
    if actor.is_system:
        return Allowed(tuple(names), {}, "")
    purpose = purpose.strip() or actor.purpose
    sights = [s for s in (*_by_right(actor, entry, columns, purpose), *_by_permit(actor, entry, purpose),
                          *_by_grade(actor, columns)) if s.columns]
    if not sights:
        return None
    plain = {name for s in sights for name in s.plain}
    seen = _seen(columns, {name for s in sights for name in s.columns}, plain)
    masks = {c.name: c.mask or "all" for c in columns if c.name in seen and c.is_guarded and c.name not in plain}
    return Allowed(tuple(c for c in names if c in seen), masks, _rows(sights)) if seen else None


def reaches(actor: Actor, right: str, entry: Entry) -> bool:
    """Whether the right is held over the dataset's owner."""
    return rights.within(OWNED, rights.reach(actor, right), entry)


def _seen(columns: Iterable[Column], opened: Collection[str], plain: Collection[str]) -> set[str]:
    return {c.name for c in columns if c.name in opened and (c.grade != "secret" or c.name in plain)}


def _by_right(actor: Actor, entry: Entry, columns: Sequence[Column], purpose: str) -> Iterable[_Sight]:
    """As one of its owner's people, or by a right that reaches the owner; a system's dataset by its own right."""
    reading, opening = _spans(actor, entry)
    names = {c.name for c in columns}
    for span in reading:
        yield _Sight(names, set(), _areas(entry, span))
    if purpose:
        for span in opening:
            yield _Sight(names if reading else set(), names, _areas(entry, span))


def _spans(actor: Actor, entry: Entry) -> tuple[Reach, Reach]:
    dataset = next((d for d in datasets.every() if d.address == entry.address), None)
    if dataset is not None:
        return rights.reach(actor, dataset.right), rights.reach(actor, dataset.unmask)
    return _over(actor, READ, entry), _over(actor, UNMASK, entry)


def _over(actor: Actor, right: str, entry: Entry) -> Reach:
    return tuple(span for span in rights.reach(actor, right) if rights.within(OWNED, (span,), entry))


def _areas(entry: Entry, span: Span) -> str:
    """The condition that keeps a span's holder in the areas it names; in SQL over the table's own columns."""
    conditions = []
    if span.areas is not None and (column := entry.belongs.get("area")):
        within = [f"left({column}, {len(code)}) = '{code}'" for code in span.areas if code.isalnum()]
        conditions.append(f"({' or '.join(within)})" if within else "false")
    if span.organisations is not None and (column := entry.belongs.get("organisation")):
        listed = ", ".join("'" + code.replace("'", "''") + "'" for code in sorted(span.organisations))
        conditions.append(f"{column} in ({listed})")
    if span.person is not None:
        person = entry.belongs.get("person")
        conditions.append(f"cast({person} as text) = '{span.person}'" if person else "false")
    return " and ".join(conditions)


def _by_permit(actor: Actor, entry: Entry, purpose: str) -> Iterable[_Sight]:
    if not actor.organisation:
        return
    units = [actor.organisation, *ancestors(actor.organisation)]
    for permit in Permit.objects.current().filter(entry=entry, organisation__in=units):
        plain = set(permit.plain) & set(permit.columns) if purpose else set()
        yield _Sight(set(permit.columns), plain, permit.where)


def _by_grade(actor: Actor, columns: Iterable[Column]) -> Iterable[_Sight]:
    """Public columns are for everyone who is signed in."""
    if actor.person:
        yield _Sight({c.name for c in columns if c.grade == "public"})


def _rows(sights: Sequence[_Sight]) -> str:
    """All rows where one ground that shows more than public columns has no limit; else what any of them opens."""
    wide = max(len(s.columns) for s in sights)
    conditions = list(dict.fromkeys(s.where for s in sights if len(s.columns) == wide or s.where))
    return "" if "" in conditions else " or ".join(f"({c})" for c in conditions)


def permit(
    address: str, organisation: str | Organisation, columns: Sequence[str], purpose: str, until: date | None,
    plain: Sequence[str] = (), where: str = "", by: str = "",
) -> Permit:
    """Let an organisation (and what is under it) read these columns; given again, the same permit is changed."""
    entry = Entry.objects.filter(pk=address).first()
    if entry is None:
        raise Problem(t(f"目录中没有 {address}", f"The catalogue has no {address}"), field="address")
    known = set(entry.columns.values_list("name", flat=True))
    if unknown := [c for c in (*columns, *plain) if c not in known]:
        raise Problem(t(f"{address} 没有列 {unknown[0]}", f"{address} has no column {unknown[0]}"), field="columns")
    if where:
        from ludao.blocks.catalogue.conditions import condition

        condition(where, known, "where")
    code = organisation if isinstance(organisation, str) else organisation.pk
    made, _ = Permit.objects.update_or_create(
        entry=entry, organisation_id=code, purpose=purpose, by=by, revoked_at=None,
        defaults={"columns": list(columns), "plain": list(plain), "until": until, "where": where})
    return made


def revoke(given: Permit | int) -> None:
    """It holds no longer, from this moment; the row stays."""
    key = given if isinstance(given, int) else given.pk
    Permit.objects.filter(pk=key, revoked_at=None).update(revoked_at=clock.now())


def allowed_of(actor: Actor, entries: Sequence[Entry], purpose: str = "") -> "dict[str, Allowed]":
    """`allowed` of many datasets at once (columns prefetched), in a few statements; what is closed is left out."""
    from ludao.blocks.lake.public import Allowed

    if actor.is_system:
        return {e.address: Allowed(tuple(c.name for c in e.columns.all()), {}, "") for e in entries}
    purpose = purpose.strip() or actor.purpose
    reading, opening = rights.reach(actor, READ), rights.reach(actor, UNMASK) if purpose else ()
    permits: dict[str, list[Permit]] = {}
    if actor.organisation:
        units = [actor.organisation, *ancestors(actor.organisation)]
        for one in Permit.objects.current().filter(entry__in=entries, organisation__in=units):
            permits.setdefault(one.entry_id, []).append(one)
    found = {}
    for entry in entries:
        columns = sorted(entry.columns.all(), key=lambda c: c.place)
        names = {c.name for c in columns}
        mine = tuple(s for s in reading if rights.within(OWNED, (s,), entry))
        sights = [_Sight(names, set(), _areas(entry, s)) for s in mine]
        sights += [_Sight(names if mine else set(), names, _areas(entry, s))
                   for s in opening if rights.within(OWNED, (s,), entry)]
        sights += [_Sight(set(p.columns), set(p.plain) & set(p.columns) if purpose else set(), p.where)
                   for p in permits.get(entry.address, ())]
        sights = [s for s in (*sights, *_by_grade(actor, columns)) if s.columns]
        plain = {name for s in sights for name in s.plain}
        seen = _seen(columns, {name for s in sights for name in s.columns}, plain)
        masks = {c.name: c.mask or "all" for c in columns if c.name in seen and c.is_guarded and c.name not in plain}
        if seen:
            found[entry.address] = Allowed(tuple(c.name for c in columns if c.name in seen), masks, _rows(sights))
    return found

"""Who may see what of a dataset: nothing, unless owner, permit, right or a public grade says so."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from ludao.base import clock, datasets, rights
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.rights import Reach, Scope, Span
from ludao.base.text import t
from ludao.blocks.catalogue.conditions import condition
from ludao.blocks.catalogue.entries import Column, Entry
from ludao.blocks.catalogue.traces import Permit
from ludao.blocks.identity.public import Organisation, ancestors

if TYPE_CHECKING:
    from ludao.blocks.lake.public import Allowed

READ, UNMASK = "catalogue.read_rows", "catalogue.unmask"
OWNED = Scope(organisation="owner_id")


@dataclass(frozen=True)
class _Sight:
    """What one ground of access opens: these columns, these of them plainly, in the rows of this condition."""

    columns: frozenset[str]
    plain: frozenset[str] = frozenset()
    where: str = ""


def allowed(actor: Actor, address: str, purpose: str = "") -> "Allowed | None":
    """What the actor may read of a table of the lake, as the lake's sandbox and lookup take it; None is nothing.

    Sensitive columns are masked unless a permit opens them or the owner's officer may unmask, and then only for a
    purpose; secret ones are left out where they are not opened.
    """
    entry = Entry.objects.filter(pk=address).prefetch_related("columns").first()
    return allowed_of(actor, [entry], purpose).get(address) if entry else None


def allowed_of(actor: Actor, entries: Sequence[Entry], purpose: str = "") -> "dict[str, Allowed]":
    """`allowed` of many datasets at once (columns prefetched), in a few statements; what is closed is left out."""
    from ludao.blocks.lake.public import Allowed

    entries = [e for e in entries if not e.is_withdrawn]
    if actor.is_system:
        return {e.address: Allowed(tuple(c.name for c in _columns(e)), {}, "") for e in entries}
    purpose = purpose.strip() or actor.purpose
    rights_, permits = _Rights(actor), _permits(actor, entries)
    found = {}
    for entry in entries:
        columns = _columns(entry)
        sights = [*_by_right(rights_, entry, columns, purpose), *_by_permit(permits.get(entry.address, ()), purpose),
                  *_by_grade(actor, columns)]
        if may := _joined(columns, sights):
            found[entry.address] = may
    return found


def _columns(entry: Entry) -> list[Column]:
    return sorted(entry.columns.all(), key=lambda c: c.place)


def _joined(columns: Sequence[Column], sights: Iterable[_Sight]) -> "Allowed | None":
    """One answer out of several grounds, in which no row shows a value that no ground opens in that row.

    What is open in all rows is added to each ground that is limited to some; grounds that then show the same stand
    for the rows of all of them; of different ones the widest answers, alone.
    """
    from ludao.blocks.lake.public import Allowed

    known = list(sights)
    whole = [s for s in known if not s.where]
    everywhere = _Sight(frozenset().union(*(s.columns for s in whole)), frozenset().union(*(s.plain for s in whole)))
    rows: dict[tuple[frozenset[str], frozenset[str]], list[str]] = {}
    for sight in (everywhere, *(s for s in known if s.where)):
        plain = everywhere.plain | sight.plain
        seen = _seen(columns, everywhere.columns | sight.columns, plain)
        rows.setdefault((seen, plain & seen), []).append(sight.where)
    seen, plain = max(rows, key=lambda shown: (len(shown[0]), len(shown[1]), sorted(shown[0]), sorted(shown[1])))
    if not seen:
        return None
    masks = {c.name: c.mask or "all" for c in columns if c.name in seen and c.is_guarded and c.name not in plain}
    return Allowed(tuple(c.name for c in columns if c.name in seen), masks, _either(rows[seen, plain]))


def covers(may: "Allowed", values: Mapping[str, Any]) -> bool:
    """Whether a row that is at hand is among those that may be read."""
    return covers_each([(may, values)])[0]


def covers_each(asked: "Sequence[tuple[Allowed, Mapping[str, Any]]]") -> list[bool]:
    """The same of many rows of several datasets, by one statement."""
    from ludao.blocks.lake import public as lake

    parts, parameters = [], dict[str, str | None]()
    for number, (may, values) in enumerate(asked):
        if may.where:
            named = {f"v{number}_{place}": name for place, name in enumerate(values)}
            parameters |= {key: None if values[name] is None else str(values[name]) for key, name in named.items()}
            row = ", ".join(f'${key} as "{name}"' for key, name in named.items())
            says = condition(may.where, list(values), "where")
            parts.append(f"select {number} as row from (select {row}) where {says}")
    found = {row["row"] for row in lake.sql(" union all ".join(parts), parameters).rows()} if parts else set()
    return [not may.where or number in found for number, (may, _) in enumerate(asked)]


def _seen(columns: Iterable[Column], opened: Collection[str], plain: Collection[str]) -> frozenset[str]:
    return frozenset(c.name for c in columns if c.name in opened and (c.grade != "secret" or c.name in plain))


def _either(conditions: Iterable[str]) -> str:
    listed = list(dict.fromkeys(conditions))
    return "" if "" in listed else " or ".join(f"({c})" for c in listed)


def _both(*conditions: str) -> str:
    """Rows that meet all of them."""
    return " and ".join(dict.fromkeys(f"({c})" for c in conditions if c))


def reaches(actor: Actor, right: str, entry: Entry) -> bool:
    """Whether the right is held over the dataset's owner."""
    return rights.within(OWNED, rights.reach(actor, right), entry)


class _Rights:
    """What the actor's rights reach, each asked once."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.datasets = {d.address: d for d in datasets.every()}
        self.known: dict[str, Reach] = {}

    def reach(self, right: str) -> Reach:
        if right not in self.known:
            self.known[right] = rights.reach(self.actor, right)
        return self.known[right]

    def spans(self, entry: Entry) -> tuple[Reach, Reach]:
        """For reading and for unmasking: a dataset of the house has its own rights, a table those over its owner."""
        if dataset := self.datasets.get(entry.address):
            return self._touching(dataset.right, dataset.scope), self._touching(dataset.unmask, dataset.scope)
        return self._over(READ, entry), self._over(UNMASK, entry)

    def _touching(self, right: str, scope: Scope | None) -> Reach:
        return tuple(span for span in self.reach(right) if scope is None or span.touches(scope))

    def _over(self, right: str, entry: Entry) -> Reach:
        return tuple(span for span in self.reach(right) if rights.within(OWNED, (span,), entry))


def _by_right(held: _Rights, entry: Entry, columns: Sequence[Column], purpose: str) -> Iterable[_Sight]:
    """As one of its owner's people, or by a right that reaches the owner. Plainly only where the same row may be
    read and unmasked."""
    reading, opening = held.spans(entry)
    names = frozenset(c.name for c in columns)
    for span in reading:
        yield _Sight(names, where=_areas(entry, span))
        for other in opening if purpose else ():
            yield _Sight(names, names, _both(_areas(entry, span), _areas(entry, other)))


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


def _permits(actor: Actor, entries: Sequence[Entry]) -> dict[str, list[Permit]]:
    """Those of the actor's organisation and of what it is part of."""
    found: dict[str, list[Permit]] = {}
    if actor.organisation:
        units = [actor.organisation, *ancestors(actor.organisation)]
        for one in Permit.objects.current().filter(entry__in=entries, organisation__in=units):
            found.setdefault(one.entry_id, []).append(one)
    return found


def _by_permit(permits: Iterable[Permit], purpose: str) -> Iterable[_Sight]:
    for one in permits:
        plain = set(one.plain) & set(one.columns) if purpose else ()
        yield _Sight(frozenset(one.columns), frozenset(plain), one.where)


def _by_grade(actor: Actor, columns: Iterable[Column]) -> Iterable[_Sight]:
    """Public columns are for everyone who is signed in."""
    if actor.person:
        yield _Sight(frozenset(c.name for c in columns if c.grade == "public"))


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

"""Separation of duties: who used one right on a thing may not use the other on the same thing."""

from collections.abc import Iterable
from functools import cache

from django.db.models import Model

from ludao.base import audit, registry
from ludao.base.models import AuditLine
from ludao.blocks.permission.models import Holding, Separation
from ludao.blocks.permission.titles import addresses_of, rights_of

Pair = tuple[str, ...]


@cache
def declared() -> frozenset[Pair]:
    """The pairs that manifests keep apart, as full addresses."""
    return frozenset(
        pair_of(_full(m.address, one), _full(m.address, other)) for m in registry.manifests() for one, other in m.apart
    )


def _full(owner: str, right: str) -> str:
    return right if right in registry.rights() else f"{owner}.{right}"


def pair_of(one: str, other: str) -> Pair:
    return (one, other) if one < other else (other, one)


def added() -> frozenset[Pair]:
    """The pairs that were set apart on the page and still are."""
    return frozenset(Separation.objects.filter(ended_at=None).values_list("one", "other"))


def opposites(right: str, more: Iterable[Pair] = ()) -> set[str]:
    """The rights that whoever uses this one must not have used on the same thing."""
    return {other for pair in (*declared(), *more) if right in pair for other in pair if other != right}


def used_before(person: str, right: str, thing: Model, more: Iterable[Pair] = ()) -> AuditLine | None:
    """The line of the audit log that shows the opposite right's use; one look-up by the thing."""
    others = [address for other in opposites(right, more) for address in addresses_of(other)]
    if not (others and person and thing.pk):
        return None
    lines = AuditLine.objects.filter(
        thing_type=audit.kind_of(thing), thing_id=str(thing.pk), person=person, address__in=others, outcome="done"
    )
    return lines.order_by("-at").first()


def conflicts(person_id: int, role: str) -> list[tuple[Pair, str]]:
    """Pairs that the person would hold whole with this role, each with the role that brings the other half."""
    mine = set(rights_of(role))
    roles = set(Holding.objects.current().filter(post__person=person_id).values_list("role", flat=True))
    found = []
    for pair in sorted(declared() | added()):
        for here, there in (pair, pair[::-1]):
            found += [(pair, other) for other in sorted(roles) if here in mine and there in rights_of(other)]
    return list(dict.fromkeys(found))

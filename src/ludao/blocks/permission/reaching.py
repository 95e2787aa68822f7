"""How far a holding reaches, as an algebra of spans: no Django, no database."""

from ludao.base.rights import Span


def meet(one: Span, other: Span) -> Span | None:
    """What both reach; None when that is nothing. The person, where both name one, must be the same."""
    organisations = _both(one.organisations, other.organisations)
    areas = _areas(one.areas, other.areas)
    if organisations == frozenset() or areas == ():
        return None
    if one.person and other.person and one.person != other.person:
        return None
    return Span(organisations, areas, one.person or other.person, one.is_strict or other.is_strict)


def _both(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    if one is None or other is None:
        return other if one is None else one
    return one & other


def _areas(one: tuple[str, ...] | None, other: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Subtrees are prefixes: two meet in the deeper one, or not at all."""
    if one is None or other is None:
        return other if one is None else one
    deeper = {max(a, b, key=len) for a in one for b in other if a.startswith(b) or b.startswith(a)}
    return tuple(sorted(deeper))


def is_within(inner: Span, outer: Span) -> bool:
    """Whether the outer span reaches all that the inner one does."""
    return _covers(inner.organisations, outer.organisations) and _covers_areas(inner.areas, outer.areas) and (
        outer.person in (None, inner.person))


def _covers(inner: frozenset[str] | None, outer: frozenset[str] | None) -> bool:
    return outer is None or (inner is not None and inner <= outer)


def _covers_areas(inner: tuple[str, ...] | None, outer: tuple[str, ...] | None) -> bool:
    return outer is None or (inner is not None and all(code.startswith(outer) for code in inner))

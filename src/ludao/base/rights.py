"""The one question the base asks about rights; the block `permission` answers it (default deny)."""

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, Protocol

from django.db.models import Model, Q, QuerySet

from ludao.base.actor import Actor
from ludao.base.errors import Refused
from ludao.base.text import t


@dataclass(frozen=True)
class Scope:
    """Which columns of a model say whose a row is. A dimension not named does not limit its rows.
    `agent` is a second column by which a row is a person's: who acts for the one in `person`."""

    organisation: str = ""
    area: str = ""
    person: str = ""
    agent: str = ""

    @property
    def people(self) -> tuple[str, ...]:
        return tuple(column for column in (self.person, self.agent) if column)


@dataclass(frozen=True)
class Span:
    """How far one holding of a right reaches; None is no limit in that dimension.
    `areas` are national codes, each meaning its whole subtree (prefix). A strict span reaches a scoped model
    only where that names a dimension which the span limits: one's own organisation says nothing of a stranger's
    private rows."""

    organisations: frozenset[str] | None = None
    areas: tuple[str, ...] | None = None
    person: str | None = None
    is_strict: bool = False

    def touches(self, scope: Scope) -> bool:
        """Whether a model of this scope can be reached by it at all."""
        return not self.is_strict or bool(
            (scope.organisation and self.organisations is not None)
            or (scope.area and self.areas is not None)
            or (scope.person and self.person is not None)
        )


@dataclass(frozen=True)
class Decision:
    allowed: bool
    why: str = ""


AREA_DIGITS = 12  # the longest national code, a community's
Reach = tuple[Span, ...]
EVERYWHERE: Reach = (Span(),)


@dataclass(frozen=True)
class Raised:
    """An elevated session, as the shell must show it while it lasts."""

    role: str
    ends_at: datetime
    end_url: str


class Judge(Protocol):
    def decide(self, actor: Actor, right: str, thing: Model | None = None) -> Decision: ...

    def reach(self, actor: Actor, right: str) -> Reach: ...

    def raised(self, actor: Actor) -> Raised | None: ...


class _DenyAll:
    """What answers until `permission` has filled the hook."""

    def decide(self, actor: Actor, right: str, thing: Model | None = None) -> Decision:
        return Decision(False, "no judge is installed")

    def reach(self, actor: Actor, right: str) -> Reach:
        return ()

    def raised(self, actor: Actor) -> Raised | None:
        return None


_judge: Judge = _DenyAll()


def install(judge: Judge) -> None:
    """Filled once at start by `permission`."""
    global _judge
    _judge = judge


def reach(actor: Actor, right: str) -> Reach:
    """How far the actor's right reaches; empty when it is not held at all."""
    if actor.rights is not None and right not in actor.rights:
        return ()
    return EVERYWHERE if actor.is_system else _judge.reach(actor, right)


def raised(actor: Actor) -> Raised | None:
    """The elevated session that the actor is in, if any."""
    return None if actor.is_system else _judge.raised(actor)


def decide(actor: Actor, right: str, thing: Model | None = None) -> Decision:
    """May the actor do this, to this thing, and why (not)."""
    if actor.is_system:
        return Decision(True, actor.name)
    if actor.rights is not None and right not in actor.rights:
        return Decision(False, "the token does not carry this right")
    return _judge.decide(actor, right, thing)


def may(actor: Actor, right: str, thing: Model | None = None) -> bool:
    return decide(actor, right, thing).allowed


def require(actor: Actor, right: str, thing: Model | None = None) -> None:
    decision = decide(actor, right, thing)
    if not decision.allowed:
        raise Refused(t("没有找到，或您无权办理", "Not found, or not yours to do"), right=right, why=decision.why)


def scope_of(model: type[Model]) -> Scope | None:
    scope: Scope | None = getattr(model, "scope", None)
    return scope


def narrow(actor: Actor, right: str, queryset: QuerySet[Any]) -> QuerySet[Any]:
    """The rows the actor's right reaches. Permissions are query filters, so a list costs the same for all."""
    spans = reach(actor, right)
    if not spans:
        return queryset.none()
    condition = condition_for(scope_of(queryset.model), spans)
    return queryset if condition is None else queryset.filter(condition)


def condition_for(scope: Scope | None, spans: Reach) -> Q | None:
    """The filter that keeps a scoped model within the spans; None when nothing limits it."""
    parts = [_span_condition(scope, span) for span in spans] if scope else []
    if not parts or any(part is None for part in parts):
        return None
    return reduce(or_, (part for part in parts if part is not None))


def _span_condition(scope: Scope, span: Span) -> Q | None:
    if not span.touches(scope):
        return Q(pk__in=[])
    condition = Q()
    if scope.organisation and span.organisations is not None:
        condition &= Q(**{f"{scope.organisation}__in": sorted(span.organisations)})
    if scope.area and span.areas is not None:
        condition &= reduce(or_, (_subtree(scope.area, code) for code in span.areas), Q(pk__in=[]))
    if scope.person and span.person is not None:
        condition &= reduce(or_, (Q(**{column: span.person}) for column in scope.people))
    return condition if condition else None


def _subtree(column: str, code: str) -> Q:
    """All codes that begin with this one, as a range: a foreign key takes no LIKE, and any index serves it."""
    return Q(**{f"{column}__gte": code, f"{column}__lte": code.ljust(AREA_DIGITS, "9")})


def within(scope: Scope | None, spans: Reach, thing: Model) -> bool:
    """Whether one row lies within the spans: the same rule as `narrow`, without asking the database."""
    return any(scope is None or _holds(scope, span, thing) for span in spans)


def _holds(scope: Scope, span: Span, thing: Model) -> bool:
    def value(name: str) -> str:
        at: Any = thing
        for part in name.split("__"):
            at = getattr(at, part, "")
        return str(at or "")

    if not span.touches(scope):
        return False
    units = span.organisations
    organisation = not scope.organisation or units is None or value(scope.organisation) in units
    area = not scope.area or span.areas is None or value(scope.area).startswith(span.areas)
    person = not scope.person or span.person is None or span.person in {value(column) for column in scope.people}
    return organisation and area and person

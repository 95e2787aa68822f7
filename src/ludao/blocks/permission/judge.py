"""The judge: answers the base's one question from roles, their reach and the duties kept apart."""

from dataclasses import dataclass

from django.db.models import Model

from ludao.base import clock, registry
from ludao.base.actor import Actor
from ludao.base.rights import Decision, Raised, Reach, Span, scope_of, within
from ludao.base.text import t
from ludao.blocks.identity.public import subtree_at
from ludao.blocks.permission import showing
from ludao.blocks.permission.apart import used_before
from ludao.blocks.permission.held import Grant, Held, held
from ludao.blocks.permission.titles import listed, right_title, role_title


@dataclass(frozen=True)
class Way:
    """One way in which the actor has a right: by being who he is, or by a grant; and how far it reaches."""

    role: str
    span: Span
    grant: Grant | None = None

    @property
    def words(self) -> str:
        """For the log: short, and leading to the row."""
        return f"{self.role} by {self.grant.kind} {self.grant.key}" if self.grant else self.role


class Permission:
    """Fills the hook of the base."""

    def decide(self, actor: Actor, right: str, thing: Model | None = None) -> Decision:
        found = ways(actor, right)
        if not found:
            return Decision(False, _needs(right))
        if thing is None:
            return Decision(True, found[0].words)
        scope = scope_of(type(thing))
        way = next((w for w in found if within(scope, (w.span,), thing)), None)
        if way is None:
            return Decision(False, str(t("不在授权范围内", "Beyond the reach of what is held")))
        return _kept_apart(actor, right, thing) or Decision(True, way.words)

    def reach(self, actor: Actor, right: str) -> Reach:
        return tuple(way.span for way in ways(actor, right))

    def raised(self, actor: Actor) -> Raised | None:
        return showing.raised(actor)


def ways(actor: Actor, right: str) -> list[Way]:
    """Every way in which the actor has the right now; none when no manifest knows it (default deny)."""
    roles = registry.rights().get(right)
    if roles is None:
        return []
    holds = held(actor)
    natures = _natures(actor, holds)
    by_nature = [Way(role, span) for role in roles for span in natures.get(role, ())]
    now = clock.now()
    by_grant = [
        Way(g.role, g.span, g) for g in holds.grants
        if g.gives(right, now) and not (g.kind == "elevation" and actor.rights is not None)  # a token never rises
    ]
    return by_nature + by_grant


BY_NATURE = ("anyone", "person", "enterprise", "staff")


def _natures(actor: Actor, holds: Held) -> dict[str, tuple[Span, ...]]:
    """How far each role that nobody gives reaches; reckoned once for what the actor holds, since a page asks for the
    rights of all pages."""
    kept = vars(actor).get("_natures")
    if kept is None or kept[0] is not holds:
        kept = (holds, {role: spans_by_nature(role, actor, holds) for role in BY_NATURE})
        vars(actor)["_natures"] = kept
    found: dict[str, tuple[Span, ...]] = kept[1]
    return found


def spans_by_nature(role: str, actor: Actor, holds: Held) -> tuple[Span, ...]:
    """How far the roles reach that nobody gives: a stranger's, a person's, an enterprise's, a staff member's."""
    if role == "anyone":
        return (Span(),)
    if not actor.person:
        return ()
    enterprise = Span(frozenset({actor.organisation}), is_strict=True)
    acts_for_one = bool(actor.organisation and not actor.post)
    if role == "person":
        return (Span(person=actor.person), enterprise) if acts_for_one else (Span(person=actor.person),)
    if role == "enterprise" and acts_for_one:
        return (enterprise,)
    if role == "staff" and holds.is_staff:
        below = subtree_at(holds.tree, actor.organisation)
        return Span(below, is_strict=True), Span(person=actor.person, is_strict=True)
    return ()


def roles_of(actor: Actor) -> list[tuple[str, Span]]:
    """The roles that the actor holds now, each with how far it reaches; lent single rights are none."""
    now = clock.now()
    return [(g.role, g.span) for g in held(actor).grants
            if not g.right and g.starts_at <= now and (g.ends_at is None or now < g.ends_at)]


def _kept_apart(actor: Actor, right: str, thing: Model) -> Decision | None:
    line = used_before(actor.person, right, thing, held(actor).apart)
    if line is None:
        return None
    done = f"{line.at:%Y-%m-%d}"
    return Decision(False, str(t(
        f"职责分离：您已于 {done} 对它办理“{right_title(line.address)}”",
        f"Duties are kept apart: on {done} you did “{right_title(line.address)}” to it",
    )))


def _needs(right: str) -> str:
    roles = registry.rights().get(right)
    if roles is None:
        return str(t(f"没有这项权限：{right}", f"No manifest knows the right {right}"))
    named = listed(role_title(r) for r in roles)
    return str(t(f"需要角色：{named}", f"Needs one of the roles: {named}"))


judge = Permission()
__all__ = ["Permission", "Way", "judge", "roles_of", "spans_by_nature", "ways"]

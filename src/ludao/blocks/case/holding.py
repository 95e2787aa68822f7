"""Who may do a step: whoever holds it, else whoever has its role over its organisation and area."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from ludao.base.actor import Actor
from ludao.base.errors import Conflict, Refused
from ludao.base.rights import Span, condition_for, scope_of, within
from ludao.base.text import t
from ludao.blocks.case.models import Task
from ludao.blocks.identity.public import Person, Post
from ludao.blocks.permission.public import Holding, roles_of


def may_take(actor: Actor, task: Task) -> bool:
    """Whether the step is of a kind that the actor does."""
    if actor.is_system or not task.role:
        return True
    return any(role == task.role and within(Task.scope, (span,), task) for role, span in roles_of(actor))


def require(actor: Actor, task: Task) -> None:
    """Raises Conflict when somebody else has it, Refused when it is not the actor's to do."""
    if actor.is_system or (task.holder_id and str(task.holder_id) == actor.person):
        return
    if task.holder_id:
        raise Conflict(t(f"这一步由 {task.holder} 办理", f"{task.holder} has this step"))
    if not may_take(actor, task):
        raise Refused(t("没有找到，或您无权办理", "Not found, or not yours to do"))


def mine(actor: Actor) -> Q:
    return Q(holder=actor.person) if actor.person else Q(pk__in=[])


def free(actor: Actor) -> Q:
    """Steps nobody has taken, of the roles that the actor's post holds, as far as they reach."""
    spans: dict[str, list[Span]] = {}
    for role, span in roles_of(actor):
        spans.setdefault(role, []).append(span)
    either = Q(pk__in=[])
    for role, reach in spans.items():
        condition = condition_for(scope_of(Task), tuple(reach))
        either |= Q(role=role) & condition if condition is not None else Q(role=role)
    return Q(holder=None) & either


def holders(role: str, organisation: str, above: Iterable[str], area: str = "") -> QuerySet[Person]:
    """The people whose post holds the role over this organisation."""
    held = (
        Holding.objects.standing()
        .filter(role=role)
        .filter(Q(organisation=None) | Q(organisation__in=[organisation, *above]))
    )
    if area:
        codes = [area[:n] for n in range(2, len(area) + 1)]
        held = held.filter(Q(area=None) | Q(area__in=codes))
    posts = Post.objects.current().filter(pk__in=held.values("post"))
    return Person.objects.filter(pk__in=posts.values("person"), is_active=True)

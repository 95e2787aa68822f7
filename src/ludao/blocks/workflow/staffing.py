"""Whether a drawing's lanes have people: who holds a role, and where nobody does."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from ludao.base.text import t
from ludao.blocks.identity.public import Organisation, Person, Post, ancestors
from ludao.blocks.permission.public import Holding, role_title

from .drawings import current
from .engine.checking import APPLICANT, Finding
from .engine.reading import xml
from .engine.seats import Seat, seats
from .models import Definition, Instance

RECENT, NAMED = 2000, 5


def people(*roles: str) -> list[Person]:
    """Everybody whose post holds one of these roles now."""
    posts = Post.objects.current().filter(pk__in=_held(*roles).values("post"))
    return list(Person.objects.filter(pk__in=posts.values("person"), is_active=True).order_by("pk"))


def _held(*roles: str) -> QuerySet[Holding]:
    standing = Holding.objects.standing().filter(role__in=roles)
    return standing.filter(post__in=Post.objects.current().filter(person__is_active=True))


@dataclass(frozen=True)
class Crew:
    """Who does some steps of a process for one organisation: a role, where, and the people that hold it there."""

    role: str
    organisation: str
    steps: tuple[str, ...]
    people: tuple[str, ...]

    @property
    def title(self) -> str:
        return role_title(self.role)


def crew(address: str, organisation: str) -> list[Crew]:
    """By whom the process in force would be done for this organisation, lane after lane. Raises Problem without one."""
    asked: dict[tuple[str, str], list[str]] = {}
    for seat in _staffed(current(address).drawing):
        step = t(seat.title_zh, seat.title_en or seat.title_zh)
        asked.setdefault((seat.role, seat.organisation or organisation), []).append(step)
    rows = _held(*{role for role, _ in asked}).select_related("post__person").order_by("pk")
    held = [(one.role, one.organisation_id, one.post.person.name) for one in rows]
    over = {office: {None, office, *ancestors(office)} for _, office in asked}
    return [
        Crew(role, office, tuple(steps), tuple(dict.fromkeys(
            name for has, where, name in held if has == role and where in over[office])))
        for (role, office), steps in asked.items()
    ]  # fmt: skip


def _staffed(text: str) -> list[Seat]:
    """The seats of a drawing that an officer takes."""
    return [seat for seat in seats(xml(text)).values() if seat.role and seat.role != APPLICANT]


def findings(text: str, definition: Definition | None = None) -> Iterator[Finding]:
    """A role that nobody holds, or nobody over the organisation that the lane names, keeps a drawing from use; that
    one of the organisations which follow this process lacks people is a hint."""
    asked: dict[tuple[str, str], str] = {}
    for seat in _staffed(text):
        asked.setdefault((seat.role, seat.organisation), seat.step)
    offices = _offices(definition)
    where: dict[str, set[str | None]] = defaultdict(set)
    for role, office in _held(*{role for role, _ in asked}).values_list("role", "organisation").distinct():
        where[role].add(office)
    for (role, organisation), step in asked.items():
        over = where[role]
        if not over:
            title = role_title(role)
            zh, en = f"没有人担任角色“{title}”，这些环节没人能办", f"Nobody holds “{title}”: its steps wait in vain"
            yield Finding(step, t(zh, en))
        elif organisation and (names := _without(over, [organisation])):
            yield Finding(step, _said(role, names))
        elif not organisation and (names := _without(over, offices)):
            yield Finding(step, _said(role, names), is_hint=True)


def _said(role: str, names: list[str]) -> str:
    title, some, more = role_title(role), names[:NAMED], len(names) - NAMED
    zh = "、".join(some) + (f"等 {len(names)} 个单位" if more > 0 else "")
    en = ", ".join(some) + (f" and {more} more" if more > 0 else "")
    return t(f"{zh}没有人担任“{title}”", f"Nobody holds “{title}” at {en}")


def _without(over: set[str | None], organisations: Iterable[str]) -> list[str]:
    """The names of those where nobody holds it: neither there nor above."""
    if None in over:
        return []
    lacking = [code for code in organisations if not over & {code, *ancestors(code)}]
    return [str(one) for one in Organisation.objects.filter(pk__in=lacking).order_by("pk")] or lacking


def _offices(definition: Definition | None) -> list[str]:
    """The organisations by which this process was begun of late."""
    if definition is None:
        return []
    recent = Instance.objects.filter(version__definition=definition).exclude(organisation=None).order_by("-pk")
    return sorted(set(recent.values_list("organisation", flat=True)[:RECENT]))

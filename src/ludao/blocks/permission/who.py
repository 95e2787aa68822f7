"""Who can do this, and why: every path from a right to the people, and from a person to the rights."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model, Q

from ludao.base import clock, registry
from ludao.base.actor import Actor
from ludao.base.registry import Manifest
from ludao.base.rights import Span, scope_of, within
from ludao.base.text import from_pair, t
from ludao.blocks.identity.public import Area, Organisation, Person, Post, ancestors
from ludao.blocks.permission import titles
from ludao.blocks.permission.judge import Way, judge, ways
from ludao.blocks.permission.models import Delegation, Elevation, Holding

AT_MOST = 200


@dataclass(frozen=True)
class Where:
    """What the question is limited to; nothing is the whole city."""

    organisation: str = ""
    area: str = ""

    def reached(self) -> Q:
        """Holdings whose reach takes this place in: none named, or one at or above it."""
        condition = Q()
        if self.organisation:
            above = [self.organisation, *ancestors(self.organisation)]
            condition &= Q(organisation=None) | Q(organisation__in=above)
        if self.area:
            prefixes = [self.area[:n] for n in range(1, len(self.area) + 1)]
            condition &= Q(area=None) | Q(area__in=prefixes)
        return condition


@dataclass(frozen=True)
class Path:
    """One person's way to the right, step by step."""

    person: Person
    post: Post
    role: str
    limits: str
    steps: tuple[str, ...]
    until: datetime | None
    url: str
    is_on_request: bool = False


def holders(right: str, where: Where) -> list[Path]:
    """Everyone who holds the right there by a role, by loan or in an elevated session; the first AT_MOST of each."""
    roles = [*registry.rights().get(right, ()), titles.ADMINISTRATOR]
    return [*_by_role(right, roles, where), *_by_loan(right, roles, where), *_elevated(right, roles, where)]


def _by_role(right: str, roles: list[str], where: Where) -> Iterator[Path]:
    today = Post.objects.current().values("pk")
    found = Holding.objects.current().exclude(approved_at=None).filter(where.reached(), role__in=roles, post__in=today)
    for h in found.select_related("post__person", "post__organisation", "organisation", "area")[:AT_MOST]:
        yield Path(h.post.person, h.post, h.role, h.limits, _steps(right, h, t("授予", "given")), h.ends_at,
                   h.get_absolute_url(), h.is_on_request)


def _by_loan(right: str, roles: list[str], where: Where) -> Iterator[Path]:
    lent = Holding.objects.standing().filter(where.reached(), role__in=roles, post__in=Post.objects.current())
    found = Delegation.objects.current().filter(where.reached(), Q(right="") | Q(right=right), holding__in=lent)
    related = ("post__person", "post__organisation", "holding__post__person", "given_by", "organisation", "area")
    for d in found.filter(post__in=Post.objects.current()).select_related(*related)[:AT_MOST]:
        steps = (*_steps(right, d.holding, t("授予", "given")), str(t(f"{d.given_by} 委托", f"lent by {d.given_by}")))
        yield Path(d.post.person, d.post, d.holding.role, d.limits if d.organisation or d.area else d.holding.limits,
                   steps, d.ends_at, d.get_absolute_url())


def _elevated(right: str, roles: list[str], where: Where) -> Iterator[Path]:
    asked = Holding.objects.current().filter(where.reached(), role__in=roles, post__in=Post.objects.current())
    found = Elevation.objects.current().filter(holding__in=asked)
    related = ("holding__post__person", "holding__post__organisation", "holding__organisation", "holding__area")
    for e in found.select_related(*related)[:AT_MOST]:
        raised = str(t(f"提权：{e.reason}", f"elevated: {e.reason}"))
        steps = (*_steps(right, e.holding, t("可提权", "on request")), raised)
        yield Path(e.holding.post.person, e.holding.post, e.holding.role, e.holding.limits, steps, e.ends_at,
                   e.get_absolute_url())


def _steps(right: str, holding: Holding, how: str) -> tuple[str, ...]:
    """Post → role → the manifest's line."""
    return (str(holding.post), f"{titles.role_title(holding.role)} ({how})", rule_of(right, holding.role))


def rule_of(right: str, role: str) -> str:
    """The line of the manifest that gives the role this right."""
    owner, name = right.rpartition(".")[::2]
    if role == titles.ADMINISTRATOR:
        return str(t("系统管理员：各项权限", "administrator: every right"))
    return f"{owner.replace('.', '/')}/manifest.toml [may] {name}: {role}"


def by_nature(right: str) -> list[str]:
    """In words: who has the right without anybody giving it."""
    words = {
        "anyone": t("任何人，包括未登录者", "Anyone, signed in or not"),
        "person": t("任何登录用户：限本人的（或所代表法人的）", "Any signed-in person: their own things"),
        "enterprise": t("代表法人办事的人：限该法人的", "Whoever acts for an enterprise: that enterprise's"),
        "staff": t("任何在岗工作人员：限本机构及下级、或本人的", "Any staff member: own organisation's or own"),
    }
    return [str(words[role]) for role in registry.rights().get(right, ()) if role in words]


@dataclass(frozen=True)
class Verdict:
    """One right for one person under one hat: yes with the ways, or no with what is missing."""

    right: str
    title: str
    allowed: bool
    why: str
    ways: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Group:
    """The rights of one system."""

    title: str
    verdicts: list[Verdict]

    @property
    def count(self) -> int:
        return sum(v.allowed for v in self.verdicts)


def hats_of(person: Person) -> list[tuple[str, Actor]]:
    """The person as citizen, and under each post held today."""
    plain = Actor(person=str(person.pk), name=person.name)
    hats = [(str(t("本人（不戴岗位）", "As a person, without a post")), plain)]
    for post in Post.objects.current().filter(person=person).select_related("organisation", "area"):
        area = post.area_id or post.organisation.area_id or ""
        hats.append((str(post), Actor(person=str(person.pk), name=person.name, post=str(post.pk),
                                      organisation=post.organisation_id, area=area)))
    return hats


def verdicts(actor: Actor, thing: Model | None = None) -> list[Group]:
    """What this person may do under this hat, system by system."""
    names: dict[str, str] = {}
    return [Group(str(from_pair(m.title)), [verdict(actor, f"{m.address}.{r}", thing, names=names) for r in m.may])
            for m in registry.manifests() if m.may]


def verdict(actor: Actor, right: str, thing: Model | None = None, where: Where | None = None, *,
            names: dict[str, str] | None = None) -> Verdict:
    """`names` of organisations and areas are kept over many verdicts: a code is looked up once."""
    decision = judge.decide(actor, right, thing)
    found = [w for w in ways(actor, right) if _takes_in(w, thing, where)]
    allowed = decision.allowed and bool(found)
    why = "" if allowed else decision.why if not decision.allowed else str(
        t("有此权限，但范围不及此处", "Holds the right, but it does not reach there"))
    return Verdict(right, titles.right_title(right), allowed, why, [words_of(w, right, names) for w in found])


def _takes_in(way: Way, thing: Model | None, where: Where | None) -> bool:
    if thing is not None and not within(scope_of(type(thing)), (way.span,), thing):
        return False
    return where is None or _reaches(way.span, where)


def _reaches(span: Span, where: Where) -> bool:
    if where.organisation and span.organisations is not None and where.organisation not in span.organisations:
        return False
    return not (where.area and span.areas is not None and not where.area.startswith(span.areas))


def words_of(way: Way, right: str, names: dict[str, str] | None = None) -> str:
    """A way in words: role, how it came, how far, until when, and the line of the manifest."""
    kinds = {"holding": t("授予", "given"), "delegation": t("受托", "lent"), "elevation": t("提权", "elevated")}
    if way.grant is None:
        return f"{titles.role_title(way.role)} · {rule_of(right, way.role)}"
    limits = " · ".join(_names(way.grant.limits, {} if names is None else names)) or str(t("不限范围", "everywhere"))
    until = f"{clock_day(way.grant.ends_at)}" if way.grant.ends_at else str(t("长期", "without end"))
    return f"{titles.role_title(way.role)}（{kinds[way.grant.kind]}）· {limits} · {until} · {rule_of(right, way.role)}"


def clock_day(at: datetime) -> str:
    return f"{at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"


def _names(codes: tuple[str, ...], known: dict[str, str]) -> list[str]:
    models: tuple[Any, ...] = (Organisation, Area)
    if unknown := set(codes) - set(known):
        known |= dict.fromkeys(unknown, "")
        known |= {row.pk: str(row) for model in models for row in model.objects.filter(pk__in=unknown)}
    return [known[code] or code for code in codes]


def carriers() -> list[dict[str, Any]]:
    """Every role: what it may do, system by system."""
    return [
        {"name": role, "title": title, "is_special": role in titles.SPECIAL, "is_weighty": titles.is_weighty(role),
         "groups": _rights_by_system(role)}
        for role, title in sorted(titles.roles().items(), key=lambda pair: (pair[0] not in titles.SPECIAL, pair[0]))
    ]


def _rights_by_system(role: str) -> list[dict[str, Any]]:
    found: list[tuple[Manifest, list[str]]] = [
        (m, [f"{m.address}.{r}" for r, named in m.may.items() if role in named]) for m in registry.manifests()]
    return [{"title": from_pair(m.title), "rights": titles.listed(titles.verb(r) for r in rights)}
            for m, rights in found if rights]

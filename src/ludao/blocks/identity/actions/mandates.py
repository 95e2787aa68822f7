"""Enterprises and who may act for them: enrolled at a counter, mandated by the legal representative."""

from datetime import date
from typing import Annotated

from pydantic import Field

from ludao.base import clock, identifiers
from ludao.base.actions import action
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.identity.actions.accounts import UserName
from ludao.blocks.identity.models import Area, Enterprise, Mandate, Person


@action("identity.enrol_enterprise", title=t("登记法人", "Enrol an enterprise"), icon="building")
def enrol_enterprise(
    actor: Actor,
    legal: Person,
    code: Annotated[str, Field(title=t("统一社会信用代码", "Unified social credit code"), max_length=18)],
    name: Annotated[str, Field(title=t("名称", "Name"), min_length=1, max_length=200)],
    name_en: Annotated[str, Field(title=t("英文名称", "Name in English"), max_length=300)] = "",
    area: Area | None = None,
) -> Enterprise:
    """An officer saw the licence; the legal representative can act for it and mandate others (GB 32100)."""
    known = identifiers.credit_code(code, "code").code
    if Enterprise.objects.filter(pk=known).exists():
        raise Problem(t("此法人已登记", "This enterprise is enrolled already"), field="code")
    if legal.assurance < Person.NUMBER:
        raise Problem(t("法定代表人尚未实名", "The legal representative's identity is not yet checked"), field="legal")
    enterprise = Enterprise.objects.create(code=known, name=name, name_en=name_en, area=area)
    Mandate.objects.create(person=legal, enterprise=enterprise, kind=Mandate.LEGAL)
    return enterprise


@action("identity.mandate", title=t("授权经办人", "Mandate an agent"), icon="user-plus")
def mandate(actor: Actor, enterprise: Enterprise, username: UserName,
            until: Annotated[date | None, Field(title=t("授权止", "Until"))] = None) -> Mandate:
    """By its legal representative, who wears the enterprise as a hat."""
    _require_legal(actor, enterprise)
    agent = Person.objects.filter(username=username.strip().lower(), is_active=True).first()
    if agent is None:
        raise Problem(t("没有这个用户名", "There is no such user name"), field="username")
    if until and until < clock.today():
        raise Problem(t("授权止已经过去", "That day has passed"), field="until")
    if Mandate.objects.current().filter(person=agent, enterprise=enterprise).exists():
        raise Problem(t("此人已有授权", "This person is mandated already"), field="username")
    return Mandate.objects.create(person=agent, enterprise=enterprise, granted_by_id=int(actor.person), until=until)


@action("identity.end_mandate", title=t("终止授权", "End the mandate"), icon="user-minus",
        when=lambda given: given.is_current() and given.kind == Mandate.AGENT,
        confirm=t("终止后此人不能再代表法人办事。", "The person can no longer act for the enterprise."))
def end_mandate(actor: Actor, given: Mandate) -> Mandate:
    """By the agent, or by the legal representative."""
    if str(given.person_id) != actor.person:
        _require_legal(actor, given.enterprise)
    yesterday = clock.today().fromordinal(clock.today().toordinal() - 1)
    given.since, given.until = min(given.since, yesterday), yesterday
    given.save(update_fields=["since", "until"])
    return given


def _require_legal(actor: Actor, enterprise: Enterprise) -> None:
    own = Mandate.objects.current().filter(enterprise=enterprise, kind=Mandate.LEGAL)
    if not actor.is_system and not own.filter(person=actor.person).exists():
        raise Problem(t("只有法定代表人可以授权", "Only the legal representative may do this"))

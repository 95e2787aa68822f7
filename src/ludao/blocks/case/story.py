"""A case's story: one line for each thing that happened, and who is told of it, by event and by notice."""

from collections.abc import Iterable
from typing import Any

from ludao.base import events, live
from ludao.base.actor import Actor
from ludao.blocks.case import kinds
from ludao.blocks.case.models import Case, Entry, Task
from ludao.blocks.identity.public import Enterprise, Organisation, Person
from ludao.blocks.notice import public as notice
from ludao.blocks.notice.public import Recipient


def write(
    actor: Actor,
    case: Case,
    what: str,
    zh: str,
    en: str,
    *,
    text: str = "",
    internal: bool = False,
    task: Task | None = None,
    **data: Any,
) -> Entry:
    """A line of the story, in both languages, in the caller's transaction."""
    return Entry.objects.create(
        case_id=case.pk,
        what=what,
        zh=zh[:300],
        en=en[:400],
        by="" if actor.is_system else actor.name,
        person=actor.person,
        office=_office(actor),
        text=text,
        is_internal=internal,
        task=task,
        data=data,
    )


def _office(actor: Actor) -> str:
    """Whoever acts under a post does it for an organisation."""
    if not actor.post:
        return ""
    return Organisation.objects.filter(pk=actor.organisation).values_list("name", flat=True).first() or ""


def facts(case: Case) -> dict[str, Any]:
    """What every event of a case carries, so that nobody asks back."""
    return {
        "case": case.pk,
        "number": case.number,
        "kind": case.kind,
        "item": case.item,
        "title": case.title,
        "state": case.state,
        "ending": case.ending,
        "decision": case.decision,
        "light": case.light,
        "organisation": case.organisation_id,
        "area": case.area_id or "",
        "channel": case.channel,
        "applicant": case.applicant,
        "entity": case.entity,
        "person": case.person_id,
        "agent": case.agent_id,
        "enterprise": case.enterprise,
        "due_at": case.due_at.isoformat(),
        **case.facts,
    }


def say(actor: Actor, case: Case, what: str, /, **more: Any) -> None:
    """`say(actor, case, "accepted")`: the event case.accepted. Cases move within the actions of others and by timers,
    so it is published here rather than by one action's own `say`."""
    address = f"case.{what}"
    events.publish(address, facts(case) | more, actor.person)
    live.tell(f"case.case-{case.pk}", {str(key) for key in (case.holder_id, case.person_id, case.agent_id) if key})


def applicants(case: Case) -> list[Recipient]:
    """Everybody on the applicant's side."""
    found: list[Recipient] = list(Person.objects.filter(pk__in=[k for k in (case.person_id, case.agent_id) if k]))
    if case.enterprise:
        found += Enterprise.objects.filter(pk=case.enterprise)
    return found


def tell_applicant(actor: Actor, case: Case, key: str, once: str = "", **data: Any) -> None:
    """A notice of the block's content/notice.toml to whoever asked."""
    notice.send(
        actor,
        applicants(case),
        key=f"case.{key}",
        data=_words(case) | data,
        about=f"/case/mine/{case.pk}/",
        once=once or f"{case.pk}-{key}-{case.entries.count()}",
    )


def tell_officers(actor: Actor, case: Case, to: Iterable[Recipient], key: str, once: str = "", **data: Any) -> None:
    notice.send(
        actor,
        to,
        key=f"case.{key}",
        data=_words(case) | data,
        about=f"/case/case/{case.pk}/",
        once=once or f"{case.pk}-{key}-{case.entries.count()}",
    )


def _words(case: Case) -> dict[str, str]:
    kind = kinds.find(case.kind)
    return {
        "title": case.title,
        "title_en": case.title_en or case.title,
        "number": case.number,
        "kind": kind.title["zh"] if kind else case.kind,
        "applicant": case.applicant,
        "due": f"{case.due_at:%Y-%m-%d}",
    }

"""Opens a case: numbered, with its applicant, its deadlines, its papers and its first step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from ludao.base import clock, sealed
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.case import deadlines, kinds, moving, numbers, story
from ludao.blocks.case.deadlines import Term
from ludao.blocks.case.models import Case, Material
from ludao.blocks.document.public import Document
from ludao.blocks.form import public as forms
from ludao.blocks.identity.public import Area, Enterprise, Mandate, Organisation, Person

CITY_DIGITS, DISTRICT_DIGITS = 4, 6  # of area codes


@dataclass(frozen=True)
class Applicant:
    """Who asks: a person or an enterprise, with an account or without, and who acts for them by which mandate."""

    name: str = ""
    person: Person | None = None
    enterprise: Enterprise | None = None
    agent: Person | None = None
    mandate: str = ""
    id_number: str = ""
    phone: str = ""

    @property
    def title(self) -> str:
        return self.name or str(self.enterprise.name if self.enterprise else self.person.name if self.person else "")

    @classmethod
    def of(cls, actor: Actor) -> "Applicant":
        """Whoever is signed in: for themselves, or for the enterprise whose hat they wear."""
        person = Person.objects.get(pk=actor.person)
        if actor.organisation and not actor.post:
            enterprise = Enterprise.objects.get(pk=actor.organisation)
            mandate = Mandate.objects.current().filter(person=person, enterprise=enterprise).first()
            return cls(
                enterprise=enterprise,
                agent=person,
                phone=person.phone,
                mandate=mandate.get_kind_display() if mandate else "",
            )
        return cls(person=person, id_number=person.id_number, phone=person.phone)


@dataclass(frozen=True)
class Paper:
    """One material that the case needs, and the document handed in for it; `source` names who holds it already."""

    code: str
    title: str
    title_en: str = ""
    is_required: bool = True
    document: Document | None = None
    source: str = ""


@transaction.atomic
def open(
    actor: Actor,
    *,
    kind: str,
    title: str,
    applicant: Applicant,
    organisation: Organisation | str,
    title_en: str = "",
    form: "forms.Version | None" = None,
    data: Mapping[str, Any] | None = None,
    area: Area | str | None = None,
    process: str = "",
    promised_days: int | None = None,
    legal_days: int | None = None,
    hours: int = 0,
    item: str = "",
    channel: str = "portal",
    facts: Mapping[str, Any] | None = None,
    papers: Sequence[Paper] = (),
) -> Case:
    """A new case, within the subsystem's own action. Raises Problem when the promise is longer than the law."""
    declared = kinds.get(kind)
    legal = declared.legal_days if legal_days is None else legal_days
    promised = legal if promised_days is None else promised_days
    if promised > legal:
        raise Problem(
            t(
                f"承诺时限 {promised} 个工作日超过法定时限 {legal} 个工作日",
                f"A promise of {promised} working days is longer than the law's {legal}",
            ),
            field="promised_days",
        )
    if not applicant.title:
        raise Problem(t("请填写申请人", "Please name the applicant"), field="applicant")
    case = Case(
        kind=kind,
        item=item,
        title=title[:200],
        title_en=title_en[:300],
        channel=channel,
        process=process or declared.process,
        organisation_id=_key(organisation),
        area_id=_key(area) if area else _where(applicant, _key(organisation), form, data or {}),
        legal_days=legal,
        promised_days=promised,
        hours=hours or declared.legal_hours,
        form=form.pk if form else None,
        data=dict(data or {}),
        facts=dict(facts or {}),
        **_who(applicant),
    )
    _start_clock(case, declared.accept_days)
    case.number = numbers.take(declared, clock.today())
    case.words = f"{case.title} {case.title_en} {case.applicant}"
    case.save()
    if form is not None:
        forms.hand_over(
            actor, form, case.data, f"case:{case.pk}", organisation=case.organisation_id, term=declared.term
        )
    Material.objects.bulk_create(_material(case, paper) for paper in papers)
    story.write(actor, case, "opened", "提交", "Submitted", channel=channel)
    story.say(actor, case, "opened")
    moving.begin(actor, case)
    case.refresh_from_db()
    return case


def _where(
    applicant: Applicant, organisation: str, form: "forms.Version | None", data: Mapping[str, Any]
) -> str | None:
    """The area of a case that names none: its enterprise's, or the district that its answers tell, where the
    organisation serves that; else the organisation's own, where that is a part of the city."""
    served = Organisation.objects.filter(pk=organisation).values_list("area_id", flat=True).first() or ""
    theirs = (applicant.enterprise.area_id if applicant.enterprise else _told(form, data)) or ""
    if theirs.startswith(served) and theirs:
        return theirs
    return served if len(served) > CITY_DIGITS else None


def _told(form: "forms.Version | None", data: Mapping[str, Any]) -> str:
    """The district of the first area or address that was answered; never closer, for a map shows where cases are."""
    for path, field in form.design.walk() if form else ():
        said = data.get(path)
        if not isinstance(said, str) or not said:
            continue
        if field.kind_name == "area":
            return said[:DISTRICT_DIGITS]
        if field.kind_name == "address" or path.endswith("address"):
            named = Area.objects.filter(level=Area.DISTRICT).values_list("pk", "name")
            return next((code for code, name in named if name in said), "")
    return ""


def _key(thing: Any) -> str:
    return str(getattr(thing, "pk", thing))


def _who(applicant: Applicant) -> dict[str, Any]:
    enterprise = applicant.enterprise
    return {
        "entity": "enterprise" if enterprise else "person",
        "applicant": applicant.title[:200],
        "person": applicant.person,
        "enterprise": enterprise.pk if enterprise else "",
        "agent": applicant.agent,
        "mandate": str(applicant.mandate)[:200],
        "id_sealed": sealed.seal(applicant.id_number, "case.applicant") if applicant.id_number else "",
        "phone_sealed": sealed.seal(applicant.phone, "case.applicant") if applicant.phone else "",
    }


def _start_clock(case: Case, accept_days: int) -> None:
    """Until it is accepted, the end is that of accepting; what is due in hours runs at once."""
    now = case.opened_at
    term = Term(hours=case.hours) if case.hours else Term(accept_days)
    case.due_at = deadlines.due(now, term)
    case.amber_at = deadlines.amber(now, case.due_at, term, 1)


def _material(case: Case, paper: Paper) -> Material:
    state = Material.HELD if paper.source else Material.GIVEN if paper.document else Material.WANTED
    return Material(
        case=case,
        code=paper.code,
        title=paper.title,
        title_en=paper.title_en,
        source=paper.source,
        is_required=paper.is_required,
        document=paper.document,
        state=state,
        given_at=clock.now() if paper.document else None,
    )

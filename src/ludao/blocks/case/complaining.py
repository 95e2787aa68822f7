"""A complaint about a case is a case itself: looked into by a supervisor, then called back about."""

from django.db import models

from ludao.base.actor import Actor
from ludao.blocks.case import opening
from ludao.blocks.case.models import Case, Link
from ludao.blocks.identity.public import Enterprise, Organisation

KIND = "case.complaint"


def open_about(actor: Actor, case: Case, text: str, is_rating: bool = False) -> Case:
    """Of the same applicant, at the same organisation; the two hang together."""
    what = ("差评整改", "Bad rating") if is_rating else ("服务投诉", "Complaint")
    made = opening.open(
        actor,
        kind=KIND,
        title=f"{what[0]}：{case.title}"[:200],
        title_en=f"{what[1]}: {case.title_en or case.title}"[:300],
        applicant=opening.Applicant(
            name=case.applicant,
            person=case.person,
            agent=case.agent,
            mandate=case.mandate,
            enterprise=Enterprise.objects.filter(pk=case.enterprise).first() if case.enterprise else None,
            phone=case.phone,
        ),
        organisation=case.organisation_id,
        area=case.area_id,
        data={"text": text, "about": case.number},
        item=case.item,
        facts={"about": case.pk, "about_number": case.number, "is_rating": is_rating},
    )
    Link.objects.create(case=made, other_id=case.pk, kind="complaint", why=text[:300], by=actor.name)
    return made


def open_in_general(
    actor: Actor,
    applicant: "opening.Applicant",
    organisation: "Organisation | models.Model | str",
    text: str,
    area: str = "",
) -> Case:
    """About a counter or an office rather than one case. `area`: where that stands, if it was said."""
    return opening.open(
        actor,
        kind=KIND,
        title="服务投诉",
        title_en="Complaint about a service",
        applicant=applicant,
        organisation=str(getattr(organisation, "pk", organisation)),
        area=area or None,
        data={"text": text},
    )

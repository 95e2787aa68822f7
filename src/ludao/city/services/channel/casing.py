"""What somebody applied for in another city is a case here: officers work on it as on any other, and each turn of it
goes back to the city that received it."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from ludao.base import clock, events
from ludao.base.actor import Actor
from ludao.base.errors import LudaoError
from ludao.blocks.case import public as cases
from ludao.blocks.document import public as document
from ludao.blocks.identity.public import Person, people_by_id_number

from . import posting, relaying, sheets
from .models import Paper, Relay

KIND = "services.channel.case"
LEGAL_DAYS = 20


def open_for(actor: Actor, relay: Relay, item: dict[str, Any], personal: dict[str, Any]) -> cases.Case:
    """With the applicant, whom the other city has looked at, and the papers that are on their way. It goes the way of
    the item's own process; an item that has none is accepted and decided."""
    id_number, phone = str(personal.get("id_number", "")), str(personal.get("phone", ""))
    days = item["promised_days"]
    made = cases.open(
        actor,
        kind=KIND,
        title=relay.title,
        title_en=item["name_en"] or "",
        item=relay.code,
        applicant=cases.Applicant(
            name=relay.applicant,
            person=Person.objects.filter(pk=people_by_id_number([id_number]).get(id_number)).first(),
            id_number=id_number,
            phone=phone,
            mandate=f"{relay.partner}代收，编号 {relay.number}",
        ),
        organisation=relay.organisation,
        process=item["process"],
        promised_days=days,
        legal_days=max(LEGAL_DAYS, days or 0),
        channel="city",
        data={"text": relay.words} if relay.words else {},
        facts={"relay": relay.number, "partner": relay.partner.code},
        papers=[cases.Paper(_code(paper), paper.name) for paper in relay.papers.filter(is_result=False)],
    )
    relay.case = made.pk
    relay.save(update_fields=["case"])
    return made


def brought(actor: Actor, relay: Relay) -> None:
    """The papers are here: they stand with the case. What was asked for comes back with them."""
    one = cases.Case.objects.get(pk=relay.case)
    papers = relay.papers.filter(is_result=False).exclude(document=None).order_by("pk")
    asked = one.corrections.filter(answered_at=None, is_taken_back=False).first()
    if asked is not None and relay.state == Relay.RECEIVED:
        _corrected(actor, relay, one, list(papers.filter(at__gt=asked.asked_at)))
        return
    for paper in papers:
        material = one.materials.filter(code=_code(paper), document=None).first()
        if material is not None:
            material.document_id, material.state, material.given_at = paper.document, material.GIVEN, clock.now()
            material.save(update_fields=["document", "state", "given_at"])


def _corrected(actor: Actor, relay: Relay, one: cases.Case, papers: list[Paper]) -> None:
    """New papers take the place of those that were asked for, in their order; more of them are papers of their own.
    What is still lacking is asked for again at once."""
    asked = list(one.materials.filter(state__in=("rejected", "wanted")).order_by("pk").values_list("code", flat=True))
    for paper in papers[len(asked) :]:
        given = {"document_id": paper.document, "state": cases.Material.GIVEN, "given_at": clock.now()}
        cases.Material.objects.get_or_create(case=one, code=_code(paper), defaults={"title": paper.name, **given})
    pairs = list(zip(asked, papers, strict=False))
    try:
        cases.correct(
            actor,
            case=cases.Mine.objects.get(pk=one.pk),
            answer=relay.words or "对方城市已补交材料",
            codes=[code for code, _ in pairs],
            files=[_file(paper) for _, paper in pairs],
        )
    except LudaoError as error:
        answer(actor, relay, Relay.CORRECTION, str(error))


def _file(paper: Paper) -> SimpleUploadedFile:
    kept = document.Document.objects.get(pk=paper.document)
    assert kept.current is not None
    return SimpleUploadedFile(paper.name, document.read(kept.current))


def _code(paper: Paper) -> str:
    return paper.digest[:40]


def withdraw(actor: Actor, relay: Relay, reason: str) -> None:
    """The other city called it back. Raises Conflict once it is decided."""
    one = cases.Mine.objects.get(pk=relay.case)
    if one.is_open:
        cases.withdraw(actor, case=one, reason=reason)


# — what goes back —————————————————————————————————————————————————————————————————————————————————————


@cases.on(KIND, "accepted")
def accepted(actor: Actor, case: cases.Case) -> None:
    relay = _of(case)
    relay.due_on = clock.day_of(case.due_at)
    answer(actor, relay, Relay.ACCEPTED, "")


@cases.on(KIND, "returned")
def returned(actor: Actor, case: cases.Case) -> None:
    asked = case.corrections.order_by("-pk")[0]
    lines = [f"{one['title']}：{one['why']}" if one["title"] else one["why"] for one in asked.asked]
    answer(actor, _of(case), Relay.CORRECTION, "；".join([*lines, *([asked.text] if asked.text else [])]))


@cases.on(KIND, "closed")
def closed(actor: Actor, case: cases.Case) -> None:
    """A notice under the seal of whoever decided it; a case that was not accepted brings its reason only."""
    relay, opinion = _of(case), _opinion(case)
    if not case.decision:
        answer(actor, relay, Relay.REFUSED, opinion or str(case.get_ending_display()))
        return
    words = f"{dict(cases.Case.ENDINGS)[case.decision]}。{opinion}"
    paper = relaying.keep_bytes(actor, relay, sheets.result(actor, relay, words), f"{relay.number}办理结果.pdf")
    by = sheets.called(relay.organisation)
    posting.post(
        actor, relay.partner, "result", {"words": words, "by": by, "papers": posting.listed([paper])}, relay
    )
    _move(actor, relay, Relay.FINISHED, words)


@cases.on(KIND, "withdrawn")
def withdrawn(actor: Actor, case: cases.Case) -> None:
    """By the applicant, here; what the other city called back it knows."""
    relay = _of(case)
    if relay.state != Relay.WITHDRAWN:
        answer(actor, relay, Relay.REFUSED, "申请人已在属地撤回申请")


def answer(actor: Actor, relay: Relay, state: str, words: str) -> None:
    by = sheets.called(relay.organisation)
    posting.post(
        actor, relay.partner, "state", {"state": state, "words": words, "due_on": relay.due_on, "by": by}, relay
    )
    _move(actor, relay, state, words)


def _move(actor: Actor, relay: Relay, state: str, words: str) -> None:
    relaying.move(actor, relay, state, words)
    events.publish("services.channel.relay_moved", relaying.facts(relay), actor.person)


def _of(case: cases.Case) -> Relay:
    return Relay.objects.select_related("partner").get(case=case.pk)


def _opinion(case: cases.Case) -> str:
    last = case.tasks.filter(state=cases.Task.CLOSED, asked_for=None).order_by("-closed_at", "-pk").first()
    return last.opinion if last else ""

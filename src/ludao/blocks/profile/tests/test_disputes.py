"""A wrong value from the citizen's page to the source's officer and back, and who may do which part of it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.errors import Conflict, Problem
from ludao.base.models import Event
from ludao.blocks.exchange import public as exchange
from ludao.blocks.identity.public import Person
from ludao.blocks.profile import deciding, definition, disputing, reading, settling
from ludao.blocks.profile.disputes import Dispute, Value

pytestmark = pytest.mark.usefixtures("city")


@pytest.fixture
def li() -> Actor:
    person = Person.objects.get(username="lilei")
    return Actor(person=str(person.pk), name=person.name)


@pytest.fixture
def seal(li: Actor) -> str:
    """A value that nobody disputes yet."""
    return reading.value_of(li, "person", "source.traffic.driver", "class")[0]


def officer(name: str, organisation: str = "xm-gaj", person: str = "") -> Actor:
    return Actor(person=person, name=name, organisation=organisation, is_system=True)


def raised(li: Actor, seal: str) -> Dispute:
    return disputing.dispute(li, what=seal, claimed="B2", reason="增驾后没有更新",
                             evidence=[SimpleUploadedFile("card.jpg", b"jpg")])


def test_a_dispute_stands_with_the_source_for_ten_working_days(li: Actor, seal: str) -> None:
    made = raised(li, seal)
    assert (made.owner_id, made.state) == ("xm-gaj", Dispute.OPEN)
    assert made.due_on == clock.add_working_days(clock.today(), 10)
    assert [p.name for p in made.proofs.all()] == ["card.jpg"]
    assert Event.objects.filter(address="profile.disputed", facts__dispute=made.pk).exists()


def test_nobody_disputes_what_is_not_theirs(li: Actor, seal: str, actor_of: Callable[[str], Any]) -> None:
    with pytest.raises(Problem):
        Value.unseal(seal, actor_of("hanmeimei"))
    with pytest.raises(Problem):
        Value.unseal("x" * 40, li)


def test_the_same_value_is_not_disputed_twice_at_a_time(li: Actor, seal: str) -> None:
    raised(li, seal)
    with pytest.raises(Problem):
        raised(li, seal)


def test_a_confirmed_value_stands_in_the_file_at_once(li: Actor, seal: str) -> None:
    made = raised(li, seal)
    disputing.confirm(officer("警官"), dispute=made, words="已核对，予以更正")
    entity = reading.own(li, "person")
    card = next(c for c in reading.sheet("person", entity, li, is_own=True).cards if c.address == made.address)
    cell = next(c for c in card.cells if c.name == made.column)
    assert cell.value == "B2" and cell.correction
    said = Event.objects.get(address="profile.confirmed", facts__dispute=made.pk).facts
    assert (said["address"], said["record_key"], said["value"]) == (made.address, made.record_key, "B2")


def test_a_refusal_may_be_objected_to_once_and_another_officer_decides(li: Actor, seal: str) -> None:
    made = raised(li, seal)
    disputing.refuse(officer("甲", person="901"), dispute=made, words="与档案一致，不予更正")
    disputing.object_(li, dispute=made, reason="请再核对一次")
    with pytest.raises(Conflict):
        disputing.refuse(officer("甲", person="901"), dispute=made, words="仍然不予更正")
    disputing.refuse(officer("乙", person="902"), dispute=made, words="复核后仍不予更正")
    assert made.state == Dispute.UPHELD
    with pytest.raises(Conflict):
        disputing.object_(li, dispute=made, reason="第三次提出")
    assert [s.kind for s in made.steps.all()] == ["raised", "refused", "objected", "refused"]


def test_who_raised_it_may_withdraw_and_nobody_else(li: Actor, seal: str) -> None:
    made = raised(li, seal)
    system = officer("系统", person="77")
    disputing.withdraw(li, dispute=made)
    assert made.state == Dispute.WITHDRAWN
    with pytest.raises(Conflict):
        disputing.confirm(system, dispute=made, words="已经撤回的")


def test_the_citizen_raises_it_in_the_browser(client_of: Callable[[str], Client], li: Actor, seal: str) -> None:
    client = client_of("lilei")
    assert "这里不对" in client.get("/profile/do/dispute/", {"what": seal}).text
    wrong = client.post("/profile/do/dispute/", {"what": seal, "claimed": "", "reason": "短"})
    assert wrong.status_code == 422 and "短" in wrong.text
    done = client.post("/profile/do/dispute/", {"what": seal, "claimed": "B2", "reason": "增驾后没有更新"})
    page = client.get(done["Location"])
    assert "核实中" in page.text and "厦门市公安局" in page.text
    assert client_of("zhao").get(done["Location"]).status_code == 404


def test_a_correction_leaves_for_its_source_and_is_settled_when_it_comes(li: Actor, seal: str) -> None:
    made = raised(li, seal)
    disputing.confirm(officer("警官"), dispute=made, words="已核对，予以更正")
    sent = exchange.Outgoing.objects.get(number=f"profile.dispute.{made.pk}")
    assert sent.subject == "out.correction.xm-gaj"
    assert (sent.body["record_key"], sent.body["column"], sent.body["value"]) == (made.record_key, "class", "B2")
    settling.take_over("person")
    made.refresh_from_db()
    assert made.settled_at is None, "the source still says what it said"
    Dispute.objects.filter(pk=made.pk).update(corrected=made.before)  # as if the source now said the same
    settling.take_over("person")
    made.refresh_from_db()
    assert made.settled_at and made.steps.last().kind == "settled"


def test_a_dispute_waits_on_the_desk_of_who_decides(client_of: Callable[[str], Client], li: Actor, seal: str) -> None:
    made = raised(li, seal)
    Dispute.objects.filter(pk=made.pk).update(due_on=clock.today())
    assert made.get_absolute_url() in client_of("wangke").get("/desk/").text
    assert made.get_absolute_url() not in client_of("lilei").get("/desk/").text


def test_a_row_is_parted_from_the_file_by_its_link(client_of: Callable[[str], Client], li: Actor) -> None:
    entity = reading.own(li, "person")
    cards = reading.sheet("person", entity, li, is_own=True).cards
    known = deciding.records(definition.get("person"), entity)
    assert all(card.written in known for card in cards if not card.is_attached)
    form = client_of("shuguan").get("/profile/do/split/", {"name": "person", "entity": entity,
                                                          "records": cards[0].written}).text
    assert entity in form and cards[0].record_key in form

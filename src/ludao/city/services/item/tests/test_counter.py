"""The counter: numbers in order, two windows never call one, papers and results are signed for."""

from collections.abc import Callable
from typing import Any

import pytest

from ludao.base.actor import Actor
from ludao.base.errors import Conflict, Problem
from ludao.blocks.case import public as cases
from ludao.blocks.identity.public import Organisation
from ludao.city.services.item import actions
from ludao.city.services.item.models import Application, Item, Ticket, Window

from .conftest import step

SYSTEM = Actor.system("test")


@pytest.fixture
def windows(city: Any) -> list[Window]:
    hall = Organisation.objects.get(pk="xm-350203")
    made = [
        actions.counter.add_window(SYSTEM, hall=hall, number=f"W{n}", title="测试窗口", lines=lines)
        for n, lines in ((1, "CA"), (2, "A"))
    ]
    return [actions.counter.open_window(SYSTEM, window=one) for one in made]


def test_numbers_are_called_by_line_and_order(windows: list[Window]) -> None:
    one, two = windows
    drawn = [str(actions.counter.take_ticket(SYSTEM, hall=one.hall_id, line=line)) for line in "AAC"]
    assert drawn == ["A001", "A002", "C001"]
    assert str(actions.counter.call_next(SYSTEM, window=one)) == "C001"
    assert str(actions.counter.call_next(SYSTEM, window=two)) == "A001"
    assert str(actions.counter.call_next(SYSTEM, window=one)) == "A002"
    assert Ticket.objects.get(line="C", hall=one.hall_id).state == Ticket.DONE
    with pytest.raises(Conflict, match="没有人等候"):
        actions.counter.call_next(SYSTEM, window=two)


def test_a_skipped_number_is_called_back_only_to_a_free_window(windows: list[Window]) -> None:
    one, two = windows
    for _ in range(2):
        actions.counter.take_ticket(SYSTEM, hall=one.hall_id)
    first = actions.counter.call_next(SYSTEM, window=one)
    actions.counter.skip(SYSTEM, ticket=first)
    second = actions.counter.call_next(SYSTEM, window=one)
    with pytest.raises(Conflict):
        actions.counter.recall(SYSTEM, ticket=first)
    actions.counter.finish(SYSTEM, ticket=second)
    assert actions.counter.recall(SYSTEM, ticket=first).calls == 2


def test_a_citizen_holds_one_number_a_hall(windows: list[Window], actor_of: Callable[[str], Actor]) -> None:
    li = actor_of("lilei")
    actions.counter.take_ticket(li, hall=windows[0].hall_id)
    with pytest.raises(Conflict, match="A001"):
        actions.counter.take_ticket(li, hall=windows[0].hall_id)


def test_a_result_is_handed_out_once_to_whom_it_belongs(
    windows: list[Window], applied: Callable[..., Application], officer: Actor
) -> None:
    sent, hall = applied(), windows[0].hall
    given: dict[str, Any] = {"hall": hall, "number": sent.number, "what": "社保卡"}
    with pytest.raises(Conflict, match="没有办结"):
        actions.counter.give_out(officer, name="李雷", **given)
    case = cases.find(sent.number)
    for outcome in ("accept", "approve"):
        step(officer, case, outcome)
    with pytest.raises(Problem, match="不一致"):
        actions.counter.give_out(officer, name="王五", **given)
    actions.counter.give_out(officer, name="李雷", **given)
    with pytest.raises(Conflict, match="领取过"):
        actions.counter.give_out(officer, name="李雷", **given)


def test_papers_stay_with_a_window_until_the_other_takes_them(
    windows: list[Window], applied: Callable[..., Application], officer: Actor
) -> None:
    one, two = windows
    made = actions.counter.pass_on(officer, window=one, number=applied().number, target=two, reason="转企业窗口")
    assert not made.taken_at
    assert actions.counter.take_over(officer, handover=made).taken_by == "test"
    with pytest.raises(Problem, match="没有办件"):
        actions.counter.pass_on(officer, window=one, number="BJ0000", target=two, reason="转企业窗口")


def test_the_clerk_hands_in_for_somebody_present(windows: list[Window], client_of: Any) -> None:
    clerk = client_of("wangke")
    item = Item.objects.get(code="WJ003")
    answer = clerk.post("/services/item/do/hand_in/", {"item": item.pk, "name": "王大妈"})
    assert answer.status_code == 302
    begun = Application.objects.get(applicant="王大妈")
    assert (begun.channel, bool(begun.clerk)) == ("counter", True)
    assert clerk.get(f"{begun.get_absolute_url()}form/").status_code == 200
    assert client_of("lilei").get(f"{begun.get_absolute_url()}form/").status_code == 404


def test_board_and_queue_are_for_everyone(windows: list[Window], client_of: Any) -> None:
    actions.counter.take_ticket(SYSTEM, hall=windows[0].hall_id)
    actions.counter.call_next(SYSTEM, window=windows[0])
    assert "A001" in client_of("").get("/services/item/board/xm-350203/").content.decode()
    assert client_of("").get("/services/item/queue/").status_code == 200

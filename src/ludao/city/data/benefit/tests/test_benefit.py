"""Nobody is paid twice and no budget is overspent, whatever happens at once; what changes is taken back or listed."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from ludao.base.errors import Conflict, LudaoError
from ludao.city.data.benefit import actions, offering
from ludao.city.data.benefit.models import Batch, Budget, Objection, Offer, Order, Recovery

from .conftest import SYSTEM, TODAY, people, put, run

ACCOUNT = "6222020000001234"


def offer_of(entity: str, policy: str) -> Offer:
    return Offer.objects.get(entity_id=entity, policy_id=policy)


def at_once(count: int, work: Any) -> list[Any]:
    def alone(n: int) -> Any:
        try:
            return work(n)
        except LudaoError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(alone, range(count)))


def test_who_qualifies_is_found_and_a_second_run_changes_nothing(town: None) -> None:
    first = run()
    assert first["offered"] == Offer.objects.count() > 0
    assert offer_of("a", "person.elderly_80").amount_fen == 12000
    assert not Offer.objects.filter(entity_id="c").exists()
    again = run()
    assert (again["offered"], again["changed"], again["withdrawn"]) == (0, 0, 0)


def test_one_confirmation_however_many_press_at_once(town: None) -> None:
    run()
    offer = offer_of("a", "person.elderly_80")
    done = at_once(8, lambda _: actions.confirm(SYSTEM, offer=Offer.objects.get(pk=offer.pk), account=ACCOUNT))
    assert sum(isinstance(d, Offer) for d in done) == 1
    assert all(isinstance(d, Offer | Conflict) for d in done)
    assert Order.objects.count() == 1
    assert Budget.objects.get(policy_id="person.elderly_80").reserved_fen == 12000


def test_the_budget_is_never_overspent_and_the_queue_is_served_in_order(town: None) -> None:
    people(*((f"p{n:02}", f"90{n:02}", 85, "") for n in range(12)))
    run()
    policy = Offer.objects.first().policy  # type: ignore[union-attr]
    offers = list(Offer.objects.filter(policy_id="person.elderly_80"))
    actions.set_budget(SYSTEM, policy=offers[0].policy, year=TODAY.year, amount="600元")
    at_once(12, lambda n: actions.confirm(SYSTEM, offer=Offer.objects.get(pk=offers[n].pk), account=ACCOUNT))
    states = list(Offer.objects.filter(policy=offers[0].policy).values_list("state", flat=True))
    assert (states.count("confirmed"), states.count("queued")) == (5, 7), (states, policy)
    budget = Budget.objects.get(policy=offers[0].policy)
    assert budget.reserved_fen == 60000
    queued = list(Offer.objects.filter(state="queued").order_by("confirmed_at", "pk").values_list("pk", flat=True))
    actions.set_budget(SYSTEM, policy=offers[0].policy, year=TODAY.year, amount="840元")
    assert [Offer.objects.get(pk=pk).state for pk in queued[:3]] == ["confirmed", "confirmed", "queued"]


def test_two_files_of_one_person_are_paid_once(town: None) -> None:
    """The same id number in two files; and later the files are joined under another key."""
    people(("a", "11", 85, ""), ("a2", "11", 85, ""))
    run()
    one, two = offer_of("a", "person.elderly_80"), offer_of("a2", "person.elderly_80")
    done = at_once(2, lambda n: actions.confirm(SYSTEM, offer=(one, two)[n], account=ACCOUNT))
    assert sum(isinstance(d, Offer) for d in done) == 1
    assert Order.objects.count() == 1


def test_files_joined_after_one_was_paid(town: None) -> None:
    """Two files with two id numbers turn out to be one person: what the one claimed, the other cannot."""
    people(("a", "11", 85, ""), ("b", "22", 85, ""))
    run()
    actions.confirm(SYSTEM, offer=offer_of("a", "person.elderly_80"), account=ACCOUNT)
    people(("b", "22", 85, ""))
    put(
        "data.person.record",
        [{"source": "source.police.resident", "part": "", "record_key": n, "person_id": "b"} for n in ("11", "22")],
        ["source", "record_key"],
    )
    with pytest.raises(Conflict):
        actions.confirm(SYSTEM, offer=offer_of("b", "person.elderly_80"), account=ACCOUNT)
    assert Order.objects.count() == 1


def sent() -> Batch:
    """What one officer put together and another approved."""
    approved: Batch = actions.approve_batch(SYSTEM, batch=actions.make_batch(SYSTEM))
    return approved


def test_nothing_goes_to_the_bank_before_a_second_person_approves(town: None) -> None:
    run()
    kept, gone = offer_of("a", "person.elderly_80"), offer_of("b", "person.elderly_90")
    for each in (kept, gone):
        actions.confirm(SYSTEM, offer=each, account=ACCOUNT)
    made = actions.make_batch(SYSTEM)
    assert Offer.objects.get(pk=kept.pk).state == "confirmed" and not made.content_sealed
    back = actions.send_back(SYSTEM, batch=made, reason="先核对账号")
    assert not back.is_waiting and Order.objects.filter(state="waiting", batch=None).count() == 2
    again = actions.make_batch(SYSTEM)
    offering.withdraw(Offer.objects.get(pk=gone.pk), "不再符合")
    approved = actions.approve_batch(SYSTEM, batch=again)
    assert (approved.orders, approved.content.count("\n")) == (1, 2)
    assert Offer.objects.get(pk=kept.pk).state == "sent"
    with pytest.raises(Conflict):
        actions.send_back(SYSTEM, batch=Batch.objects.get(pk=again.pk), reason="太晚了")


def test_the_bank_answers_twice_and_books_once(town: None) -> None:
    run()
    offer, other = offer_of("a", "person.elderly_80"), offer_of("b", "person.elderly_90")
    for each in (offer, other):
        actions.confirm(SYSTEM, offer=each, account=ACCOUNT)
    made = sent()
    assert made.content.count("\n") == 3 and made.total_fen == offer.amount_fen + other.amount_fen
    good, bad = made.lines.order_by("pk")
    file = f"指令号,结果,流水号,原因\n{good.number},成功,X1,\n{bad.number},退回,,户名不符\n".encode()
    for body in (file, file, file + b"\n"):
        actions.read_answer(SYSTEM, batch=Batch.objects.get(pk=made.pk), file=SimpleUploadedFile("a.csv", body))
    budget = Budget.objects.get(policy_id="person.elderly_80")
    assert (budget.reserved_fen, budget.paid_fen) == (0, 12000)
    returned = Offer.objects.get(pk=other.pk)
    assert returned.state == "returned"
    actions.confirm(SYSTEM, offer=returned, account="6222020000009999")
    assert Order.objects.filter(offer=other).count() == 2
    assert Budget.objects.get(policy_id="person.elderly_90").reserved_fen == other.amount_fen


def test_what_no_longer_holds_is_withdrawn_and_what_was_paid_is_listed(town: None) -> None:
    run()
    waiting, confirmed, paid = (
        offer_of("b", "person.aid_minimum"),
        offer_of("b", "person.elderly_90"),
        offer_of("a", "person.elderly_80"),
    )
    actions.confirm(SYSTEM, offer=paid, account=ACCOUNT)
    made = sent()
    line = made.lines.get()
    actions.read_answer(
        SYSTEM,
        batch=made,
        file=SimpleUploadedFile("a.csv", f"指令号,结果,流水号,原因\n{line.number},成功,X1,\n".encode()),
    )
    actions.confirm(SYSTEM, offer=confirmed, account=ACCOUNT)
    people(("a", "11", 60, ""), ("b", "22", 60, ""))
    counts = run()
    assert counts["recoveries"] == 1 and Recovery.objects.get().offer_id == paid.pk
    assert {Offer.objects.get(pk=o.pk).state for o in (waiting, confirmed)} == {"withdrawn"}
    assert Budget.objects.get(policy_id="person.elderly_90").reserved_fen == 0
    assert run()["recoveries"] == 0
    assert all("不符合：" in Offer.objects.get(pk=o.pk).note for o in (waiting, confirmed))


def test_an_ended_policy_takes_its_offers_back_and_says_so(town: None) -> None:
    from ludao.base import actions as house
    from ludao.base.actor import Actor
    from ludao.city.data.benefit.mine import offers

    from .conftest import account

    person = account("11")
    run()
    offer = offer_of("a", "person.elderly_80")
    house.get("rule.end").function(SYSTEM, policy=offer.policy, on=TODAY, reason="并入新政策")
    run()
    taken = Offer.objects.get(pk=offer.pk)
    assert (taken.state, taken.note, taken.person_id) == ("withdrawn", "政策已停止执行", person.pk)
    Offer.objects.filter(pk=offer.pk).update(data_at="2020-01-01T00:00:00+08:00")
    assert not offers(Actor(person=str(person.pk), name=person.name)).filter(pk=offer.pk).exists()


def test_the_exclusive_group_gives_the_higher_one(town: None) -> None:
    run()
    assert Offer.objects.filter(entity_id="b", policy__code__startswith="person.elderly").count() == 1


def test_an_objection_upheld_becomes_an_offer(town: None) -> None:
    from ludao.blocks.rule.public import Policy

    from .conftest import account

    run()
    person = account("33")
    objection = Objection.objects.create(
        policy=Policy.objects.get(pk="person.veteran"), person=person, entity_id="c", text="我是退役军人", told="缺少"
    )
    with pytest.raises(LudaoError):
        actions.decide(SYSTEM, objection=objection, verdict="upheld", answer="核对属实")
    actions.decide(SYSTEM, objection=Objection.objects.get(), verdict="upheld", answer="核对属实", amount="600元")
    offer = Offer.objects.get(entity_id="c")
    assert (offer.amount_fen, offer.person_id) == (60000, person.pk)
    run()
    assert Offer.objects.get(pk=offer.pk).state == "offered"
    actions.confirm(SYSTEM, offer=offer, account=ACCOUNT)


def test_sisters_of_an_exclusive_group_are_claimed_once_across_runs(town: None) -> None:
    """Ninety in the middle of the month: what was claimed at 89 stands, its sister is not given for the same month."""
    run()
    first = offer_of("a", "person.elderly_80")
    actions.confirm(SYSTEM, offer=first, account=ACCOUNT)
    people(("a", "11", 95, ""))
    run()
    assert Offer.objects.get(pk=first.pk).state == "confirmed"
    assert not Offer.objects.filter(entity_id="a", policy_id="person.elderly_90").exists()


def test_the_database_refuses_two_of_a_group_at_once(town: None) -> None:
    run()
    one = offer_of("b", "person.elderly_90")
    two = Offer.objects.get(pk=one.pk)
    two.pk, two.policy_id = None, "person.elderly_80"
    two.note = "异议成立"
    two.save()
    done = at_once(2, lambda n: actions.confirm(SYSTEM, offer=(one, two)[n], account=ACCOUNT))
    assert sum(isinstance(d, Offer) for d in done) == 1
    assert Order.objects.count() == 1


def pay(*offers: Offer) -> None:
    for offer in offers:
        actions.confirm(SYSTEM, offer=offer, account=ACCOUNT)
    made = sent()
    lines = "".join(f"{line.number},成功,X{line.pk},\n" for line in made.lines.all())
    file = SimpleUploadedFile("a.csv", f"指令号,结果,流水号,原因\n{lines}".encode())
    actions.read_answer(SYSTEM, batch=made, file=file)


def join(keep: str, *numbers: str) -> None:
    """All these numbers' records are of one file from now on."""
    people((keep, numbers[0], 85, ""))
    put(
        "data.person.record",
        [{"source": "source.police.resident", "part": "", "record_key": n, "person_id": keep} for n in numbers],
        ["source", "record_key"],
    )
    put(
        "source.police.resident",
        [{"id_number": n, "status": "正常", "registered_on": TODAY, "household_id": "h"} for n in numbers],
        ["id_number"],
    )


def test_two_files_paid_and_later_joined_are_listed_once(town: None) -> None:
    people(("a", "11", 85, ""), ("b", "22", 85, ""))
    run()
    one, two = offer_of("a", "person.elderly_80"), offer_of("b", "person.elderly_80")
    pay(one, two)
    join("b", "22", "11")
    run()
    assert [r.offer_id for r in Recovery.objects.all()] == [one.pk]
    assert run()["recoveries"] == 0


def test_a_file_paid_and_later_joined_is_left_as_it_is(town: None) -> None:
    people(("a", "11", 85, ""), ("b", "22", 85, ""))
    run()
    pay(offer_of("a", "person.elderly_80"))
    join("b", "22", "11")
    run()
    assert not Recovery.objects.exists()


def test_a_few_files_are_judged_again_alone(town: None) -> None:
    run()
    people(("a", "11", 95, ""), ("b", "22", 60, ""), ("c", "33", 85, ""))
    work = actions.matching.now(SYSTEM, about="test", entity="person", only=["c"])
    assert work.result["offered"] >= 1 and work.result["withdrawn"] == 0
    assert Offer.objects.filter(entity_id="c", policy_id="person.elderly_80").exists()
    assert offer_of("b", "person.elderly_90").state == "offered"


def test_after_new_data_only_those_are_judged_whose_facts_are_new(town: None) -> None:
    from ludao.blocks.rule import public as rule

    people(*((f"p{n:02}", f"90{n:02}", 40, "") for n in range(30)), ("a", "11", 85, ""))
    assert run()["judged"] == 31
    assert run()["judged"] == 0
    people(*((f"p{n:02}", f"90{n:02}", 85 if n == 7 else 40, "") for n in range(30)), ("a", "11", 60, ""))
    again = run()
    assert (again["judged"], again["withdrawn"]) == (2, Offer.objects.filter(entity_id="a").count())
    assert offer_of("p07", "person.elderly_80").state == "offered"
    before = {(r["person_id"], r["policy"]): r["state"] for r in matches()}
    policy = rule.Policy.objects.get(code="person.elderly_80")
    policy.ended_on, policy.ended_why = TODAY, "测试：停止执行"
    policy.save()
    assert run()["judged"] == 31  # another set of policies
    assert {(r["person_id"], r["policy"]): r["state"] for r in matches()} == {
        key: state for key, state in before.items() if key[1] != "person.elderly_80"
    }
    people(*((f"p{n:02}", f"90{n:02}", 40, "") for n in range(29)), ("a", "11", 60, ""))
    assert run()["judged"] == 30  # a file is gone: it may have gone into another


def matches() -> list[dict[str, Any]]:
    from ludao.blocks.lake import public as lake

    return lake.sql("select person_id, policy, state from data.benefit.person_match").rows()


def test_who_opens_an_account_later_finds_the_offer(town: None) -> None:
    from ludao.base.actor import Actor
    from ludao.city.data.benefit.mine import unbound

    from .conftest import account

    run()
    person = account("11")
    actor = Actor(person=str(person.pk), name=person.name)
    assert unbound(actor).exists()
    offer_of("a", "person.elderly_80")
    unbound(actor).update(person_id=person.pk)
    assert offer_of("a", "person.elderly_80").person_id == person.pk

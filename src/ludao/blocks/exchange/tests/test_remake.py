"""A contract with another type or key: the table made anew from the files as they came, and back."""

import pytest

from ludao.base.errors import Conflict, Problem
from ludao.blocks.exchange import actions, quarantine, remaking, replaying
from ludao.blocks.exchange import public as exchange
from ludao.blocks.exchange.models import Heap, Mend, Remake, Source
from ludao.blocks.lake import public as lake

from .conftest import HOUSE, contract
from .test_load import HEADER, IDS, bring, heaps, line, rows

pytestmark = pytest.mark.django_db


def tried(address: str, **more: object) -> Remake:
    source = Source.objects.get(address=address)
    remake = remaking.begin(HOUSE, source, {**source.contract, **more})
    remaking.build.now(HOUSE, about=address, remake=remake.pk)
    remake.refresh_from_db()
    return remake


def put(remake: Remake) -> Remake:
    actions.put_remake(HOUSE, remake=remake)
    remaking.put.now(HOUSE, about=remake.source.address, remake=remake.pk)
    remake.refresh_from_db()
    return remake


def columns(**types: str) -> dict[str, object]:
    return {name: {**one, "type": types.get(name, one["type"])} for name, one in contract()["columns"].items()}


def test_a_type_is_widened_from_the_files_and_what_was_mended_stays(shop: str) -> None:
    first = bring(shop, HEADER + line(0, amount="007") + line(1, amount="待核") + "short,line\n" + line(2, amount="x")
                  + line(3, amount="y"))
    assert first.open == 4
    actions.mend(HOUSE, delivery=first, line=3, values='{"amount_fen": "12"}')
    actions.discard(HOUSE, heap=Heap.objects.get(delivery=first, code="type"), line=5, why="作废")
    with pytest.raises(Problem):
        tried(shop, columns=columns(amount_fen="text"), rules=[])
    replaying.replay.now(HOUSE, about=shop, delivery=first.pk, generation=0)
    bring(shop, HEADER + line(4, amount="8") + line(0, amount="9", at="2021-01-01 08:00:00"), "b.csv")
    before = lake.describe(shop)
    remake = tried(shop, columns=columns(amount_fen="text"), rules=[])
    assert lake.describe(shop).version == before.version
    assert (remake.standing, remake.rows, remake.open, remake.bad) == (3, 4, 2, 1)
    put(remake)
    assert {row["id_number"]: row["amount_fen"] for row in rows(shop)} == {
        IDS[0]: "007", IDS[1]: "12", IDS[3]: "y", IDS[4]: "8"}
    first.refresh_from_db()
    assert heaps(first) == {"shape:": 1}
    assert [one.line for one in quarantine.rows(first)] == [4]
    assert Source.objects.get(address=shop).terms.columns["amount_fen"].type == "text"
    old = lake.sql(f"select amount_fen from {shop} where id_number = $id", {"id": IDS[0]}, as_of=before.version)
    assert old.one() == 7
    again = put(tried(shop, columns=columns(amount_fen="text"), rules=[]))
    assert (again.rows, again.bad, len(rows(shop))) == (4, 1, 4)


def test_a_narrower_type_turns_rows_away_which_are_mended_and_it_is_taken_back(shop: str) -> None:
    delivery = bring(shop, HEADER + line(0, name="12") + line(1, name="王五") + line(2, name="7"))
    remake = tried(shop, columns=columns(name="integer"))
    assert remake.changes and remaking.examples(remake, "type:name") == ["王五"]
    version = put(remake).version
    assert [row["name"] for row in rows(shop)] and len(rows(shop)) == 2
    assert heaps(delivery) == {"type:name": 1}
    with pytest.raises(Problem):
        lake.undo(shop, to=version - 1)
    actions.undo_remake(HOUSE, remake=remake)
    delivery.refresh_from_db()
    assert (delivery.open, delivery.good, heaps(delivery)) == (0, 3, {})
    assert {row["name"] for row in rows(shop)} == {"12", "王五", "7"}
    put(tried(shop, columns=columns(name="integer")))
    delivery.refresh_from_db()
    heap = Heap.objects.filter(delivery=delivery, code="type").get()
    actions.mend_all(HOUSE, heap=heap, column="name", expression="'5'")
    replaying.replay.now(HOUSE, about=shop, delivery=delivery.pk, generation=delivery.generation)
    assert sorted(row["name"] for row in rows(shop)) == [5, 7, 12]
    assert not Mend.objects.filter(run=None).exists()
    widened = put(tried(shop, columns=columns(name="text")))
    assert (widened.rows, {row["name"] for row in rows(shop)}) == (3, {"12", "5", "7"})


def test_another_key_and_what_came_while_it_was_tried(shop: str) -> None:
    bring(shop, HEADER + line(0, name="甲") + line(1, name="甲", at="2022-02-01 08:00:00") + line(2, name="乙"))
    remake = tried(shop, key=["name"])
    assert (remake.standing, remake.rows) == (3, 2)
    with pytest.raises(Conflict):
        tried(shop, key=["name"])
    bring(shop, HEADER + line(3, name="丙"), "b.csv")
    put(remake)
    assert lake.describe(shop).key == ("name",)
    assert {row["name"]: row["id_number"] for row in rows(shop)} == {"甲": IDS[1], "乙": IDS[2], "丙": IDS[3]}
    assert lake.addresses("remake.") == []
    bring(shop, HEADER + line(5, name="丙", at="2022-03-01 08:00:00"), "c.csv")
    assert {row["name"]: row["id_number"] for row in rows(shop)}["丙"] == IDS[5]
    assert not remake.can_be_undone


def test_a_put_that_was_killed_after_the_take_over_goes_on(shop: str) -> None:
    delivery = bring(shop, HEADER + line(0) + line(1, name="王五"))
    remake = tried(shop, columns=columns(amount_fen="text"), rules=[])
    actions.put_remake(HOUSE, remake=remake)
    remake.refresh_from_db()
    lake.take_over(shop, remake.aside, on=remake.built_on[0], run=f"remake/{remake.pk}")
    waiting = exchange.receive(HOUSE, shop, (HEADER + line(2)).encode(), "b.csv")
    exchange.load.now(HOUSE, about=shop, delivery=waiting.pk)
    waiting.refresh_from_db()
    assert waiting.state == "waiting"
    remaking.put.now(HOUSE, about=shop, remake=remake.pk)
    remake.refresh_from_db()
    assert remake.state == Remake.DONE and remake.source.terms.columns["amount_fen"].type == "text"
    assert Source.objects.get(address=shop).state == Source.ACTIVE and delivery.pk

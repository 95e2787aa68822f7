"""Records of several offices become persons, and stay the same persons."""

import pytest

from ludao.blocks.profile.tests import city

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(lake):
    return city.load(lake, city.people(1500))


def test_records_are_linked_by_id_and_by_weight(lake, town):
    from ludao.blocks.profile import public as profile

    profile.link("person")
    assert city.score(lake, town)[2] > 0.99


def test_a_second_linking_changes_no_name(lake, town):
    from ludao.blocks.profile import public as profile

    profile.link("person")
    before = lake.sql("select source, record_key, person_id from data.person.record order by all").rows()
    again = profile.link("person", since=True)
    assert again.new_records == 0 and again.pairs == 0
    profile.link("person", since=False)
    assert lake.sql("select source, record_key, person_id from data.person.record order by all").rows() == before


def test_what_comes_later_links_as_if_all_were_linked_anew(lake):
    from ludao.blocks.profile import public as profile

    persons = city.people(1500)
    city.load(lake, persons[:1200])
    profile.link("person")
    before = {(r["source"], r["record_key"]): r["person_id"] for r in
              lake.sql("select source, record_key, person_id from data.person.record").rows()}
    truth = city.load(lake, persons)
    later = profile.link("person", since=True)
    assert not later.is_full and later.new_records < later.records
    f1 = city.score(lake, truth)[2]
    rows = lake.sql("select source, record_key, person_id from data.person.record").rows()
    moved = [r for r in rows if before.get((r["source"], r["record_key"]), r["person_id"]) != r["person_id"]]
    assert len(moved) <= len(before) / 1000  # rare names weigh otherwise as the town grows
    golden = lake.sql("select count(*) from data.person.resident").one()
    profile.link("person", since=False)
    assert abs(city.score(lake, truth)[2] - f1) <= 0.001
    assert lake.sql("select count(*) from data.person.resident").one() == golden


def test_a_file_is_read_whole_and_found_by_number_name_and_phone(lake, town):
    from ludao.base.actor import Actor
    from ludao.base.errors import Problem
    from ludao.blocks.profile import public as profile

    profile.link("person")
    someone = city.people(1500)[7]
    found = profile.find("person", id_number=someone["id_number"].lower())
    assert [row["name"] for row in found] == [someone["name"]]
    assert found[0]["person_id"] in [row["person_id"] for row in profile.find("person", name=someone["name"])]
    actor = Actor.system("test")
    whole = profile.file("person", found[0]["person_id"], actor, "核对")
    rows = [row for rows in whole["domains"].values() for row in rows]
    assert {row["source"] for row in rows} == {"source.police.resident", "source.social.insurance",
                                               "source.health.vaccination"}
    assert all(profile.explain("person", row["reason"]) for row in rows)
    part = profile.file("person", found[0]["person_id"], actor, "核对", domains=["health"])
    assert list(part["domains"]) == ["health"]
    with pytest.raises(Problem):
        profile.file("person", found[0]["person_id"], actor, " ")


def test_a_name_that_contradicts_the_id_is_questioned_and_a_clerks_word_holds(lake):
    import pyarrow as pa

    from ludao.base.actor import Actor
    from ludao.blocks.profile import actions
    from ludao.blocks.profile import public as profile

    persons = city.people(400)
    city.load(lake, persons)
    one, other = persons[0], persons[1]
    lake.create("source.fund.account", pa.schema([(n, pa.string()) for n in ("account_number", "id_number", "name")]),
                key=("account_number",))
    lake.merge("source.fund.account", pa.table({
        "account_number": ["1"], "id_number": [one["id_number"]], "name": ["欧阳完全不同"]}), at=None)
    profile.link("person")

    def home():
        return lake.sql("select person_id from data.person.record where source = 'source.fund.account'").one()

    mine = profile.find("person", id_number=one["id_number"])[0]["person_id"]
    stranger = home()
    assert stranger != mine
    assert profile.Doubt.objects.filter(definition="person", reason__contains="questioned", state="open").exists()
    actor = Actor.system("test")
    decision = actions.join(actor, name="person", entity=mine, other=stranger, reason="核实")
    profile.link("person", since=True)
    assert home() == mine
    profile.link("person", since=False)
    assert home() == mine
    actions.undo(actor, decision=decision, reason="有误")
    profile.link("person", since=True)
    assert home() != mine
    record = "source.health.vaccination#|v1-0"
    theirs = profile.find("person", id_number=other["id_number"])[0]["person_id"]
    actions.split(actor, name="person", entity=theirs, records=record, reason="不是本人")
    profile.link("person", since=True)
    where = "select person_id from data.person.record where record_key = 'v1-0'"
    assert lake.sql(where).one() != theirs


def test_rows_that_hang_on_a_record_are_filed_when_they_come(lake, town):
    import pyarrow as pa

    from ludao.base.actor import Actor
    from ludao.base.models import Event
    from ludao.base.work import Work
    from ludao.blocks.profile import hears
    from ludao.blocks.profile import public as profile

    profile.link("person")
    columns = ("ss_number", "month", "paid_fen")
    lake.create("source.social.payment", pa.schema([(n, pa.string()) for n in columns]), key=("ss_number", "month"))
    lake.merge("source.social.payment", pa.table({"ss_number": ["s7"], "month": ["2025-12"], "paid_fen": ["61200"]}),
               at=None)
    hears.link_loaded(Event(address="exchange.loaded", facts={"address": "source.social.payment"}))
    assert Work.objects.filter(about="profile.person").exists()
    run = profile.link("person", since=True)
    assert run.new_records == 0 and run.pairs == 0
    entity = profile.find("person", id_number=city.people(1500)[7]["id_number"])[0]["person_id"]
    whole = profile.file("person", entity, Actor.system("test"), "核对")
    paid = [row for rows in whole["domains"].values() for row in rows if row["source"] == "source.social.payment"]
    assert [row["key"] for row in paid] == ["s7|2025-12"]

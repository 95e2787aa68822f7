"""What is linked bit by bit is linked as if it had come at once: rows that came, changed or went, and clerks' words."""

import json
from random import Random

import pytest

from ludao.base.actor import Actor
from ludao.blocks.profile import actions, weighing
from ludao.blocks.profile import public as profile
from ludao.blocks.profile.models import Decision
from ludao.blocks.profile.tests import city

pytestmark = pytest.mark.django_db
TOLD = {"record": ["linked_at"], "resident": [], "conflict": [], "relation": [], "index": [], "standard": [],
        "compared": [], "weighed": []}
HOUSE = Actor.system("test")


def found(lake):
    """All that a linking leaves, without the time at which it was written."""
    tables = {}
    for name, left_out in TOLD.items():
        rows = lake.sql(f"select * from data.person.{name}").rows()
        for row in rows:
            for column in left_out:
                del row[column]
            if row.get("weight") is not None:
                row["weight"] = round(row["weight"], 6)
        tables[name] = sorted(rows, key=repr)
    tables["file"] = {r["person_id"]: {c: sorted(json.dumps(one, sort_keys=True) for one in json.loads(r[c]))
                                       for c in ("rows", "conflicts", "relations")}
                      for r in lake.sql("select * from data.person.file").rows()}
    return tables


def deliver(lake, random, persons, number):
    """Some rows of each kind: new, moved from one id or name to another, without an id, gone."""
    import pyarrow as pa

    def some(address, share):
        rows = lake.sql(f"select * from {address} order by 1").rows()
        return random.sample(rows, max(1, int(len(rows) * share)))

    vaccinated = some("source.health.vaccination", 0.02)
    for row in vaccinated:
        other = random.choice(persons)
        match random.randrange(6):
            case 0:
                row["id_number"] = other["id_number"]
            case 1:
                row["name"], row["phone"] = other["name"], other["phone"]
            case 2:
                row["id_number"] = ""
            case 3:
                row["record_number"] = f"new-{number}-{row['record_number']}"
            case 4:
                row["birth_on"], row["id_number"] = other["birth_on"], ""
            case 5:
                row["id_number"], row["name"], row["address"] = "", row["name"][:1], ""
    settled = some("source.police.resident", 0.01)
    for row in settled:
        row[random.choice(["name", "phone", "household_id"])] = random.choice(persons)["name"]
    gone = some("source.social.insurance", 0.01) if number else []
    for address, rows in (("source.health.vaccination", vaccinated), ("source.police.resident", settled),
                          ("source.social.insurance", gone)):
        if rows:
            table = pa.Table.from_pylist(rows, schema=lake.describe(address).schema)
            lake.merge(address, table.append_column("_gone", pa.array([address.endswith("insurance")] * len(rows))),
                       at=None, deletes="_gone")


def decide(lake, random):
    """A clerk joins two, parts one, and takes an earlier word back."""
    rows = lake.sql("select person_id, list(source || '#' || part || '|' || record_key order by all) as records"
                    " from data.person.record group by all order by 1").rows()
    one, other, third = random.sample([r for r in rows if len(r["records"]) > 2], 3)
    actions.join(HOUSE, name="person", entity=one["person_id"], other=other["person_id"], reason="核实")
    actions.split(HOUSE, name="person", entity=third["person_id"], records=random.choice(third["records"]), reason="误")
    if earlier := list(Decision.objects.filter(undone_at=None).order_by("pk")[2:]):
        actions.undo(HOUSE, decision=random.choice(earlier), reason="有误")


@pytest.mark.parametrize("seed", [1])
def test_linked_bit_by_bit_as_if_all_at_once(lake, monkeypatch, seed):
    random, persons = Random(seed), city.people(600, seed)
    city.load(lake, persons[:550])
    profile.link("person")
    model = profile.Run.objects.latest("pk").weights.model
    for number in range(3):
        if number == 1:
            city.load(lake, persons)
        deliver(lake, random, persons, number)
        if number:
            decide(lake, random)
        run = profile.link("person", since=True)
        assert not run.is_full and 0 < run.new_records < run.records / 4
    bit_by_bit = found(lake)
    # all anew, but weighed by the same model
    monkeypatch.setattr(weighing, "train", lambda *_: model)
    monkeypatch.setattr(weighing, "count", lambda session, _: session.sql(
        "create or replace temp table frequency as select * from data.person.frequency"))
    profile.link("person", since=False)
    at_once = found(lake)
    for name in bit_by_bit:
        assert bit_by_bit[name] == at_once[name], name


def test_what_an_earlier_house_left_is_made_anew(lake):
    import pyarrow as pa

    persons, address = city.people(60), "data.person.standard"
    city.load(lake, persons)
    profile.link("person")
    lake.drop(address)
    lake.create(address, pa.schema([(name, pa.string()) for name in ("source", "part", "record_key", "tag")]),
                key=("source", "part", "record_key"))
    assert profile.link("person", since=True).is_full
    assert lake.describe(address).rows > len(persons)
    assert not profile.link("person", since=True).is_full

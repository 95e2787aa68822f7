"""Tables of the lake: made, filled, merged, looked up, taken back."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from ludao.base.errors import Conflict, Problem

RESIDENT = pa.schema([("id", pa.string()), ("name", pa.string()), ("n", pa.int64()),
                      ("updated_at", pa.timestamp("us", "UTC"))])


def rows(*given):
    return pa.table({"id": [g[0] for g in given], "name": [g[1] for g in given], "n": [g[2] for g in given],
                     "updated_at": [datetime(2022, 1, g[3], tzinfo=UTC) for g in given]}, schema=RESIDENT)


@pytest.fixture
def resident(lake):
    lake.create("source.police.resident", RESIDENT, key=["id"], buckets=4)
    return "source.police.resident"


def names(lake, address):
    return {row["id"]: row["name"] for row in lake.sql(f"select * from {address}").rows()}


def test_a_table_is_made_once_and_widened(lake, resident):
    lake.create(resident, RESIDENT, key=["id"], buckets=4)
    lake.append(resident, rows(("1", "甲", 1, 1)))
    lake.create(resident, RESIDENT.append(pa.field("phone", pa.string())))
    assert lake.sql(f"select phone from {resident}").rows() == [{"phone": None}]
    assert lake.describe(resident).columns[-1] == "phone"
    assert lake.addresses("source.") == [resident]


def test_the_newest_wins_whatever_comes_late(lake, resident):
    done = lake.merge(resident, rows(("1", "甲", 1, 2), ("2", "乙", 2, 2), ("1", "老甲", 1, 1)))
    assert (done.inserted, done.stale) == (2, 1)
    done = lake.merge(resident, rows(("1", "更老", 1, 1), ("2", "乙乙", 2, 3)))
    assert (done.updated, done.stale) == (1, 1)
    assert names(lake, resident) == {"1": "甲", "2": "乙乙"}


def test_the_same_delivery_twice_changes_nothing(lake, resident):
    given = rows(*((str(n), "名", n, 1 + n % 28) for n in range(500)))
    first = lake.merge(resident, given)
    again = lake.merge(resident, given)
    assert again.version == first.version
    assert (again.unchanged, again.updated, again.inserted) == (500, 0, 0)


def test_a_deleted_row_does_not_come_back_late(lake, resident):
    lake.merge(resident, rows(("1", "甲", 1, 2), ("2", "乙", 2, 2)))
    gone = rows(("1", None, None, 3)).append_column("gone", pa.array([True]))
    assert lake.merge(resident, gone, deletes="gone").deleted == 1
    assert names(lake, resident) == {"2": "乙"}
    assert lake.merge(resident, rows(("1", "甲", 1, 2))).stale == 1
    assert names(lake, resident) == {"2": "乙"}
    assert lake.merge(resident, rows(("1", "新甲", 1, 4))).inserted == 1
    assert names(lake, resident) == {"1": "新甲", "2": "乙"}
    assert lake.lookup(resident, {"id": "1"})[0]["name"] == "新甲"
    assert lake.describe(resident).rows == 2


def test_undo_is_a_version_itself(lake, resident):
    first = lake.merge(resident, rows(("1", "甲", 1, 2))).version
    lake.merge(resident, rows(("1", "乙", 1, 3), ("2", "丙", 1, 3)))
    assert lake.undo(resident, to=first) == first + 2
    assert names(lake, resident) == {"1": "甲"}
    assert [v.operation for v in lake.versions(resident)][:3] == ["undo", "merge", "merge"]
    assert lake.sql(f"select name from {resident}", as_of=first + 1).rows()


def test_write_and_lookup(lake, resident):
    lake.merge(resident, rows(*((str(n), f"名{n}", n, 1) for n in range(1000))))
    query = f"select n % 10 as kind, count(*) as people from {resident} where n < $most group by 1"
    lake.write("data.person.count", query, {"most": 500}, key=["kind"])
    assert lake.lookup("data.person.count", {"kind": 3}) == [{"kind": 3, "people": 50}]
    found = lake.lookup(resident, [{"id": "7"}, {"id": "77"}, {"id": "x"}], columns=("id", "n"))
    assert sorted(row["n"] for row in found) == [7, 77]


def test_retention_keeps_what_versions_within_it_name_and_takes_the_rest(lake, resident):
    from ludao.base.errors import Problem
    from ludao.blocks.lake import tidying

    for day in range(1, 7):
        lake.merge(resident, rows(*((str(n), f"{day}日", n, day) for n in range(50))))
    last = lake.describe(resident).version
    assert lake.vacuum(resident, days=30) == 0
    assert lake.sql(f"select distinct name from {resident}", as_of=1).rows() == [{"name": "1日"}]
    stray = lake.describe(resident).folder / "_bucket=0" / "part-of-a-killed-writer.parquet"
    stray.write_bytes(b"torn")
    assert lake.vacuum(resident, days=0) > 1
    assert not stray.exists()
    assert lake.describe(resident).version >= last
    assert set(names(lake, resident).values()) == {"6日"}
    with pytest.raises(Problem, match="保留期|retention"):
        lake.undo(resident, to=1)
    with pytest.raises(Problem, match="保留期|retention"):
        lake.changes(resident, 1).read_all()
    lake.merge(resident, rows(("new", "新", 1, 7)))
    tidying.tidy()
    assert len(names(lake, resident)) == 51


def test_the_doctor_tells_of_a_table_that_is_not_whole(lake, resident):
    from ludao.blocks.lake import health

    lake.merge(resident, rows(*((str(n), "名", n, 1) for n in range(50))))
    assert (health.lake().state, health.lake().version) == ("up", "1 tables, 50 rows, 0.00 GiB")
    table = lake.describe(resident)
    (table.folder / table.files[0].path).unlink()
    told = health.lake()
    assert told.state == "down" and f"{resident} (1 of " in told.mend


def test_a_table_is_made_anew_in_one_version_and_its_past_stays(lake, resident):
    lake.merge(resident, rows(("1", "甲", 1, 2), ("2", "乙", 2, 2)))
    gone = rows(("3", None, None, 3)).append_column("gone", pa.array([True]))
    lake.merge(resident, gone, deletes="gone")
    before = lake.describe(resident)
    schema = pa.schema([("id", pa.string()), ("name", pa.string()), ("n", pa.string()),
                        ("updated_at", pa.timestamp("us", "UTC"))])
    lake.create("remake.r1", schema, key=["name"], buckets=2)
    new = rows(("1", "甲", 1, 2), ("2", "丙", 2, 2)).set_column(2, "n", pa.array(["001", "002"]))
    lake.append("remake.r1", new)
    with pytest.raises(Conflict):
        lake.take_over(resident, "remake.r1", on=before.version - 1)
    assert lake.take_over(resident, "remake.r1", on=before.version, run="remake/1") == before.version + 1
    lake.drop("remake.r1")
    table = lake.describe(resident)
    assert (table.key, table.buckets, table.rows) == (("name",), 2, 2)
    assert lake.sql(f"select n from {resident} where name = '丙'").rows() == [{"n": "002"}]
    assert lake.versions(resident, 1)[0].run == "remake/1"
    old = lake.sql(f"select n, name from {resident} order by n", as_of=before.version).rows()
    assert old == [{"n": 1, "name": "甲"}, {"n": 2, "name": "乙"}]
    told = pa.table(lake.changes(resident, before.version)).to_pylist()
    assert sorted((row["name"], row["_change"]) for row in told) == [
        ("丙", "insert"), ("乙", "delete"), ("甲", "update")]
    assert lake.merge(resident, rows(("9", "甲", 9, 9)).set_column(2, "n", pa.array(["9"]))).updated == 1
    with pytest.raises(Problem):
        lake.undo(resident, before.version)
    lake.undo(resident, before.version, is_remade=True)
    assert lake.describe(resident).key == ("id",)
    assert lake.merge(resident, rows(("1", "甲", 7, 9))).updated == 1
    assert lake.sql(f"select n from {resident} where id = '1'").rows() == [{"n": 7}]

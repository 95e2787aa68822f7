"""A row by its key is what SQL says it is, for every kind of column, wherever the row stands."""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq

from ludao.base.errors import Problem

KINDS = pa.schema([
    ("code", pa.string()), ("year", pa.int32()), ("name", pa.string()), ("born_on", pa.date32()),
    ("fen", pa.int64()), ("share", pa.float64()), ("price", pa.decimal128(12, 2)), ("is_open", pa.bool_()),
    ("words", pa.list_(pa.string())), ("at", pa.timestamp("us", "UTC")), ("local", pa.timestamp("us")),
])
MANY = 20_000


def given(start, number):
    dice, moment = random.Random(start), datetime(2022, 1, 1, tzinfo=UTC)
    said = [{
        "code": f"{n * 7919 % 100_003:06d}", "year": 2000 + n % 20, "name": dice.choice(["甲", "乙", None, ""]),
        "born_on": date(1950, 1, 1) + timedelta(n % 9000), "fen": n * 100, "share": n / 3,
        "price": Decimal(n) / 100, "is_open": n % 3 == 0, "words": ["一", "二"][: n % 3] or None,
        "at": moment + timedelta(seconds=n), "local": (moment + timedelta(seconds=n)).replace(tzinfo=None),
    } for n in range(start, start + number)]
    return pa.Table.from_pylist(said, schema=KINDS)


def test_it_gives_what_sql_gives(lake):
    lake.create("source.a.thing", KINDS, key=["code", "year"], buckets=3)
    lake.replace("source.a.thing", given(0, MANY))
    lake.create("source.a.thing", KINDS.append(pa.field("added", pa.string())))
    newer = given(100, 5).append_column("added", pa.array(["新"] * 5))
    lake.merge("source.a.thing", newer, at="at")
    every = lake.sql("select * from source.a.thing").rows()
    asked = [*random.Random(2).sample(every, 60), *(row for row in every if row["added"])]
    for row in asked:
        assert lake.lookup("source.a.thing", {"code": row["code"], "year": row["year"]}) == [row]
    keys = [{"code": row["code"], "year": row["year"]} for row in asked]
    found = lake.lookup("source.a.thing", keys, ["code", "at", "added"])
    assert sorted(found, key=str) == sorted(({n: row[n] for n in ("code", "at", "added")} for row in asked), key=str)
    assert [str(row["at"].tzinfo) for row in found[:1]] == ["Asia/Shanghai"]


def test_a_key_is_taken_in_its_columns_terms(lake):
    lake.create("source.a.day", pa.schema([("day", pa.date32()), ("n", pa.int64())]), key=["day"], buckets=5)
    days = [date(2022, 1, 1) + timedelta(n) for n in range(300)]
    lake.append("source.a.day", pa.table({"day": days, "n": list(range(300))}))
    assert lake.lookup("source.a.day", {"day": date(2022, 2, 1)}) == [{"day": date(2022, 2, 1), "n": 31}]
    assert lake.lookup("source.a.day", {"day": "2022-02-01"}, ["n"]) == [{"n": 31}]
    assert lake.lookup("source.a.day", [{"day": "no day"}, {"day": None}, {"day": "2021-01-01"}]) == []


def test_an_unknown_column_is_named(lake):
    lake.create("source.a.x", pa.schema([("id", pa.string())]), key=["id"])
    lake.append("source.a.x", pa.table({"id": ["1"]}))
    try:
        lake.lookup("source.a.x", {"id": "1"}, ["nothing"])
    except Problem as problem:
        assert "nothing" in str(problem)
    else:
        raise AssertionError("it was not refused")


def test_wide_rows_stand_in_small_groups(lake):
    address, shape = "source.a.wide", pa.schema([("id", pa.string()), ("rows", pa.string())])
    lake.create(address, shape, key=["id"], buckets=3, group=128)
    made = [{"id": f"{n:05d}", "rows": f"{n}" * 50} for n in range(5_000)]
    lake.replace(address, pa.Table.from_pylist(made, schema=shape))
    lake.merge(address, pa.table({"id": ["00007", "x"], "rows": ["七", "新"]}), at=None)
    assert lake.lookup(address, [{"id": "00007"}, {"id": "x"}], ["rows"]) in (
        [{"rows": "七"}, {"rows": "新"}], [{"rows": "新"}, {"rows": "七"}])
    assert lake.sql(f"select count(*) from {address}").one() == 5_001
    table = lake.describe(address)
    assert table.group == 128 and {file.low["id"] <= file.high["id"] for file in table.files} == {True}
    feet = [pq.read_metadata(table.path(file)) for file in table.files]
    assert max(foot.row_group(n).num_rows for foot in feet for n in range(foot.num_row_groups)) == 128

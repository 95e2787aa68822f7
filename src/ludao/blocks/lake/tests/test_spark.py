"""The same SQL gives the same rows on a real Spark cluster as on DuckDB."""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest

PORT = 17077
pytestmark = pytest.mark.slow
PEOPLE, PAID = "source.police.resident", "source.social.payment"


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    import os

    from ludao.blocks.lake import cluster, spark

    if not cluster.is_here():
        pytest.skip(f"Spark is not here; bring it: {cluster.MEND}")
    before = os.environ.get("LUDAO_FILES")
    os.environ["LUDAO_FILES"] = str(tmp_path_factory.mktemp("cluster"))
    url = cluster.start(workers=1, memory="1g", port=PORT)
    try:
        yield url
    finally:
        spark.close(url)
        cluster.stop(PORT)
        os.environ.pop("LUDAO_FILES")
        if before:
            os.environ["LUDAO_FILES"] = before


@pytest.fixture(scope="module")
def lake(engine):
    """Two tables with all that real ones have: gaps, Chinese, days, moments, exact money, updates, deletions."""
    from ludao.blocks.lake import public

    chance, day = random.Random(3), date(1950, 1, 1)
    people = [{"id": f"{n:06d}", "name": chance.choice("李王张陈") + chance.choice("雷伟芳娜"),
               "area_code": f"3502{n % 6:02d}",
               "birth_on": day + timedelta(days=chance.randrange(25_000)) if n % 11 else None,
               "income": Decimal(chance.randrange(10**7)) / 100, "age": n % 97 if n % 7 else None,
               "updated_at": datetime(2022, 1, 1, tzinfo=UTC) + timedelta(minutes=n)} for n in range(3000)]
    schema = pa.schema([("id", pa.string()), ("name", pa.string()), ("area_code", pa.string()),
                        ("birth_on", pa.date32()), ("income", pa.decimal128(12, 2)), ("age", pa.int64()),
                        ("updated_at", pa.timestamp("us", "UTC"))])
    public.create(PEOPLE, schema, key=["id"], buckets=4)
    public.merge(PEOPLE, pa.Table.from_pylist(people, schema))
    newer = [{**row, "name": row["name"] + "新",
              "updated_at": row["updated_at"] + timedelta(days=30),
              "gone": n % 10 == 0}
             for n, row in enumerate(people[:500])]
    public.merge(PEOPLE, pa.Table.from_pylist(newer, schema.append(pa.field("gone", pa.bool_()))), deletes="gone")
    paid = pa.table({"id": [f"{chance.randrange(3200):06d}" for _ in range(5000)], "month": [f"2022-{n % 12 + 1:02d}"
                     for n in range(5000)], "paid_fen": [chance.randrange(10**6) for _ in range(5000)]})
    public.create(PAID, paid.schema)
    public.append(PAID, paid)
    return public


QUERIES = {
    "merged rows": f"select * from {PEOPLE}",
    "aggregates": f"""
        select area_code, count(*) as n, count(distinct name) as names, sum(income) as income,
            min(birth_on) as first_on, max(updated_at) as last_at, count(age) as known
        from {PEOPLE} group by area_code""",
    "a link-like join": f"""
        select a.id as one, b.id as other, case when a.birth_on = b.birth_on then 2 else 1 end as weight
        from {PEOPLE} a join {PEOPLE} b on a.name = b.name and a.area_code = b.area_code and a.id < b.id
        where substr(a.id, 1, 3) = substr(b.id, 1, 3) and a.birth_on is not null""",
    "rule-like expressions": f"""
        select id, coalesce(age, 0) >= 60 and area_code like '3502%' as old,
            case when income < 20000 then 'low' when income < 80000 then 'middle' else 'high' end as band,
            extract(year from birth_on) as year, date_trunc('month', birth_on)::date as month,
            round(income * 0.03, 2) as amount, income / 3 as third,
            left(name, 1) || '*' as masked, length(name) as long
        from {PEOPLE}""",
    "windows": f"""
        select id, row_number() over (partition by area_code order by birth_on desc nulls last, id) as place,
            lag(id) over (partition by area_code order by id) as before
        from {PEOPLE}""",
    "outer join and union": f"""
        select p.id, s.paid, 'p' as side
        from {PEOPLE} p left join (
            select id, sum(paid_fen) as paid from {PAID} where month >= $since group by id) s on s.id = p.id
        union all
        select id, max(paid_fen), 's' from {PAID} x
        where not exists (select 1 from {PEOPLE} p where p.id = x.id) group by id""",
    "order of empty values": f"select id, age from {PEOPLE} order by age desc, id limit 50",
}


def comparable(result):
    rows = [tuple(float(v) if isinstance(v, Decimal) else v for v in row.values()) for row in result.rows()]
    return sorted(rows, key=repr)


@pytest.mark.parametrize("name", QUERIES)
def test_equal_results(lake, engine, name):
    parameters = {"since": "2022-06"} if "$since" in QUERIES[name] else None
    want = comparable(lake.sql(QUERIES[name], parameters))
    assert want and comparable(lake.sql(QUERIES[name], parameters, engine=engine)) == want


def test_the_past_is_the_same(lake, engine):
    query = f"select count(*) as n, max(updated_at) as last from {PEOPLE}"
    assert lake.sql(query, as_of=1).rows() == lake.sql(query, as_of=1, engine=engine).rows() != lake.sql(query).rows()


def test_buckets_are_the_same_on_both(lake, engine):
    from ludao.blocks.lake import buckets, spark

    rows = lake.sql(f"select id, {buckets.bucket_of(['id'], 4)} as b from {PEOPLE}").rows()
    session = spark.session(engine)
    name = spark.view(session, lake.describe(PEOPLE))
    found = session.sql(f"select id, {spark.bucket_of(('id',), 4)} from {name}").toArrow().to_pylist()
    assert {row["id"]: row["b"] for row in rows} == {row["id"]: row["_bucket"] for row in found}
    assert all(buckets.bucket([row["id"]], 4) == row["b"] for row in rows)


def test_a_merge_computed_on_the_cluster_is_the_same_table(lake, engine):
    query = f"select id, area_code, count(*) over (partition by area_code) as n from {PEOPLE} where age > 30"
    for address, where in (("data.test.here", None), ("data.test.there", engine)):
        lake.write(address, query, key=["id"], buckets=2, mode="merge", engine=where)
    here, there = (comparable(lake.sql(f"select * from {address}")) for address in ("data.test.here",
                                                                                "data.test.there"))
    assert here == there

"""Claim: the same ingest, link and rules on a real standalone Spark cluster give equal results.

Peer: DuckDB in process on the same machine and the same files. Scale 1 is a million records of people.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from typing import Any

RECORDS, PEOPLE, PORT = 1_000_000, "source.bench.person", 18077
RECORD = """select printf('%09d', n) as id,
    substr('李王张刘陈杨', 1 + n % 6, 1) || substr(md5((n % 50021)::varchar), 1, 4) as name,
    '3502' || lpad((n % 6)::varchar, 2, '0') as area_code,
    date '1940-01-01' + (n * 7919 % 29000)::int as born_on,
    n % 13 = 0 as is_aided, (n * 104729 % 900000)::bigint as income_fen,
    timestamptz '2022-01-01 00:00:00+00' + to_seconds(n % 86400) as updated_at from range({rows}) r(n)"""
STEPS = {
    "ingest": f"select id, trim(name) as name, area_code, born_on, is_aided, income_fen, case when born_on > date"
              f" '2019-01-01' then 'young' when income_fen < 0 then 'negative' end as fault from {PEOPLE}",
    "link": f"select a.area_code, count(*) as pairs, sum(case when a.born_on = b.born_on then 2 else 1 end) as weight"
            f" from {PEOPLE} a join {PEOPLE} b on a.name = b.name and a.area_code = b.area_code and a.id < b.id"
            f" group by a.area_code",
    "rules": f"select area_code, count(*) filter (where born_on <= date '1942-06-30') as old,"
             f" sum(case when is_aided and income_fen < 300000 then 30000 when income_fen < 200000"
             f" then 10000 else 0 end) as amount_fen,"
             f" count(*) filter (where not is_aided and income_fen between 100000 and 200000) as near from {PEOPLE}"
             f" group by area_code",
}


def run(scale: float) -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="ludao-spark-") as folder:
        os.environ["LUDAO_FILES"] = folder
        import django

        django.setup()
        from ludao.blocks.lake import public as lake

        rows = max(1000, int(RECORDS * scale))
        lake.create(PEOPLE, lake.sql(RECORD.format(rows=1)).arrow().schema, key=["id"], buckets=8)
        lake.append(PEOPLE, lake.sql(RECORD.format(rows=rows)).reader())
        engine = lake.cluster(port=PORT)
        try:
            lake.sql(f"select count(*) as n from {PEOPLE}", engine=engine).rows()  # the cluster has begun
            yield from figures(lake, engine, rows, scale)
        finally:
            lake.stop_cluster(PORT)


def figures(lake: Any, engine: str, rows: int, scale: float) -> Iterator[dict[str, Any]]:
    taken, equal = {"": 0.0, engine: 0.0}, []
    for step in STEPS:
        found = {}
        for where in taken:
            began = time.perf_counter()
            address = f"data.bench.{step}_{'cluster' if where else 'here'}"
            lake.write(address, STEPS[step], key=["id" if step == "ingest" else "area_code"], engine=where)
            taken[where] += time.perf_counter() - began
            found[where] = address
        here, there = found.values()
        columns = ", ".join(f'"{c}"' for c in lake.describe(here).columns)
        apart = lake.sql(f"select count(*) as n from ((select {columns} from {here} except all"
                         f" select {columns} from {there}) union all (select {columns} from {there}"
                         f" except all select {columns} from {here}))")
        equal.append(apart.one() == 0 and lake.describe(here).rows > 0)
    note = f"{rows:,} records; {', '.join(STEPS)}, each into a table; one worker, two cores"
    yield {"name": "spark.equal", "value": sum(equal) / len(equal), "unit": "share of results", "scale": scale,
           "note": note}
    yield {"name": "spark.seconds", "value": taken[engine], "unit": "s", "peer": "DuckDB in process",
           "peer_value": taken[""], "ratio": taken[engine] / taken[""], "scale": scale, "note": note}


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ludao.config.settings")

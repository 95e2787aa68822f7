"""Claim: a CSV is loaded under its contract, with every value checked and bad rows in quarantine, at no less than half
the speed at which DuckDB merely turns the same CSV into Parquet.

Peer: `copy (select * from read_csv(…)) to '….parquet'` in the same process, with the same threads, memory and
compression. Theirs and ours take turns, the best of each counts. Both begin with the file on the disk: ours where
`receive` has kept it by its digest; what that takes is told beside. The load is all the rest: encoding found out, read,
typed, checked (resident id with check digit, phone, day, amount, a rule), one row a key, sorted by key into the lake's
table, bad rows kept with reasons, all on record. The contract is the usual one, of one bucket; in how many buckets a
table of many changes is kept costs more, which is told too (`ingest.bucketed_rows_per_s`).
Rows: 1 million × scale; `--scale 10` is the claim's 10 million.
"""

import os
import resource
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

SOURCE = "source.bench.ingest"
TURNS, BUCKETS = 3, 16
COLUMNS = {
    "number": ("text", "record_number"),
    "id_number": ("text", "id_number"),
    "name": ("text", "person_name"),
    "birth_on": ("date", "birth_day"),
    "area_code": ("text", "area_code"),
    "phone": ("text", "phone"),
    "amount_fen": ("integer", "money"),
    "updated_at": ("timestamp", "moment"),
}


def run(scale: float) -> Iterator[dict[str, Any]]:
    import django

    django.setup()
    from django.db import connection, transaction

    rows = max(20_000, int(1_000_000 * scale))
    with tempfile.TemporaryDirectory(prefix="ludao-ingest-") as folder:
        before = os.environ.get("LUDAO_FILES")
        os.environ["LUDAO_FILES"] = folder
        try:
            path = Path(folder) / "people.csv"
            generate(path, rows)
            turns = []
            with transaction.atomic():
                for turn in range(TURNS):
                    began = work_done()
                    seconds = peer(path)
                    theirs = work_done() - began
                    turns.append((seconds, load(path, f"{SOURCE}{turn}"), theirs))
                    shutil.rmtree(Path(folder) / connection.settings_dict["NAME"] / "lake", ignore_errors=True)
                bucketed = load(path, f"{SOURCE}{TURNS}", BUCKETS)
                transaction.set_rollback(True)
        finally:
            os.environ.pop("LUDAO_FILES")
            if before is not None:
                os.environ["LUDAO_FILES"] = before
    bare = min(seconds for seconds, _, _ in turns)
    ours = min((loaded for _, loaded, _ in turns), key=lambda one: one.loaded)
    kept = min(loaded.kept for _, loaded, _ in turns)
    cpu, bare_cpu = min(loaded.cpu for _, loaded, _ in turns), min(theirs for _, _, theirs in turns)
    note = f"{rows} rows, {ours.good} good, {ours.bad} in quarantine; best of {TURNS} turns each"
    for name, seconds, more in (
        ("ingest.rows_per_s", ours.loaded, f"; {ours.loaded:.2f} s, bare {bare:.2f} s"),
        ("ingest.kept_rows_per_s", kept + ours.loaded, f"; the same with keeping a copy of the file, {kept:.2f} s"),
        ("ingest.bucketed_rows_per_s", bucketed.loaded, f"; into {BUCKETS} buckets, one turn"),
    ):
        yield {
            "name": name,
            "value": rows / seconds,
            "unit": "rows/s",
            "peer": "DuckDB CSV to Parquet",
            "peer_value": rows / bare,
            "ratio": bare / seconds,
            "scale": scale,
            "note": note + more,
        }
    yield {
        "name": "ingest.cpu_s",
        "value": cpu,
        "unit": "s",
        "peer": "DuckDB CSV to Parquet",
        "peer_value": bare_cpu,
        "ratio": cpu / bare_cpu,
        "scale": scale,
        "note": f"{rows} rows; the processors' time, as the machine had other work: {bare_cpu / cpu:.2f} of its speed",
    }


def work_done() -> float:
    """Seconds that the processors worked for this process, which others on the machine do not lengthen by much."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def generate(path: Path, rows: int) -> None:
    """People with valid numbers; one row in a hundred is wrong in some way, one in a thousand comes twice."""
    from ludao.blocks.lake import public as lake

    weights = " + ".join(
        f"({place}) * {2 ** (17 - n) % 11}"
        for n, place in enumerate(f"(b // {10 ** (16 - n)}) % 10" for n in range(17))
    )
    with lake.session() as work:
        work.connection.execute("select setseed(0.5)").fetchall()
        work.connection.execute(f"""
            copy (select case when i % 1000 = 7 then 'K' || (i - 1) else 'K' || i end as number,
                b || substr('10X98765432', (({weights}) % 11)::integer + case when i % 250 = 3 then 0 else 1 end, 1)
                    as id_number,
                ['陈', '林', '黄', '张', '李'][1 + i % 5] || ['伟', '秀英', '志强', '雅婷'][1 + i % 4] as name,
                case when i % 250 = 9 then '2022-13-01' else (date '1950-01-01' + (i * 7919 % 25000)::integer)::varchar
                    end as birth_on,
                '3502030010' || lpad((i % 20)::varchar, 2, '0') as area_code,
                '154' || lpad((i * 104729 % 100000000)::varchar, 8, '0') as phone,
                case when i % 500 = 11 then '无' else (i * 31 % 1000000)::varchar end as amount_fen,
                strftime(timestamp '2022-01-01' + to_seconds(i % 30000000), '%Y-%m-%d %H:%M:%S') as updated_at
              from (select i, (35990300000000000 + strftime(date '1950-01-01' + (i * 7919 % 25000)::integer, '%Y%m%d')
                ::bigint * 1000 + i % 1000)::bigint as b from range({rows}) t(i)))
            to '{path}' (format csv, header)""")


def peer(path: Path) -> float:
    from ludao.blocks.lake import public as lake

    with lake.session() as work:
        began = time.perf_counter()
        work.connection.execute(
            f"copy (select * from read_csv('{path}')) to '{path}.parquet' (format parquet, compression zstd)"
        )
        return time.perf_counter() - began


class Loaded(NamedTuple):
    kept: float
    loaded: float
    cpu: float
    good: int
    bad: int


def load(path: Path, address: str, buckets: int = 1) -> Loaded:
    from ludao.base.actor import Actor
    from ludao.blocks.exchange import public as exchange
    from ludao.blocks.identity.public import Organisation

    actor = Actor.system("bench", channel="cli")
    owner = Organisation.objects.get_or_create(code="xm-bench", defaults={"name": "测速", "kind": "government"})[0]
    exchange.set_up(actor, {**contract(owner.pk), "address": address, "buckets": buckets})
    began = time.perf_counter()
    delivery = exchange.receive(actor, address, path)
    kept = time.perf_counter() - began
    worked = work_done()
    exchange.load.now(actor, about=address, delivery=delivery.pk)
    loaded, cpu = time.perf_counter() - began - kept, work_done() - worked
    delivery.refresh_from_db()
    return Loaded(kept, loaded, cpu, delivery.good, delivery.bad)


def contract(owner: str) -> dict[str, Any]:
    return {
        "title": {"zh": "测速", "en": "Bench"},
        "owner": owner,
        "key": ["number"],
        "at": "updated_at",
        "load": "merge",
        "from": {"kind": "upload"},
        "columns": {
            name: {"zh": name, "en": name, "type": kind, "means": means, "required": name != "amount_fen"}
            for name, (kind, means) in COLUMNS.items()
        },
        "rules": [
            {"name": "not_negative", "zh": "不为负", "en": "Not negative", "says": "amount_fen >= 0", "stops": True}
        ],
    }

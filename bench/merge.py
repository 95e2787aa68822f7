"""Claim: a million changed rows come into a table of fifty million by key about as fast as delta-rs alone does it,
though ours also knows late rows, repeated ones and deletions, and counts what each delivery did.

Peer: DeltaTable.merge of the same rows into the same table, unbucketed, as its documentation has it. Theirs and
ours take turns, the best counts.
Scale 1 is 2 M rows and finishes in a minute; --scale 25 is the full size of 50 M rows.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ADDRESS = "source.bench.merge"
ROWS, SHARE, BUCKETS, TURNS = 2_000_000, 50, 32, 3
ROW = """select printf('%018d', {n}) as id, 'name' || ({n} % 9973) as name, {n} % 89 as age,
    {n} * 7 % 1000003 as amount, date '1950-01-01' + ({n} % 25000)::int as born_on,
    'address ' || md5(({n} / 3)::bigint::varchar) as address,
    timestamptz '2022-01-01 00:00:00+00' + to_seconds({n} % 86400) + to_days({later}) as updated_at"""


def run(scale: float) -> Iterator[dict[str, Any]]:
    rows = int(ROWS * scale)
    changed = max(1, rows // SHARE)
    with tempfile.TemporaryDirectory(prefix="ludao-merge-") as folder:
        for what in ("ours", "peer"):
            _run(Path(folder) / "made", what, "make", rows, changed)
        turns = [(_turn(Path(folder), "ours", rows, changed), _turn(Path(folder), "peer", rows, changed))
                 for _ in range(TURNS)]
    ours, _, ours_mib, counted = min(ours for ours, _ in turns)
    peer, _, peer_mib, _ = min(peer for _, peer in turns)
    cpu, peer_cpu = min(ours[1] for ours, _ in turns), min(peer[1] for _, peer in turns)
    note = f"{changed:,} changed into {rows:,} rows; {counted}; reading them in is not counted; best of {TURNS} turns"
    yield {"name": "merge.seconds", "value": ours, "unit": "s", "peer": "DeltaTable.merge", "peer_value": peer,
           "ratio": ours / peer, "scale": scale, "note": note}
    yield {"name": "merge.cpu_s", "value": cpu, "unit": "s", "peer": "DeltaTable.merge", "peer_value": peer_cpu,
           "ratio": cpu / peer_cpu, "scale": scale, "note": "the processors' time, as the machine had other work"}
    yield {"name": "merge.peak_mib", "value": ours_mib, "unit": "MiB", "peer": "DeltaTable.merge",
           "peer_value": peer_mib, "ratio": ours_mib / peer_mib, "scale": scale, "note": "highest resident memory"}


def _turn(folder: Path, what: str, rows: int, changed: int) -> tuple[float, float, float, str]:
    """The table that was made, linked file by file, merged into by a process of its own, whose memory is measured."""
    shutil.copytree(folder / "made", folder / "turn", copy_function=os.link)
    told = _run(folder / "turn", what, "merge", rows, changed)
    shutil.rmtree(folder / "turn")
    seconds, cpu, mib, counted = told.strip().splitlines()[-1].split("|")
    return float(seconds), float(cpu), float(mib), counted


def _run(folder: Path, *words: Any) -> str:
    folder.mkdir(exist_ok=True)
    return subprocess.run([sys.executable, __file__, *map(str, words)], check=True, stdout=subprocess.PIPE, text=True,
                          env={**os.environ, "LUDAO_FILES": str(folder)}).stdout


def main(what: str, step: str, rows: int, changed: int) -> None:
    import resource

    import django

    django.setup()
    from ludao.blocks.lake import public as lake

    folder = Path(os.environ["LUDAO_FILES"])
    table, delivery = str(folder / "peer"), str(folder / f"changes-{what}.parquet")
    with lake.session() as work:
        every = f"{ROW.format(n='n', later=0)} from range({rows}) r(n)"
        if step == "make":
            # Nine in ten changes are of rows that stand, one is new.
            some = ROW.format(n="n", later=30) + f" from (select n * {rows} * 10 // ({changed} * 9) as n" \
                                                 f" from range({changed}) r(n))"
            work.sql(f"copy ({some}) to '{delivery}'")
            _make_ours(lake, work, every) if what == "ours" else _make_peer(work, table, every)
            return
        changes = work.sql(f"from '{delivery}'").arrow()
    began, worked = time.perf_counter(), time.process_time()
    told = _merge_ours(lake, changes) if what == "ours" else _merge_peer(table, changes)
    seconds, cpu = time.perf_counter() - began, time.process_time() - worked
    print(f"{seconds}|{cpu}|{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}|{told}")


def _make_ours(lake: Any, work: Any, every: str) -> None:
    lake.create(ADDRESS, work.sql(f"{every} limit 0").arrow().schema, key=["id"], buckets=BUCKETS)
    lake.append(ADDRESS, work.sql(every).reader())


def _make_peer(work: Any, table: str, every: str) -> None:
    from deltalake import write_deltalake

    write_deltalake(table, work.sql(every).reader())


def _merge_ours(lake: Any, changes: Any) -> str:
    done = lake.merge(ADDRESS, changes)
    return f"{done.inserted:,} inserted, {done.updated:,} updated"


def _merge_peer(table: str, changes: Any) -> str:
    from deltalake import DeltaTable

    done = (DeltaTable(table).merge(changes, "t.id = s.id", source_alias="s", target_alias="t")
            .when_matched_update_all("s.updated_at >= t.updated_at").when_not_matched_insert_all().execute())
    return f"{done['num_target_rows_inserted']:,} inserted, {done['num_target_rows_updated']:,} updated"


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ludao.config.settings")
if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))

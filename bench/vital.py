"""Claim: all computed indicators of the demonstration city in less time than their SQL one by one, and after one
dataset changed in a tenth of it.

Peer: bare DuckDB in this process runs each computed indicator's own statement, the one its page shows, one after the
other. Ours does more in the same time: the formulas over them, and every value written to PostgreSQL with its run. The
dataset that changes is the hotline's: 1 % of its rows.

    ludao bench vital --scale 0.05    1 % of a city of 5.3 million
    ludao bench vital                 the full size: 20 % of it
"""

import os
import resource
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CITY = 0.2  # of the city of 5.3 million, at scale 1
CHANGED = "source.hotline.call"


def run(scale: float) -> Iterator[dict[str, Any]]:
    import django

    django.setup()
    from django.db import connection, transaction

    folder = Path(tempfile.mkdtemp(prefix="ludao-vital-"))
    os.environ["LUDAO_FILES"] = str(folder / "files")
    (folder / "files" / connection.settings_dict["NAME"]).mkdir(parents=True)
    try:
        with transaction.atomic():
            load(folder / "city", CITY * scale)
            figures = list(measured(scale))
            transaction.set_rollback(True)
    finally:
        os.environ.pop("LUDAO_FILES")
        shutil.rmtree(folder, ignore_errors=True)
    yield from figures


def load(folder: Path, scale: float) -> None:
    """The departments' files through the exchange, as in the demonstration."""
    from ludao.base.actor import Actor
    from ludao.blocks.exchange import public as exchange
    from ludao.demo.departments import contracts, generate

    generate(scale, 1, folder)
    exchange.load_all(Actor.system("bench"), folder, contracts())


def measured(scale: float) -> Iterator[dict[str, Any]]:
    from ludao.blocks.indicator import public as indicator
    from ludao.blocks.indicator.models import Run, Value
    from ludao.blocks.lake import public as lake

    Value.objects.all().delete()
    Run.objects.all().delete()
    indicator.compute()  # the datasets of the house are copied into this empty lake once, outside of the measure
    Value.objects.all().delete()
    began = cpu()
    cold = indicator.compute(is_forced=True)
    spent = cpu() - began
    if cold.failed:
        raise RuntimeError(str(cold.failed))
    peer, peer_cpu, statements, values = bare()
    rows = sum(lake.describe(a).rows for a in lake.addresses() if a.startswith("source."))
    note = f"{rows:,} rows of {len(lake.addresses())} tables, {len(cold.codes)} indicators, {cold.values:,} values"
    yield {"name": "vital.cold_seconds", "value": cold.seconds, "unit": "s",
           "peer": f"{statements} statements one by one in bare DuckDB ({values:,} values, not kept)",
           "peer_value": peer, "ratio": cold.seconds / peer, "scale": scale, "note": note}
    yield {"name": "vital.cold_cpu_seconds", "value": spent, "unit": "s",
           "peer": "the same statements; ours counts PostgreSQL's share too", "peer_value": peer_cpu,
           "ratio": spent / peer_cpu, "scale": scale, "note": "what a machine that does other things cannot blur"}
    touch(CHANGED)
    after = indicator.compute([CHANGED])  # what the event of a load asks for
    yield {"name": "vital.incremental_seconds", "value": after.seconds, "unit": "s",
           "peer": "the same statements again, all of them", "peer_value": peer, "ratio": after.seconds / peer,
           "scale": scale, "note": f"{CHANGED} changed: {after.units} scans, {len(after.codes)} indicators, "
                                   f"{after.changed:,} values written"}
    nothing = indicator.compute()
    yield {"name": "vital.unchanged_seconds", "value": nothing.seconds, "unit": "s", "scale": scale,
           "note": "nothing changed"}


def touch(address: str) -> None:
    """One row in a hundred comes again with a later time."""
    from ludao.blocks.lake import public as lake

    changed = lake.sql(f"select * replace (updated_at + interval 1 minute as updated_at, '噪音扰民' as topic)"
                       f" from {address} where hash(order_number) % 100 = 0").arrow()
    lake.merge(address, changed, at="updated_at")


def cpu() -> float:
    """Seconds of this process and of the PostgreSQL backend that serves it, where /proc tells them."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        stat = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    ticks = [int(n) for n in stat.read_text().rpartition(")")[2].split()[11:13]] if stat.exists() else [0]
    mine = resource.getrusage(resource.RUSAGE_SELF)
    return mine.ru_utime + mine.ru_stime + sum(ticks) / os.sysconf("SC_CLK_TCK")


def bare() -> tuple[float, float, int, int]:
    """Each statement alone; reading the table's versions and writing the text is not counted."""
    import duckdb

    from ludao.blocks.identity.public import Area
    from ludao.blocks.indicator.computing import plan
    from ludao.blocks.indicator.engine import compiling
    from ludao.blocks.indicator.house import known
    from ludao.blocks.indicator.models import Run
    from ludao.blocks.lake.resolving import resolve

    days = dict(Run.objects.filter(is_newest=True).values_list("unit", "as_of"))
    texts = [resolve(compiling.alone(unit, one, days[unit.name])) for unit in plan(known()) for one in unit.definitions]
    database = duckdb.connect(":memory:", config={"threads": os.cpu_count() or 1, "memory_limit": "2GB"})
    database.execute("set TimeZone = 'Asia/Shanghai'")
    database.execute("set parquet_metadata_cache = true")
    database.execute("create table areas (code text)")
    database.executemany("insert into areas values (?)", [
        [code] for code in Area.objects.filter(level__in=("city", "district", "street")).values_list("pk", flat=True)])
    spent, began, values = cpu(), time.perf_counter(), 0
    for text in texts:
        values += database.sql(text).to_arrow_table().num_rows
    return time.perf_counter() - began, cpu() - spent, len(texts), values

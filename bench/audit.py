"""Claim: an audit line in its hash chain costs little more than a bare row, with several writers at once.

Peer: the same columns inserted one a transaction into a plain table, by as many writers.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

WRITERS = 4


def run(scale: float) -> Iterator[dict[str, Any]]:
    import django

    django.setup()
    from django.db import connection

    from ludao.base import audit
    from ludao.base.actor import Actor

    lines = max(200, int(2000 * scale))
    actor = Actor.system("bench", request_id="bench")
    columns = ", ".join(audit.COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute("drop table if exists bench_bare")
        like = "including defaults including identity including indexes"
        cursor.execute(f"create table bench_bare (like base_auditline {like})")
    row = {"detail": "{}", "at": "2026-01-01T00:00:00+08:00", "chain": 0, "previous": b"\0" * 32, "digest": b"\0" * 32}

    def bare(number: int) -> None:
        values = [number if c == "number" else row.get(c, "bench") for c in audit.COLUMNS]
        values[audit.COLUMNS.index("channel")] = "job"
        with connection.cursor() as cursor:
            cursor.execute(f"insert into bench_bare ({columns}) values ({', '.join(['%s'] * len(values))})", values)

    peer = per_second(bare, lines)
    ours = per_second(lambda _: audit.write(actor, "base.replay", detail={"bench": 1}), lines)
    began = time.perf_counter()
    faults = list(audit.verify())
    verified = audit.AuditLine.objects.count() / (time.perf_counter() - began)
    with connection.cursor() as cursor:
        cursor.execute("drop table bench_bare")
    yield {"name": "audit.lines_per_s", "value": ours, "unit": "lines/s", "peer": "bare inserts", "peer_value": peer,
           "ratio": ours / peer, "scale": scale, "note": f"{WRITERS} writers, a transaction each; {len(faults)} faults"}
    yield {"name": "audit.verified_per_s", "value": verified, "unit": "lines/s", "scale": scale}


def per_second(write: Callable[[int], None], lines: int) -> float:
    """Lines a second by WRITERS threads, each with its own connection."""
    from django.db import connection

    numbers = iter(range(1, lines + 1))
    lock = threading.Lock()

    def work() -> None:
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return connection.close()
            write(number)

    threads = [threading.Thread(target=work) for _ in range(WRITERS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return lines / (time.perf_counter() - began)


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ludao.config.settings")

"""Claim: a whole file over 20 datasets comes through HTTP within 100 ms (p95), with right, masks and audit.

Reads the city that is loaded (DATA); `scale` says how many files are asked for. Peer: the same rows read from the lake
by key, without right, masks, conflicts and audit.
"""

import os
import random
import statistics
import time
from collections.abc import Iterator
from typing import Any

FILES = 300


def run(scale: float) -> Iterator[dict[str, Any]]:
    import django

    django.setup()
    from django.test import Client

    from ludao.base.models import AuditLine
    from ludao.blocks.identity.public import Person
    from ludao.blocks.lake import public as lake
    from ludao.blocks.profile import finder
    from ludao.blocks.profile import public as profile

    residents = lake.describe("data.person.resident").rows
    some = lake.sql("select person_id from data.person.resident using sample 2000").rows()
    names = [row["person_id"] for row in some]
    asked = random.Random(1).sample(names, min(len(names), max(20, int(FILES * scale))))
    client = Client()
    client.force_login(Person.objects.get(username="wangke"), backend="ludao.blocks.identity.public.PersonBackend")
    before = AuditLine.objects.count()
    ours, rows = [], 0
    for name in asked:
        answer, took = read(client, name)
        ours.append(took)
        rows += sum(len(domain) for domain in answer.json()["domains"].values())
    definition = profile.get("person")
    peer = []
    for name in asked:
        began = time.perf_counter()
        finder.rows(definition, name)
        peer.append((time.perf_counter() - began) * 1000)
    datasets = len(profile.addresses("person"))
    note = (f"{residents} residents, {len(asked)} files of {datasets} datasets, {rows / len(asked):.1f} rows each,"
            f" {AuditLine.objects.count() - before} audit lines")
    for figure, of in (("person.p50_ms", 50), ("person.p95_ms", 95)):
        value, bare = _percentile(ours, of), _percentile(peer, of)
        yield {"name": figure, "value": value, "unit": "ms", "peer": "the rows by key alone", "peer_value": bare,
               "ratio": value / bare, "scale": scale, "note": note}


def read(client: Any, name: str) -> tuple[Any, float]:
    """A file and the milliseconds it took. Who asks faster than the house allows waits, off the clock."""
    while True:
        began = time.perf_counter()
        answer = client.get(f"/data/person/v1/file/{name}", {"purpose": "性能测量：读取整份档案"})
        took = (time.perf_counter() - began) * 1000
        if answer.status_code != 429:
            return answer, took
        time.sleep(float(answer.headers.get("Retry-After", 1)))


def _percentile(values: list[float], of: int) -> float:
    return statistics.quantiles(values, n=100)[of - 1]


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ludao.config.settings")

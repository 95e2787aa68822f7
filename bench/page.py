"""Claim: a desk list over a million rows costs what the same list over a thousand rows costs.

Requests as the operator makes them, through the whole stack of middlewares: the first page, the next pages,
sorted the other way, filtered by a prefix, by one request, and a page from the middle. Peer: the same over 1,000 rows.
"""

import os
import statistics
import time
from collections.abc import Iterator
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ludao.config.settings")
ROUNDS = 25
LIST = "/base/event/"
FILL = """
insert into base_event (address, facts, said_at, request_id, person)
select 'bench.kind' || (n %% 50), '{}', now() - n * interval '1 second', md5(n::text), (n %% 1000)::text
from generate_series(1, %s) n
"""


def run(scale: float) -> Iterator[dict[str, Any]]:
    import django

    django.setup()
    few, many = 1_000, int(1_000_000 * scale)
    small, _ = measure(few)
    large, queries = measure(many)
    peer, ours = p95(small), p95(large)
    note = f"{len(large)} requests of 7 kinds over {many:,} rows, one client"
    yield {"name": "page.p95_ms", "value": ours, "unit": "ms", "peer": "the same list over 1,000 rows",
           "peer_value": peer, "ratio": ours / peer, "scale": scale, "note": note}
    yield {"name": "page.sql", "value": max(queries), "unit": "queries", "scale": scale,
           "note": "the most for one page"}


def measure(rows: int) -> tuple[list[float], list[int]]:
    """Milliseconds and queries of every request, over a fresh copy of the database with that many rows."""
    from django.conf import settings
    from django.db import connection

    from ludao.base.testing.databases import copy, drop, template, using

    os.environ["DATA"] = str(settings.DATA)
    name = "ludao_bench_page"
    copy(template("bench", prepare), name)
    try:
        with using(name):
            with connection.cursor() as cursor:
                cursor.execute("truncate base_event cascade")
                cursor.execute(FILL, [rows])
                cursor.execute("vacuum analyze base_event")
            return ask(rows)
    finally:
        drop(name)


def prepare() -> None:
    """Tables and cast, without the events that will be counted."""
    from ludao.base.testing.databases import migrate
    from ludao.demo import city

    migrate()
    city.load(0.0005, tell=lambda _: None)


def ask(rows: int) -> tuple[list[float], list[int]]:
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    person = get_user_model().objects.get(username="yunwei")
    client.force_login(person, backend="ludao.blocks.identity.public.PersonBackend")
    urls = addresses(client, rows)
    times, queries = [], []
    for _ in range(ROUNDS):
        for url in urls:
            began = time.perf_counter()
            with CaptureQueriesContext(connection) as asked:
                response = client.get(url)
            times.append((time.perf_counter() - began) * 1000)
            queries.append(len(asked))
            if response.status_code != 200:
                raise RuntimeError(f"{url} answered {response.status_code}")
    return times[len(urls):], queries


def addresses(client: Any, rows: int) -> list[str]:
    """The pages of one round; the cursors are those a person would be given."""
    from ludao.base.models import Event
    from ludao.base.pages.keyset import _seal

    middle = Event.objects.order_by("-pk")[rows // 2]
    last = Event.objects.order_by("pk")[60]
    deep, end = (_seal(row, "pk", "-pk") for row in (middle, last))
    return [LIST, f"{LIST}?after={deep}", f"{LIST}?after={end}", f"{LIST}?before={deep}", f"{LIST}?address=bench.kind7",
            f"{LIST}?request_id={middle.request_id}", f"{LIST}?address=bench.kind7&after={deep}"]


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]

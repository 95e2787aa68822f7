"""Claim: rows of the lake by key, through HTTP with right, masks, message log and signature, on two cores.

Peer: bare DuckDB in this process, the same keys from the very file that holds each, on as many threads. Theirs and
ours take turns, the best counts.

    ludao bench lookup               2 million rows
    ludao bench lookup --scale 100   200 million rows, the full size
"""

import http.client
import json
import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

ROWS = 2_000_000
ROWS_A_BUCKET = 100_000
BATCH = 1_000_000
CLIENTS = 16
SECONDS = 18.0
TURNS = 3
PURPOSE = "基准测试"
OWNER, HOLDER = "xm-gaj", "xm-dsj"
COLUMNS = ("name", "birth_on", "phone", "area_code", "status")


def run(scale: float) -> Iterator[dict[str, Any]]:
    import django

    django.setup()
    rows = max(int(ROWS * scale), 10_000)
    address = f"bench.lookup.r{rows}"
    filled = fill(address, rows)
    token = permit(address)
    port = free_port()
    web = subprocess.Popen([sys.executable, "-m", "ludao", "web", "--port", str(port), "--workers", "2"],
                           env={**os.environ, "LUDAO_LOG": "ERROR"}, stdout=subprocess.DEVNULL)
    try:
        wait_for(port)
        ask = asker(port, address, token, rows)
        measure(ask, CLIENTS, 4.0)
        bare_ask = bare(address, rows)
        turns = [(measure(ask, CLIENTS, SECONDS / TURNS), measure(bare_ask, 2, SECONDS / TURNS)) for _ in range(TURNS)]
        alone, alone_times = measure(ask, 1, SECONDS / 3)
    finally:
        web.terminate()
        web.wait(20)
    per_second, times = max((ours for ours, _ in turns), key=lambda one: one[0])
    peer, peer_times = max((theirs for _, theirs in turns), key=lambda one: one[0])
    note = f"{rows:,} rows, {CLIENTS} clients, 2 web processes, clients on the same cores; best of {TURNS} turns"
    yield {"name": "lookup.req_per_s", "value": per_second, "unit": "req/s", "peer": "bare DuckDB, the key's file",
           "peer_value": peer, "ratio": per_second / peer, "scale": scale, "note": note}
    yield {"name": "lookup.p95_ms", "value": at(times, 0.95), "unit": "ms", "peer": "bare DuckDB",
           "peer_value": at(peer_times, 0.95), "ratio": at(times, 0.95) / at(peer_times, 0.95), "scale": scale,
           "note": f"p50 {at(times, 0.5):.1f} ms"}
    yield {"name": "lookup.alone_p95_ms", "value": at(alone_times, 0.95), "unit": "ms", "scale": scale,
           "note": f"one client: {alone:.0f} req/s, p50 {at(alone_times, 0.5):.1f} ms"}
    faults, messages, seconds = verified(address)
    yield {"name": "lookup.log_verified_per_s", "value": messages / seconds, "unit": "lines/s", "scale": scale,
           "note": f"{messages:,} messages, {faults} faults"}
    if filled:
        yield {"name": "lookup.filled_s", "value": filled, "unit": "s", "scale": scale, "note": "the table was written"}


def key_of(number: int) -> str:
    return f"350203{number:012d}"


def fill(address: str, rows: int) -> float:
    """The table, once; a later run finds it."""
    import pyarrow as pa

    from ludao.blocks.catalogue import public as catalogue
    from ludao.blocks.lake import public as lake

    sensitive = {"id_number": "id_number", "name": "name", "phone": "phone"}
    catalogue.register({
        "address": address, "title": {"zh": "基准", "en": "Lookup bench"}, "row": {"zh": "一人", "en": "a person"},
        "owner": OWNER, "system": {"zh": "基准", "en": "Bench"}, "key": ["id_number"], "promise": "yearly",
        "columns": {name: {"zh": name, "en": name, "type": "text", "grade": "sensitive" if name in sensitive else
                           "internal", "mask": sensitive.get(name, "")}
                    for name in ("id_number", *COLUMNS, "updated_at")}, "from": {"kind": "upload"}})
    schema = pa.schema([(name, pa.string()) for name in ("id_number", *COLUMNS)] +
                       [("updated_at", pa.timestamp("us", tz="UTC"))])
    lake.create(address, schema, key=("id_number",), buckets=max(rows // ROWS_A_BUCKET, 1))
    if lake.describe(address).rows == rows:
        return 0.0
    began = time.perf_counter()
    lake.replace(address, pa.RecordBatchReader.from_batches(schema, batches(rows, schema)))
    return time.perf_counter() - began


def batches(rows: int, schema: Any) -> Iterator[Any]:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    moment = datetime(2022, 1, 1, tzinfo=UTC)
    for start in range(0, rows, BATCH):
        numbers = np.arange(start, min(start + BATCH, rows), dtype=np.int64)
        text = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), 12, "0")
        names = pa.array(["李甲", "王乙", "陈丙", "林丁"]).take(pa.array(numbers % 4))
        days = pa.array([f"{1940 + n}-03-07" for n in range(80)]).take(pa.array(numbers % 80))
        areas = pa.array([f"3502{n:02d}" for n in range(1, 14)]).take(pa.array(numbers % 13))
        status = pa.array(["正常"]).take(pa.array(numbers * 0))
        phone = pc.binary_join_element_wise("154", pc.utf8_slice_codeunits(text, 4), "")
        yield pa.record_batch([pc.binary_join_element_wise("350203", text, ""), names, days, phone, areas, status,
                               pa.array([moment] * len(numbers), schema.field("updated_at").type)], schema=schema)


def permit(address: str) -> str:
    """A grant to another organisation and a token of its officer, by the same actions as anybody's."""
    from ludao.base import clock, tokens
    from ludao.base.actor import Actor
    from ludao.blocks.identity.public import Post
    from ludao.city.data.sharing import actions
    from ludao.city.data.sharing.models import Grant, Received

    post = Post.objects.select_related("person").filter(person__username="wangke", organisation=HOLDER)[0]
    officer = Actor(person=str(post.person_id), name="bench", post=str(post.pk), organisation=HOLDER, channel="job")
    if not Grant.objects.filter(address=address, organisation=HOLDER, state="open").exists():
        asked = actions.asking.apply(
            officer, address=address, columns=list(COLUMNS), plain=[], purpose=PURPOSE, basis=PURPOSE, scene=PURPOSE,
            ends_on=clock.today() + timedelta(days=30))
        actions.deciding.grant(Actor.system("bench"), application=Received.objects.get(pk=asked.pk),
                               quota_day=1_000_000_000, quota_month=1_000_000_000)
    return str(tokens.issue_token(officer, name="bench", rights=["data.sharing.use"],
                                  expires_on=clock.today() + timedelta(days=1)).token)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the web process did not come up")


def asker(port: int, address: str, token: str, rows: int) -> Callable[[threading.local], None]:
    where = f"/data/sharing/v1/lookup/{address}?purpose={quote(PURPOSE)}&id_number="
    headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}

    def ask(mine: threading.local) -> None:
        if not hasattr(mine, "connection"):
            mine.connection = http.client.HTTPConnection("127.0.0.1", port)
        mine.connection.request("GET", where + key_of(random.randrange(rows)), headers=headers)
        answer = mine.connection.getresponse()
        body = answer.read()
        if answer.status != 200 or b'"rows":[{' not in body or not answer.headers["Ludao-Signature"]:
            raise RuntimeError(f"{answer.status} {body[:300]!r}")

    return ask


def bare(address: str, rows: int) -> Callable[[threading.local], None]:
    """What there is without a house: DuckDB on the file that holds the key."""
    import duckdb

    from ludao.blocks.lake import public as lake

    table = lake.describe(address)
    files = {file.bucket: table.path(file) for file in table.files}
    from ludao.blocks.lake.buckets import bucket

    database = duckdb.connect(":memory:", config={"threads": 2})
    database.execute("set parquet_metadata_cache = true")
    columns = ", ".join(COLUMNS)

    def ask(mine: threading.local) -> None:
        if not hasattr(mine, "connection"):
            mine.connection = database.cursor()
        key = key_of(random.randrange(rows))
        place = files[bucket([key], table.buckets)]
        found = mine.connection.execute(f"select {columns} from read_parquet('{place}') where id_number = ?",
                                        [key]).fetchall()
        if len(found) != 1:
            raise RuntimeError(f"{key}: {found}")

    return ask


def measure(ask: Callable[[threading.local], None], clients: int, seconds: float) -> tuple[float, list[float]]:
    """Questions a second by some threads for some seconds, and how long each took (ms)."""
    times: list[float] = []
    failed: list[BaseException] = []
    until = time.perf_counter() + seconds

    def work() -> None:
        mine = threading.local()
        try:
            while (began := time.perf_counter()) < until:
                ask(mine)
                times.append((time.perf_counter() - began) * 1000)
        except BaseException as error:  # noqa: BLE001  told by the one who waits
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return len(times) / (time.perf_counter() - began), sorted(times)


def at(times: list[float], part: float) -> float:
    return times[min(int(len(times) * part), len(times) - 1)]


def verified(address: str) -> tuple[int, int, float]:
    from ludao.city.data.sharing import verifying
    from ludao.city.data.sharing.models import Grant

    began = time.perf_counter()
    found = [verifying.verify(grant) for grant in Grant.objects.filter(address=address)]
    return sum(len(f.faults) for f in found), sum(f.messages for f in found), time.perf_counter() - began


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ludao.config.settings")
if __name__ == "__main__":
    for figure in run(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0):
        print(json.dumps(figure, ensure_ascii=False))

"""Several processes write at once, and are killed at any moment: nothing is torn, nothing is lost."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

WRITER = Path(__file__).with_name("writer.py")
ADDRESS, COUNTS, KEYS = "source.test.written", "source.test.counted", 400


@pytest.fixture
def writer(lake, db):
    """Starts a writing process on this lake, ready to write."""
    from django.db import connection

    named = connection.settings_dict
    parts = {"HOST": "host", "PORT": "port", "USER": "user", "PASSWORD": "password", "NAME": "dbname"}
    url = " ".join(f"{word}={named[part]}" for part, word in parts.items())

    def start(number, turns=10_000):
        process = subprocess.Popen([sys.executable, str(WRITER), str(number), str(turns)], stdout=subprocess.PIPE,
                                   text=True, env={**os.environ, "LUDAO_DATABASE_URL": url})
        assert process.stdout.readline() == "ready\n"
        return process

    return start


def whole(lake):
    """Each writer's keys stand at one turn: a version holds all of a delivery or nothing of it."""
    rows = lake.sql(f"select split_part(id, '-', 1)::int as writer, count(*) as n, count(distinct id) as keys,"
                    f" min(turn) as low, max(turn) as high from {ADDRESS} group by 1").rows()
    for row in rows:
        assert (row["n"], row["keys"], row["low"]) == (KEYS, KEYS, row["high"])
    return {row["writer"]: row["high"] for row in rows}


@pytest.mark.slow
def test_a_killed_writer_leaves_whole_versions_only(lake, writer):
    chance, told = random.Random(7), -1
    for kill in range(20):
        process = writer(1)
        time.sleep(chance.uniform(0.0, 0.5))
        process.send_signal(signal.SIGKILL)
        lines = process.stdout.read().split()
        process.wait()
        told = max([told, *map(int, lines)])
        if lake.exists(ADDRESS):
            # What was told to be written stands; a writer begins anew at turn 0, which is old by then.
            assert whole(lake).get(1, -1) >= told, kill
    assert told >= 0
    version = lake.describe(ADDRESS).version
    assert version >= told
    for number in range(1, version + 1):
        counted = lake.sql(f"select count(distinct turn) as n, count(*) as rows from {ADDRESS}", as_of=number).rows()[0]
        assert counted in ({"n": 1, "rows": KEYS}, {"n": 0, "rows": 0}), number


@pytest.mark.slow
def test_writers_at_once_lose_nothing(lake, writer):
    turns = 8
    processes = [writer(number, turns) for number in range(3)]
    assert [process.wait(timeout=120) for process in processes] == [0, 0, 0]
    assert whole(lake) == dict.fromkeys(range(3), turns - 1)
    counted = lake.sql(f"select writer, count(*) as n, count(distinct turn) as d from {COUNTS} group by 1").rows()
    assert sorted((row["writer"], row["n"], row["d"]) for row in counted) == [(n, turns, turns) for n in range(3)]


def test_without_the_lock_a_version_is_still_taken_once(lake, monkeypatch):
    """As on several machines over one object store: the number of a version decides, not the lock."""
    import contextlib
    import threading

    import pyarrow as pa

    from ludao.blocks.lake import place

    monkeypatch.setattr(place, "writing", lambda address: contextlib.nullcontext())
    lake.create(ADDRESS, pa.schema([("id", pa.string()), ("n", pa.int64())]), key=["id"])
    errors = []

    def write(number):
        try:
            for turn in range(5):
                lake.merge(ADDRESS, pa.table({"id": ["shared", f"own-{number}"], "n": [turn, turn]}), at=None)
        except Exception as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=write, args=[number]) for number in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert not errors
    rows = {row["id"]: row["n"] for row in lake.sql(f"select id, n from {ADDRESS}").rows()}
    assert rows == {"shared": 4, **{f"own-{number}": 4 for number in range(4)}}
    assert lake.describe(ADDRESS).rows == 5

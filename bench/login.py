"""Claim: a crowd that logs in at once is let in as fast as Argon2 itself allows, and nobody is turned away.

150 people who each have the form open send it at the same moment, five crowds in a row. Peer: bare Argon2id with the
same parameters on the same cores. The peer users would take does 15 log-ins/s for each vCPU (Keycloak, ANCHORS.md).
"""

import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import psutil

CROWD, ROUNDS = 150, 5
PASSWORD = "a password of the bench"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def run(scale: float) -> Iterator[dict[str, Any]]:
    from ludao.base.embedded import Embedded

    cores = os.cpu_count() or 1
    with tempfile.TemporaryDirectory(prefix="ludao-bench-") as folder:
        os.environ.update(DATA=folder, DJANGO_SETTINGS_MODULE="ludao.config.settings", LUDAO_LOG="WARNING")
        servers = Embedded(Path(folder))
        servers.start()
        try:
            people(CROWD)
            port = free_port()
            with web(folder, port) as process:
                pairs = [(asyncio.run(crowd(f"http://127.0.0.1:{port}", n)) / cores, hashes_per_s(cores) / cores)
                         for n in range(ROUNDS)]  # by turns, so that both meet the same weather
                memory = resident(process)
        finally:
            servers.stop()
    ours, peer = sorted(pairs, key=lambda pair: pair[0] / pair[1])[ROUNDS // 2]
    yield {"name": "login.per_s", "value": round(ours, 2), "unit": "1/s a vCPU",
           "peer": "bare Argon2id hashes/s a vCPU", "peer_value": round(peer, 2), "ratio": round(ours / peer, 3),
           "scale": scale, "note": f"median of {ROUNDS} crowds of {CROWD}; client and database on the same cores"}
    yield {"name": "login.refused", "value": 0, "unit": "log-ins", "scale": scale, "note": f"of {CROWD * ROUNDS}"}
    yield {"name": "login.memory_mb", "value": memory, "unit": "MB", "scale": scale,
           "note": "the web processes' resident memory after it"}


def people(count: int) -> None:
    """That many accounts; each check of the password costs the same, whose digest it is does not matter."""
    import django

    django.setup()
    from django.contrib.auth.hashers import make_password
    from django.core.management import call_command

    from ludao.blocks.identity.public import Person

    call_command("migrate", verbosity=0, skip_checks=True)
    digest = make_password(PASSWORD)
    Person.objects.bulk_create(Person(username=f"crowd{n}", name=f"众{n}", password=digest) for n in range(count))


async def crowd(address: str, number: int) -> float:
    """Log-ins a second; raises when one is refused."""
    limits = httpx.Limits(max_connections=CROWD)
    clients = [httpx.AsyncClient(base_url=address, limits=limits, timeout=120) for _ in range(CROWD)]
    try:
        forms = []
        for client in clients:
            page = await client.get("/identity/login/")
            found = TOKEN.search(page.text)
            assert found, page.text[:500]
            forms.append(found.group(1))
        began = time.perf_counter()
        answers = await asyncio.gather(*(
            client.post("/identity/login/", headers={"Referer": address}, data={
                "username": f"crowd{n}", "password": PASSWORD, "csrfmiddlewaretoken": token})
            for n, (client, token) in enumerate(zip(clients, forms, strict=True))))
        seconds = time.perf_counter() - began
    finally:
        await asyncio.gather(*(client.aclose() for client in clients))
    refused = [answer.status_code for answer in answers if answer.status_code != 302]
    if refused:
        raise RuntimeError(f"crowd {number}: {len(refused)} refused: {refused[:5]}")
    return CROWD / seconds


def hashes_per_s(cores: int) -> float:
    from argon2.low_level import Type, hash_secret

    def one(_: int) -> None:
        hash_secret(PASSWORD.encode(), os.urandom(16), time_cost=2, memory_cost=19_456, parallelism=1, hash_len=32,
                    type=Type.ID)

    with ThreadPoolExecutor(cores) as pool:
        list(pool.map(one, range(cores * 4)))
        began = time.perf_counter()
        list(pool.map(one, range(CROWD)))
        return CROWD / (time.perf_counter() - began)


class web:
    """The web process as it is served."""

    def __init__(self, folder: str, port: int) -> None:
        self.port = port
        self.log = (Path(folder) / "web.log").open("wb")

    def __enter__(self) -> psutil.Process:
        words = [sys.executable, "-m", "ludao", "web", "--port", str(self.port)]
        self.process = subprocess.Popen(words, stdout=self.log, stderr=self.log)
        until = time.monotonic() + 300  # a full database on a busy machine
        while time.monotonic() < until and self.process.poll() is None:
            try:
                httpx.get(f"http://127.0.0.1:{self.port}/healthz", timeout=5)
                return psutil.Process(self.process.pid)
            except httpx.HTTPError:
                time.sleep(0.1)
        raise RuntimeError(Path(self.log.name).read_text()[-2000:])

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(30)


def resident(process: psutil.Process) -> int:
    return round(sum(p.memory_info().rss for p in [process, *process.children(recursive=True)]) / 2**20)


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

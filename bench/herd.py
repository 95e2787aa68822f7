"""Claim: 150 officers who log in cold at the same moment and open their desk at once are all served.

Each opens the log-in page, sends it, and asks for the workbench and the worklist of cases, all 150 together over a web
process that has served nobody yet. OpenCRVS, which users would take, runs out of memory at 150 log-ins at once.
"""

import asyncio
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

CROWD = 150
CASES = 5_000
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def run(scale: float) -> Iterator[dict[str, Any]]:
    sys.path.insert(0, str(Path(__file__).parent))
    import case as cases
    from login import PASSWORD, free_port, resident, web

    from ludao.base.embedded import Embedded

    with tempfile.TemporaryDirectory(prefix="ludao-bench-") as folder:
        os.environ.update(DATA=folder, DJANGO_SETTINGS_MODULE="ludao.config.settings", LUDAO_LOG="ERROR")
        servers = Embedded(Path(folder))
        servers.start()
        try:
            cases.fill(max(1_000, int(CASES * scale)))
            let_in(PASSWORD)
            port = free_port()
            with web(folder, port) as process:
                began = time.perf_counter()
                failed = asyncio.run(herd(f"http://127.0.0.1:{port}", PASSWORD))
                seconds, memory = time.perf_counter() - began, resident(process)
        finally:
            servers.stop()
    note = f"{CROWD} at once in {seconds:.1f} s; web processes {memory} MB; all on the same cores"
    yield {"name": "herd.failed", "value": len(failed), "unit": "people", "scale": scale,
           "note": f"{note}{': ' + '; '.join(failed[:3]) if failed else ''}"}  # fmt: skip


def let_in(password: str) -> None:
    """Of the officers, as many as come, with a password."""
    from django.contrib.auth.hashers import make_password

    from ludao.blocks.identity.public import Person

    digest = make_password(password)
    Person.objects.filter(username__in=[f"bench{n}" for n in range(CROWD)]).update(password=digest)


async def herd(address: str, password: str) -> list[str]:
    """What failed, in words."""
    limits = httpx.Limits(max_connections=4)
    clients = [httpx.AsyncClient(base_url=address, limits=limits, timeout=180) for _ in range(CROWD)]
    answers = await asyncio.gather(*(one(client, n, address, password) for n, client in enumerate(clients)))
    await asyncio.gather(*(client.aclose() for client in clients))
    return [answer for answer in answers if answer]


async def one(client: httpx.AsyncClient, number: int, address: str, password: str) -> str:
    try:
        page = await client.get("/identity/login/")
        found = TOKEN.search(page.text)
        if not found:
            return f"no form: {page.status_code}"
        sent = {"username": f"bench{number}", "password": password, "csrfmiddlewaretoken": found.group(1)}
        answer = await client.post("/identity/login/", data=sent, headers={"Referer": address})
        if answer.status_code != 302:
            return f"log-in: {answer.status_code}"
        desks = await asyncio.gather(client.get("/desk/", follow_redirects=True), client.get("/case/desk/?box=free"))
        return "; ".join(f"{desk.url}: {desk.status_code}" for desk in desks if desk.status_code != 200)
    except httpx.HTTPError as error:
        return repr(error)

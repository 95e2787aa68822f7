"""A running house for tests: web and worker in their own processes, shared by all workers of one run."""

import contextlib
import fcntl
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import psutil
from django.db import connection

from ludao.base.testing import databases


def state() -> dict[str, Any]:
    """What runs: its address, its processes, its database."""
    found: dict[str, Any] = json.loads(_state().read_text())
    return found


def _state() -> Path:
    return Path(os.environ["DATA"]) / f"house-{os.environ['LUDAO_TEST_RUN']}.json"


def address(city: str) -> str:
    """Where it answers; started by whoever asks first."""
    path = _state()
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            path.write_text(json.dumps(_start(city)))
        return str(json.loads(path.read_text())["address"])


def database() -> str:
    """The database of the house that runs: its tests put there what must be there before they knock."""
    return str(json.loads(_state().read_text())["database"])


def _start(city: str) -> dict[str, object]:
    name = f"{city}_house"
    databases.copy(city, name)
    params = connection.get_connection_params()
    url = "postgresql://{user}:{password}@{host}:{port}".format(
        **{k: _quoted(params.get(k, "")) for k in ("user", "password", "host", "port")})
    port = _free_port()
    environment = {**os.environ, "LUDAO_DATABASE_URL": f"{url}/{name}"}
    log = (Path(os.environ["DATA"]) / "house.log").open("ab")
    children = [subprocess.Popen([sys.executable, "-m", "ludao", *words], env=environment, stdout=log, stderr=log)
                for words in (["web", "--port", str(port), "--workers", "1"], ["worker", "--concurrency", "2"])]
    _wait(f"http://127.0.0.1:{port}", children[0], Path(log.name))
    born = [(child.pid, psutil.Process(child.pid).create_time()) for child in children]
    return {"address": f"http://127.0.0.1:{port}", "processes": born, "database": name}


def _quoted(value: object) -> str:
    from urllib.parse import quote

    return quote(str(value), safe="")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str, web: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and web.poll() is None:
        with contextlib.suppress(URLError, OSError), urlopen(f"{url}/healthz", timeout=2):
            return
        time.sleep(0.1)
    raise RuntimeError(f"the house did not come up; its log is {log}:\n{log.read_text()[-3000:]}")


def stop() -> None:
    """At the end of the run: stop the processes that were started for it, by their ids, and what a dead run left."""
    if "LUDAO_TEST_RUN" not in os.environ:
        return
    for path in Path(os.environ["DATA"]).glob("house-*.json"):
        run = path.stem.removeprefix("house-")
        if run != os.environ["LUDAO_TEST_RUN"] and psutil.pid_exists(int(run)):
            continue
        for pid, born in json.loads(path.read_text())["processes"]:
            with contextlib.suppress(psutil.NoSuchProcess):
                process = psutil.Process(pid)
                if abs(process.create_time() - born) < 1:
                    _end(process)
        path.unlink()
        path.with_suffix(".lock").unlink(missing_ok=True)


def _end(process: psutil.Process) -> None:
    children = process.children(recursive=True)
    process.terminate()
    _, left = psutil.wait_procs([process, *children], timeout=10)
    for one in left:
        one.kill()

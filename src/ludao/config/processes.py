"""The processes of the house: web, worker, and the demonstration that runs them all."""

import asyncio
import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.error import URLError
from urllib.request import urlopen

from rich.console import Console

from ludao.base.embedded import Embedded, EmbeddedError, data_folder, running
from ludao.demo import standing

if TYPE_CHECKING:
    from procrastinate import App
    from procrastinate.contrib.django.django_connector import DjangoConnector

POOL = 12


def web(host: str, port: int, workers: int) -> None:
    """Granian, a few processes; each keeps a small pool of connections."""
    _refuse_taken(host, port)
    os.environ.setdefault("LUDAO_POOL", str(POOL))
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")  # 150 log-ins at once: 330 MB at the most instead of 770
    os.environ["LUDAO_PROCESS"] = "ludao-web"
    from granian import Granian
    from granian.constants import Interfaces

    Granian("ludao.config.asgi:application", address=host, port=port, interface=Interfaces.ASGINL, workers=workers,
            log_access=False, respawn_failed_workers=True, websockets=False, backpressure=512).serve()


def _refuse_taken(host: str, port: int) -> None:
    """Granian shares a port with whoever else listens so; two houses on one port would answer in turns."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise EmbeddedError(f"port {port} is taken: {error}", "PORT=8001 make demo") from error


def worker(concurrency: int, wait: bool = True) -> None:
    """Run jobs; without `wait` only those that are there.

    Jobs are fetched over a connection of the worker's own, while what a job enqueues goes over Django's, with the
    job's transaction. procrastinate's own command enqueues over the fetching connection: another worker then takes
    a job up before the rows that it is about stand, and it is lost.
    """
    from procrastinate.contrib.django import app

    django = cast("DjangoConnector", app.connector)
    asyncio.run(_work(app.with_connector(django.get_worker_connector()), concurrency, wait))


async def _work(fetching: "App", concurrency: int, wait: bool) -> None:
    async with fetching.open_async() as app:
        await app.run_worker_async(concurrency=concurrency, wait=wait, name="ludao-worker",
                                   delete_jobs="successful", shutdown_graceful_timeout=20)


def demo(servers: Embedded, port: int, scale: float, out: Console) -> None:
    """Start, migrate, load, serve; on Ctrl-C stop only what was started here."""
    signal.signal(signal.SIGTERM, _interrupt)
    _refuse_taken("127.0.0.1", port)
    began = time.monotonic()
    with ExitStack() as closing:
        _step(out, "starting PostgreSQL and NATS", lambda: _start(servers, closing, out))
        if standing.is_kept(scale, os.environ.get("LUDAO_DATABASE_URL") or servers.database_url):
            out.print("[green]✓[/green] the city stands as this code loads it [dim](ludao load does so again)[/dim]")
        else:
            loading = "bringing the tables up to date, loading the city"
            _step(out, loading, lambda: _ludao("load", "--scale", str(scale)))
        _departments(closing, out)
        keeper = closing.enter_context(_Keeper([["web", "--port", str(port)], ["worker"]], out))
        _step(out, "starting the web and worker processes", lambda: _wait_for(port, keeper))
        _welcome(out, port, time.monotonic() - began)
        keeper.wait()


OWN = ("LUDAO_DATABASE_URL", "LUDAO_NATS_URL", "LUDAO_FILES", "LUDAO_CITY")  # what no second house may share


def province(port: int, city_port: int, out: Console) -> None:
    """A second house beside the running city: its own database, lake, keys; each is entered in the other."""
    signal.signal(signal.SIGTERM, _interrupt)
    _refuse_taken("127.0.0.1", port)
    if not _answers(city_port):
        raise EmbeddedError(f"no city answers on port {city_port}", "make demo, in another terminal")
    from ludao.demo.cast import PASSWORD, PROVINCIALS

    city, home = data_folder(), data_folder() / "province"
    here = {name: value for name, value in os.environ.items() if not name.startswith(OWN)} | {"DATA": str(home)}
    there = {**os.environ, "DATA": str(city)}
    began = time.monotonic()
    with ExitStack() as closing:
        _become(here)
        _step(out, "starting PostgreSQL and NATS of the province", lambda: _start(Embedded(home), closing, out))
        _step(out, "bringing its tables up to date, loading what it holds", lambda: _ludao("province-load"))
        _step(out, "each enters the other", lambda: _acquaint(here, there, port, city_port))
        keeper = closing.enter_context(_Keeper([["web", "--port", str(port), "--workers", "1"], ["worker"]], out))
        _step(out, "starting the web and worker processes", lambda: _wait_for(port, keeper))
        out.print(f"\n[bold]福建省平台 the province[/bold]  http://127.0.0.1:{port}"
                  f"   [dim](ready in {time.monotonic() - began:.1f} s; Ctrl-C stops it)[/dim]\n")
        for login, name, who in PROVINCIALS:
            out.print(f"  {login:<12} {name}  {who}", highlight=False)
        out.print(f"\n  password for all: {PASSWORD}\n  the city's side: http://127.0.0.1:{city_port}/data/sharing/peer/\n",
                  highlight=False)
        keeper.wait()


def _become(here: dict[str, str]) -> None:
    """From now on this process and its children are the province's."""
    os.environ.clear()
    os.environ.update(here)


def _acquaint(here: dict[str, str], there: dict[str, str], port: int, city_port: int) -> None:
    """Address and key of each, entered in the other by the operator's commands."""
    from ludao.demo.cast import CITY, CITY_NAME, PROVINCE, PROVINCE_NAME

    ours, theirs = _ludao("sharing", "key", env=here), _ludao("sharing", "key", env=there)
    _ludao("sharing", "peer", PROVINCE, f"http://127.0.0.1:{port}", ours, "--own-code", CITY,
           "--name", PROVINCE_NAME, "--place", "above", env=there)
    _ludao("sharing", "peer", CITY, f"http://127.0.0.1:{city_port}", theirs, "--own-code", PROVINCE,
           "--name", CITY_NAME, "--place", "below", env=here)


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
            return True
    except (URLError, OSError):
        return False


def _departments(closing: ExitStack, out: Console) -> None:
    """What the departments keep goes on answering: their folder and databases, and the API of one of them."""
    from ludao.base import files
    from ludao.demo import api

    folder = files.folder("departments")
    os.environ.setdefault("LUDAO_CITY", str(folder))
    if "LUDAO_CITY_API" in os.environ:
        return
    try:
        service = api.Service(folder, api.PORT)
    except OSError:
        out.print(f"[yellow]![/yellow] port {api.PORT} is taken: the construction department's API does not answer")
        return
    os.environ["LUDAO_CITY_API"] = service.url
    threading.Thread(target=service.serve_forever, daemon=True).start()
    closing.callback(service.shutdown)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _start(servers: Embedded, closing: ExitStack, out: Console) -> None:
    """Watched until the end; also stops what a demonstration that was killed left behind."""
    parts = [server.name for server in servers.servers]
    closing.enter_context(running(servers.data, parts=parts, tell=out.print))


def _step(out: Console, what: str, work: Callable[[], object]) -> None:
    began = time.monotonic()
    with out.status(f"{what} …"):
        work()
    out.print(f"[green]✓[/green] {what} [dim]{time.monotonic() - began:.1f} s[/dim]")


def _ludao(*words: str, env: dict[str, str] | None = None) -> str:
    """One of our own commands in its own process, and what it said; shown only when it fails."""
    done = subprocess.run([sys.executable, "-m", "ludao", *words], capture_output=True, text=True, env=env)
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-25:])
        raise EmbeddedError(f"`ludao {' '.join(words)}` failed:\n{tail}", "mend what it names, then run again")
    return done.stdout.strip()


def _wait_for(port: int, keeper: "_Keeper") -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if _answers(port):
            return
        keeper.check(port)
        time.sleep(0.1)
    raise EmbeddedError(f"nothing answers on port {port} after a minute", "PORT=8001 make demo, or see who has it")


def _welcome(out: Console, port: int, seconds: float) -> None:
    from ludao.demo.cast import CAST, PASSWORD

    ready = f"[dim](ready in {seconds:.1f} s; Ctrl-C stops it)[/dim]"
    out.print(f"\n[bold]鹭岛 Ludao[/bold]  http://127.0.0.1:{port}   {ready}\n")
    for login, name, who in CAST:
        out.print(f"  {login:<12} {name}  {who}", highlight=False)
    out.print(f"\n  password for all: {PASSWORD}\n", highlight=False)


class _Keeper:
    """Child processes that are started again when they die, and stopped by their own ids."""

    def __init__(self, commands: list[list[str]], out: Console) -> None:
        self.commands, self.out = commands, out
        self.children: list[subprocess.Popen[bytes]] = []
        self.is_up = False

    def __enter__(self) -> "_Keeper":
        self.children = [self._spawn(command) for command in self.commands]
        return self

    def _spawn(self, command: list[str]) -> "subprocess.Popen[bytes]":
        log = Path(os.environ.get("DATA") or "var").resolve() / "log"
        log.mkdir(parents=True, exist_ok=True)
        with (log / f"{command[0]}.log").open("ab") as file:
            return subprocess.Popen([sys.executable, "-m", "ludao", *command], stdout=file, stderr=file,
                                    start_new_session=True)

    def check(self, port: int) -> None:
        """Before the house is up a child that dies is an error to show, not to repeat."""
        for child, command in zip(self.children, self.commands, strict=True):
            if child.poll() is not None:
                log = f"{os.environ.get('DATA') or 'var'}/log/{command[0]}.log"
                raise EmbeddedError(f"the {command[0]} process ended at once (port {port} taken?)",
                                    f"read {log}, or PORT=8001 make demo")

    def wait(self) -> None:
        try:
            while True:
                time.sleep(1)
                for at, child in enumerate(self.children):
                    if child.poll() is not None:
                        self.out.print(f"[yellow]{self.commands[at][0]} had died and runs again[/yellow]")
                        self.children[at] = self._spawn(self.commands[at])
        except KeyboardInterrupt:
            self.out.print("\nstopping …")

    def __exit__(self, *_: object) -> None:
        for child in self.children:
            child.terminate()
        for child in self.children:
            try:
                child.wait(25)
            except subprocess.TimeoutExpired:
                child.kill()


def bench(name: str, scale: float, as_json: bool, out: Console) -> None:
    """Run bench/<name>.py of the checkout: its `run(scale)` yields the figures."""
    path = Path(__file__).resolve().parents[3] / "bench" / f"{name}.py"
    if not path.exists():
        known = ", ".join(sorted(p.stem for p in path.parent.glob("*.py"))) or "none"
        raise EmbeddedError(f"there is no bench {name}", f"one of: {known}")
    spec = importlib.util.spec_from_file_location(f"bench_{name}", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for figure in module.run(scale):
        if as_json:
            sys.stdout.write(json.dumps(figure, ensure_ascii=False) + "\n")
            sys.stdout.flush()
        else:
            out.print(f"{figure['name']:<28} {figure['value']:>12,.1f} {figure['unit']:<8} "
                      f"peer {figure.get('peer', '—')} {figure.get('peer_value', 0):,.1f}  "
                      f"ratio {figure.get('ratio', 0):.2f}  {figure.get('note', '')}", highlight=False)


def cluster(what: str, workers: int, out: Console) -> None:
    """A Spark cluster of this machine, for work that is too much for one process."""
    from ludao.blocks.lake import public as lake

    if what == "stop":
        out.print(f"stopped: {', '.join(lake.stop_cluster()) or 'nothing ran'}")
    else:
        out.print(f"LUDAO_ENGINE={lake.cluster(workers)}", highlight=False)

"""The embedded servers of one data folder, as one thing to start, ask, watch and stop."""

import contextlib
import fcntl
import json
import os
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path

import psutil

from .access import Access
from .account import Account
from .errors import EmbeddedError
from .nats import Nats
from .postgres import Postgres
from .server import Component, Server

Tell = Callable[[str], None]
ALL = ("postgres", "nats")


def data_folder() -> Path:
    """Where the city's state lives: $DATA, or var/ of the folder we stand in."""
    return Path(os.environ.get("DATA") or "var").resolve()


class Embedded:
    """`parts` leaves out what the operator runs on his own; `durable=False` is for test servers only."""

    def __init__(self, data: Path, *, parts: Collection[str] = ALL, durable: bool = True) -> None:
        self.data = data.expanduser().resolve()
        self.postgres = Postgres(self.data, durable=durable)
        self.nats = Nats(self.data)
        self.servers: list[Server] = [s for s in (self.postgres, self.nats) if s.name in parts]
        self._access = self.data / "access.json"
        self._keepers = self.data / "keepers.json"

    @property
    def access(self) -> Access:
        return Access.read(self._access)

    @property
    def database_url(self) -> str:
        return self.postgres.url(self.access)

    @property
    def nats_url(self) -> str:
        return self.nats.url(self.access)

    @property
    def mqtt_port(self) -> int:
        return self.access.mqtt_port

    def start(self, *, keeper: str = "") -> list[str]:
        """Start what does not run, wait until it answers; the names of what was started now.

        A keeper is the process for whose life they run; what a dead one left behind is taken over.
        """
        if not self.servers:
            return []
        with self._alone() as account:
            keepers = self.keepers()
            running = [server for server in self.servers if server.process()]
            left = [server.name for server in running if _is_gone(keepers.get(server.name, ""))]
            try:
                started = sorted({*left, *self._start(account, self.servers)})
            except BaseException:
                self._stop(server for server in self.servers if server not in running)
                raise
            # A plain start beside a demonstration (`ludao migrate`) leaves that one its servers.
            alone = [] if keeper else [server.name for server in self.servers if server.name not in keepers]
            self._keep(keepers | dict.fromkeys([*started, *alone], keeper))
            return started

    def keepers(self) -> dict[str, str]:
        """Who keeps which server running: "" = it stays until stopped; not named = it is not to run."""
        try:
            kept: dict[str, str] = json.loads(self._keepers.read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return kept

    def _keep(self, keepers: dict[str, str]) -> None:
        fresh = self._keepers.with_suffix(".new")
        fresh.write_text(json.dumps(keepers))
        fresh.replace(self._keepers)

    def _start(self, account: Account, servers: Iterable[Server]) -> list[str]:
        access = self.access

        def save() -> None:
            access.write(self._access, account)

        return [server.name for server in servers if server.start(account, access, save)]

    def stop(self, names: Collection[str] = ALL) -> list[str]:
        """Stop what runs, in order; the names of what was stopped now."""
        if not self.servers or not self.data.exists():
            return []
        with self._alone():
            self._keep({name: keeper for name, keeper in self.keepers().items() if name not in names})
            return self._stop(server for server in reversed(self.servers) if server.name in names)

    def _stop(self, servers: Iterable[Server]) -> list[str]:
        return [server.name for server in servers if server.stop()]

    def is_running(self) -> bool:
        return all(server.process() is not None for server in self.servers)

    def state(self) -> list[Component]:
        access = self.access
        return [server.describe(access) for server in self.servers]

    def watch(self, stop: threading.Event, tell: Tell = print, every: float = 1.0) -> None:
        """Start again whatever dies, until `stop` is set or the servers are stopped on purpose."""
        pause = every
        while not stop.wait(pause) and self._wanted():
            try:
                started = self._again()
            except EmbeddedError as error:
                pause = min(pause * 2, 30.0)
                tell(str(error))
            else:
                pause = every
                for name in started:
                    tell(f"{name} had died and runs again")

    def _again(self) -> list[str]:
        if all(server.process() for server in self._wanted()):
            return []
        with self._alone() as account:
            return self._start(account, self._wanted())

    def _wanted(self) -> list[Server]:
        keepers = self.keepers()
        return [server for server in self.servers if server.name in keepers]

    @contextlib.contextmanager
    def _alone(self) -> Iterator[Account]:
        """One process at a time starts or stops the servers of a folder; others wait."""
        try:
            self.data.mkdir(parents=True, exist_ok=True)
            lock = (self.data / "lock").open("w")
        except PermissionError as error:
            raise EmbeddedError(f"{self.data} cannot be written.", "Name another folder: DATA=…") from error
        with lock:
            _take(lock.fileno(), self.data)
            yield Account.of(self.postgres.folder if self.postgres.folder.exists() else self.data)


def _take(lock: int, data: Path, seconds: float = 120.0) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise EmbeddedError(
                    f"For {seconds:.0f} s another process has been starting or stopping servers in {data}.",
                    f"Look who holds it: fuser {data}/lock",
                ) from None
            time.sleep(0.05)


@contextlib.contextmanager
def running(
    data: Path, *, parts: Collection[str] = ALL, durable: bool = True, tell: Tell = print
) -> Iterator[Embedded]:
    """The servers for the length of a `with`: watched meanwhile, and only those stopped that it started."""
    embedded = Embedded(data, parts=parts, durable=durable)
    me = _this_process()
    started = embedded.start(keeper=me)
    done = threading.Event()
    watcher = threading.Thread(target=embedded.watch, args=(done, tell), name="embedded-watch", daemon=True)
    watcher.start()
    try:
        yield embedded
    finally:
        done.set()
        watcher.join()
        mine = [name for name in started if embedded.keepers().get(name) == me]
        if mine:
            embedded.stop(mine)


def _this_process() -> str:
    return f"{os.getpid()} {psutil.Process().create_time():.2f}"


def _is_gone(keeper: str) -> bool:
    """A keeper that is no more; its time guards against a reused pid, and clocks are set now and then."""
    if not keeper:
        return False
    pid, born = keeper.split()
    try:
        return abs(psutil.Process(int(pid)).create_time() - float(born)) > 5
    except psutil.NoSuchProcess:
        return True

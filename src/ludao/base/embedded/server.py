"""One server process: found by what it runs, started, waited for, stopped by its exact pid."""

import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from .access import Access
from .account import Account
from .errors import EmbeddedError

_LOG_BYTES = 20_000_000
# Children of this process; polled so that a dead one does not stay as a zombie.
_children: "dict[int, subprocess.Popen[bytes]]" = {}


@dataclass(frozen=True)
class Component:
    """A line of `ludao doctor`; its state is up or down."""

    name: str
    state: str
    version: str
    where: str
    mend: str = ""

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


class Server(ABC):
    name: str
    seconds_to_start = 300.0  # after a crash the log is replayed first
    seconds_to_stop = 30.0
    gentle = signal.SIGTERM

    def __init__(self, data: Path) -> None:
        self.data = data
        self.folder = data / self.name
        self.log = data / "log" / f"{self.name}.log"

    @abstractmethod
    def prepare(self, account: Account, access: Access) -> list[str]:
        """Write what the server reads, fill in access, clear what a killed one left; the command to start."""

    @abstractmethod
    def is_ready(self, access: Access) -> bool: ...

    @abstractmethod
    def kept_pid(self) -> int | None:
        """The pid that the server wrote down; it may be stale, or someone else's by now."""

    @abstractmethod
    def marks(self) -> tuple[str, str]:
        """The program and the argument by which our process is told from all others."""

    @abstractmethod
    def describe(self, access: Access) -> Component: ...

    def settle(self, access: Access) -> None:  # noqa: B027 - most servers have nothing to settle
        """What is left to do once the server answers; again at every start, in case one was cut short."""

    def process(self) -> psutil.Process | None:
        """Our running server, or nothing. A pid alone proves nothing: it may have been reused."""
        for child in [*_children.values()]:
            if child.poll() is not None:
                _children.pop(child.pid, None)
        pid = self.kept_pid()
        if pid is None:
            return None
        try:
            found = psutil.Process(pid)
            return found if self._is_ours(found.cmdline()) else None
        except (psutil.Error, OSError):
            return None

    def _is_ours(self, command: list[str]) -> bool:
        program, argument = self.marks()
        return bool(command) and Path(command[0]).name == program and argument in command

    def start(self, account: Account, access: Access, save: Callable[[], None]) -> bool:
        """Start unless it runs already; true when it was us. Its ports are saved before it takes them."""
        child = None if self.process() else self._start(account, access, save)
        self._wait(child, access)
        self.settle(access)
        return child is not None

    def _start(
        self, account: Account, access: Access, save: Callable[[], None]
    ) -> "subprocess.Popen[bytes]":
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._turn_log()
        account.folder(self.folder)
        account.open_way(self.folder)
        for stray in psutil.process_iter(["cmdline"]):
            # Its pid file was lost; a second server on the same folder would spoil it.
            if self._is_ours(stray.info["cmdline"] or []):
                self._end(stray)
        command = self.prepare(account, access)
        save()
        account.open_way(Path(command[0]))
        child = self._popen(account, command)
        _children[child.pid] = child
        return child

    def _popen(self, account: Account, command: list[str]) -> "subprocess.Popen[bytes]":
        try:
            return account.popen(command, self.folder, self.log)
        except PermissionError as error:
            raise EmbeddedError(
                f"The user {account.name} may not run {command[0]}.",
                f"Let it read the programs: chmod -R go+rX {Path(command[0]).parent.parent}",
            ) from error

    def _wait(self, child: "subprocess.Popen[bytes] | None", access: Access) -> None:
        until = time.monotonic() + self.seconds_to_start
        while not (self.process() and self.is_ready(access)):
            gone = child.poll() is not None if child else self.process() is None
            if gone or time.monotonic() > until:
                raise EmbeddedError(
                    f"{self.name} {'ended at once' if gone else 'does not answer'}:\n{self._last_words()}",
                    f"Read {self.log}; when it is put right, start again.",
                )
            time.sleep(0.02)

    def stop(self) -> bool:
        """Stop our process in order, then by force; true when there was one."""
        found = self.process()
        if found is not None:
            self._end(found)
        return found is not None

    def _end(self, found: psutil.Process) -> None:
        blows = ((self.gentle, self.seconds_to_stop), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))
        for blow, patience in blows:
            try:
                found.send_signal(blow)
                self._wait_gone(found, patience)
                break
            except psutil.NoSuchProcess:
                break
            except psutil.TimeoutExpired:
                continue
            except psutil.AccessDenied as error:
                raise EmbeddedError(
                    f"{self.name} (pid {found.pid}) belongs to another user.",
                    "Stop it as the user who started it.",
                ) from error
        child = _children.pop(found.pid, None)
        if child:
            child.wait()

    def _wait_gone(self, found: psutil.Process, patience: float) -> None:
        child = _children.get(found.pid)
        if child is None:
            found.wait(patience)
            return
        try:
            child.wait(patience)
        except subprocess.TimeoutExpired:
            raise psutil.TimeoutExpired(patience, found.pid) from None

    def _turn_log(self) -> None:
        if self.log.exists() and self.log.stat().st_size > _LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join("    " + line for line in lines[-12:])

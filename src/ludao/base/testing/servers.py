"""The test servers of a checkout: started by the first run that needs them, stopped by the last that ends."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import psutil

from ludao.base.embedded import Embedded

ROOT = Path(__file__).resolve().parents[4]


def begin() -> None:
    """Name the data folder (LUDAO_TEST_DATA, else var/test) to Django and to child processes; start the servers."""
    data = Path(os.environ.get("LUDAO_TEST_DATA") or ROOT / "var" / "test")
    os.environ["DATA"] = str(data)
    with _alone(data) as runs:
        (runs / str(os.getpid())).touch()
        Embedded(data, durable=False).start()


def end() -> None:
    data = Path(os.environ["DATA"])
    with _alone(data) as runs:
        (runs / str(os.getpid())).unlink(missing_ok=True)
        if not any(_goes_on(run) for run in runs.iterdir()):
            Embedded(data, durable=False).stop()


@contextlib.contextmanager
def _alone(data: Path) -> Iterator[Path]:
    """Runs side by side come and go one at a time; each leaves a file with its process id."""
    runs = data / "runs"
    runs.mkdir(parents=True, exist_ok=True)
    with (data / "runs.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield runs


def _goes_on(run: Path) -> bool:
    if psutil.pid_exists(int(run.name)):
        return True
    run.unlink()
    return False

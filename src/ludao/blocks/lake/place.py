"""Where a table of the lake stands: one folder for each address, on this disk or in an object store."""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ludao.base import files
from ludao.base.errors import Problem
from ludao.base.text import t

ADDRESS = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){1,3}")


def root() -> Path:
    """The lake's folder of this installation."""
    return files.folder("lake")


def folder(address: str) -> Path:
    """A table's folder. Flat, so that no table lies within another and is swept away with it."""
    if not ADDRESS.fullmatch(address):
        raise Problem(t(f"{address} 不是数据地址，应如 source.police.resident",
                        f"{address} is no address; write it like source.police.resident"), field="address")
    return root() / address


ASIDE = "remake."  # tables that are built beside and not in use; nobody finds them by looking around


def addresses(prefix: str = "") -> list[str]:
    """Every table of the lake whose address begins so."""
    found = (entry.name for entry in os.scandir(root()) if entry.name.startswith(prefix) and ADDRESS.fullmatch(
        entry.name))
    return sorted(name for name in found if not name.startswith(ASIDE) and (root() / name / "_delta_log").is_dir())


def scratch() -> Path:
    """Where engines put what does not fit into memory; nothing in it outlives its process."""
    return files.folder("lake-scratch")


@contextmanager
def writing(address: str) -> Iterator[None]:
    """One writer at a time on this machine. It only spares work: what keeps a table whole is that a version's
    number is taken once (see `commit`). The lock dies with its process."""
    locks = files.folder("lake-locks")
    with (locks / address).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield

"""All state of the city into one folder, and from it into an empty one: database, streams, keys, files."""

import hashlib
import importlib.metadata
import json
import os
import re
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict

import psycopg

from ludao.base.embedded import EmbeddedError, dump, running, streams

Tell = Callable[[str], None]

FORMAT = 1
# Of the data folder all is kept but this: the servers' own files come through their own doors, and
# ports, passwords and logs belong to the machine.
_NOT_KEPT = {"postgres", "nats", "log", "lock", "access.json", "keepers.json", "keepers.new"}


class BackupError(EmbeddedError):
    """Why there is no backup or no restore, and the mend."""


class Manifest(TypedDict):
    format: int
    ludao: str
    postgres: str
    nats: str
    made_at: str
    rows: dict[str, int]
    messages: dict[str, int]
    digests: dict[str, str]


def backup(data: Path, target: Path, *, tell: Tell = print) -> None:
    """Write a folder that is not there yet, from a city that runs or whose servers are started for it.

    The database comes first and the files after it, so every file that a row names is among them.
    What was cut short is left as `<target>.part` and is no backup.
    """
    _refuse_full(target, "Name a new folder for each backup, for example one with the date.")
    if target.resolve().is_relative_to(data.resolve()):
        raise BackupError(f"{target} lies in the folder that is saved.", f"Name one outside {data}.")
    part = target.with_name(target.name + ".part")
    with _told(f"Mend it, then run again; what was begun is in {part}."):
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True, mode=0o700)
        with _servers(data, tell, is_new=False) as (database, nats):
            manifest = _save(data, part, database, nats, tell)
        manifest["digests"] = _digests(part)
        (part / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1))
        part.replace(target)
    tell(f"the backup is complete: {target}")


def _save(data: Path, part: Path, database: str, nats: str, tell: Tell) -> Manifest:
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    tell("saving the database …")
    rows = dump.save(database, part / "database.dump")
    tell(f"database: {sum(rows.values()):,} rows, {_size((part / 'database.dump').stat().st_size)}")
    copy = _Copy(tell)
    copy.tree(data, part / "files", leave=_NOT_KEPT)
    tell(str(copy))
    messages = streams.save(nats, part / "streams")
    tell(f"streams: {sum(messages.values()):,} messages")
    return Manifest(
        format=FORMAT, ludao=importlib.metadata.version("ludao"), made_at=made_at,
        postgres=dump.server_version(database), nats=streams.server_version(nats),
        rows=rows, messages=messages, digests={},
    )


def restore(source: Path, data: Path, *, tell: Tell = print) -> None:
    """Check the whole backup, then fill an empty data folder; a failure leaves it as empty as it was."""
    manifest = _checked(source, tell)
    _refuse_full(data, "Name an empty folder: DATA=… (or move this one away).")
    was_there = data.exists()
    try:
        with _told("Mend it, then run again; nothing was left behind."):
            _load(manifest, source, data, tell)
    except BaseException:
        _empty(data, keep=was_there)
        raise
    tell(f"restored into {data}; next: ludao migrate")


def _load(manifest: Manifest, source: Path, data: Path, tell: Tell) -> None:
    data.parent.mkdir(parents=True, exist_ok=True)
    copy = _Copy(tell)
    copy.tree(source / "files", data)
    tell(str(copy))
    with _servers(data, tell, is_new=True) as (database, nats):
        tell("loading the database …")
        _compare("rows", manifest["rows"], dump.load(database, source / "database.dump"))
        tell(f"database: {sum(manifest['rows'].values()):,} rows, as many as were saved")
        _compare("messages", manifest["messages"], streams.load(nats, source / "streams"))
        tell(f"streams: {sum(manifest['messages'].values()):,} messages, as many as were saved")


@contextmanager
def _servers(data: Path, tell: Tell, *, is_new: bool) -> Iterator[tuple[str, str]]:
    """The addresses of database and NATS: the operator's own, or the embedded ones, started if need be."""
    own = {"postgres": os.environ.get("LUDAO_DATABASE_URL"), "nats": os.environ.get("LUDAO_NATS_URL")}
    parts = [name for name, url in own.items() if not url]
    if not is_new and "postgres" in parts and not (data / "postgres" / "cluster").exists():
        raise BackupError(f"There is no city in {data}.", "Name its folder: DATA=…, or LUDAO_DATABASE_URL=…")
    with running(data, parts=parts, tell=tell) as embedded:
        yield own["postgres"] or embedded.database_url, own["nats"] or embedded.nats_url


class _Copy:
    """Folders and files with their modes, counted as they go."""

    def __init__(self, tell: Tell) -> None:
        self.tell = tell
        self.number = self.bytes = 0

    def tree(self, source: Path, target: Path, leave: Collection[str] = ()) -> None:
        target.mkdir(exist_ok=True)
        # The log of a lake table goes before its parts: what it names was written before it.
        for entry in sorted(source.iterdir(), key=lambda entry: (entry.name != "_delta_log", entry.name)):
            if entry.name in leave or entry.is_socket():
                continue
            if entry.is_dir():
                self.tree(entry, target / entry.name)
            else:
                self._file(entry, target / entry.name)
        shutil.copymode(source, target)

    def _file(self, source: Path, target: Path) -> None:
        try:
            shutil.copy2(source, target)
        except FileNotFoundError:
            self.tell(f"{source} was removed meanwhile")
            return
        self.number += 1
        self.bytes += target.stat().st_size
        if self.number % 10_000 == 0:
            self.tell(f"{self} …")

    def __str__(self) -> str:
        return f"files: {self.number:,}, {_size(self.bytes)}"


def _checked(source: Path, tell: Tell) -> Manifest:
    """The manifest, when every file is what it was and this program is not older than the backup."""
    try:
        manifest: Manifest = json.loads((source / "manifest.json").read_text())
    except FileNotFoundError:
        raise BackupError(
            f"{source} is no backup: it has no manifest.json.",
            "Name the folder that `ludao backup` wrote; one that ends in .part was cut short.",
        ) from None
    except ValueError as error:
        raise BackupError(f"{source / 'manifest.json'} is damaged: {error}", _ANOTHER) from error
    ours = importlib.metadata.version("ludao")
    if manifest["format"] > FORMAT or _numbers(manifest["ludao"]) > _numbers(ours):
        raise BackupError(
            f"The backup was made by Ludao {manifest['ludao']}, this is {ours}.",
            f"Restore with Ludao {manifest['ludao']} or newer.",
        )
    found = {name: digest for name, digest in _digests(source).items() if name != "manifest.json"}
    for name in sorted({*found} | {*manifest["digests"]}):
        if name not in found:
            raise BackupError(f"{source / name} is missing.", _ANOTHER)
        if found[name] != manifest["digests"].get(name):
            raise BackupError(f"{source / name} is not as it was saved.", _ANOTHER)
    tell(f"checked {len(found):,} files of the backup of {manifest['made_at']}")
    return manifest


_ANOTHER = "Take another backup, or another copy of this one."


def _digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): _digest(path) for path in files}


def _digest(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _compare(what: str, saved: dict[str, int], found: dict[str, int]) -> None:
    """A digest proves the file; only the count proves that all of it arrived."""
    for name in sorted({*saved} | {*found}):
        if saved.get(name) != found.get(name):
            raise BackupError(f"{name}: {saved.get(name)} {what} were saved, {found.get(name)} came back.",
                              "Report this with the logs of the servers.")


def _refuse_full(folder: Path, mend: str) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BackupError(f"{folder} is not empty.", mend)


def _empty(data: Path, *, keep: bool) -> None:
    for entry in data.iterdir() if data.exists() else []:
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()
    if not keep and data.exists():
        data.rmdir()


@contextmanager
def _told(mend: str) -> Iterator[None]:
    """What the machine refuses (no space, no right) is told with its mend as well."""
    try:
        yield
    except (OSError, psycopg.Error) as error:
        raise BackupError(str(error).strip(), mend) from error


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]


def _size(number: float) -> str:
    for unit in ("B", "KiB", "MiB", "GiB"):
        if number < 1024:
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1024
    return f"{number:.1f} TiB"

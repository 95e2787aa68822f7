"""The past of a table: its versions, what changed between them, and the way back."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.lake import place
from ludao.blocks.lake import table as tables


@dataclass(frozen=True)
class Version:
    """One version: which operation made it, with how many rows, in which run."""

    number: int
    at: datetime
    operation: str
    rows: int
    run: str
    more: dict[str, Any]


def versions(address: str, limit: int | None = None) -> list[Version]:
    """The newest first."""
    delta = tables.opened(address)
    newest = delta.version()
    history = delta.history(limit)
    return [_version(newest - place_in, entry) for place_in, entry in enumerate(history)]


def _version(number: int, entry: dict[str, Any]) -> Version:
    about = json.loads(entry.get("ludao") or "{}")
    known = {"operation", "run", "rows"}
    return Version(number, datetime.fromtimestamp(entry["timestamp"] / 1000, UTC),
                   about.get("operation", entry.get("operation", "").lower()), about.get("rows", 0),
                   about.get("run", ""), {k: v for k, v in about.items() if k not in known})


def undo(address: str, to: int, actor: Any = None, run: str = "") -> int:
    """The rows of version `to` again, as a version of its own: what was done since stays on record."""
    from deltalake import CommitProperties

    with place.writing(address):
        table = tables.now(address)
        if not 0 <= to < table.version:
            raise Problem(t(f"{address} 没有更早的第 {to} 版", f"{address} has no earlier version {to}"), field="to")
        before = tables.as_of(address, to)
        if any(not (table.folder / file.path).exists() for file in before.every_file):
            raise Problem(t(f"第 {to} 版的文件已按保留期清理", f"The files of version {to} are past retention"),
                          field="to")
        about = {"operation": "undo", "run": run, "rows": before.rows, "to": to, "by": getattr(actor, "label", "")}
        tables.opened(address).restore(to, commit_properties=CommitProperties(
            custom_metadata={"ludao": json.dumps(about, default=str)}, max_commit_retries=0))
        return table.version + 1

"""A table made anew: what was built beside it takes its place in one version, with another schema or key."""

import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

from ludao.base.errors import Conflict
from ludao.base.text import t
from ludao.blocks.lake import place
from ludao.blocks.lake import table as tables
from ludao.blocks.lake.table import Table
from ludao.blocks.lake.writing import sync


def take_over(address: str, aside: str, on: int, run: str = "") -> int:
    """The rows, schema and key of `aside` as the next version of `address`, which must still stand in version `on`;
    gives the new version. The versions before stay readable as they were. `aside` is left as it is."""
    with place.writing(address):
        table, new = tables.now(address), tables.now(aside)
        if table.version != on:
            raise Conflict(t(f"{address} 在这期间又变了", f"{address} has changed meanwhile"))
        for file in new.every_file:
            _linked(Path(new.path(file)), Path(table.path(file)))
        _commit(table, _lines(table, new, run))
        return on + 1


def drop(address: str) -> None:
    """The whole table, its past too; for what was built beside and is not wanted."""
    with place.writing(address):
        shutil.rmtree(place.folder(address), ignore_errors=True)


def _linked(source: Path, target: Path) -> None:
    """Not a second copy on the disk. What a killed take-over linked is there already."""
    target.parent.mkdir(exist_ok=True)
    if not target.exists():
        os.link(source, target)
    sync(target)


def _lines(table: Table, new: Table, run: str) -> list[dict[str, Any]]:
    """The actions of one Delta commit. delta-rs, which writes all others, changes the partitions and the description
    of a table that stands in none of its own."""
    moment = int(time.time() * 1000)
    about = {"operation": "remake", "run": run, "rows": new.rows}
    added, metadata = _logged(new)
    return [
        {"commitInfo": {"timestamp": moment, "operation": "WRITE", "operationParameters": {"mode": "Overwrite"},
                        "ludao": json.dumps(about)}},
        {"metaData": metadata | {"id": tables.opened(table.address).metadata().id, "name": table.address}},
        *({"remove": {"path": file.path, "dataChange": True, "deletionTimestamp": moment,
                      "extendedFileMetadata": True, "size": file.size,
                      "partitionValues": {tables.BUCKET: str(file.bucket)} if table.key else {}}}
          for file in table.every_file),
        *({"add": added[file.path]} for file in new.every_file),
    ]


def _logged(table: Table) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """Every file that was ever added, and the newest metadata, as the log tells them."""
    added: dict[str, dict[str, Any]] = {}
    metadata: dict[str, Any] = {}
    for log in sorted((table.folder / "_delta_log").glob("*.json")):
        for line in log.read_text("utf-8").splitlines():
            action = json.loads(line)
            if one := action.get("add"):
                added[one["path"]] = one
            metadata = action.get("metaData", metadata)
    return added, metadata


def _commit(table: Table, lines: list[dict[str, Any]]) -> None:
    """Under the next number, which is taken once: a link to a name that is there fails."""
    folder = table.folder / "_delta_log"
    target, new = folder / f"{table.version + 1:020d}.json", folder / f".remake-{os.getpid()}"
    new.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n", "utf-8")
    sync(new)
    try:
        os.link(new, target)
    except FileExistsError:
        raise Conflict(t("别人同时写了这张表", "Somebody else wrote this table at the same time")) from None
    finally:
        new.unlink()
    sync(folder)

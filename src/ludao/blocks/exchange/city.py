"""A folder with the files of many departments, brought in source by source: the demonstration city's way in."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ludao.base.actor import Actor
from ludao.blocks.exchange import keeping, loading
from ludao.blocks.exchange.models import Delivery, Source

FOLDER = "LUDAO_CITY"
KINDS = ("csv", "xlsx", "jsonl", "parquet")


def load_all(actor: Actor, folder: Path, contracts: list[dict[str, Any]], tell: Callable[[str], None]) -> dict[str, int]:
    """Gives the rows that were loaded now, by address. What came before is recognised and changes nothing."""
    from ludao.blocks.exchange import public

    rows: dict[str, int] = {}
    for contract in contracts:
        source = public.set_up(actor, contract)
        for path in files_of(source, folder):
            rows[source.address] = rows.get(source.address, 0) + _bring(actor, source, path)
        tell(f"{source.address} {rows.get(source.address, 0)}")
    return rows


def files_of(source: Source, folder: Path) -> list[Path]:
    """The files of a source in the folder, in the order of their names, which is the order they were sent."""
    department, table = source.address.split(".")[-2:]
    pattern = str(source.terms.origin.get("pattern") or f"{department}/{table}_*")
    found = sorted(path for path in folder.glob(pattern) if path.is_file())
    return [keeping.inside(folder, str(path.relative_to(folder))) for path in found]


def _bring(actor: Actor, source: Source, path: Path) -> int:
    from ludao.blocks.exchange import public

    delivery = public.receive(actor, source.address, path)
    if delivery.state != Delivery.WAITING:
        return 0
    loading.load.now(actor, about=source.address, delivery=delivery.pk)
    delivery.refresh_from_db()
    return delivery.rows or 0


def root() -> Path | None:
    """Where the departments' files lie, when the operator says so."""
    given = os.environ.get(FOLDER)
    return Path(given) if given else None

"""What an operator asks of the lake: is every table whole, how much does it hold, is there something to tidy."""

from ludao.base.health import Component
from ludao.blocks.lake import place, tidying
from ludao.blocks.lake import table as tables
from ludao.blocks.lake.table import Table

MEND = "take it back to a version that is whole (the dataset's page, versions), or restore: docs/operate/backup.md"


def lake() -> Component:
    """Opens the log of every table and looks whether each file that it names stands there in full size."""
    found, torn = [], []
    for address in place.addresses():
        try:
            table = tables.now(address)
        except Exception as error:  # noqa: BLE001  whatever is wrong with it, the others are told too
            torn.append(f"{address} ({str(error).splitlines()[0][:80]})")
            continue
        found.append(table)
        if lost := sum(not _is_whole(table, file.path, file.size) for file in table.every_file):
            torn.append(f"{address} ({lost} of {len(table.every_file)} files)")
    held = f"{len(found)} tables, {sum(t.rows for t in found):,} rows, {sum(t.bytes for t in found) / 2**30:.2f} GiB"
    if torn:
        return Component("lake", "down", held, str(place.root()), f"not whole: {', '.join(torn[:5])}; {MEND}")
    scattered = sum(bool(tidying.scattered(t, tidying.MOST_FILES)) for t in found)
    mend = f"{scattered} tables in many small files: the job lake.tidy puts them together at night" if scattered else ""
    return Component("lake", "up", held, str(place.root()), mend)


def _is_whole(table: Table, path: str, size: int) -> bool:
    try:
        return (table.folder / path).stat().st_size == size
    except OSError:
        return False

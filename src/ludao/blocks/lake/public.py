"""The door of the lake: tables by address, merged by key, read by one SQL, with their whole past."""

from typing import TYPE_CHECKING

from ludao.blocks.lake.cluster import cluster
from ludao.blocks.lake.cluster import stop as stop_cluster
from ludao.blocks.lake.loading import append, describe, replace, write
from ludao.blocks.lake.merging import Merged, merge
from ludao.blocks.lake.place import addresses
from ludao.blocks.lake.reading import lookup, read_files, sql
from ludao.blocks.lake.remaking import drop, take_over
from ludao.blocks.lake.resolving import addresses as addresses_in
from ludao.blocks.lake.sandbox import Allowed, Answer, sandbox, tables_of, told_of
from ludao.blocks.lake.session import Result, Session, session
from ludao.blocks.lake.table import Table, exists
from ludao.blocks.lake.tidying import compact, vacuum
from ludao.blocks.lake.versions import Version, changes, undo, versions
from ludao.blocks.lake.writing import create

if TYPE_CHECKING:
    from ludao.blocks.lake.flow import Flowed


def flow(address: str) -> "Flowed":
    """Bring the lake's copy of a dataset of the house up to its tables."""
    from ludao.blocks.lake import flow as flows  # its table is a Django model

    return flows.flow(address)


__all__ = ["Allowed", "Answer", "Merged", "Result", "Session", "Table", "Version", "addresses",
           "addresses_in", "append", "changes",
           "cluster", "compact", "create", "describe", "drop", "exists", "flow", "lookup", "merge", "read_files",
           "replace", "sandbox", "session", "sql", "stop_cluster", "tables_of", "take_over", "told_of", "undo",
           "vacuum", "versions", "write"]

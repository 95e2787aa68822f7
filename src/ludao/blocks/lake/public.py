"""The door of the lake: tables by address, merged by key, read by one SQL, with their whole past."""

from ludao.blocks.lake.loading import append, describe, replace, write
from ludao.blocks.lake.merging import Merged, merge
from ludao.blocks.lake.place import addresses
from ludao.blocks.lake.reading import lookup, read_files, sql
from ludao.blocks.lake.session import Result, Session, session
from ludao.blocks.lake.table import Table, exists
from ludao.blocks.lake.versions import Version, undo, versions
from ludao.blocks.lake.writing import create

__all__ = ["Merged", "Result", "Session", "Table", "Version", "addresses", "append", "create", "describe", "exists",
           "lookup", "merge", "read_files", "replace", "session", "sql", "undo", "versions", "write"]

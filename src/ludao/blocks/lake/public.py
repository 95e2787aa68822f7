"""The door of the lake: tables by address, merged by key, read by one SQL, with their whole past."""

from ludao.blocks.lake.cluster import cluster
from ludao.blocks.lake.loading import append, describe, replace, write
from ludao.blocks.lake.merging import Merged, merge
from ludao.blocks.lake.place import addresses
from ludao.blocks.lake.reading import lookup, read_files, sql
from ludao.blocks.lake.sandbox import Allowed, Answer, sandbox, tables_of
from ludao.blocks.lake.session import Result, Session, session
from ludao.blocks.lake.table import Table, exists
from ludao.blocks.lake.tidying import compact, vacuum
from ludao.blocks.lake.versions import Version, changes, undo, versions
from ludao.blocks.lake.writing import create

__all__ = ["Allowed", "Answer", "Merged", "Result", "Session", "Table", "Version", "addresses", "append", "changes",
           "cluster", "compact", "create", "describe", "exists", "lookup", "merge", "read_files", "replace", "sandbox",
           "session", "sql", "tables_of", "undo", "vacuum", "versions", "write"]

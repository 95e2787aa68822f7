"""The past of a table: its versions, what changed between them, and the way back."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.lake import place
from ludao.blocks.lake import table as tables
from ludao.blocks.lake.resolving import kinds, quoted, source
from ludao.blocks.lake.session import reading
from ludao.blocks.lake.table import File, Table

if TYPE_CHECKING:
    import pyarrow as pa


WORDS = {"append": t("追加", "append"), "replace": t("替换", "replace"), "merge": t("合并", "merge"),
         "compact": t("整理", "compact"), "undo": t("退回", "undo"), "remake": t("重做", "made anew"),
         "create table": t("建表", "create"), "add column": t("加列", "add columns"),
         "update table metadata": t("改说明", "describe")}


@dataclass(frozen=True)
class Version:
    """One version: which operation made it, with how many rows, in which run."""

    number: int
    at: datetime
    operation: str
    rows: int
    run: str
    more: dict[str, Any]

    @property
    def word(self) -> str:
        """The operation, as people say it."""
        return str(WORDS.get(self.operation, self.operation))


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


def undo(address: str, to: int, actor: Any = None, run: str = "", is_remade: bool = False) -> int:
    """The rows of version `to` again, as a version of its own: what was done since stays on record. `is_remade`: its
    key and types too, where the table was made anew since, which the contract of its source must then follow."""
    from deltalake import CommitProperties

    with place.writing(address):
        table = tables.now(address)
        if not 0 <= to < table.version:
            raise Problem(t(f"{address} 没有更早的第 {to} 版", f"{address} has no earlier version {to}"), field="to")
        before = tables.as_of(address, to)
        refuse_missing(table, before.every_file, to)
        if not is_remade and _stood_otherwise(before, table):
            raise Problem(t(f"第 {to} 版的主键或类型不同：请撤回那次契约变更",
                            f"Version {to} has another key or other types: take that change of the contract back"),
                          field="to")
        about = {"operation": "undo", "run": run, "rows": before.rows, "to": to, "by": getattr(actor, "label", "")}
        tables.opened(address).restore(to, commit_properties=CommitProperties(
            custom_metadata={"ludao": json.dumps(about, default=str)}, max_commit_retries=0))
        return table.version + 1


def _stood_otherwise(before: Table, after: Table) -> bool:
    """Whether the table was made anew between them: another key, or a column of another type."""
    stand = {f.name: f.type for f in after.schema}
    return before.key != after.key or any(stand.get(f.name, f.type) != f.type for f in before.schema)


def changes(address: str, since: int) -> "pa.RecordBatchReader":
    """What is different now from version `since`: rows with `_change` (insert, update, delete) and `_version`.

    By key: the new row of what was inserted or updated, the old row of what was deleted. A table without key tells
    the rows of files that came (insert) and went (delete); compaction is no change. Where the table was made anew
    since, the old rows are read by the new key and types.
    """
    table = tables.now(address)
    if not 0 <= since <= table.version:
        raise Problem(t(f"{address} 没有第 {since} 版", f"{address} has no version {since}"), field="since")
    before = tables.as_of(address, since)
    come, go = _between(before, table)
    refuse_missing(table, go, since)
    query = _by_key(table, come, before, go) if table.key else _by_file(table, come, before, go)
    return reading().cursor().sql(f"select *, {table.version}::bigint as _version from ({query})").to_arrow_reader()


def _between(before: Table, after: Table) -> tuple[list[File], list[File]]:
    """The live files that came and those that went; for a table without key compactions count for nothing."""
    stood, stand = {f.path: f for f in before.files}, {f.path: f for f in after.files}
    if not after.key and any(v.operation == "compact" for v in versions(after.address, after.version - before.version)):
        return _told(before, after)
    return [stand[p] for p in stand.keys() - stood.keys()], [stood[p] for p in stood.keys() - stand.keys()]


def _told(before: Table, after: Table) -> tuple[list[File], list[File]]:
    come: list[File] = []
    go: list[File] = []
    last = before
    for version in reversed(versions(after.address, after.version - before.version)):
        this = tables.as_of(after.address, version.number)
        if version.operation != "compact":
            stood, stand = {f.path: f for f in last.files}, {f.path: f for f in this.files}
            come += [stand[p] for p in stand.keys() - stood.keys()]
            go += [stood[p] for p in stood.keys() - stand.keys()]
        last = this
    return come, go


def _by_key(table: Table, come: list[File], before: Table, go: list[File]) -> str:
    on = " and ".join(f"o.{quoted(k)} = n.{quoted(k)}" for k in table.key)
    old_has = set(before.columns)
    shown = ", ".join(f"case when n._is is null then {f'o.{quoted(c)}' if c in old_has else 'null'}"
                      f" else n.{quoted(c)} end as {quoted(c)}" for c in table.columns)
    differs = " or ".join(f"n.{quoted(c)} is distinct from {f'o.{quoted(c)}' if c in old_has else 'null'}"
                          for c in table.columns if c not in table.key) or "false"
    return f"""
        select {shown}, case when o._is is null then 'insert' when n._is is null then 'delete'
            else 'update' end as _change
        from (select *, true as _is from {source(table, come)}) n
        full join (select *, true as _is from {_as_now(table, before, go)}) o on {on}
        where o._is is null or n._is is null or {differs}"""


def _by_file(table: Table, come: list[File], before: Table, go: list[File]) -> str:
    return (f"select *, 'insert' as _change from {source(table, come)}"
            f" union all by name select *, 'delete' as _change from {_as_now(table, before, go)}")


def _as_now(table: Table, before: Table, files: list[File]) -> str:
    """The old rows in the types of now; a value that is none in them is empty."""
    if not _stood_otherwise(before, table):
        return source(before, files)
    now = kinds(table.schema)
    shown = ", ".join(f"try_cast({quoted(c)} as {now[c]}) as {quoted(c)}" for c in before.columns if c in now)
    return f"(select {shown} from {source(before, files)})"


def refuse_missing(table: Table, files: list[File] | tuple[File, ...], version: int) -> None:
    if any(not (table.folder / file.path).exists() for file in files):
        raise Problem(t(f"第 {version} 版的文件已按保留期清理", f"The files of version {version} are past retention"),
                      field="version")

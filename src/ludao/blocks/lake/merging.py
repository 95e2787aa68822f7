"""Changes into a table by key: the newest by the source's own time wins, whatever comes late or twice.

Order of two accounts of one key: by time; at the same time a deletion goes before a row, and of two rows the one
that was delivered later wins. A deleted key leaves a tombstone in a bucket of its own (-1 - n), which no reading
touches, so that an old row which comes late does not bring it back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.lake import place
from ludao.blocks.lake import table as tables
from ludao.blocks.lake.buckets import bucket_of
from ludao.blocks.lake.resolving import kinds, literal, nothing, parquet, quoted
from ludao.blocks.lake.session import Session, session
from ludao.blocks.lake.table import BUCKET, File, Table
from ludao.blocks.lake.writing import Change, changing, fitted, store, store_in

if TYPE_CHECKING:
    from deltalake.transaction import AddAction


@dataclass(frozen=True)
class Merged:
    """What a delivery did, row by row of it; older accounts of a key in the same delivery count as stale."""

    inserted: int
    updated: int
    deleted: int
    unchanged: int
    stale: int
    version: int


def merge(address: str, changes: Any, at: str | None = "updated_at", deletes: str | None = None,
          run: str = "", work: Session | None = None) -> Merged:
    """`changes`: Arrow data, or a SELECT of the session `work`. `at` names the column with the source's time, None
    when it has none: then what is delivered later always wins. `deletes` names a boolean column that says which keys
    are gone."""
    if work:
        return merge_from(work, address, f"({changes})", at, deletes, run)
    with session() as work:
        work.register("_delivered", changes)
        return merge_from(work, address, "_delivered", at, deletes, run)


def merge_from(work: Session, address: str, source: str, at: str | None, deletes: str | None, run: str) -> Merged:
    """The same from a table, view or query in brackets of the session."""
    table = tables.now(address)
    if not table.key:
        raise Problem(t(f"{address} 没有主键，不能合并", f"{address} has no key to merge by"), field="key")
    delivered = _take(work, table, source, at, deletes)
    counts: dict[str, int] = {}

    def make(table: Table) -> Change | None:
        _judge(work, table, at)
        rows = work.connection.execute("select verdict, count(*) from _verdict group by all").fetchall()
        counts.clear()
        counts.update(rows)
        if not set(counts) & {"insert", "revive", "update", "delete", "bury"}:
            return None
        effect = {kind: counts.get(kind, 0) for kind in ("insert", "revive", "update", "delete")}
        return Change("merge", _write(work, table, at), _rewritten(work, table), sum(effect.values()), effect)

    with place.writing(address):
        version = changing(address, make, run)
    return _merged(counts, delivered, version)


def _merged(counts: dict[str, int], delivered: int, version: int) -> Merged:
    inserted = counts.get("insert", 0) + counts.get("revive", 0)
    updated, deleted = counts.get("update", 0), counts.get("delete", 0)
    unchanged = counts.get("same", 0) + counts.get("bury", 0)
    return Merged(inserted, updated, deleted, unchanged, delivered - inserted - updated - deleted - unchanged, version)


def _take(work: Session, table: Table, source: str, at: str | None, deletes: str | None) -> int:
    """The delivery as a table of the session: `_newest`, one row a key. Gives the rows delivered."""
    names = [column[0] for column in work.connection.execute(f"select * from {source} limit 0").description or ()]
    gone = f"coalesce({quoted(deletes)}, false)" if deletes else "false"
    columns = fitted(table, [name for name in names if name != deletes], source, f"{gone} as _gone")
    work.connection.execute(
        f"create or replace temp table _newest as select *, row_number() over () as _turn,"
        f" {bucket_of(table.key, table.buckets)} as {BUCKET} from ({columns})"
    )
    keys = _keys(table)
    empty = " or ".join(f"{quoted(name)} is null" for name in table.key)
    delivered, without = work.connection.execute(
        f"select count(*), count(*) filter ({empty}) from _newest").fetchone() or (0, 0)
    if without:
        raise Problem(t(f"{without} 行没有主键", f"{without} rows have no key"), field=table.key[0])
    if work.connection.execute(f"select 1 from _newest group by {keys} having count(*) > 1 limit 1").fetchone():
        order = f"{quoted(at)} desc nulls last, _gone desc, " if at else ""
        work.connection.execute(
            f"create or replace temp table _newest as select * from _newest"
            f" qualify row_number() over (partition by {keys} order by {order}_turn desc) = 1"
        )
    return int(delivered)


def _judge(work: Session, table: Table, at: str | None) -> None:
    """`_verdict`: each row of the delivery with what is to be done, and in which file its row or tombstone stands.

    A row whose time differs is another row, so only keys and times are read; the rest of the rows only where the
    time is the same, which is the rule for a table that comes whole each time and rare where changes come.
    """
    touched = {row[0] for row in work.connection.execute(f"select distinct {BUCKET} from _newest").fetchall()}
    near = [f for f in table.every_file if (f.bucket if f.is_live else -1 - f.bucket) in touched]
    new_at, old_at = (f"n.{quoted(at)}", f"s.{quoted(at)}") if at else ("null", "null")
    older = f"({new_at} < {old_at} or ({new_at} is null and {old_at} is not null))" if at else "false"
    dead_older = f"({older} or {new_at} is not distinct from {old_at})" if at else "false"
    later = f"{new_at} is distinct from {old_at}" if at else "false"
    known = [*table.key, at] if at and at not in table.key else [*table.key]
    work.connection.execute(f"""
        create or replace temp table _verdict as
        select n.*, s._file, case
            when s._is_dead is null and n._gone then {"'bury'" if at else "'same'"}
            when s._is_dead is null then 'insert'
            when s._is_dead and n._gone then case when {dead_older} then 'same' else 'bury' end
            when s._is_dead then case when {dead_older} then 'stale' else 'revive' end
            when {older} then 'stale'
            when n._gone then 'delete'
            when {later} then 'update'
            else 'even' end as verdict
        from _newest n left join ({_stored(table, near, known)}) s on {_on(table, 'n', 's')}
        order by s._file
    """)
    _compare(work, table, near)


def _compare(work: Session, table: Table, near: list[File]) -> None:
    """What came with the time that stands: the same row, or another."""
    asked = {row[0] for row in work.connection.execute(
        "select distinct _file from _verdict where verdict = 'even'").fetchall()}
    if not asked:
        return
    differs = " or ".join(f"n.{quoted(c)} is distinct from s.{quoted(c)}" for c in table.columns
                          if c not in table.key) or "false"
    stored = _stored(table, [file for file in near if table.path(file) in asked], table.columns)
    work.connection.execute(f"""
        create or replace temp table _verdict as
        select n.* replace (case when n.verdict <> 'even' then n.verdict when {differs} then 'update' else 'same' end
            as verdict)
        from _verdict n left join ({stored}) s on n.verdict = 'even' and {_on(table, 'n', 's')}
        order by n._file
    """)


def _stored(table: Table, files: list[File], columns: Sequence[str]) -> str:
    living = [f for f in files if f.is_live]
    dead = [f for f in files if not f.is_live]
    parts = [f"select {_list(columns)}, filename as _file, {is_dead} as _is_dead from ({_all(table, chosen)})"
             for chosen, is_dead in ((living, "false"), (dead, "true")) if chosen]
    empty = f"select {_list(columns)}, null::varchar as _file, null::boolean as _is_dead from ({nothing(table)})"
    return " union all ".join(parts) if parts else empty


def _all(table: Table, files: list[File]) -> str:
    """Whole rows of some files with the name of each."""
    if not table.is_widened:
        return f"select *, filename from {parquet(table, files)}"
    return f"select *, filename from {parquet(table, files, by_name=True)} union all by name {nothing(table)}"


def _write(work: Session, table: Table, at: str | None) -> list["AddAction"]:
    new = f"select {_list(table.columns)} from _verdict where verdict in ('insert', 'revive')"
    come = store(work.connection, table, new) if _any(work, "insert", "revive") else []
    for file in _rewritten(work, table):
        come += store_in(work.connection, table, file.bucket, _anew(table, file))
    return come + (_bury(work, table, at) if at else [])


def _anew(table: Table, file: File) -> str:
    """A file's rows in their order with what changed; those deleted and tombstones no longer true left out."""
    new = ", ".join(f"s.{quoted(c)}" if c in table.key else
                    f"case when n._turn is null then s.{quoted(c)} else n.{quoted(c)} end as {quoted(c)}"
                    for c in table.columns)
    return f"""
        select {new} from ({_all(table, [file])}) s
        left join (from _verdict where _file = {literal(table.path(file))}
                   and verdict in ('update', 'delete', 'bury', 'revive')) n on {_on(table, 'n', 's')}
        where n.verdict is null or n.verdict = 'update'"""


def _bury(work: Session, table: Table, at: str) -> list["AddAction"]:
    """Tombstones hold the key and the time; the rest of the row is forgotten."""
    come: list[AddAction] = []
    kind = kinds(table.schema)
    buckets = work.connection.execute(
        f"select distinct {BUCKET} from _verdict where verdict in ('delete', 'bury') order by 1").fetchall()
    kept = ", ".join(quoted(c) if c in table.key or c == at else f"null::{kind[c]} as {quoted(c)}"
                     for c in table.columns)
    for (bucket,) in buckets:
        come += store_in(work.connection, table, -1 - bucket, f"""
            select {kept} from _verdict
            where {BUCKET} = {bucket} and verdict in ('delete', 'bury') order by {_keys(table)}""")
    return come


def _rewritten(work: Session, table: Table) -> list[File]:
    rows = work.connection.execute(
        "select distinct _file from _verdict"
        " where _file is not null and verdict in ('update', 'delete', 'bury', 'revive')").fetchall()
    paths = {row[0] for row in rows}
    return [file for file in table.every_file if table.path(file) in paths]


def _any(work: Session, *verdicts: str) -> bool:
    named = ", ".join(literal(verdict) for verdict in verdicts)
    return work.connection.execute(f"select 1 from _verdict where verdict in ({named}) limit 1").fetchone() is not None


def _keys(table: Table) -> str:
    return _list(table.key)


def _list(names: Sequence[str], prefix: str = "") -> str:
    return ", ".join(prefix + quoted(name) for name in names)


def _on(table: Table, left: str, right: str) -> str:
    return " and ".join(f"{left}.{quoted(k)} = {right}.{quoted(k)}" for k in table.key)

"""The message log is written before an answer leaves; those that come together are written by one commit.

Whoever comes first writes for all who wait meanwhile. In the same transaction, under the lock of the chain's head, it
is settled whether the grant holds, the endpoint is open, the token was not revoked and the quota reaches: what a
process remembers of a grant only spares work, it never decides.
"""

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction

from ludao.base import clock
from ludao.base.errors import LudaoError

from . import keys, refusals
from .engine.chain import canonical, digest_of, tree

MOST = 64
LINE = (
    "grant",
    "number",
    "at",
    "address",
    "way",
    "organisation",
    "person",
    "name",
    "program",
    "purpose",
    "request_id",
    "asked",
    "rows",
    "status",
    "answer",
    "ms",
)


@dataclass
class Entry:
    """One use of a grant on its way into the log; `line` and the proof are filled in by whoever writes it."""

    grant: int
    way: str
    line: dict[str, Any]
    token: int | None = None
    cost: int = 1
    error: LudaoError | None = None
    is_done: bool = False
    bytes_: bytes = b""
    previous: bytes = b""
    digest: bytes = b""
    proof: list[str] = field(default_factory=list)
    key_id: str = ""
    signature: str = ""
    left_day: int = 0


_lock, _turn = threading.Lock(), threading.Lock()
_waiting: list[Entry] = []


def commit(entry: Entry) -> Entry:
    """Give back the entry with its place, once it stands in the log for good. Raises why it was refused."""
    with _lock:
        _waiting.append(entry)
    while not entry.is_done:
        with _turn:
            if not entry.is_done:
                _write_waiting()
    if entry.error:
        raise entry.error
    return entry


def _write_waiting() -> None:
    with _lock:
        batch = _waiting[:MOST]
        del _waiting[:MOST]
    try:
        write(batch)
    except LudaoError as error:
        _fail(batch, error)
    except Exception:
        _fail(batch, Unwritten())
        raise
    finally:
        for entry in batch:
            entry.is_done = True


def _fail(batch: Sequence[Entry], error: LudaoError) -> None:
    for entry in batch:
        entry.error = error


class Unwritten(LudaoError):
    """The log could not be written, so no answer was given."""

    status = 503
    code = "unwritten"

    def __init__(self) -> None:
        super().__init__("日志暂时不能写入，请重试 · The log cannot be written now; try again")


_HEADS = """
select c.grant_id, c.number, c.digest, c.day, c.day_count, c.month_count, g.state, g.begins_on, g.ends_on,
       g.quota_day, g.quota_month, g.ways, e.shut_from, e.shut_until, e.notice
from data_sharing_chain c join data_sharing_grant g on g.id = c.grant_id
left join data_sharing_endpoint e on e.address = g.address
where c.grant_id = any(%s) order by c.grant_id for update of c
"""
_TOKENS = "select id from base_token where id = any(%s) and revoked_at is null and expires_at > now()"
_COLUMNS = ("grant_id", *LINE[1:], "previous", "digest")
_KINDS = {"number": "bigint", "at": "timestamptz", "asked": "jsonb", "rows": "int", "status": "smallint",
          "ms": "float8"}
_WRITE = f"""
insert into data_sharing_message ({', '.join(_COLUMNS)})
select v."grant", {', '.join(f'v.{name}' for name in LINE[1:])}, decode(v.previous, 'hex'), decode(v.digest, 'hex')
from json_to_recordset(%s) v ("grant" bigint, {', '.join(f'{name} {_KINDS.get(name, "text")}' for name in LINE[1:])},
                              previous text, digest text)
"""  # one parameter: the driver takes a millisecond to place three hundred


@dataclass
class _Head:
    grant: int
    number: int
    digest: bytes
    day: date
    day_count: int
    month_count: int
    state: str
    begins_on: date
    ends_on: date
    quota_day: int
    quota_month: int
    ways: list[str]
    shut_from: datetime | None
    shut_until: datetime | None
    notice: str | None


def write(batch: Sequence[Entry]) -> None:
    """One transaction for all; then one signature over the root of what it wrote."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_HEADS, [sorted({entry.grant for entry in batch})])
        heads = {row[0]: _Head(*row) for row in cursor.fetchall()}
        tokens = [entry.token for entry in batch if entry.token]
        held: set[int] = set()
        if tokens:
            cursor.execute(_TOKENS, [tokens])
            held = {row[0] for row in cursor.fetchall()}
        now = clock.now()
        written = [entry for entry in batch if _place(entry, heads.get(entry.grant), held, now)]
        if written:
            _store(cursor, written, {entry.grant: heads[entry.grant] for entry in written}.values())
    if written:
        root, proofs = tree([entry.digest for entry in written])
        key_id, signature = keys.sign(root)
        for entry, proof in zip(written, proofs, strict=True):
            entry.proof, entry.key_id, entry.signature = proof, key_id, signature


def _place(entry: Entry, head: _Head | None, tokens: set[int], now: datetime) -> bool:
    """Judge the entry and give it its place; a refused use stands in the log with its status and without an answer."""
    if head is None:
        entry.error = refusals.NoGrant()
        return False
    turn_over(head, now.date())
    entry.error = _refusal(entry, head, tokens, now)
    line = {
        **entry.line,
        "grant": head.grant,
        "number": head.number + 1,
        "way": entry.way,
        "at": now.astimezone(UTC).isoformat(timespec="microseconds"),
    }
    if entry.error:
        line |= {"status": entry.error.status, "answer": "", "rows": 0}
    elif line["status"] == 200:
        head.day_count += entry.cost
        head.month_count += entry.cost
    entry.line, entry.bytes_, entry.previous = line, canonical(line), bytes(head.digest)
    entry.digest = digest_of(entry.previous, entry.bytes_)
    entry.left_day = head.quota_day - head.day_count
    head.number, head.digest = head.number + 1, entry.digest
    return True


def turn_over(head: _Head, today: date) -> None:
    """A new day counts from nothing, a new month too."""
    if (head.day.year, head.day.month) != (today.year, today.month):
        head.month_count = 0
    if head.day != today:
        head.day, head.day_count = today, 0


def _refusal(entry: Entry, head: _Head, tokens: set[int], now: datetime) -> LudaoError | None:
    if entry.token and entry.token not in tokens:
        from ludao.base.api.problems import Unauthenticated
        from ludao.base.text import t

        return Unauthenticated(t("令牌已撤销或到期", "The token was revoked or has expired"), error="invalid_token")
    if head.state != "open" or not head.begins_on <= now.date() <= head.ends_on:
        return refusals.over(head.state)
    if entry.way in ("lookup", "batch", "changes") and entry.way not in head.ways:
        return refusals.NoGrant()
    if head.shut_from and head.shut_from <= now and (not head.shut_until or now < head.shut_until):
        return refusals.shut(head.notice or "", head.shut_until)
    if head.day_count + entry.cost > head.quota_day:
        return refusals.spent("day", head.quota_day, _midnight(now.date() + timedelta(days=1)))
    if head.month_count + entry.cost > head.quota_month:
        following = (now.date().replace(day=1) + timedelta(days=32)).replace(day=1)
        return refusals.spent("month", head.quota_month, _midnight(following))
    return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.SHANGHAI)


def _store(cursor: Any, written: Sequence[Entry], heads: Any) -> None:
    lines = [{**{name: entry.line[name] for name in LINE}, "previous": entry.previous.hex(),
              "digest": entry.digest.hex()} for entry in written]
    cursor.execute(_WRITE, [json.dumps(lines, ensure_ascii=False)])
    moved: list[Any] = []
    for head in heads:
        moved += [head.grant, head.number, bytes(head.digest), head.day, head.day_count, head.month_count]
    cursor.execute(
        "update data_sharing_chain c set number = v.number, digest = v.digest, day = v.day, day_count = v.day_count,"
        " month_count = v.month_count from (values "
        + ", ".join(["(%s::bigint, %s::bigint, %s::bytea, %s::date, %s::int, %s::int)"] * (len(moved) // 6))
        + ") v (grant_id, number, digest, day, day_count, month_count) where c.grant_id = v.grant_id",
        moved,
    )

"""Files that hold only what was granted: the columns of a grant, masked, of one version of the table (or its changes).

The lake's own files are never given out. A snapshot is written once for each version and terms of a grant, beside
its place, then renamed; its rows in the database follow.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from ludao.base import clock, files
from ludao.base.crypto import sm3_file
from ludao.base.errors import Problem
from ludao.base.masks import mask
from ludao.base.text import t
from ludao.blocks.lake import public as lake

from .models import Grant, Part, Snapshot

if TYPE_CHECKING:
    import pyarrow as pa

MOST_ROWS = 1_000_000  # of one file
KEPT = 3


def current(grant: Grant) -> Snapshot:
    """The newest version as this grant may see it."""
    table = lake.describe(grant.address)
    return of(grant, table.version, None, table.updated_at)


def changes(grant: Grant, since: int) -> Snapshot:
    """What changed after version `since`, up to now. Raises a Problem for a version that is not (any more) there."""
    table = lake.describe(grant.address)
    if not 0 <= since <= table.version:
        raise Problem(
            t(
                f"没有第 {since} 版；现在是第 {table.version} 版",
                f"There is no version {since}; this is version {table.version}",
            ),
            field="since",
        )
    return of(grant, table.version, since, table.updated_at)


def of(grant: Grant, version: int, since: int | None, at: datetime) -> Snapshot:
    terms = terms_of(grant)
    found = Snapshot.objects.filter(grant_id=grant.pk, version=version, since=since).first()
    if found and found.schema.get("terms") == terms:
        return found
    with transaction.atomic():
        with connection.cursor() as cursor:  # one process writes, the others find it written
            cursor.execute("select pg_advisory_xact_lock(hashtext('data.sharing.snapshot'), %s)", [grant.pk])
        found = Snapshot.objects.filter(grant_id=grant.pk, version=version, since=since).first()
        if found and found.schema.get("terms") == terms:
            return found
        if found:
            found.delete()
        made = write(grant, version, since, at, terms)
    tidy(grant)
    return made


def terms_of(grant: Grant) -> str:
    """Changes with what was granted, so that old files are never served under new terms."""
    told = json.dumps([grant.columns, grant.masks], sort_keys=True).encode()
    return hashlib.sha256(told).hexdigest()[:16]


def folder(grant: int, name: str) -> Path:
    return files.folder("sharing") / "grants" / str(grant) / name


def write(grant: Grant, version: int, since: int | None, at: datetime, terms: str) -> Snapshot:
    name = f"{version}-{'all' if since is None else since}-{terms}"
    place = folder(grant.pk, name)
    draft = place.with_name(f".{name}")
    for old in (draft, place):
        shutil.rmtree(old, ignore_errors=True)
    draft.mkdir(parents=True)
    schema, parts = write_parts(batches(grant, version, since), draft)
    draft.rename(place)
    made = Snapshot.objects.create(
        grant_id=grant.pk,
        version=version,
        since=since,
        at=at,
        rows=sum(p.rows for p in parts),
        size=sum(p.size for p in parts),
        schema={"terms": terms, "folder": name, "fields": schema},
    )
    for part in parts:
        part.snapshot = made
        if since is not None:
            part.change_version, part.change_at = version, at
    Part.objects.bulk_create(parts)
    return made


def batches(grant: Grant, version: int, since: int | None) -> Iterator["pa.RecordBatch"]:
    """The granted columns with their masks, in pieces; of changes also what kind each is."""
    if since is None:
        listed = ", ".join(f'"{c}"' for c in grant.columns)
        reader = lake.sql(f"select {listed} from {grant.address}", as_of=version).reader()
        return (hidden(batch, grant.masks) for batch in reader)
    wanted = [*grant.columns, "_change"]
    told = (batch.select(wanted) for batch in lake.changes(grant.address, since))
    return (_named(hidden(batch, grant.masks)) for batch in told)


def _named(batch: "pa.RecordBatch") -> "pa.RecordBatch":
    """The kinds of changes by the names of Delta's change data feed."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kinds = batch.column("_change").cast(pa.string())
    kinds = pc.if_else(pc.equal(kinds, "update"), "update_postimage", kinds)
    at = batch.schema.get_field_index("_change")
    return batch.set_column(at, "_change_type", kinds)


def hidden(batch: "pa.RecordBatch", masks: dict[str, str]) -> "pa.RecordBatch":
    """The batch with its sensitive columns masked; a masked value is a text."""
    for name, kind in masks.items():
        at = batch.schema.get_field_index(name)
        if at >= 0:
            batch = batch.set_column(at, name, masked(batch.column(at), lambda value, kind=kind: mask(kind, value)))
    return batch


def masked(column: Any, hide: Callable[[str], str]) -> "pa.Array":
    """Each distinct value is masked once."""
    import pyarrow as pa

    coded = column.cast(pa.string()).dictionary_encode()
    values = pa.array([hide(v) for v in coded.dictionary.to_pylist()], pa.string())
    return values.take(coded.indices)


def write_parts(pieces: Iterator["pa.RecordBatch"], place: Path) -> tuple[list[dict[str, Any]], list[Part]]:
    """Parquet files of at most a million rows; the schema as Delta writes it."""
    import pyarrow.parquet as pq

    parts: list[Part] = []
    fields: list[dict[str, Any]] = []
    writer: Any = None
    rows = 0
    for batch in pieces:
        fields = fields or [field_of(f) for f in batch.schema]
        if writer is None:
            path = place / f"part-{len(parts):05}.parquet"
            writer, rows = pq.ParquetWriter(path, batch.schema, compression="zstd"), 0
        writer.write_batch(batch)
        rows += batch.num_rows
        if rows >= MOST_ROWS:
            writer.close()
            parts.append(_part(path, rows))
            writer = None
    if writer is not None:
        writer.close()
        parts.append(_part(path, rows))
    return fields, [p for p in parts if p.rows]


def _part(path: Path, rows: int) -> Part:
    return Part(name=path.name, rows=rows, size=path.stat().st_size, sm3=sm3_file(path).hex())


def field_of(field: "pa.Field") -> dict[str, Any]:
    return {"name": field.name, "type": delta_type(field.type), "nullable": True, "metadata": {}}


def delta_type(kind: "pa.DataType") -> str:
    """Arrow's type by the name that Delta's schema has for it."""
    import pyarrow as pa

    named = {
        pa.bool_(): "boolean",
        pa.int8(): "byte",
        pa.int16(): "short",
        pa.int32(): "integer",
        pa.int64(): "long",
        pa.float32(): "float",
        pa.float64(): "double",
        pa.date32(): "date",
        pa.binary(): "binary",
    }
    if pa.types.is_decimal(kind):
        return f"decimal({kind.precision},{kind.scale})"
    if pa.types.is_timestamp(kind):
        return "timestamp" if kind.tz else "timestamp_ntz"
    return named.get(kind, "string")


def path_of(part: Part) -> Path:
    """Where a file lies: by what the database says, never by what somebody asks for."""
    snapshot = part.snapshot
    return folder(snapshot.grant_id, snapshot.schema["folder"]) / part.name


def tidy(grant: Grant) -> None:
    """The newest few snapshots stay; addresses given out for older ones are past their time by then."""
    for is_whole in (True, False):
        old = Snapshot.objects.filter(grant_id=grant.pk, since__isnull=is_whole).order_by("-version", "-pk")[KEPT:]
        for one in old:
            if (clock.now() - one.made_at).total_seconds() > 3600:
                shutil.rmtree(folder(grant.pk, one.schema["folder"]), ignore_errors=True)
                one.delete()

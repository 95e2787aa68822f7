"""Rows by their key, straight out of the row groups that may hold it; what the foot of a file says is remembered.

A question by key through the engine costs 3 ms, most of it for planning; this way it is one. Files of the lake never
change, so what was once read of one stays true.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.lake.buckets import bucket
from ludao.blocks.lake.pruning import within
from ludao.blocks.lake.table import File, Table

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow.parquet import FileMetaData, ParquetFile

Key = tuple[Any, ...]
MOST_FEET = 2048  # files; 100,000 rows in ten groups take 60 kB
ZONE = "Asia/Shanghai"


@dataclass(frozen=True)
class _Foot:
    """What a file says of itself: the bounds of the first key in each group, and the columns kept as dictionaries."""

    metadata: "FileMetaData"
    bounds: tuple[tuple[Any, Any], ...]
    names: frozenset[str]
    dictionaries: tuple[str, ...]

    def groups(self, wanted: Sequence[Key]) -> list[int]:
        """Those that may hold one of the keys."""
        return [n for n, (low, high) in enumerate(self.bounds) if any(within(low, key[0], high) for key in wanted)]


_feet: OrderedDict[str, _Foot] = OrderedDict()
_lock = threading.Lock()


def rows(table: Table, keys: Sequence[Sequence[Any]], columns: Sequence[str]) -> list[dict[str, Any]]:
    """The rows of these keys, their columns in the order asked for."""
    if unknown := [name for name in columns if name not in table.schema.names]:
        raise Problem(t(f"{table.address} 没有 {unknown[0]} 这一列", f"{table.address} has no column {unknown[0]}"),
                      field="columns")
    wanted = [key for given in keys if (key := _typed(table, given)) is not None]
    return [row for file, mine in _places(table, wanted) for row in _found(table, file, mine, columns)]


def _typed(table: Table, given: Sequence[Any]) -> Key | None:
    """A key in the terms of its columns; None when nothing can have it: `abc` is no number."""
    import pyarrow as pa

    try:
        values = [pa.scalar(value).cast(table.schema.field(name).type).as_py()
                  for name, value in zip(table.key, given, strict=True)]
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None
    return None if None in values else tuple(values)


def _places(table: Table, wanted: Sequence[Key]) -> Iterator[tuple[File, list[Key]]]:
    """The files that may hold some of the keys, with these."""
    by_bucket: dict[int, list[Key]] = {}
    for key in wanted:
        by_bucket.setdefault(bucket(key, table.buckets), []).append(key)
    name = table.key[0]
    for number, some in by_bucket.items():
        for file in table.files_in(number):
            if mine := [key for key in some if within(file.low.get(name), key[0], file.high.get(name))]:
                yield file, mine


def _found(table: Table, file: File, wanted: Sequence[Key], columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    from pyarrow.parquet import ParquetFile

    path = table.path(file)
    foot = _foot(path, table.key[0])
    groups = foot.groups(wanted)
    if not groups:
        return
    with ParquetFile(path, metadata=foot.metadata, read_dictionary=list(foot.dictionaries)) as opened:
        for group in groups:
            yield from _in_group(opened, group, table, foot, wanted, columns)


def _in_group(opened: "ParquetFile", group: int, table: Table, foot: _Foot, wanted: Sequence[Key],
              columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The keys are read first: most groups that may hold one do not."""
    import pyarrow.compute as pc

    found = pc.indices_nonzero(_are(opened.read_row_group(group, columns=list(table.key), use_threads=False), table,
                                    wanted))
    if not len(found):
        return
    stored = [name for name in columns if name in foot.names]
    read = opened.read_row_group(group, columns=stored, use_threads=False)
    for place in found.to_pylist():
        one = read.slice(place, 1)
        yield {name: _value(one.column(name), table, name) if name in foot.names else None for name in columns}


def _are(keys: "pa.Table", table: Table, wanted: Sequence[Key]) -> Any:
    """Which rows have one of the keys."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if len(table.key) == 1:
        values = pa.array([key[0] for key in wanted], table.schema.field(table.key[0]).type)
        return pc.is_in(keys.column(table.key[0]), value_set=values)
    masks = None
    for key in wanted:
        mask = None
        for name, value in zip(table.key, key, strict=True):
            same = pc.equal(keys.column(name), pa.scalar(value, table.schema.field(name).type))
            mask = same if mask is None else pc.and_(mask, same)
        masks = mask if masks is None else pc.or_(masks, mask)
    return masks


def _value(column: "pa.ChunkedArray", table: Table, name: str) -> Any:
    """As the engine gives it: in the table's type, moments in the city's time."""
    import pyarrow as pa

    kind = table.schema.field(name).type
    if pa.types.is_timestamp(kind) and kind.tz:
        kind = pa.timestamp("us", ZONE)
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    return (column if column.type == kind else column.cast(kind))[0].as_py()


def _foot(path: str, key: str) -> _Foot:
    with _lock:
        if known := _feet.get(path):
            _feet.move_to_end(path)
            return known
    made = _read(path, key)
    with _lock:
        _feet[path] = made
        while len(_feet) > MOST_FEET:
            _feet.popitem(last=False)
    return made


def _read(path: str, key: str) -> _Foot:
    from pyarrow.parquet import read_metadata

    metadata = read_metadata(path)
    schema = metadata.schema.to_arrow_schema()
    first = metadata.row_group(0) if metadata.num_row_groups else None
    leaves = [first.column(n) for n in range(first.num_columns)] if first else []
    place = next((n for n, leaf in enumerate(leaves) if leaf.path_in_schema == key), None)
    bounds = tuple(_bounds(metadata, group, place) for group in range(metadata.num_row_groups))
    kept = tuple(leaf.path_in_schema for leaf in leaves if leaf.physical_type == "BYTE_ARRAY" and
                 {"PLAIN_DICTIONARY", "RLE_DICTIONARY"} & set(leaf.encodings) and leaf.path_in_schema in schema.names)
    return _Foot(metadata, bounds, frozenset(schema.names), kept)


def _bounds(metadata: "FileMetaData", group: int, place: int | None) -> tuple[Any, Any]:
    known = metadata.row_group(group).column(place).statistics if place is not None else None
    return (known.min, known.max) if known is not None and known.has_min_max else (None, None)

"""A live dataset copied for a map: the whole of it once, and then what moved, where its rows say when they changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from ludao.base import datasets
from ludao.base.actor import Actor

CHANGED = "changed_at"  # the column by which a dataset tells of its rows' changes


@dataclass(frozen=True)
class Copy:
    """The rows as they were copied, and how the dataset stood: its newest change, its number of rows."""

    rows: pa.Table
    newest: datetime | None
    count: int


def copy(address: str, columns: list[str], before: Copy | None) -> Copy:
    """The same object where nothing moved. A row that was removed is missed by no change, so the rows are counted:
    where the number does not come out, all is copied anew."""
    dataset = next(one for one in datasets.every() if one.address == address)
    if not (CHANGED in {column.name for column in dataset.columns} and len(dataset.key) == 1):
        return Copy(_rows(address, columns, {}), None, -1)
    wanted = list(dict.fromkeys([*columns, dataset.key[0], CHANGED]))
    with connection.cursor() as cursor:
        cursor.execute(f'select max({CHANGED}), count(*) from "{dataset.view}"')
        newest, count = cursor.fetchone()
    if before and before.newest and before.rows.column_names == wanted:
        if (before.newest, before.count) == (newest, count):
            return before
        if newest and newest >= before.newest:
            moved = _rows(address, wanted, {f"{CHANGED}__gte": before.newest.isoformat()})
            merged = _merged(before.rows, moved, dataset.key[0])
            if merged is not None and merged.num_rows == count:
                return Copy(merged, newest, count)
    return Copy(_rows(address, wanted, {}), newest, count)


def _merged(old: pa.Table, moved: pa.Table, key: str) -> pa.Table | None:
    """None where the two do not fit together."""
    stays = pc.invert(pc.is_in(old.column(key), value_set=moved.column(key).combine_chunks()))
    try:
        return pa.concat_tables([old.filter(stays), moved], promote_options="permissive")
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return None


def _rows(address: str, columns: list[str], filters: dict[str, Any]) -> pa.Table:
    names, rows = datasets.stream(address, Actor.system("place"), columns=columns, filters=filters)
    found = list(rows)
    return pa.Table.from_pylist(found) if found else pa.table({name: pa.array([], pa.string()) for name in names})

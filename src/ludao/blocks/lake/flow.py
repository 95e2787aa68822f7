"""Datasets of the house flow from PostgreSQL to the lake: only rows that changed, by the history every table keeps."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from sqlglot import exp

from ludao.base import clock, datasets
from ludao.base.datasets import Dataset, kinds_of
from ludao.base.datasets.header import query_of
from ludao.base.datasets.tables import expand, models_by_table, named_tables
from ludao.blocks.lake import merging, resolving, writing
from ludao.blocks.lake import table as tables
from ludao.blocks.lake.models import Flow
from ludao.blocks.lake.session import Session, session

if TYPE_CHECKING:
    import pyarrow as pa

CHUNK = 20_000
GONE = "_is_gone"


@dataclass(frozen=True)
class Flowed:
    """What one flow did."""

    address: str
    changed: int
    is_whole: bool
    version: int


def flow(address: str) -> Flowed:
    """Bring the lake's copy of a dataset up to its tables. What is unchanged is not written."""
    dataset = datasets.get(address)
    # A note without its table (the files were lost, or are another installation's) says nothing.
    known = Flow.objects.filter(address=address).first() if tables.exists(address) else None
    began, mark = time.monotonic(), _mark()
    writing.create(address, _schema(dataset), dataset.key, title=dataset.titles)
    since = known.mark if known else None
    touched = _touched(dataset, since) if since else None
    if touched is not None and not touched:
        done = Flowed(address, 0, False, tables.now(address).version)
    else:
        with session() as work:
            done = _flow(work, dataset, since if since and touched and _is_direct(dataset, touched) else None)
    Flow.objects.update_or_create(address=address, defaults={
        "fresh": dataset.fresh, "mark": mark, "flowed_at": clock.now(), "rows": tables.now(address).rows, "error": "",
        "changed": done.changed, "is_whole": done.is_whole, "seconds": round(time.monotonic() - began, 3)})
    return done


def flow_all(*fresh: str) -> list[str]:
    """Every dataset with this promise; one that fails does not hold up the others. Gives those that failed."""
    failed = []
    for dataset in datasets.every():
        if dataset.fresh in fresh:
            try:
                flow(dataset.address)
            except Exception as error:  # noqa: BLE001  (kept where an operator sees it)
                failed.append(dataset.address)
                Flow.objects.update_or_create(address=dataset.address, defaults={
                    "fresh": dataset.fresh, "error": f"{type(error).__name__}: {error}"[:2000]})
    return failed


def _flow(work: Session, dataset: Dataset, since: datetime | None) -> Flowed:
    """The rows of now, and as gone the keys that stood and stand no longer."""
    with transaction.atomic(), connection.cursor() as beside:
        work.register("_read", _reader(dataset, beside, since))
        work.sql("create temp table _now as select * from _read")
        gone = _gone_keys(work, dataset, since)
    keys = ", ".join(f'"{k}"' for k in dataset.key)
    work.sql(f"create temp table _delivery as select {_names(dataset)}, false as {GONE} from _now union all by name"
             f" select {keys}, true as {GONE} from ({gone}) anti join _now using ({keys})")
    done = merging.merge_from(work, dataset.address, "_delivery", None, GONE, "flow")
    return Flowed(dataset.address, done.inserted + done.updated + done.deleted, since is None, done.version)


def _gone_keys(work: Session, dataset: Dataset, since: datetime | None) -> str:
    """SQL for the keys that may be gone: of the whole copy, or of rows changed or deleted since."""
    keys = ", ".join(f'"{k}"' for k in dataset.key)
    if since is None:
        return f"select {keys} from {dataset.address}"
    import pyarrow as pa

    source, _ = _root(dataset)
    images = ", ".join(f"row->>'{_column(dataset, key)}'" for key in dataset.key)
    with connection.cursor() as cursor:
        cursor.execute(f"select distinct {images} from base_history where table_name = %s and at >= %s"
                       " and change in ('U', 'D')", [source.name, since])
        rows = cursor.fetchall()
    work.register("_images", pa.table({key: [str(row[n]) for row in rows] for n, key in enumerate(dataset.key)},
                                      schema=pa.schema([(key, pa.string()) for key in dataset.key])))
    kind = resolving.kinds(_schema(dataset))
    typed = ", ".join(f'"{key}"::{kind[key]} as "{key}"' for key in dataset.key)
    return f"select {typed} from _images"


# — what changed ————————————————————————————————————————————————————————————————————————————————————————


def _mark() -> datetime:
    """Whatever is written but not yet seen now is noted in the history at this moment or later."""
    with connection.cursor() as cursor:
        cursor.execute("select least(now(), min(xact_start)) from pg_stat_activity where datname = current_database()")
        found: datetime = cursor.fetchone()[0]
    return found


def _touched(dataset: Dataset, since: datetime) -> set[str]:
    """Its tables that changed since."""
    with connection.cursor() as cursor:
        cursor.execute("select name from unnest(%s::text[]) name where exists (select 1 from base_history"
                       " where table_name = name and at >= %s)", [sorted(_tables(dataset)), since])
        return {row[0] for row in cursor.fetchall()}


def _tables(dataset: Dataset) -> set[str]:
    found: set[str] = set()
    for _, name in named_tables(dataset.sql):
        found |= _tables(datasets.get(name)) if "." in name else {name}
    return found


def _is_direct(dataset: Dataset, touched: set[str]) -> bool:
    """Whether a changed row of the first table changes just the dataset's rows with its key, and nothing else changed:
    one SELECT without summaries, its key plain columns of that table, which stands in it once."""
    tree = query_of(dataset)
    if not isinstance(tree, exp.Select) or any(tree.args.get(part) for part in ("group", "distinct", "limit", "with_")):
        return False
    if tree.find(exp.AggFunc, exp.Window, exp.Subquery, exp.CTE, exp.Exists) or not _root_is_plain(dataset):
        return False
    source, _ = _root(dataset)
    alone = [name for _, name in named_tables(dataset.sql)].count(source.name) == 1
    return alone and touched == {source.name} and all(_column(dataset, key) for key in dataset.key)


def _root_is_plain(dataset: Dataset) -> bool:
    source, _ = _root(dataset)
    return isinstance(source, exp.Table) and not source.args.get("db") and source.name in models_by_table()


def _root(dataset: Dataset) -> tuple[exp.Table, str]:
    """The first table after FROM, and how the query calls it."""
    tree = query_of(dataset)
    clause = tree.args.get("from_") or tree.args.get("from")
    assert clause is not None
    return clause.this, clause.this.alias_or_name


def _column(dataset: Dataset, key: str) -> str:
    """The column of the first table behind a key column; "" when it is anything else."""
    tree = query_of(dataset)
    source, called = _root(dataset)
    selected = next(one for one in tree.selects if one.alias_or_name == key)
    column = selected.unalias()
    single = len(list(named_tables(dataset.sql))) == 1
    if not isinstance(column, exp.Column) or (column.table != called and not (single and not column.table)):
        return ""
    return str(column.name)


# — rows of PostgreSQL as Arrow —————————————————————————————————————————————————————————————————————————————


def _reader(dataset: Dataset, cursor: CursorWrapper, since: datetime | None) -> "pa.RecordBatchReader":
    """The dataset's rows, all or those of changed rows, in chunks."""
    import pyarrow as pa

    schema = _schema(dataset)
    parameters: dict[str, Any] = {}
    sql = f"select {_names(dataset)} from ({expand(dataset)}) as rows"
    if since is not None:
        sql, parameters = _restricted(dataset), {"keys": _changed_keys(_root(dataset)[0].name, since)}
    cursor.execute(f"declare lake_flow no scroll cursor for {sql}", parameters)

    def batches() -> Iterator[pa.RecordBatch]:
        while True:
            cursor.execute(f"fetch {CHUNK} from lake_flow")
            rows = cursor.fetchall()
            if not rows:
                cursor.execute("close lake_flow")
                return
            columns = zip(*rows, strict=True)
            yield pa.record_batch([pa.array([_plain(v, f.type) for v in column], f.type)
                                   for column, f in zip(columns, schema, strict=True)], schema=schema)

    return pa.RecordBatchReader.from_batches(schema, batches())


def _restricted(dataset: Dataset) -> str:
    """The query with its first table limited to the rows whose keys are %(keys)s."""
    source, called = _root(dataset)
    pk = models_by_table()[source.name]._meta.pk.column
    tree = query_of(dataset).copy()
    assert isinstance(tree, exp.Select)
    limited = tree.where(f'"{called}"."{pk}"::text = any(\'{{lake}}\'::text[])', dialect="postgres")
    narrowed = replace(dataset, sql=limited.sql(dialect="postgres"))
    return f"select {_names(dataset)} from ({expand(narrowed)}) as rows".replace("'{lake}'", "%(keys)s")


def _changed_keys(table: str, since: datetime) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("select distinct key from base_history where table_name = %s and at >= %s", [table, since])
        return [row[0] for row in cursor.fetchall()]


def _names(dataset: Dataset) -> str:
    return ", ".join(f'"{c.name}"' for c in dataset.columns)


def _schema(dataset: Dataset) -> "pa.Schema":
    import pyarrow as pa

    kinds = {
        "text": pa.string(), "integer": pa.int64(), "decimal": pa.decimal128(38, 9), "number": pa.float64(),
        "boolean": pa.bool_(), "date": pa.date32(), "date-time": pa.timestamp("us", "UTC"),
        "list": pa.list_(pa.string()),
    }
    return pa.schema([(name, kinds.get(kind.name, pa.string())) for name, kind in kinds_of(dataset).items()])


def _plain(value: Any, kind: Any) -> Any:
    """As the column of the lake holds it: what has no kind of its own there is text."""
    import json

    import pyarrow as pa

    if value is None or not (pa.types.is_string(kind) or pa.types.is_list(kind)):
        return value
    if pa.types.is_list(kind):
        return [None if one is None else str(one) for one in value]
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, dict | list) else str(value)

"""The same SQL on a Spark cluster: addresses become views over the files that delta-rs names, words become Spark's."""

import threading
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlglot
from sqlglot import exp

from ludao.blocks.lake import cluster
from ludao.blocks.lake import table as tables
from ludao.blocks.lake.session import Result
from ludao.blocks.lake.table import BUCKET, Table

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import SparkSession

_sessions: dict[str, "SparkSession"] = {}
_making = threading.Lock()


def session(engine: str) -> "SparkSession":
    """One session a process and cluster."""
    import os

    cluster.require()
    with _making:
        if engine not in _sessions:
            from pyspark.sql import SparkSession

            os.environ.update({k: v for k, v in cluster.environment().items() if k.startswith(("JAVA", "SPARK"))})
            settings = {
                "spark.driver.host": cluster.HOST, "spark.driver.bindAddress": cluster.HOST,
                "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false",
                "spark.sql.session.timeZone": "Asia/Shanghai",
                "spark.sql.shuffle.partitions": "8", "spark.sql.ansi.enabled": "false",
                "spark.sql.execution.arrow.pyspark.enabled": "true", "spark.executor.memory": "1g",
                "spark.sql.parquet.enableVectorizedReader": "true",
            }
            builder = SparkSession.builder.master(engine).appName("ludao")
            for name, value in settings.items():
                builder = builder.config(name, value)
            _sessions[engine] = builder.getOrCreate()
            _sessions[engine].sparkContext.setLogLevel("ERROR")
    return _sessions[engine]


def close(engine: str) -> None:
    if found := _sessions.pop(engine, None):
        found.stop()


class SparkResult(Result):
    """Rows that a cluster computed."""

    def arrow(self) -> "pa.Table":
        table: pa.Table = self._relation.toArrow()
        return table

    def reader(self, batch_rows: int = 100_000) -> "pa.RecordBatchReader":
        return self.arrow().to_reader(batch_rows)


def sql(query: str, parameters: Mapping[str, Any] | None, as_of: datetime | int | None, engine: str) -> Result:
    spark = session(engine)
    return SparkResult(spark.sql(statement(spark, query, parameters, as_of)))


def statement(spark: "SparkSession", query: str, parameters: Mapping[str, Any] | None = None,
              as_of: datetime | int | None = None) -> str:
    """The query in Spark's words, its addresses as views of this session."""
    tree = sqlglot.parse_one(query, dialect="duckdb")
    for node in list(tree.find_all(exp.Table)):
        parts = [part for part in node.parts if isinstance(part, exp.Identifier)]
        address = ".".join(part.name for part in parts)
        if len(parts) > 1 and tables.exists(address):
            name = view(spark, tables.as_of(address, as_of))
            node.replace(exp.alias_(exp.to_table(name), node.alias_or_name, table=True))
    for slot in list(tree.find_all(exp.Parameter, exp.Placeholder)):
        slot.replace(_literal((parameters or {})[slot.name]))
    return tree.transform(_alike).sql(dialect="spark")


def view(spark: "SparkSession", table: Table) -> str:
    """The table's files as a view, named by its version."""
    from pyspark.sql.types import StructType

    name = f"{table.address.replace('.', '_')}_v{table.version}"
    schema = StructType.fromJson({"type": "struct", "fields": [
        {"name": f.name, "type": _kind(f.type), "nullable": True, "metadata": {}} for f in table.schema]})
    paths = [table.path(file) for file in table.files]
    frame = spark.read.schema(schema).parquet(*paths) if paths else spark.createDataFrame([], schema)
    frame.createOrReplaceTempView(name)
    return name


def bucket_of(key: tuple[str, ...], buckets: int) -> str:
    """The bucket of a key as SQL of Spark; the same number as DuckDB's."""
    parts = ", ".join(f"cast(`{name}` as string)" for name in key)
    text = parts if len(key) == 1 else f"concat_ws('|', {parts})"
    return f"cast(conv(substr(md5(cast({text} as binary)), 1, 8), 16, 10) as bigint) % {buckets} as {BUCKET}"


def _alike(node: exp.Expr) -> exp.Expr:
    """Where the two engines mean different things by the same words, what DuckDB means."""
    if isinstance(node, exp.Ordered) and node.args.get("nulls_first") is None:
        node.set("nulls_first", False)
    if isinstance(node, exp.Div):  # a real number, also of exact ones
        node.set("this", exp.cast(node.this, exp.DType.DOUBLE))
    return node


def _literal(value: Any) -> exp.Expr:
    if isinstance(value, datetime):
        return exp.cast(exp.Literal.string(value.isoformat()), exp.DType.TIMESTAMPTZ)
    if isinstance(value, date):
        return exp.cast(exp.Literal.string(value.isoformat()), exp.DType.DATE)
    if isinstance(value, Decimal):
        return exp.cast(exp.Literal.string(str(value)), "decimal(38, 9)")
    return exp.convert(value)


def _kind(kind: Any) -> Any:
    """Spark's name of an Arrow type, as its JSON schema has it."""
    import pyarrow as pa

    plain = {pa.string(): "string", pa.bool_(): "boolean", pa.int8(): "byte", pa.int16(): "short",
             pa.int32(): "integer", pa.int64(): "long", pa.float32(): "float", pa.float64(): "double",
             pa.date32(): "date", pa.binary(): "binary", pa.timestamp("us"): "timestamp_ntz"}
    if kind in plain:
        return plain[kind]
    if pa.types.is_timestamp(kind):
        return "timestamp"
    if pa.types.is_decimal(kind):
        return f"decimal({kind.precision},{kind.scale})"
    if pa.types.is_list(kind):
        return {"type": "array", "elementType": _kind(kind.value_type), "containsNull": True}
    raise TypeError(f"Spark reads no {kind}")

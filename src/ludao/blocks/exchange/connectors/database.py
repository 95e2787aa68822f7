"""A department's database by SQLAlchemy: the rows written since last time, in pieces, as a Parquet file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.exchange import hosts, keeping
from ludao.blocks.exchange.connectors import folder
from ludao.blocks.exchange.models import Source
from ludao.blocks.exchange.relations import cell_text

ROWS = 20_000


def pull(source: Source, target: Path, root: Path | None = None, most: int = 0) -> tuple[int, dict[str, Any]]:
    """Write what is new to `target`, `most` rows if that is said; gives the rows and the next watermark.

    The last mark's own rows are read again, so that a row written in the same moment is not missed; merging them
    twice changes nothing."""
    import sqlalchemy as sa

    way = source.terms.origin
    engine = _engine(hosts.filled(str(way.get("url", ""))), root)
    try:
        with engine.connect().execution_options(stream_results=True, yield_per=ROWS) as line:
            table = _table(line, str(way.get("table", "")))
            query = sa.select(table)
            column = str(way.get("watermark", ""))
            if column:
                if column not in table.c:
                    raise Problem(t(f"表里没有列 {column}", f"The table has no column {column}"), field="watermark")
                if (last := source.watermark.get("value")) is not None:
                    query = query.where(
                        sa.cast(table.c[column], sa.Text) >= last
                        if engine.name == "sqlite"
                        else table.c[column] >= sa.cast(sa.literal(last), table.c[column].type)
                    )
                query = query.order_by(table.c[column])
            query = query.limit(most) if most else query
            return _write(line.execute(query), list(table.c.keys()), column, target, source.watermark)
    except sa.exc.SQLAlchemyError as error:
        raise Problem(
            t("数据库没有回答，请核对地址和权限", "The database does not answer: check address and rights"),
            field="from",
        ) from error
    finally:
        engine.dispose()


def _engine(url: str, root: Path | None) -> Any:
    import sqlalchemy as sa

    if url.startswith("sqlite:///"):
        base = root or folder.root()
        given = Path(url.removeprefix("sqlite:///"))
        path = keeping.inside(
            base, str(given.resolve().relative_to(base.resolve())) if _within(given, base) else ".."
        )
        return sa.create_engine("sqlite://", creator=lambda: _read_only(path))
    place = hosts.reach(url, ("postgresql",))
    given_url = sa.make_url(url).set(drivername="postgresql+psycopg")
    if set(given_url.query) - {"sslmode"}:
        raise Problem(t("数据库地址里不能带这些参数", "The address may not carry these parameters"), field="from")
    return sa.create_engine(
        given_url,
        connect_args={"hostaddr": place.ip, "connect_timeout": 10, "options": "-c default_transaction_read_only=on"},
    )


def _within(path: Path, base: Path) -> bool:
    return path.resolve().is_relative_to(base.resolve())


def _read_only(path: Path) -> Any:
    import sqlite3

    return sqlite3.connect(f"file:{path}?mode=ro", uri=True)


def _table(line: Any, name: str) -> Any:
    import sqlalchemy as sa

    schema, _, bare = name.rpartition(".")
    try:
        return sa.Table(bare, sa.MetaData(), schema=schema or None, autoload_with=line)
    except sa.exc.NoSuchTableError as error:
        raise Problem(t(f"数据库里没有表 {name}", f"The database has no table {name}"), field="table") from error


def _write(
    result: Any, names: list[str], column: str, target: Path, before: dict[str, Any]
) -> tuple[int, dict[str, Any]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema, rows, last = pa.schema([(name, pa.string()) for name in names]), 0, before.get("value")
    with pq.ParquetWriter(target, schema) as out:
        for part in _parts(result):
            columns = [[cell_text(value) for value in values] for values in zip(*part, strict=True)]
            out.write_batch(pa.record_batch([pa.array(c, pa.string()) for c in columns], schema=schema))
            rows += len(part)
            if column:
                last = columns[names.index(column)][-1] or last
    return rows, {**before, "value": last} if column else before


def _parts(result: Any) -> Iterator[Any]:
    yield from result.partitions(ROWS)

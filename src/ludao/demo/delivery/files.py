"""The files in which departments hand over: CSV, JSON lines, Parquet, workbooks, a database, a stream of changes."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

ROWS_OF_A_SHEET = 1_048_576
MOMENT, DAY = "%Y-%m-%d %H:%M:%S", "%Y-%m-%d"


class Writer(Protocol):
    """Takes a table's rows, part after part; all texts, whole numbers, days and moments of Xiamen's clock."""

    def write(self, rows: pa.Table) -> None: ...
    def close(self) -> None: ...


def written(rows: pa.Table, day: str = DAY, moment: str = MOMENT) -> pa.Table:
    """Every value as the text that stands in a file."""
    columns = []
    for column in rows.columns:
        form = {True: day, False: moment}[pa.types.is_date(column.type)] if pa.types.is_temporal(column.type) else None
        columns.append(pc.strftime(column, form) if form else pc.cast(column, pa.utf8()))
    return pa.table(columns, names=rows.column_names)


class Csv:
    """`day`: how this department writes days."""

    def __init__(self, path: Path, encoding: str = "utf-8", day: str = DAY) -> None:
        self.file, self.encoding, self.day, self.begun = path.open("wb"), encoding, day, False

    def write(self, rows: pa.Table) -> None:
        out = pa.BufferOutputStream()
        options = pa.csv.WriteOptions(include_header=not self.begun, quoting_style="needed", quoting_header="none")
        pa.csv.write_csv(written(rows, self.day), out, options)
        text = out.getvalue().to_pybytes()
        if self.encoding != "utf-8":
            text = text.decode().encode(self.encoding if not self.begun else self.encoding.removesuffix("-sig"))
        self.file.write(text)
        self.begun = True

    def close(self) -> None:
        self.file.close()


class JsonLines:
    """One object a line; a value that is not there is null."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("wb")

    def write(self, rows: pa.Table) -> None:
        for batch in lines(rows).chunks:
            self.file.write("\n".join(batch.to_pylist()).encode() + b"\n" if len(batch) else b"")

    def close(self) -> None:
        self.file.close()


def lines(rows: pa.Table) -> pa.ChunkedArray:
    """Each row as a JSON object, put together a column at a time."""
    rows = rows.combine_chunks()
    texts, parts = written(rows, moment="%Y-%m-%dT%H:%M:%S+08:00"), []
    for number, name in enumerate(rows.column_names):
        value = texts[name]
        if not (pa.types.is_integer(rows[name].type) or pa.types.is_floating(rows[name].type)):
            plain = pc.replace_substring(pc.replace_substring(value, "\\", "\\\\"), '"', '\\"')
            value = pc.binary_join_element_wise('"', plain, '"', "")
        name = json.dumps(name, ensure_ascii=False)
        parts += [f"{', ' if number else '{'}{name}: ", pc.fill_null(value, "null")]
    joined = pc.binary_join_element_wise(*parts, "}", "")
    return joined if isinstance(joined, pa.ChunkedArray) else pa.chunked_array([joined])


class Parquet:
    def __init__(self, path: Path, zone: str | None = "Asia/Shanghai") -> None:
        self.path, self.zone, self.file = path, zone, None

    def write(self, rows: pa.Table) -> None:
        for number, field in enumerate(rows.schema):
            if self.zone and pa.types.is_timestamp(field.type):
                local = pc.assume_timezone(rows.column(number), self.zone)
                rows = rows.set_column(number, field.name, pc.cast(local, pa.timestamp("us", self.zone)))
        self.file = self.file or pa.parquet.ParquetWriter(self.path, rows.schema, compression="zstd")
        self.file.write_table(rows)

    def close(self) -> None:
        if self.file:
            self.file.close()


class Workbook:
    """Days and moments are Excel's: numbers of days since 1899-12-30 with a form."""

    def __init__(self, path: Path) -> None:
        from datetime import datetime

        import xlsxwriter

        self.book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
        self.book.set_properties({"created": datetime(2022, 1, 1)})  # noqa: DTZ001 (the same file on every day)
        self.forms = {True: self.book.add_format({"num_format": "yyyy-mm-dd"}),
                      False: self.book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})}
        self.sheet, self.row = self.book.add_worksheet("数据"), 0

    def write(self, rows: pa.Table) -> None:
        if not self.row:
            self.sheet.write_row(0, 0, rows.column_names)
            self.row = 1
        kinds = [field.type for field in rows.schema]
        values = [column.to_pylist() for column in rows.columns]
        for record in zip(*values, strict=True):
            for at, value in enumerate(record):
                if value is None:
                    continue
                if pa.types.is_temporal(kinds[at]):
                    self.sheet.write_datetime(self.row, at, value, self.forms[pa.types.is_date(kinds[at])])
                elif isinstance(value, str):
                    self.sheet.write_string(self.row, at, value)
                else:
                    self.sheet.write_number(self.row, at, value)
            self.row += 1
        if self.row > ROWS_OF_A_SHEET:
            raise ValueError(f"{self.book.filename}: a sheet has {ROWS_OF_A_SHEET:,} rows and no more")

    def close(self) -> None:
        self.book.close()


class Database:
    """A table of the department's own database."""

    def __init__(self, path: Path, table: str, key: list[str]) -> None:
        self.connection, self.table, self.key, self.begun = sqlite3.connect(path), table, key, False
        self.connection.execute("pragma synchronous = off")

    def write(self, rows: pa.Table) -> None:
        names = rows.column_names
        if not self.begun:
            kinds = {True: "integer", False: "text"}
            columns = ", ".join(f'"{field.name}" {kinds[pa.types.is_integer(field.type)]}' for field in rows.schema)
            self.connection.execute(f'create table "{self.table}" ({columns}, primary key ({", ".join(self.key)}))')
            self.begun = True
        texts = written(rows)
        values = [rows[name] if pa.types.is_integer(rows[name].type) else texts[name] for name in names]
        self.connection.executemany(
            f'insert into "{self.table}" values ({", ".join("?" * len(names))})',
            zip(*[column.to_pylist() for column in values], strict=True))
        self.connection.commit()

    def close(self) -> None:
        if self.begun:
            self.connection.execute(f'create index "{self.table}_updated" on "{self.table}" (updated_at)')
            self.connection.commit()
        self.connection.close()


class Envelopes:
    """A stream of changes: {op: c|u|d, at, key, after}, one a line, as they are published."""

    def __init__(self, path: Path, key: list[str]) -> None:
        self.file, self.key = path.open("wb"), key

    def write(self, rows: pa.Table) -> None:
        """`rows` has the column op besides the table's own."""
        after = rows.drop_columns(["op"])
        for op, key, line in zip(rows["op"].to_pylist(), lines(rows.select(self.key)).to_pylist(),
                                 lines(after).to_pylist(), strict=True):
            at = json.loads(line)["updated_at"]
            told = "null" if op == "d" else line
            self.file.write(f'{{"op": "{op}", "at": "{at}", "key": {key}, "after": {told}}}\n'.encode())

    def close(self) -> None:
        self.file.close()


def writer(contract: dict[str, Any], path: Path, encoding: str, day: str) -> Writer:
    """The writer for a file of this name."""
    make: dict[str, Callable[[], Writer]] = {
        ".csv": lambda: Csv(path, encoding, day), ".jsonl": lambda: JsonLines(path), ".parquet": lambda: Parquet(path),
        ".xlsx": lambda: Workbook(path), "stream": lambda: Envelopes(path, contract["key"]),
        ".sqlite": lambda: Database(path, contract["from"]["table"], contract["key"]),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    kind = contract["from"]["kind"]
    return make[kind if kind == "stream" else path.suffix]()

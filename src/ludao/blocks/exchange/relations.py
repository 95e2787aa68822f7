"""A kept file as a table of texts in SQL: recoded, unpacked from a workbook or from JSON where it must be."""

import codecs
import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.exchange.formats import PIECE, Format
from ludao.blocks.lake import public as lake

ROWS = 20_000
LONGEST_LINE = 16 << 20
REJECTS = "_rejects"


@dataclass(frozen=True)
class Relation:
    """`sql` yields the columns `columns`, all text. `is_csv`: lines that have no shape stand in the rejects table."""

    sql: str
    columns: tuple[str, ...]
    is_csv: bool = False
    lines_before: int = 0


def relation(work: lake.Session, path: Path, found: Format, stage: Path) -> Relation:
    match found.kind:
        case "csv":
            return _csv(_plain(path, found.encoding, stage), found)
        case "xlsx":
            return _parquet(work, _from_workbook(path, found, stage / "book.parquet"), found.header)
        case "json":
            return _json(work, _plain(path, found.encoding, stage))
        case "parquet":
            return _parquet(work, path, 0)
    raise Problem(t(f"不认识的格式：{found.kind}", f"Unknown format: {found.kind}"), field="file")


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _plain(path: Path, encoding: str, stage: Path) -> Path:
    """The file in UTF-8; itself when it is."""
    if encoding in ("utf-8", "utf-8-sig"):
        return path
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    target = stage / "recoded.txt"
    with path.open("rb") as source, target.open("w", encoding="utf-8", newline="") as out:
        while piece := source.read(PIECE):
            out.write(decoder.decode(piece))
        out.write(decoder.decode(b"", final=True))
    return target


def _csv(path: Path, found: Format) -> Relation:
    columns = {f"c{place}": "varchar" for place in range(len(found.columns))}
    options = {
        "auto_detect": False,
        "header": False,
        "skip": found.header,
        "delim": found.delimiter,
        "quote": '"',
        "escape": '"',
        "columns": columns,
        "store_rejects": True,
        "rejects_table": REJECTS,
        "rejects_scan": "_scans",
        "max_line_size": LONGEST_LINE,
        "new_line": _new_line(path),
    }
    named = ", ".join(f"c{place} as {quoted(name)}" for place, name in enumerate(found.columns))
    return Relation(f"select {named} from {lake.read_files(path, 'csv', options)}", found.columns, True, found.header)


def _new_line(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(PIECE)
    return "\\r\\n" if b"\r\n" in head else "\\r" if b"\r" in head and b"\n" not in head else "\\n"


def _parquet(work: lake.Session, path: Path, lines_before: int) -> Relation:
    source = lake.read_files(path, "parquet")
    about = work.connection.execute(f"describe select * from {source}").fetchall()
    named = ", ".join(_as_text(name, kind) for name, kind, *_ in about)
    return Relation(f"select {named} from {source}", tuple(row[0] for row in about), lines_before=lines_before)


def _as_text(name: str, kind: str) -> str:
    is_nested = "(" in kind and not kind.startswith("DECIMAL") or kind.endswith("]")
    value = f"to_json({quoted(name)})" if is_nested else quoted(name)
    return f"{value}::varchar as {quoted(name)}"


def _json(work: lake.Session, path: Path) -> Relation:
    """JSON lines, or one array. A CDC envelope {op, at, key, after} is opened: its row, and `_op`, `_at` beside."""
    source = lake.read_files(
        path,
        "json",
        {
            "sample_size": -1,
            "maximum_object_size": LONGEST_LINE,
            "ignore_errors": _is_lines(path),
            "map_inference_threshold": -1,
        },
    )
    about = work.connection.execute(f"describe select * from {source}").fetchall()
    names = {row[0] for row in about}
    if {"op", "after"} <= names:
        return _envelopes(source, {name: kind for name, kind, *_ in about}, work)
    named = ", ".join(_as_text(name, kind) for name, kind, *_ in about)
    return Relation(f"select {named} from {source}", tuple(row[0] for row in about))


def _envelopes(source: str, about: dict[str, str], work: lake.Session) -> Relation:
    fields: dict[str, list[str]] = {}
    for part in ("after", "key"):
        if about.get(part, "").startswith("STRUCT"):
            for (name,) in work.connection.execute(
                f"select unnest(json_keys(to_json(s))) from (select {part} as s from {source} where {part} is not null"
                " limit 1)"
            ).fetchall():
                fields.setdefault(name, []).append(f"{part}.{quoted(name)}::varchar")
    named = [f"coalesce({', '.join(values)}) as {quoted(name)}" for name, values in fields.items()]
    named += ["lower(op::varchar) as _op", ('"at"::varchar' if "at" in about else "null::varchar") + " as _at"]
    return Relation(f"select {', '.join(named)} from {source}", (*fields, "_op", "_at"))


def _is_lines(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4096).lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"{"


# — workbooks ———————————————————————————————————————————————————————————————————————————————————————————


def _from_workbook(path: Path, found: Format, target: Path) -> Path:
    """The sheet's cells as text, in batches; rows below the header that are wholly empty are left out."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([pa.field(name, pa.string()) for name in found.columns])
    with pq.ParquetWriter(target, schema) as out:
        for rows in _batches(path, found):
            columns = [
                pa.array([row[n] if n < len(row) else None for row in rows], pa.string())
                for n in range(len(found.columns))
            ]
            out.write_batch(pa.record_batch(columns, schema=schema))
    return target


def _batches(path: Path, found: Format) -> Iterator[list[list[str | None]]]:
    from python_calamine import CalamineWorkbook

    with CalamineWorkbook.from_path(str(path)) as book:
        batch: list[list[str | None]] = []
        for number, row in enumerate(book.get_sheet_by_name(found.sheet).iter_rows()):
            cells = [cell_text(cell) for cell in row]
            if number < found.header or not any(cells):
                continue
            batch.append(cells)
            if len(batch) == ROWS:
                yield batch
                batch = []
        yield batch


def cell_text(cell: Any) -> str | None:
    """A cell as a person would type it: whole numbers without a point, days and moments as in ISO 8601."""
    match cell:
        case None | "":
            return None
        case bool():
            return "true" if cell else "false"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
        case datetime.datetime():
            return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ")
        case datetime.date() | datetime.time():
            return cell.isoformat()
        case datetime.timedelta():
            return str(cell)
        case _:
            return str(cell)

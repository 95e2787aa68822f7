"""What a file is: kind, encoding, delimiter, header; found out over the whole of it, never by its name."""

import codecs
import csv
import struct
import zipfile
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.exchange.contract import folded

PIECE = 1 << 22
SAMPLE = 1 << 18
DELIMITERS = ",\t;|"
MOST_UNPACKED, MOST_RATIO = 4 << 30, 200  # of a workbook, which is a zip
FIRST_ROWS = 20
NOISE = 1000  # a text has no more signs that nobody can see than one in so many
OTHERS = {b"%PDF": "PDF", b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"GIF8": "GIF", b"Rar!": "RAR",
          b"7z\xbc\xaf": "7z", b"\x1f\x8b": "gzip", b"MZ": "EXE", b"SQLite f": "SQLite", b"<html": "HTML",
          b"<!DOCTYP": "HTML", b"<!doctyp": "HTML"}


@dataclass(frozen=True)
class Format:
    """How a file is to be read. `header` is the number of lines before the first row of data."""

    kind: str
    encoding: str = "utf-8"
    delimiter: str = ","
    header: int = 1
    columns: tuple[str, ...] = ()
    sheet: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def find_out(path: Path, known: frozenset[str] = frozenset(), given: dict[str, Any] | None = None) -> Format:
    """`known` are folded names of columns that are looked for in the header; `given` says what cannot be found out."""
    given = given or {}
    with path.open("rb") as file:
        head = file.read(8)
    if not head:
        raise Problem(t("文件是空的", "The file is empty"), field="file")
    if head.startswith(b"PAR1"):
        return Format("parquet", columns=_parquet_columns(path))
    if head.startswith(b"PK"):
        return _workbook(path, known, given)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Problem(t("旧版 Excel（.xls）请另存为 .xlsx", "Save old Excel files (.xls) as .xlsx"), field="file")
    if kind := next((word for mark, word in OTHERS.items() if head.startswith(mark)), ""):
        raise _no_table(kind)
    encoding = str(given.get("encoding") or encoding_of(path))
    text = _beginning(path, encoding)
    if sum(sign < " " and sign not in "\t\n\r\f\v\x1a\x1f" for sign in text) * NOISE > len(text):
        raise _no_table("")
    if text.lstrip("\ufeff \r\n\t")[:1] in ("{", "["):
        return Format("json", encoding)
    return _delimited(text, encoding, known, given)


def _no_table(kind: str) -> Problem:
    return Problem(
        t(f"这不是数据表{f'（{kind}）' if kind else ''}：请导出为 CSV、XLSX、JSON 行或 Parquet",
          f"This is no table{f' ({kind})' if kind else ''}: export it as CSV, XLSX, JSON lines or Parquet"),
        field="file",
    )


def encoding_of(path: Path) -> str:
    """By its mark, else the first of UTF-8, GB18030 and UTF-16 that the whole file is written in."""
    with path.open("rb") as file:
        head = file.read(4096)
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if head.startswith(mark):
            return name
    if b"\0" in head:
        return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    # A few broken lines do not make a UTF-8 file something else: they are turned away line by line.
    for name in ("utf-8", "gb18030"):
        if _is(path, name):
            return name
    if _is_mostly_utf8(path):
        return "utf-8"
    from charset_normalizer import from_path

    if (best := from_path(path).best()) and best.encoding:
        return str(best.encoding)
    raise Problem(
        t("读不出文件的编码，请另存为 UTF-8", "The encoding cannot be found out: save it as UTF-8"), field="file"
    )


def _is(path: Path, encoding: str) -> bool:
    if encoding == "utf-8":
        return _is_utf8(path)
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while piece := file.read(PIECE):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _is_utf8(path: Path) -> bool:
    """Every byte is looked at, ten times as fast as a decoder does it. Pieces are cut where no sign is cut in two."""
    import pyarrow as pa

    with path.open("rb") as file:
        left = b""
        while piece := file.read(PIECE):
            text = left + piece
            whole = len(text) - next((n for n in range(1, 4) if text[-n:][0] >= 0xC0), 0)
            left = text[whole:]
            ends = struct.pack("<qq", 0, whole)
            try:
                pa.Array.from_buffers(pa.large_string(), 1, [None, pa.py_buffer(ends), pa.py_buffer(text)]).validate(
                    full=True)
            except pa.ArrowInvalid:
                return False
    return not left or _is_text(left)


def _is_text(piece: bytes) -> bool:
    try:
        piece.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_mostly_utf8(path: Path) -> bool:
    lines = broken = 0
    with path.open("rb") as file:
        for line in file:
            lines += 1
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                broken += 1
            if lines >= 10_000:
                break
    return broken * 20 < lines


def _beginning(path: Path, encoding: str) -> str:
    with path.open("rb") as file:
        piece = file.read(SAMPLE)
        is_all = not file.read(1)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(piece, final=is_all)
    return text if is_all else text[: text.rfind("\n") + 1] or text


def _delimited(text: str, encoding: str, known: frozenset[str], given: dict[str, Any]) -> Format:
    delimiter = str(given.get("delimiter") or _delimiter(text))
    rows = list(csv.reader(text.lstrip("\ufeff").splitlines(keepends=True), delimiter=delimiter))[: FIRST_ROWS * 5]
    if not rows:
        raise Problem(t("文件里没有行", "There are no lines in the file"), field="file")
    header = int(given["header"]) if "header" in given else header_of(rows, known)
    return Format("csv", encoding, delimiter, header, named(rows[header - 1]) if header else _numbered(rows))


def _delimiter(text: str) -> str:
    """The one that cuts the lines into the same number of fields, and into most."""
    lines = [line for line in text.splitlines()[:200] if line.strip()]

    def score(delimiter: str) -> tuple[float, int]:
        counts = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter))
        width, times = counts.most_common(1)[0] if counts else (1, 0)
        return (times if width > 1 else 0, width)

    return max(DELIMITERS, key=score)


def header_of(rows: list[list[str]], known: frozenset[str]) -> int:
    """How many rows stand before the data: titles above the header are left out."""
    width = Counter(len([c for c in row if c.strip()]) for row in rows).most_common(1)[0][0]
    enough = width - width // 4 if width > 3 else max(1, width)  # a column or two may lack a name
    near = rows[:FIRST_ROWS]
    fits = [sum(folded(cell) in known for cell in row) for row in near]
    if known and max(fits) * 2 >= min(len(known), width):
        return fits.index(max(fits)) + 1
    for number, row in enumerate(near, 1):
        cells = [cell.strip() for cell in row if cell.strip()]
        if len(cells) >= enough and not any(_is_number(cell) for cell in cells):
            return number
    return 0


def _is_number(cell: str) -> bool:
    return cell.replace(",", "").replace(".", "").replace("-", "").replace("/", "").isdigit()


def named(cells: list[str]) -> tuple[str, ...]:
    """Every column with a name of its own."""
    seen: Counter[str] = Counter()
    names = []
    for place, cell in enumerate(cells, 1):
        name = cell.strip().replace("\0", "") or f"column_{place}"
        seen[name.casefold()] += 1
        names.append(name if seen[name.casefold()] == 1 else f"{name}_{seen[name.casefold()]}")
    return tuple(names)


def _numbered(rows: list[list[str]]) -> tuple[str, ...]:
    return tuple(f"column_{place}" for place in range(1, max(map(len, rows)) + 1))


def _parquet_columns(path: Path) -> tuple[str, ...]:
    import pyarrow.parquet as pq

    try:
        return tuple(pq.read_schema(path).names)
    except (OSError, ValueError) as error:
        raise Problem(t("Parquet 文件不完整", "The Parquet file is not whole"), field="file") from error


def _workbook(path: Path, known: frozenset[str], given: dict[str, Any]) -> Format:
    check_bomb(path)
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            sheet = str(given.get("sheet") or _fullest(book))
            rows = [
                ["" if c is None else str(c) for c in row]
                for row in book.get_sheet_by_name(sheet).to_python(nrows=FIRST_ROWS * 5)
            ]
    except (CalamineError, OSError) as error:
        raise Problem(t("读不出这个工作簿", "The workbook cannot be read"), field="file") from error
    if not rows:
        raise Problem(t("工作簿是空的", "The workbook is empty"), field="file")
    header = int(given["header"]) if "header" in given else header_of(rows, known)
    return Format("xlsx", header=header, sheet=sheet, columns=named(rows[header - 1]) if header else _numbered(rows))


def _fullest(book: Any) -> str:
    sheets = [(s.name, book.get_sheet_by_name(s.name).height) for s in book.sheets_metadata]
    return str(max(sheets, key=lambda found: found[1])[0])


def check_bomb(path: Path) -> None:
    """A small zip that unpacks into something huge is refused before it is unpacked."""
    try:
        with zipfile.ZipFile(path) as pack:
            infos = pack.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise Problem(t("压缩文件不完整", "The zip is not whole"), field="file") from error
    if not any(info.filename.lower() == "xl/workbook.xml" for info in infos):
        raise Problem(
            t("请先解压，只收 CSV、XLSX、JSON、Parquet", "Unpack it first: CSV, XLSX, JSON, Parquet are taken"),
            field="file",
        )
    unpacked, packed = sum(i.file_size for i in infos), max(1, path.stat().st_size)
    if unpacked > MOST_UNPACKED or (unpacked > (64 << 20) and unpacked / packed > MOST_RATIO):
        raise Problem(
            t("工作簿解开后过大，未打开", "The workbook would unpack into too much; it was not opened"), field="file"
        )

"""Lists as files: CSV that Excel reads, XLSX in constant memory, both streamed from a server-side cursor."""

import csv
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

import xlsxwriter
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseBase

from ludao.base import clock
from ludao.base.pages.declare import Column
from ludao.base.pages.tables import shown
from ludao.base.streaming import stream

CHUNK = 2000
XLSX_ROWS = 1_048_575
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def export(
    request: HttpRequest, kind: str, model: type[Model], columns: list[Column], queryset: QuerySet[Any]
) -> HttpResponseBase:
    """`kind` is csv or xlsx; the file is named after the rows and the moment."""
    titles = [c.title_in(model) for c in columns]
    rows = ([_cell(row, c) for c in columns] for row in queryset.iterator(chunk_size=CHUNK))
    return export_table(request, kind, str(model._meta.model_name), titles, rows)


def export_table(
    request: HttpRequest, kind: str, name: str, titles: list[str], rows: Iterable[list[Any]]
) -> HttpResponseBase:
    """Rows of plain values; the file is named `<name>-<moment>.<kind>`."""
    file = f"{name}-{clock.now():%Y%m%d-%H%M}.{kind}"
    if kind == "csv":
        return stream(request, _csv(titles, rows), "text/csv; charset=utf-8", file)
    return stream(request, _blocks(_xlsx(titles, rows)), XLSX, file)


def _cell(row: Any, column: Column) -> Any:
    value: Any = row
    for part in column.name.split("__"):
        value = getattr(value, part, None) if value is not None else None
    value = shown(row, column.name, value() if callable(value) else value)
    if isinstance(value, datetime):
        return value.astimezone(clock.SHANGHAI).replace(tzinfo=None)
    return value if value is None or isinstance(value, int | float | str | date) else str(value)


def _csv(titles: list[str], rows: Iterable[list[Any]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(titles)
    for row in rows:
        yield writer.writerow([_safe(value) for value in row])


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, line: str) -> str:
        return line


def _safe(value: Any) -> Any:
    """A text that begins like a formula must not run when Excel opens the file (OWASP, CSV injection)."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value[1:2] else value


def _xlsx(titles: list[str], rows: Iterable[list[Any]]) -> Any:
    file = tempfile.TemporaryFile()  # noqa: SIM115  closed by the response that sends it
    options = {"constant_memory": True, "in_memory": False, "strings_to_formulas": False, "strings_to_urls": False,
               "default_date_format": "yyyy-mm-dd hh:mm"}
    with xlsxwriter.Workbook(file, options) as book:
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet: Any = None
        for number, row in enumerate(rows):
            place = number % XLSX_ROWS + 1
            if place == 1:  # a sheet holds 1,048,576 rows: the rest go on in the next one
                sheet = _sheet(book, titles, bold)
            for at, value in enumerate(row):
                is_day = isinstance(value, date) and not isinstance(value, datetime)
                sheet.write(place, at, value, *([day] if is_day else []))
        if sheet is None:
            _sheet(book, titles, bold)
    file.seek(0)
    return file


def _blocks(file: Any) -> Iterator[bytes]:
    with file:
        while block := file.read(2**16):
            yield block


def _sheet(book: Any, titles: list[str], bold: Any) -> Any:
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, titles, bold)
    sheet.freeze_panes(1, 0)
    return sheet

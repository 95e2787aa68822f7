"""Finds where a seal belongs on a sheet: over the name of its organisation, where that is written last."""

from typing import Any

from ludao.base import pdfium
from ludao.base.errors import Problem
from ludao.base.text import t

from . import drawing
from .drawing import Visible

MM = 25.4 / 72
LOOKED_AT = 3  # pages from the end


def place(pdf: bytes, name: str, page: int | None = None) -> Visible:
    """Raises Problem for what is no PDF."""
    import pypdfium2

    try:
        with pdfium.alone:
            document = pypdfium2.PdfDocument(pdf)
            try:
                return _place(document, name, page)
            finally:
                document.close()
    except pypdfium2.PdfiumError as error:
        raise Problem(t("不是可以打开的 PDF", "No PDF that opens"), field="file") from error


def _place(document: Any, name: str, page: int | None) -> Visible:
    last = len(document) - 1
    numbers = [page - 1] if page else range(last, max(last - LOOKED_AT, -1), -1)
    for number in numbers:
        sheet = document[number]
        if (spot := _last_spot(sheet, name)) is not None:
            return _within(sheet, number, *spot)
    sheet = document[numbers[0]]
    width, _ = sheet.get_size()
    return _within(sheet, numbers[0], width - 45 / MM, 45 / MM)


def _last_spot(sheet: Any, name: str) -> tuple[float, float] | None:
    """The middle of the name's last place, in points from the lower left; None where it is not written."""
    text, found = sheet.get_textpage(), None
    search = text.search(name)
    while hit := search.get_next():
        boxes = [text.get_rect(i) for i in range(text.count_rects(*hit))]
        if boxes:
            left, low = min(b[0] for b in boxes), min(b[1] for b in boxes)
            right, high = max(b[2] for b in boxes), max(b[3] for b in boxes)
            if found is None or low < found[1]:
                found = ((left + right) / 2, (low + high) / 2)
    return found


def _within(sheet: Any, number: int, x: float, y: float) -> Visible:
    """Centred there, wholly on the page, a little lower so that name and day both lie under it."""
    width, height = sheet.get_size()
    half = drawing.WIDTH_MM / 2 / MM
    x = min(max(x, half + 8), width - half - 8)
    y = min(max(y - 8, half + 8), height - half - 8)
    return Visible(number, (x - half) * MM, (y - half) * MM)

"""Pictures of a document for looking at it without downloading: images by Pillow, PDF pages by pdfium."""

import io
from typing import Any

from ludao.base import pdfium
from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.document import kinds, storage
from ludao.blocks.document.models import Content

WIDTHS = (320, 1280)
MOST_PAGES = 60
MOST_PIXELS = 60_000_000
TEXT = 20_000


def pages(content: Content) -> int:
    """How many pictures there are of it; 0 when it cannot be shown."""
    match content.kind.preview:
        case "image":
            return 1
        case "pages":
            return _count(content)
    return 0


def picture(content: Content, page: int, width: int) -> bytes:
    """Page `page` (from 1) as WebP; made once, then read. Raises Problem for a broken file."""
    place = storage.preview_place(content.pk, f"{page}-{width}.webp")
    try:
        return storage.get(place)
    except FileNotFoundError:
        made = _drawn(content, page, width)
        storage.put(place, made)
        return made


def text(content: Content) -> str:
    """The first words of a text."""
    return kinds.decoded(storage.head(storage.place_of(content.pk), min(TEXT, content.size)))


def _count(content: Content) -> int:
    place = storage.preview_place(content.pk, "pages")
    try:
        return int(storage.get(place))
    except FileNotFoundError:
        import pypdfium2

        try:
            with pdfium.alone:
                document = pypdfium2.PdfDocument(storage.get(storage.place_of(content.pk)))
                count = min(len(document), MOST_PAGES)
                document.close()
        except pypdfium2.PdfiumError:
            count = 0
        storage.put(place, str(count).encode())
        return count


def _drawn(content: Content, page: int, width: int) -> bytes:
    raw = storage.get(storage.place_of(content.pk))
    try:
        image = _page(raw, page, width) if content.kind.preview == "pages" else _image(raw)
        image.thumbnail((width, width * 4))
        out = io.BytesIO()
        image.save(out, "WEBP", quality=80, method=2)
    except _broken() as error:
        raise Problem(t("文件已损坏，无法预览", "The file is damaged and cannot be shown")) from error
    return out.getvalue()


def _broken() -> tuple[type[Exception], ...]:
    import pypdfium2
    from PIL import Image

    return pypdfium2.PdfiumError, Image.DecompressionBombError, OSError, ValueError, IndexError


def _image(raw: bytes) -> Any:
    """Upright, its place and camera left out."""
    from PIL import Image, ImageOps

    image = Image.open(io.BytesIO(raw))
    if image.width * image.height > MOST_PIXELS:
        raise ValueError("more pixels than anybody looks at")
    return ImageOps.exif_transpose(image).convert("RGB")


def _page(raw: bytes, page: int, width: int) -> Any:
    import pypdfium2

    with pdfium.alone:
        document = pypdfium2.PdfDocument(raw)
        try:
            sheet = document[page - 1]
            scale = min(width / sheet.get_width(), width * 4 / sheet.get_height())
            return sheet.render(scale=scale).to_pil().convert("RGB")
        finally:
            document.close()

"""What kinds of file the city takes, told from their bytes; a name that says otherwise is refused."""

import re
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Any

from ludao.base.errors import Problem
from ludao.base.text import t

HEAD = 8192


@dataclass(frozen=True)
class Kind:
    """One kind: its media type, the endings it may have (the usual one first) and how it can be previewed."""

    type: str
    endings: tuple[str, ...]
    title: str
    preview: str = ""


KINDS = {kind.type: kind for kind in (
    Kind("application/pdf", ("pdf",), t("PDF 文件", "PDF"), "pages"),
    Kind("image/jpeg", ("jpg", "jpeg"), t("JPEG 图片", "JPEG image"), "image"),
    Kind("image/png", ("png",), t("PNG 图片", "PNG image"), "image"),
    Kind("image/webp", ("webp",), t("WebP 图片", "WebP image"), "image"),
    Kind("image/gif", ("gif",), t("GIF 图片", "GIF image"), "image"),
    Kind("image/bmp", ("bmp",), t("BMP 图片", "BMP image"), "image"),
    Kind("image/tiff", ("tif", "tiff"), t("TIFF 图片", "TIFF image"), "image"),
    Kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",),
         t("Word 文档", "Word document")),
    Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",),
         t("Excel 表格", "Excel workbook")),
    Kind("application/vnd.openxmlformats-officedocument.presentationml.presentation", ("pptx",),
         t("PowerPoint 演示", "PowerPoint slides")),
    Kind("application/ofd", ("ofd",), t("OFD 版式文件", "OFD")),
    Kind("application/x-ole-storage", ("doc", "xls", "ppt", "wps", "et", "dps"),
         t("旧版 Office 文件", "Older Office file")),
    Kind("application/zip", ("zip",), t("ZIP 压缩包", "ZIP archive")),
    Kind("text/csv", ("csv",), t("CSV 表格", "CSV table"), "text"),
    Kind("application/json", ("json",), t("JSON 数据", "JSON data"), "text"),
    Kind("application/xml", ("xml",), t("XML 数据", "XML data"), "text"),
    Kind("text/plain", ("txt", "md", "log"), t("文本", "Text"), "text"),
    Kind("audio/mpeg", ("mp3",), t("MP3 录音", "MP3 audio")),
    Kind("video/mp4", ("mp4", "m4v"), t("MP4 视频", "MP4 video")),
)}
BY_ENDING = {ending: kind for kind in KINDS.values() for ending in kind.endings}
PARTS = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx", "OFD.xml": "ofd"}  # what tells apart the kinds of zip
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# A browser would run it, or so would a desktop.
ACTIVE = re.compile(
    rb"^\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+(html|svg)|html|svg|script|head|body)\b", re.I | re.S)


def sniff(file: IO[bytes], name: str) -> Kind:
    """The kind of the bytes. Raises Problem for what we do not take, and for a name that says another kind."""
    file.seek(0)
    head = file.read(HEAD)
    kind = _of_bytes(file, head, ending_of(name))
    if kind is None:
        known = "、".join(e for k in KINDS.values() for e in k.endings)
        raise Problem(t(f"不接收这种文件；可以上传：{known}", f"This kind of file is not taken; these are: {known}"),
                      field="file")
    if ending_of(name) not in kind.endings:
        raise Problem(t(f"文件内容是{kind.title}，文件名却不是 .{kind.endings[0]}：请核对文件，或改正文件名",
                        f"By its content it is {kind.title}, but its name does not end with .{kind.endings[0]}: "
                        "look at the file, or mend its name"), field="file")
    return kind


def ending_of(name: str) -> str:
    return PurePosixPath(name).suffix.lstrip(".").lower()


def plain_name(name: str) -> str:
    """A file's name without folders and without what no name should hold."""
    last = re.split(r"[/\\]", name)[-1]
    cleaned = re.sub(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\"<>|:*?]", "", last).strip(" .")
    stem, dot, ending = cleaned.rpartition(".")
    return f"{stem[:190]}{dot}{ending[:9]}" if dot else cleaned[:200]


def _of_bytes(file: IO[bytes], head: bytes, ending: str) -> Kind | None:
    if head.startswith(b"PK\x03\x04"):
        return _of_zip(file)
    if head.startswith(OLE):
        return KINDS["application/x-ole-storage"]
    if (kind := _by_magic(head)) is not None:
        return kind
    return _of_text(head, ending)


def _of_zip(file: IO[bytes]) -> Kind | None:
    try:
        names = zipfile.ZipFile(file).namelist()
    except zipfile.BadZipFile:
        return None
    found = next((ending for part, ending in PARTS.items() if any(n.startswith(part) for n in names)), "zip")
    return BY_ENDING[found]


def _by_magic(head: bytes) -> Kind | None:
    """The surest of puremagic's guesses that is a kind of ours; short signatures guess wildly, so text comes apart."""
    import puremagic

    try:
        guesses: list[Any] = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return None
    for guess in sorted(guesses, key=lambda g: -g.confidence):
        if len(guess.byte_match) >= 2 and (kind := _named(guess)) and kind.preview != "text":
            return kind
    return None


def _named(guess: Any) -> Kind | None:
    return KINDS.get(guess.mime_type) or BY_ENDING.get(guess.extension.lstrip(".").lower())


def _of_text(head: bytes, ending: str) -> Kind | None:
    """Text in UTF-8 or GB 18030 that no browser would run; its ending says which."""
    if b"\x00" in head or ACTIVE.match(head.removeprefix(b"\xef\xbb\xbf")) or not head or not decoded(head):
        return None
    kind = BY_ENDING.get(ending)
    return kind if kind and kind.preview == "text" else BY_ENDING["txt"]


def decoded(head: bytes) -> str:
    """Its words; "" when they are in neither encoding. A character cut at the end is let go."""
    for encoding in ("utf-8-sig", "gb18030"):
        for cut in range(4):
            try:
                return head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
    return ""

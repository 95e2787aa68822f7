"""Items from a file of another system: columns known by their names, good rows in, bad rows named with their reason."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from charset_normalizer import from_bytes
from django.core.files.uploadedfile import UploadedFile
from python_calamine import CalamineError, CalamineWorkbook

from ludao.base.errors import LudaoError, Problem
from ludao.base.text import t
from ludao.blocks.identity.public import Organisation

from . import finding
from .models import Item
from .models.catalogue import FIGURES, KINDS, OBJECTS

MOST_ROWS = 50_000
# What columns are called: ours, the national implementation list's, and those of files seen so far.
COLUMNS = {
    "code": ("code", "item_code", "事项编码", "实施编码", "实施清单编码", "编码"),
    "name_zh": ("name_zh", "name", "item_name", "事项名称", "实施清单名称", "办理项名称", "名称"),
    "name_en": ("name_en", "english", "英文名称"),
    "basic": ("basic", "main_item", "主项名称", "基本目录", "基本目录主项"),
    "kind": ("kind", "task_type", "type", "事项类型", "类型"),
    "department": ("department", "organisation", "实施主体", "实施机构", "部门", "实施部门"),
    "object": ("object", "服务对象"),
    "events": ("event", "events", "人生大事", "主题"),
    "said": ("words", "said", "群众的说法", "别名"),
    "legal_days": ("legal_days", "法定办结时限", "法定时限"),
    "promised_days": ("promised_days", "承诺办结时限", "承诺时限"),
    "conditions": ("conditions", "受理条件", "申请条件"),
    "materials": ("materials", "申请材料"),
    "basis": ("basis", "设定依据", "法律依据"),
    "fee": ("fee", "收费", "收费标准"),
    "guide_url": ("guide_url", "指南地址"),
}
NEEDED = ("code", "name_zh", "kind")
_KIND_WORDS = {str(title): value for value, title in KINDS} | {"其他": "other", "其他职权": "other"}
_OBJECT_WORDS = {
    "自然人": "person",
    "个人": "person",
    "法人": "enterprise",
    "企业": "enterprise",
    "企业法人": "enterprise",
}


@dataclass
class Row:
    """One row of the file as it was understood; `reason` says why it was refused."""

    line: int
    code: str
    name: str
    shown: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    reason: str = ""


def read(file: UploadedFile, owner: Organisation) -> list[Row]:
    """Every row. Raises Problem when it is no table or a column that is needed is missing."""
    lines = list(_table(file))
    if not lines:
        raise Problem(t("文件里没有内容", "The file is empty"), field="file")
    places = _columns(lines[0])
    reader = _Reader(owner)
    rows = [
        reader.row(number, {name: _cell(line, at) for name, at in places.items()})
        for number, line in enumerate(lines[1:], 2)
        if any(str(c or "").strip() for c in line)
    ]
    return _once(rows)


def _table(file: UploadedFile) -> Iterator[list[Any]]:
    content = file.read()
    rows: list[list[Any]]
    if (file.name or "").lower().endswith((".xlsx", ".xls", ".ods")):
        try:
            book = CalamineWorkbook.from_filelike(io.BytesIO(content))
            rows = book.get_sheet_by_index(0).to_python()
        except CalamineError as error:
            raise Problem(t("这不是能读的表格文件", "This is no spreadsheet that can be read"), field="file") from error
    else:
        best = from_bytes(content).best() if content else None
        text = content.decode("utf-8-sig") if _is_utf8(content) else str(best or "")
        rows = list(csv.reader(io.StringIO(text, newline="")))
    if len(rows) > MOST_ROWS:
        raise Problem(
            t(f"文件超过 {MOST_ROWS} 行，请分开导入", f"More than {MOST_ROWS} rows: import it in parts"), field="file"
        )
    yield from rows


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return True


def _columns(head: list[Any]) -> dict[str, int]:
    said = [str(cell or "").strip().lower() for cell in head]
    places = {name: said.index(word) for name, known in COLUMNS.items() for word in reversed(known) if word in said}
    if missing := [name for name in NEEDED if name not in places]:
        words = "、".join(COLUMNS[name][3] if len(COLUMNS[name]) > 3 else COLUMNS[name][0] for name in missing)
        raise Problem(t(f"第一行缺少列：{words}", f"The first row lacks columns: {', '.join(missing)}"), field="file")
    return places


def _cell(line: list[Any], at: int) -> str:
    value = line[at] if at < len(line) else ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return re.sub(r"\s+", " ", str(value if value is not None else "")).strip()


class _Reader:
    def __init__(self, owner: Organisation) -> None:
        self.owner = owner
        self.bodies: dict[str, Organisation] = {}
        for body in Organisation.objects.filter(kind__in=("government", "department", "institution")):
            for name in (body.pk, body.name, body.short):
                if name:
                    self.bodies.setdefault(name, body)

    def row(self, line: int, cells: dict[str, str]) -> Row:
        row = Row(line, cells.get("code", "")[:200], cells.get("name_zh", "")[:300])
        try:
            row.shown = self.shown(cells)
            row.facts = _facts(cells, row.shown)
        except LudaoError as error:
            row.reason = str(error)
        return row

    def shown(self, cells: dict[str, str]) -> dict[str, Any]:
        name, said = cells["name_zh"], cells.get("department", "")
        body = self.bodies.get(said)
        return {
            "code": _code(cells["code"]),
            "name_zh": _name(name),
            "name_en": cells.get("name_en", "")[:200],
            "basic": cells.get("basic", "").replace("未分类", "")[:200],
            "kind": _kind(cells["kind"]),
            "organisation_id": (body or self.owner).pk,
            "department": "" if body else said[:120],
            "object": _object(cells.get("object", "")),
            "events": _events(cells.get("events", "")),
            "said": cells.get("said", ""),
            "legal_days": _days(cells.get("legal_days", ""), "legal_days"),
            "promised_days": _days(cells.get("promised_days", ""), "promised_days"),
        }


def _code(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{2,79}", text):
        raise Problem(
            t(
                "编码为空或有不能用的字符（只能用字母、数字和 - _ .）",
                "The code is empty or has signs other than letters, figures and - _ .",
            ),
            field="code",
        )
    return text


def _name(text: str) -> str:
    if not 2 <= len(text) <= 200:
        raise Problem(t("事项名称为空或超过200字", "The name is empty or longer than 200 signs"), field="name_zh")
    return text


def _kind(text: str) -> str:
    if text in dict(KINDS):
        return text
    if found := FIGURES.get(text.zfill(2)) or _KIND_WORDS.get(text):
        return found
    raise Problem(t(f"不认识的事项类型“{text}”", f"“{text}” is no kind of item"), field="kind")


def _object(text: str) -> str:
    if text in dict(OBJECTS):
        return text
    found = {value for word, value in _OBJECT_WORDS.items() if word in text}
    return found.pop() if len(found) == 1 else "both"


def _events(text: str) -> list[str]:
    titles = {event["zh"]: code for code, event in finding.events().items()}
    said = [one for one in re.split(r"[、,;；，\s]+", text) if one]
    return [code for one in said if (code := one if one in finding.events() else titles.get(one, ""))]


def _days(text: str, name: str) -> int | None:
    if not text:
        return None
    found = re.search(r"\d{1,3}", text)
    if "即" in text or "当场" in text:
        return 0
    if not found:
        raise Problem(t(f"看不懂时限“{text}”", f"Cannot read the term “{text}”"), field=name)
    return int(found.group())


def _facts(cells: dict[str, str], shown: dict[str, Any]) -> dict[str, Any]:
    """What a file of facts can say; the rest is drawn up by hand."""
    facts: dict[str, Any] = {name: shown[name] for name in ("legal_days", "promised_days") if shown[name] is not None}
    if cells.get("basis"):
        facts["basis"] = [{"law": one} for one in _lines(cells["basis"])]
    if cells.get("conditions"):
        facts["conditions"] = _lines(cells["conditions"])
    if cells.get("materials"):
        facts["materials"] = [{"code": f"m{n}", "name_zh": one} for n, one in enumerate(_lines(cells["materials"]), 1)]
    if cells.get("fee"):
        facts["fees"] = [{"name_zh": cells["fee"]}]
    if cells.get("guide_url", "").startswith(("http://", "https://")):
        facts["guide_url"] = cells["guide_url"]
    return facts


def _lines(text: str) -> list[str]:
    return [one.strip() for one in re.split(r"[；;\n]+", text) if one.strip()]


def _once(rows: list[Row]) -> list[Row]:
    """A code that stands twice in the file counts once, the first time."""
    first: dict[str, int] = {}
    for row in rows:
        if row.reason:
            continue
        if row.code in first:
            row.reason = str(t(f"编码与第 {first[row.code]} 行重复", f"The code of line {first[row.code]} again"))
        else:
            first[row.code] = row.line
    return rows


def clashes(rows: list[Row], owners: frozenset[str] | None) -> None:
    """An item of an organisation out of one's reach is not overwritten. `owners` None reaches all."""
    if owners is None:
        return
    known = dict(Item.objects.filter(code__in=[r.code for r in rows]).values_list("code", "organisation_id"))
    for row in rows:
        if (
            not row.reason
            and {row.shown["organisation_id"], known.get(row.code, row.shown["organisation_id"])} - owners
        ):
            row.reason = str(t("该事项属于别的机构，您无权导入", "It belongs to an organisation out of your reach"))

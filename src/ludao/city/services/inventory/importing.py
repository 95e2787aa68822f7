"""Systems from a file: columns by the names that departments use, each refused row named with its reason."""

import csv
import io
from datetime import date, datetime
from typing import Any

from charset_normalizer import from_bytes
from django.core.files.uploadedfile import UploadedFile
from python_calamine import CalamineError, CalamineWorkbook

from ludao.base.errors import Problem, Problems
from ludao.base.text import t
from ludao.blocks.identity.public import Organisation

from .models import GRADES, HOSTS, KINDS, STATES

MOST = 5000
COLUMNS = {
    "name": ("name", "系统名称", "信息系统名称", "名称"),
    "owner": ("owner", "主管单位", "建设单位", "所属单位", "单位"),
    "kind": ("kind", "类别", "系统类别"),
    "state": ("state", "状态", "运行状态"),
    "purpose": ("purpose", "主要功能", "功能"),
    "holds": ("holds", "掌握的数据", "数据资源", "数据"),
    "host": ("host", "部署", "部署方式"),
    "supplier": ("supplier", "承建单位", "开发单位"),
    "grade": ("grade", "等级保护", "等保级别", "等保等级"),
    "filed_as": ("filed_as", "等保备案编号", "备案编号"),
    "assessed_on": ("assessed_on", "上次等保测评", "测评日期"),
    "built_on": ("built_on", "上线日期", "上线时间"),
    "built_fen": ("built", "建设投资", "建设投资（元）", "投资（元）"),
    "yearly_fen": ("yearly", "年运维费", "年运维费（元）", "运维费（元）"),
    "users": ("users", "账号数", "用户数"),
    "active": ("active", "月活跃用户", "月活"),
    "used_on": ("used_on", "最近使用", "最近使用日期"),
}
CHOICES: tuple[tuple[str, Any], ...] = (("kind", KINDS), ("state", STATES), ("host", HOSTS), ("grade", GRADES))
WORDS: dict[str, dict[str, Any]] = {
    field: {str(title): value for value, title in choices} | {str(value): value for value, _ in choices}
    for field, choices in CHOICES
}
USUAL = {"kind": "business", "state": "running", "host": "cloud", "grade": 0}


def read(file: UploadedFile) -> list[dict[str, Any]]:
    """Every row as a system's fields. Raises Problems that name line and column."""
    table = _table(file)
    if len(table) < 2:
        raise Problem(t("文件里没有内容", "The file is empty"), field="file")
    if len(table) > MOST:
        raise Problem(t(f"一次最多 {MOST} 行", f"At most {MOST} rows at a time"), field="file")
    head = [str(cell or "").strip() for cell in table[0]]
    places = {field: head.index(word) for field, known in COLUMNS.items() for word in known if word in head}
    if missing := [COLUMNS[field][1] for field in ("name", "owner") if field not in places]:
        raise Problem(t(f"第一行缺少列：{'、'.join(missing)}", f"Columns are missing: {missing}"), field="file")
    bodies = {name: one for one in Organisation.objects.all() for name in (one.pk, one.name, one.short) if name}
    rows, wrong = [], []
    for line, cells in enumerate(table[1:], 2):
        if not any(str(cell or "").strip() for cell in cells):
            continue
        try:
            rows.append(_row({field: cells[at] if at < len(cells) else "" for field, at in places.items()}, bodies))
        except ValueError as error:
            wrong.append(Problem(t(f"第 {line} 行：{error}", f"Row {line}: {error}"), field="file"))
    if wrong:
        raise Problems(wrong[:50])
    return rows


def _table(file: UploadedFile) -> list[list[Any]]:
    content = file.read()
    if (file.name or "").lower().endswith((".xlsx", ".xls", ".ods")):
        try:
            return list(CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python())
        except CalamineError as error:
            raise Problem(t("这不是能读的表格文件", "This is no spreadsheet that can be read"), field="file") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = str(from_bytes(content).best() or "")
    return list(csv.reader(io.StringIO(text, newline="")))


def _row(cells: dict[str, Any], bodies: dict[str, Organisation]) -> dict[str, Any]:
    said = str(cells["owner"] or "").strip()
    if said not in bodies:
        raise ValueError(t(f"没有单位“{said}”", f"there is no organisation “{said}”"))
    name = str(cells["name"] or "").strip()
    if not 2 <= len(name) <= 120:
        raise ValueError(t("系统名称应为 2 到 120 个字", "a name has 2 to 120 letters"))
    row: dict[str, Any] = {"owner": bodies[said], "name": name}
    for field, most in (("purpose", 2000), ("holds", 2000), ("supplier", 120), ("filed_as", 60)):
        row[field] = str(cells.get(field) or "").strip()[:most]
    for field, known in WORDS.items():
        value = str(cells.get(field) or "").strip().removesuffix(".0")
        if value and value not in known:
            raise ValueError(t(f"不认识“{value}”，可填：{'、'.join(known)}", f"“{value}” is not known"))
        row[field] = known[value] if value else USUAL[field]
    for field in ("built_fen", "yearly_fen", "users", "active"):
        row[field] = _number(cells.get(field), COLUMNS[field][1]) * (100 if field.endswith("_fen") else 1)
        row[field] = round(row[field])
    for field in ("assessed_on", "built_on", "used_on"):
        row[field] = _day(cells.get(field), COLUMNS[field][1])
    return row


def _number(value: Any, title: str) -> float:
    try:
        return float(str(value or 0).replace(",", "").strip() or 0)
    except ValueError:
        raise ValueError(t(f"{title}应为数字：{value}", f"{title} is no number: {value}")) from None


def _day(value: Any, title: str) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value or "").strip().replace("/", "-")
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        raise ValueError(t(f"{title}应为日期，如 2022-06-30：{value}", f"{title} is no date: {value}")) from None

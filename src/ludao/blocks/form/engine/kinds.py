"""The kinds of fields: what each holds, how typed text becomes a value, how a value is written back."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from ludao.base import clock, identifiers, money
from ludao.base.errors import Problem
from ludao.base.text import t

Read = Callable[[str], Any]


@dataclass(frozen=True)
class Kind:
    """`read` turns typed text into a value or raises Problem; `control` names the template that asks for it."""

    title: str
    type: str
    control: str = "line"
    read: Read = str.strip
    write: Callable[[Any], str] = str
    mask: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    properties: dict[str, dict[str, Any]] = field(default_factory=dict)
    required: tuple[str, ...] = ()

    @property
    def is_many(self) -> bool:
        return self.type in ("object", "array")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def whole(text: str) -> int:
    typed = _plain(text).replace(",", "").replace(" ", "")
    if not re.fullmatch(r"[-+]?\d{1,15}", typed, re.ASCII):
        raise Problem(t("请填写整数，如 12", "Please give a whole number such as 12"))
    return int(typed)


def number(text: str) -> float:
    typed = _plain(text).replace(",", "").replace(" ", "")
    if not re.fullmatch(r"[-+]?\d{1,15}(\.\d{1,9})?", typed, re.ASCII):
        raise Problem(t("请填写数字，如 12.5", "Please give a number such as 12.5"))
    return float(typed)


def day(text: str) -> str:
    """2026-01-02 from that, 2026/1/2, 20260102 or 2026年1月2日."""
    found = re.fullmatch(r"(\d{4})(?:[-/.年]?)(\d{1,2})(?:[-/.月]?)(\d{1,2})日?", _plain(text), re.ASCII)
    try:
        return date(*(int(part) for part in found.groups())).isoformat() if found else _no_day()
    except ValueError:
        return _no_day()


def _no_day() -> str:
    raise Problem(t("请填写日期，如 2026-06-30", "Please give a date such as 2026-06-30"))


def moment(text: str) -> str:
    """With the zone of the city where none is given."""
    try:
        found = datetime.fromisoformat(_plain(text).replace("/", "-"))
    except ValueError:
        raise Problem(t("请填写时间，如 2026-06-30 08:00", "Please give a time such as 2026-06-30 08:00")) from None
    return (found if found.tzinfo else found.replace(tzinfo=clock.SHANGHAI)).isoformat(timespec="minutes")


def phone(text: str) -> str:
    """A mobile number, or a telephone with its area code."""
    typed = re.sub(r"[\s()]", "", _plain(text))
    if re.fullmatch(r"0\d{2,3}-?\d{7,8}(-\d{1,6})?", typed, re.ASCII):
        return typed
    try:
        return identifiers.mobile(text)
    except Problem:
        raise Problem(t("请填写手机号（11位，1开头）或带区号的电话，如 0592-1234567",
                        "Please give a mobile number (11 digits, beginning with 1), or a telephone with its area "
                        "code such as 0592-1234567")) from None


def email(text: str) -> str:
    typed = _plain(text)
    if len(typed) > 254 or not re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", typed):
        raise Problem(t("请填写邮箱地址，如 name@example.com", "Please give an address such as name@example.com"))
    return typed


def yes_no(text: str) -> bool:
    if text not in ("yes", "no"):
        raise Problem(t("请选择是或否", "Please choose yes or no"))
    return text == "yes"


def yuan(fen: Any) -> str:
    """123450 → 1234.50, as it is typed."""
    return money.show(fen, "").replace(",", "") if isinstance(fen, int) else str(fen)


def _trim(value: Any) -> str:
    return f"{value:.9f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


PERSON: dict[str, dict[str, Any]] = {
    "name": {"x-kind": "text", "title": "姓名", "x-en": "Name", "x-grade": "sensitive", "x-mask": "name",
             "maxLength": 80},
    "id_number": {"x-kind": "id_number", "title": "身份证号", "x-en": "Id number"},
    "phone": {"x-kind": "phone", "title": "联系电话", "x-en": "Telephone"},
}
ENTERPRISE: dict[str, dict[str, Any]] = {
    "name": {"x-kind": "text", "title": "企业名称", "x-en": "Name of the enterprise", "maxLength": 200},
    "credit_code": {"x-kind": "credit_code", "title": "统一社会信用代码", "x-en": "Unified social credit code"},
}
DIGITS = {"inputmode": "numeric"}
KINDS: dict[str, Kind] = {
    "text": Kind(t("单行文字", "One line"), "string"),
    "long_text": Kind(t("多行文字", "Several lines"), "string", "lines"),
    "integer": Kind(t("整数", "Whole number"), "integer", read=whole, attributes=DIGITS),
    "decimal": Kind(t("小数", "Number"), "number", read=number, write=_trim, attributes={"inputmode": "decimal"}),
    "money": Kind(t("金额（元）", "Money (yuan)"), "integer", "money", money.parse, yuan,
                  attributes={"inputmode": "decimal"}),
    "day": Kind(t("日期", "Day"), "string", "day", day, attributes={"type": "date"}),
    "moment": Kind(t("时间", "Moment"), "string", "moment", moment, lambda value: str(value)[:16],
                   attributes={"type": "datetime-local"}),
    "yes_no": Kind(t("是或否", "Yes or no"), "boolean", "yes_no", yes_no),
    "choice": Kind(t("单选", "One of several"), "string", "choice"),
    "choices": Kind(t("多选", "Some of several"), "array", "choices"),
    "id_number": Kind(t("身份证号", "Id number"), "string", read=lambda text: identifiers.resident_id(text).number,
                      mask="id_number", attributes={"maxlength": "24", "autocapitalize": "characters"}),
    "credit_code": Kind(t("统一社会信用代码", "Credit code"), "string",
                        read=lambda text: identifiers.credit_code(text).code,
                        attributes={"maxlength": "24", "autocapitalize": "characters"}),
    "phone": Kind(t("电话", "Telephone"), "string", read=phone, mask="phone",
                  attributes={"type": "tel", "autocomplete": "tel"}),
    "email": Kind(t("邮箱", "Mail"), "string", read=email, mask="email",
                  attributes={"type": "email", "autocomplete": "email"}),
    "bank_account": Kind(t("银行账号", "Bank account"), "string", read=identifiers.bank_card, mask="bank_card",
                         attributes=DIGITS | {"autocomplete": "off"}),
    "area": Kind(t("区、街道、社区", "District, street, community"), "string", "area"),
    "place": Kind(t("地图位置", "Point on the map"), "object", "place"),
    "address": Kind(t("地址", "Address"), "string", mask="address", attributes={"autocomplete": "street-address"}),
    "file": Kind(t("一个文件", "One file"), "object", "file"),
    "files": Kind(t("多个文件", "Several files"), "array", "file"),
    "group": Kind(t("一组字段", "Group of fields"), "object", "group"),
    "rows": Kind(t("多行（可增减）", "Rows"), "array", "rows"),
    "person": Kind(t("人员", "Person"), "object", "group", properties=PERSON, required=("name", "id_number")),
    "enterprise": Kind(t("企业", "Enterprise"), "object", "group", properties=ENTERPRISE,
                       required=("name", "credit_code")),
}
BY_TYPE = {"string": "text", "integer": "integer", "number": "decimal", "boolean": "yes_no", "object": "group",
           "array": "rows"}
FILES = ("file", "files")
NESTED = ("group", "rows", "person", "enterprise")
LEVELS = ("district", "street", "community")

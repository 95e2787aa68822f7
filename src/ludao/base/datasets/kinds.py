"""What a column's values are: how PostgreSQL names the kind, how the outside writes it, what it may be asked."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection

from ludao.base import clock
from ludao.base.datasets.dataset import Dataset
from ludao.base.datasets.tables import expand

EQUAL, ORDER, TEXT = ("", "in", "isnull"), ("gte", "lte"), ("contains",)


@dataclass(frozen=True)
class Kind:
    """`read` takes the outside's text (ValueError when it is none); `asks` are the filters it knows."""

    name: str
    read: Callable[[str], Any]
    schema: dict[str, Any] = field(hash=False)
    asks: tuple[str, ...] = EQUAL
    hint: tuple[str, str] = ("", "")


def _integer(text: str) -> int:
    if not re.fullmatch(r"-?\d{1,19}", text, re.ASCII) or not -(2**63) <= int(text) < 2**63:
        raise ValueError(text)
    return int(text)


def _number(text: str) -> Decimal:
    if not re.fullmatch(r"-?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,3})?", text, re.ASCII):
        raise ValueError(text)
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ValueError(text) from error


def _boolean(text: str) -> bool:
    return {"true": True, "false": False}[text] if text in ("true", "false") else _refuse(text)


def _refuse(text: str) -> Any:
    raise ValueError(text)


def _day(text: str) -> date:
    return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) else _refuse(text)


def moment(text: str) -> datetime:
    """RFC 3339 with its offset: 2022-06-30T08:00:00+08:00."""
    form = r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)"
    if not re.fullmatch(form, text, re.ASCII):
        raise ValueError(text)
    text = re.sub(r"(\.\d{6})\d+", r"\1", text.upper()).replace(":60", ":59")
    try:
        return datetime.fromisoformat(text).astimezone(clock.SHANGHAI)
    except OverflowError as error:
        raise ValueError(text) from error


def _uuid(text: str) -> UUID:
    return UUID(text) if re.fullmatch(r"[0-9a-fA-F-]{36}", text) else _refuse(text)


def _text(text: str) -> str:
    return _refuse(text) if "\x00" in text else text


NO_NUL = {"type": "string", "pattern": r"^[^\u0000]*$"}
TEXTUAL = Kind("text", _text, {"type": "string"}, (*EQUAL, *ORDER, *TEXT))
WHOLE = Kind("integer", _integer, {"type": "integer"}, (*EQUAL, *ORDER), ("整数", "a whole number"))
EXACT = Kind("decimal", _number, {"type": "string", "format": "decimal"}, (*EQUAL, *ORDER), ("数字", "a number"))
FLOAT = Kind("number", _number, {"type": "number"}, (*EQUAL, *ORDER), ("数字", "a number"))
TRUTH = Kind("boolean", _boolean, {"type": "boolean"}, ("", "isnull"), ("true 或 false", "true or false"))
DAY = Kind("date", _day, {"type": "string", "format": "date"}, (*EQUAL, *ORDER),
           ("日期，如 2022-06-30", "a date such as 2022-06-30"))
MOMENT = Kind("date-time", moment, {"type": "string", "format": "date-time"}, (*EQUAL, *ORDER),
              ("带时区的时间，如 2022-06-30T08:00:00+08:00", "a time with its offset, 2022-06-30T08:00:00+08:00"))
NUMBERED = Kind("uuid", _uuid, {"type": "string", "format": "uuid"}, EQUAL, ("UUID", "a UUID"))
CLOCK = Kind("time", time.fromisoformat, {"type": "string"}, ("isnull",))
LIST = Kind("list", _refuse, {"type": "array"}, ("isnull",))
OTHER = Kind("json", _refuse, {}, ("isnull",))
BINARY = Kind("jsonb", _refuse, {}, ("isnull",))

BY_NAME = {
    "bool": TRUTH, "int2": WHOLE, "int4": WHOLE, "int8": WHOLE, "float4": FLOAT, "float8": FLOAT, "numeric": EXACT,
    "text": TEXTUAL, "varchar": TEXTUAL, "bpchar": TEXTUAL, "name": TEXTUAL, "date": DAY, "timestamptz": MOMENT,
    "time": CLOCK, "uuid": NUMBERED, "json": OTHER, "jsonb": BINARY,
}


def kinds_of(dataset: Dataset) -> dict[str, Kind]:
    """Column → kind, as the database says; asked once a process."""
    return _kinds(dataset.address, expand(dataset))


@lru_cache(maxsize=1000)
def _kinds(address: str, sql: str) -> dict[str, Kind]:
    with connection.cursor() as cursor:
        cursor.execute(f"select * from ({sql}) as rows limit 0", {})
        return {c.name: _kind(address, c.name, c.type_code) for c in cursor.description or ()}


def _kind(address: str, column: str, oid: int) -> Kind:
    info = connection.connection.adapters.types.get(oid)
    if info is None:
        raise TypeError(f"{address}: column {column} is of a type that cannot be given out; cast it to text")
    if oid == info.array_oid:
        return LIST
    if info.name not in BY_NAME:
        raise TypeError(f"{address}: column {column} is {info.name}; cast it to text, timestamptz or another of "
                        f"{', '.join(BY_NAME)}")
    return BY_NAME[info.name]

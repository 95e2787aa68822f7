"""Keyset paging: a page begins after a row, not at a count, so that page 20,000 costs what page 1 costs.

Ours rather than django-cursor-pagination, whose OR conditions keep PostgreSQL from the index and whose
cursor breaks on a value with a "|" in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db.models import BooleanField, F, Func, Model, Q, QuerySet, Value
from django.db.models.lookups import GreaterThan, LessThan

from ludao.base.errors import Problem
from ludao.base.text import t

SALT = "ludao.keyset"


@dataclass(frozen=True)
class KeysetPage:
    """Rows of one page and the cursors of its neighbours ("" where there is none)."""

    rows: list[Any]
    newer: str
    older: str


def paginate(queryset: QuerySet[Any], order: str, size: int, after: str = "", before: str = "") -> KeysetPage:
    """`order` is one column ("-due_on"); the primary key breaks ties in the same direction. Nulls come last."""
    column, is_falling = order.lstrip("-"), order.startswith("-")
    is_nullable = column != "pk" and queryset.model._meta.get_field(column.split("__")[0]).null
    backwards = bool(before)
    cursor = before or after
    if cursor:
        queryset = queryset.filter(_beyond(queryset.model, column, _open(cursor, order), is_falling, backwards,
                                           is_nullable))
    rows = list(queryset.order_by(*_ordering(column, is_falling != backwards, backwards, is_nullable))[: size + 1])
    has_more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    has_newer, has_older = (has_more, True) if backwards else (bool(after), has_more)
    return KeysetPage(
        rows,
        _seal(rows[0], column, order) if rows and has_newer else "",
        _seal(rows[-1], column, order) if rows and has_older else "",
    )


def _ordering(column: str, is_falling: bool, backwards: bool, is_nullable: bool) -> Sequence[Any]:
    if column == "pk":
        return ["-pk" if is_falling else "pk"]
    nulls = {"nulls_first" if backwards else "nulls_last": True} if is_nullable else {}
    first = F(column).desc(**nulls) if is_falling else F(column).asc(**nulls)
    return [first, "-pk" if is_falling else "pk"]


def _beyond(
    model: type[Model], column: str, at: list[Any], is_falling: bool, backwards: bool, is_nullable: bool
) -> Any:
    """The rows on the far side of (value, key): one row comparison, which an index answers directly."""
    value, key = at
    towards_less = is_falling != backwards
    by_key = Q(**{f"pk__{'lt' if towards_less else 'gt'}": key})
    if column == "pk":
        return by_key
    if value is None:
        inside_nulls = Q(**{f"{column}__isnull": True}) & by_key
        return inside_nulls | Q(**{f"{column}__isnull": False}) if backwards else inside_nulls
    compare = LessThan if towards_less else GreaterThan
    pair = compare(_row(F(column), F("pk")), _row(_value(model, column, value), _value(model, "pk", key)))
    return Q(pair) | Q(**{f"{column}__isnull": True}) if is_nullable and not backwards else Q(pair)


def _row(*parts: Any) -> Func:
    return Func(*parts, function="ROW", output_field=BooleanField())


def _value(model: type[Model], column: str, value: Any) -> Value:
    field: Any = model._meta.pk
    for part in () if column == "pk" else column.split("__"):
        field = (field.related_model if field is not model._meta.pk else model)._meta.get_field(part)
    field = getattr(field, "target_field", field)
    return Value(field.to_python(value), output_field=field)


def _seal(row: Any, column: str, order: str) -> str:
    """The cursor of a row, signed so that nobody asks the database with values of their own."""
    value = row
    for part in column.split("__"):
        value = getattr(value, part) if value is not None else None
    plain = [order, value.pk if isinstance(value, Model) else _plain(value), _plain(row.pk)]
    return signing.dumps(plain, salt=SALT, compress=True)


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int | str) else str(value)


def _open(cursor: str, order: str) -> list[Any]:
    try:
        plain = signing.loads(cursor, salt=SALT)
    except signing.BadSignature:
        plain = [None]
    if plain[0] != order:
        raise Problem(t("翻页位置已失效，请回到第一页",
                        "This page position no longer holds; go back to the first page"), field="after")
    return list(plain[1:])

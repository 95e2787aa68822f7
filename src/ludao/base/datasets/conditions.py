"""A checked question as SQL: what was filtered, how far the right reaches, the order, the place to go on from.

Values reach the database as bound parameters only; names are those of the header.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from ludao.base.datasets.asking import Ask
from ludao.base.errors import Problem
from ludao.base.rights import EVERYWHERE, Reach, Scope, Span
from ludao.base.sealed import Broken, seal, unseal
from ludao.base.text import t


def where(asked: Ask, reach: Reach) -> Iterator[str]:
    """The conditions: what was filtered, and how far the reader's right reaches."""
    for column, operator, value in asked.filters:
        yield _condition(asked, column, operator, value)
    within = scope_condition(asked, reach)
    if within:
        yield within


def _condition(asked: Ask, column: str, operator: str, value: Any) -> str:
    name = f'"{column}"'
    match operator:
        case "isnull":
            return f"{name} is null" if value else f"{name} is not null"
        case "in":
            return f"{name} in ({', '.join(asked.bind(v) for v in value)})"
        case "contains":
            pattern = "".join(f"\\{c}" if c in "\\%_" else c for c in value)
            return f"{name} ilike {asked.bind(f'%{pattern}%')} escape '\\'"
        case _:
            return f"{name} {({'gte': '>=', 'lte': '<='}).get(operator, '=')} {asked.bind(value)}"


def scope_condition(asked: Ask, reach: Reach) -> str:
    """SQL for `rights.condition_for`: "" when nothing limits the rows."""
    scope = asked.dataset.scope
    if scope is None or any(span == EVERYWHERE[0] for span in reach):
        return "" if reach else "false"
    parts = [_span(asked, scope, span) for span in reach]
    return "" if any(not part for part in parts) else f"({' or '.join(parts)})" if parts else "false"


def _span(asked: Ask, scope: Scope, span: Span) -> str:
    if not span.touches(scope):
        return "false"
    parts = []
    if scope.organisation and span.organisations is not None:
        parts.append(f'"{scope.organisation}" = any({asked.bind(sorted(span.organisations))})')
    if scope.area and span.areas is not None:
        likes = [f'"{scope.area}" like {asked.bind(area + "%")}' for area in span.areas]
        parts.append(f"({' or '.join(likes)})" if likes else "false")
    if scope.person and span.person is not None:
        whole = asked.kinds[scope.person].name == "integer"
        parts.append(f'"{scope.person}" = {asked.bind(int(span.person) if whole else span.person)}')
    return f"({' and '.join(parts)})" if parts else ""


def ordering(asked: Ask) -> str:
    """As an index has it: rising with empty values last, falling with them first."""
    return ", ".join(f'"{name.lstrip("-")}"{" desc" if name.startswith("-") else ""}' for name in asked.order)


def beyond(asked: Ask, cursor: str) -> str:
    """The condition for the rows behind the cursor's row; one row comparison where an index can answer it."""
    values = open_cursor(asked, cursor)
    names = [name.lstrip("-") for name in asked.order]
    falls = {name.startswith("-") for name in asked.order}
    loose = [name for name in names if name not in asked.dataset.key]
    if len(falls) == 1 and None not in values and (falls == {True} or len(loose) < 2):
        columns, bound = ", ".join(f'"{n}"' for n in names), ", ".join(asked.bind(v) for v in values)
        if falls == {True}:
            return f"({columns}) < ({bound})"
        empty = "".join(f' or "{name}" is null' for name in loose)
        return f"(({columns}) > ({bound}){empty})"
    return f"({' or '.join(_steps(asked, values))})"


def _steps(asked: Ask, values: list[Any]) -> Iterator[str]:
    """Equal in the first columns and further on in the next."""
    for length, (name, value) in enumerate(zip(asked.order, values, strict=True)):
        same = [_same(asked, n.lstrip("-"), v) for n, v in zip(asked.order[:length], values[:length], strict=True)]
        yield " and ".join([*same, _after(asked, name, value)])


def _same(asked: Ask, name: str, value: Any) -> str:
    return f'"{name}" is null' if value is None else f'"{name}" = {asked.bind(value)}'


def _after(asked: Ask, name: str, value: Any) -> str:
    column = f'"{name.lstrip("-")}"'
    if name.startswith("-"):
        return f"{column} is not null" if value is None else f"{column} < {asked.bind(value)}"
    return "false" if value is None else f"({column} > {asked.bind(value)} or {column} is null)"


def close_cursor(asked: Ask, row: Mapping[str, Any]) -> str:
    """The place behind this row, sealed: nobody reads values from it or asks with values of their own."""
    values = [_written(row[name.lstrip("-")]) for name in asked.order]
    as_of = asked.as_of.isoformat() if asked.as_of else ""
    return seal([asked.dataset.address, list(asked.order), as_of, values], "cursor")


def _written(value: Any) -> str | None:
    """A value as its kind reads it again."""
    if value is None or isinstance(value, bool):
        return None if value is None else str(value).lower()
    return value.isoformat() if isinstance(value, date) else str(value)


def open_cursor(asked: Ask, cursor: str) -> list[Any]:
    as_of = asked.as_of.isoformat() if asked.as_of else ""
    try:
        address, order, moment, values = unseal(cursor, "cursor")
    except Broken:
        address, order, moment, values = "", [], "", []
    if (address, order, moment) != (asked.dataset.address, list(asked.order), as_of):
        raise Problem(t("翻页位置不属于这次查询，请从第一页读起",
                        "This page position belongs to another question; begin with the first page"), field="after")
    kinds = [asked.kinds[name.lstrip("-")] for name in asked.order]
    return [None if v is None else kind.read(v) for kind, v in zip(kinds, values, strict=True)]

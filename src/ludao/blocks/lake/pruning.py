"""Which files of a table a query can need at all: where it asks for whole keys, those of their buckets and bounds."""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from sqlglot import exp

from ludao.blocks.lake.buckets import bucket
from ludao.blocks.lake.table import File, Table

MOST = 200  # keys


def files(table: Table, node: exp.Table, parameters: Mapping[str, Any]) -> list[File] | None:
    """None when the query does not say which keys it wants."""
    keys = _keys(table, node, parameters)
    if keys is None:
        return None
    name = table.key[0]
    chosen = {
        file.path: file
        for key in keys
        for file in table.files_in(bucket(key, table.buckets))
        if within(file.low.get(name), key[0], file.high.get(name))
    }
    return list(chosen.values())


def _keys(table: Table, node: exp.Table, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]] | None:
    select = node.find_ancestor(exp.Select)
    where = select.args.get("where") if select else None
    if not table.key or select is None or where is None or not _stands_in(select, node):
        return None
    asked: dict[str, list[Any]] = {}
    for part in where.this.flatten() if isinstance(where.this, exp.And) else [where.this]:
        for name, values in _asked(part, node.alias_or_name, _is_alone(select), parameters):
            asked.setdefault(name, values)
    wanted = [[_typed(table, name, value) for value in asked.get(name.lower(), [])] for name in table.key]
    if not all(wanted) or any(None in values for values in wanted):
        return None
    keys = list(product(*wanted))
    return keys if len(keys) <= MOST else None


def _stands_in(select: exp.Select, node: exp.Table) -> bool:
    """The table is read by this very SELECT, so that what its WHERE leaves out is not needed of it."""
    above = node.parent
    return isinstance(above, exp.From | exp.Join) and above.parent is select


def _is_alone(select: exp.Select) -> bool:
    return not select.args.get("joins") and not select.args.get("laterals")


def _asked(part: exp.Expr, alias: str, is_alone: bool, parameters: Mapping[str, Any]
           ) -> Iterator[tuple[str, list[Any]]]:
    """`column = value` and `column in (values)`, of the table that goes by `alias`."""
    part = part.unnest()
    match part:
        case exp.EQ():
            sides = [(part.left, [part.right]), (part.right, [part.left])]
        case exp.In() if part.expressions and not part.args.get("query"):
            sides = [(part.this, part.expressions)]
        case _:
            return
    for column, given in sides:
        if isinstance(column, exp.Column) and (column.table == alias or (not column.table and is_alone)):
            values = [_value(one, parameters) for one in given]
            if None not in values:
                yield column.name.lower(), values


def _value(node: exp.Expr, parameters: Mapping[str, Any]) -> Any:
    """A text or a whole number that is written or handed in; None for anything else."""
    match node:
        case exp.Literal():
            return node.this if node.is_string else int(node.this) if node.this.isdigit() else None
        case exp.Parameter() | exp.Placeholder():
            value = parameters.get(node.name)
            return value if isinstance(value, str | int) and not isinstance(value, bool) else None
    return None


def _typed(table: Table, name: str, value: Any) -> Any:
    """As its column holds it; None where the engine would have to convert, which is left to it."""
    import pyarrow as pa

    kind = table.schema.field(name).type
    if pa.types.is_string(kind):
        return value if isinstance(value, str) else None
    return value if pa.types.is_integer(kind) and isinstance(value, int) else None


def within(low: Any, value: Any, high: Any) -> bool:
    """True also where the bounds are not known."""
    return low is None or high is None or not isinstance(value, type(low)) or bool(low <= value <= high)

"""Reads a query: which column of which dataset goes into each of its columns."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.lineage import Node, lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import build_scope

Traced = dict[str, list[tuple[str, str]]]


def trace(sql: str, schemas: Mapping[str, Sequence[str]], dialect: str = "duckdb") -> Traced:
    """Column → the (address, column) pairs it is made of. A query that cannot be resolved to the column still tells
    which datasets it reads, under the column ""."""
    tree = sqlglot.parse_one(sql, dialect=dialect)
    named = _flatten(tree)
    known = {flat: dict.fromkeys(schemas[address], "text") for flat, address in named.items() if address in schemas}
    try:
        return _columns(tree, known, named, dialect)
    except SqlglotError:
        return {"": [(address, "") for address in dict.fromkeys(named.values())]}


def _flatten(tree: exp.Expr) -> dict[str, str]:
    """Addresses have several parts, and a resolver of names wants them alike: source.police.resident stands as one
    word, under the name the query calls it by. CTEs are left alone."""
    local = {cte.alias for cte in tree.find_all(exp.CTE)}
    named = {}
    for table in list(tree.find_all(exp.Table)):
        parts = [part.name for part in table.parts]
        if len(parts) == 1 and parts[0] in local:
            continue
        flat, alias = "__".join(parts), table.alias or parts[-1]
        named[flat] = ".".join(parts)
        table.replace(_renamed(table, flat, alias))
    return named


def _renamed(table: exp.Table, flat: str, alias: str) -> exp.Table:
    again = table.copy()
    again.set("catalog", None)
    again.set("db", None)
    again.set("this", exp.to_identifier(flat))
    again.set("alias", exp.TableAlias(this=exp.to_identifier(alias)))
    return again


def _columns(tree: exp.Expr, known: dict[str, Any], named: Mapping[str, str], dialect: str) -> Traced:
    plain: Any = qualify(tree, schema=known, dialect=dialect, validate_qualify_columns=False, identify=False)
    scope = build_scope(plain)
    if scope is None:
        return {}
    found: Traced = {}
    for name in plain.named_selects:
        leaves = _leaves(lineage(name, plain, known, scope=scope, dialect=dialect), named)
        found[name] = list(dict.fromkeys(leaves))
    return found


def _leaves(node: Node, named: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for one in node.walk():
        if one.downstream or not isinstance(one.expression, exp.Table):
            continue
        address = named.get(one.expression.name)
        if address:
            yield address, one.name.rpartition(".")[2].strip('"')

"""A whole query that a person wrote: it selects, from named tables, and can do nothing else."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from sqlglot import exp

from ludao.base.sql import grammar, reading, rules
from ludao.base.sql.reading import Dialect, mistake

FUNCTIONS = grammar.DEFAULT | grammar.AGGREGATES | grammar.WINDOWS
_SELECTS = (exp.Select, exp.Union, exp.Intersect, exp.Except)


@dataclass(frozen=True)
class SafeQuery:
    """A checked query; run what `.sql()` writes, under a statement timeout: a cross join is still allowed."""

    tables: frozenset[str]
    tree: exp.Expr = field(repr=False, compare=False)

    def sql(self, dialect: Dialect = "postgres", percent: str = "%") -> str:
        """SQL to run. `percent="%%"` where a driver fills in parameters."""
        return reading.write(self.tree, dialect).replace("%", percent)


@lru_cache(maxsize=1024)
def tables(sql: str, dialect: Dialect = "postgres") -> frozenset[str]:
    """The tables a statement names, `schema.table` where a schema is written; its own CTEs are none."""
    return frozenset(name for _, name in _tables(reading.parse(sql, dialect)))


def select_only(
    sql: str,
    tables_allowed: Collection[str],
    functions: Collection[str] = FUNCTIONS,
    dialect: Dialect = "postgres",
    field: str = "",
) -> SafeQuery:
    """Check a query: one SELECT (with CTEs, unions, windows) over these tables by these functions.

    Refused: other statements, also inside a CTE; INTO, FOR UPDATE, recursion, LATERAL, table functions, VALUES,
    parameters, system columns by schema, and every function that is not listed.
    """
    tree = reading.parse(sql, dialect, field)
    root = tree.unnest() if isinstance(tree, exp.Subquery) else tree
    if not isinstance(root, _SELECTS):
        raise mistake("只能写一条 SELECT 查询", "Only a SELECT may be written", field)
    rules.refuse_foreign(tree, grammar.OF_QUERIES, functions, field)
    _refuse_constructs(tree, field)
    used = set()
    for node, name in _tables(tree):
        if name not in tables_allowed:
            zh, en = rules.nearest(name, tables_allowed)
            raise mistake(
                f"不能读取表“{name}”{zh}", f"The table “{name}” may not be read{en}", field, reading.position(node)
            )
        used.add(name)
    _quote_names(tree)
    safe = SafeQuery(frozenset(used), tree)
    try:
        safe.sql(dialect)
    except RecursionError as error:
        raise mistake("嵌套太深", "Nested too deeply", field) from error
    return safe


def _refuse_constructs(tree: exp.Expr, field: str) -> None:
    for node in tree.walk():
        given = {key for key, value in node.args.items() if value}
        at = reading.position(node)
        if isinstance(node, exp.With) and "recursive" in given:
            raise mistake("不能使用递归查询", "A query may not be recursive", field, at)
        if isinstance(node, exp.Table) and (given - {"this", "db", "alias", "joins"} or not _is_name(node.this)):
            raise mistake("FROM 后只写表名", "FROM takes names of tables only", field, at)
        if isinstance(node, exp.Column) and given - {"this", "table"}:
            raise mistake("列名最多写成 表.列", "A column is written table.column at most", field, at)
        if isinstance(node, exp.From | exp.Join) and not isinstance(node.this, exp.Table | exp.Subquery):
            raise mistake("FROM 后只写表名或子查询", "FROM takes tables and queries only", field, at)


def _quote_names(tree: exp.Expr) -> None:
    """So that no name is a keyword to another parser (`user` is a function to PostgreSQL, `values` a clause)."""
    for node in tree.find_all(exp.Identifier):
        node.set("this", _folded(node))
        node.set("quoted", True)


def _is_name(node: object) -> bool:
    return type(node) is exp.Identifier


def _tables(tree: exp.Expr) -> Iterator[tuple[exp.Table, str]]:
    for node in tree.find_all(exp.Table):
        if not _is_name(node.this):
            yield node, node.this.sql() if node.this else ""
        elif node.args.get("db") or not _is_cte(node):
            parts = [part for part in (node.args.get("catalog"), node.args.get("db"), node.this) if part]
            yield node, ".".join(_folded(part) for part in parts)


def _is_cte(table: exp.Table) -> bool:
    """Whether a bare name means a CTE here: one that stands before it in a WITH around it.

    A CTE does not see itself or later ones without RECURSIVE, so there the name means the real table, and
    `with secret as (select * from secret) …` does not hide that it reads `secret`.
    """
    name, below, node = _folded(table.this), table, table.parent
    child: exp.Expr = below
    while node is not None:
        if isinstance(node, exp.With):
            # inside the WITH itself: only what stands before this CTE is seen
            before = node.expressions[: _place(node.expressions, child)]
            if any(_cte_name(cte) == name for cte in before):
                return True
            child, node = node.parent or node, node.parent.parent if node.parent else None
            continue
        around = node.args.get("with_")
        if around is not None and around is not child and any(_cte_name(c) == name for c in around.expressions):
            return True
        child, node = node, node.parent
    return False


def _place(ctes: list[exp.Expr], child: exp.Expr) -> int:
    return next(n for n, cte in enumerate(ctes) if cte is child)


def _cte_name(cte: exp.Expr) -> str:
    alias = cte.args.get("alias")
    return _folded(alias.this) if alias else ""


def _folded(identifier: exp.Expr) -> str:
    """As PostgreSQL reads it: lower case, unless it stands in quotes."""
    return identifier.name if identifier.args.get("quoted") else identifier.name.lower()

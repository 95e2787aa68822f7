"""An expression that a person wrote: named columns, listed functions, plain operators, and nothing else."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from sqlglot import exp

from ludao.base.sql import grammar, reading, rules
from ludao.base.sql.reading import Dialect, mistake


@dataclass(frozen=True)
class SafeExpression:
    """A checked expression: `text` as typed, the `columns` it reads, `.sql()` for an engine."""

    text: str
    columns: tuple[str, ...]
    tree: exp.Expr = field(repr=False, compare=False)

    def sql(self, dialect: Dialect = "postgres", percent: str = "%") -> str:
        """SQL to run. `percent="%%"` where a driver fills in parameters, as in Django's RawSQL."""
        return reading.write(self.tree, dialect).replace("%", percent)


def expression(
    text: str,
    columns: Collection[str] | Mapping[str, str],
    functions: Collection[str] = grammar.DEFAULT,
    field: str = "",
) -> SafeExpression:
    """Check what a person wrote, in PostgreSQL's words: `age >= 60 and area like '3502%'`.

    `columns`: the names that may be read; a mapping gives the column behind a name, {"年龄": "age"}. They are
    matched without regard to case and always written quoted. `functions`: DEFAULT, with AGGREGATES for sums.
    Division is of real numbers, and by zero it gives NULL, on every engine.
    """
    known = columns.items() if isinstance(columns, Mapping) else ((name, name) for name in columns)
    return _checked(text, tuple(known), frozenset(functions), field)


@lru_cache(maxsize=4096)  # a contract's rules are asked at every load; checking one takes 5 ms
def _checked(text: str, names: tuple[tuple[str, str], ...], functions: frozenset[str], field: str) -> SafeExpression:
    known = dict(names)
    tree = reading.parse(text, field=field, limits=reading.OF_EXPRESSION)
    nodes = grammar.OF_EXPRESSIONS | (grammar.OF_AGGREGATES if functions & grammar.AGGREGATES else set())
    rules.refuse_foreign(tree, nodes, functions, field)
    used = _name_columns(tree, known, field)
    for division in tree.find_all(exp.Div):
        division.set("typed", False)
        division.set("safe", True)
    safe = SafeExpression(text, tuple(used), tree)
    _refuse_unwritable(safe, field)
    return safe


def _name_columns(tree: exp.Expr, known: Mapping[str, str], field: str) -> dict[str, None]:
    by_lower = {name.lower(): column for name, column in known.items()}
    used: dict[str, None] = {}
    for node in list(tree.find_all(exp.Column)):
        name = node.this
        if isinstance(name, exp.Star) or node.args.get("table"):
            raise mistake("列名前不写表名", "Columns are named without a table", field, reading.position(node))
        column = known.get(name.name) or by_lower.get(name.name.lower())
        if column is None:
            raise _unknown(name, known, field)
        used[column] = None
        node.set("this", exp.to_identifier(column, quoted=True))
    return used


def _unknown(name: exp.Expr, known: Collection[str], field: str) -> Exception:
    zh, en = rules.nearest(name.name, known)
    if not zh and name.args.get("quoted"):
        zh, en = "；文字请用单引号", "; text goes in single quotes"
    return mistake(f"没有列“{name.name}”{zh}", f"There is no column “{name.name}”{en}", field, reading.position(name))


def _refuse_unwritable(safe: SafeExpression, field: str) -> None:
    """What one engine cannot say is refused now, not when it runs."""
    for dialect in reading.DIALECTS:
        try:
            again = reading.parse(f"SELECT {safe.sql(dialect)}", dialect, field)
        except RecursionError as error:
            raise mistake("嵌套太深", "Nested too deeply", field) from error
        if not isinstance(again, exp.Select) or set(_given(again)) != {"expressions"} or len(again.expressions) != 1:
            raise mistake("不是一个表达式", "This is not one expression", field)


def _given(node: exp.Expr) -> list[str]:
    return [key for key, value in node.args.items() if value]

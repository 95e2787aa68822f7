"""The conditions of rules as SQL of the lake: safe expressions, with the city's own questions written out.

`is_id_number(x)`, `is_credit_code(x)` and `is_phone(x)` are checked digit by digit in SQL, so that any engine can.
"""

from collections.abc import Callable, Collection

import sqlglot
from sqlglot import exp

from ludao.base import sql

ID_WEIGHTS = tuple(2 ** (17 - n) % 11 for n in range(17))
CODE_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CODE_WEIGHTS = tuple(3**n % 31 for n in range(17))


def condition(says: str, columns: Collection[str], field: str = "says") -> str:
    """DuckDB SQL of a rule. Raises Problem with the place of what is wrong."""
    safe = sql.expression(says, columns, sql.DEFAULT | frozenset(_ASKED) | {"today"}, field)
    return safe.tree.copy().transform(_written_out).sql(dialect="duckdb")


def _written_out(node: exp.Expr) -> exp.Expr:
    if not isinstance(node, exp.Anonymous):
        return node
    name = str(node.this).lower()
    if name == "today":
        return exp.CurrentDate()
    asked = node.expressions[0].sql(dialect="duckdb")
    return sqlglot.parse_one(_ASKED[name](f"({asked})"), dialect="duckdb")


def _id_number(x: str) -> str:
    """GB 11643: 17 digits and the check digit of ISO 7064 MOD 11-2."""
    total = " + ".join(f"cast(substr({x}, {n + 1}, 1) as integer) * {w}" for n, w in enumerate(ID_WEIGHTS))
    shape = f"length({x}) = 18 and length(translate(substr({x}, 1, 17), '0123456789', '')) = 0"
    return (f"case when {x} is null then null when {shape} then"
            f" substr('10X98765432', ({total}) % 11 + 1, 1) = upper(substr({x}, 18, 1)) else false end")


def _credit_code(x: str) -> str:
    """GB 32100: powers of 3 modulo 31 over its 31 digits."""
    def digit(n: int) -> str:
        return f"(strpos('{CODE_DIGITS}', substr({x}, {n}, 1)) - 1)"

    total = " + ".join(f"{digit(n + 1)} * {w}" for n, w in enumerate(CODE_WEIGHTS))
    shape = f"length({x}) = 18 and length(translate({x}, '{CODE_DIGITS}', '')) = 0"
    return f"case when {x} is null then null when {shape} then ({total} + {digit(18)}) % 31 = 0 else false end"


def _phone(x: str) -> str:
    return (f"case when {x} is null then null else length({x}) = 11 and substr({x}, 1, 1) = '1'"
            f" and substr({x}, 2, 1) between '3' and '9' and length(translate({x}, '0123456789', '')) = 0 end")


_ASKED: dict[str, Callable[[str], str]] = {
    "is_id_number": _id_number, "is_credit_code": _credit_code, "is_phone": _phone,
}

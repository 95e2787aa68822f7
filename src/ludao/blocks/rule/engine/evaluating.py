"""The value of a bound expression for one entity, in the three-valued logic of SQL: None is unknown."""

import calendar
import math
import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlglot import exp

Answer = Any  # float, str, bool, date or None, as the kinds say


def value(node: exp.Expr, facts: Mapping[str, Any]) -> Answer:
    return _RULES[type(node)](node, facts)


def round_half_away(number: float) -> float:
    """As DuckDB and Spark round: a half goes away from zero."""
    whole = math.trunc(number)
    return float(whole + math.copysign(1, number)) if abs(number - whole) >= 0.5 else float(whole)


def conjunction(answers: list[bool | None]) -> bool | None:
    if any(a is False for a in answers):
        return False
    return None if any(a is None for a in answers) else True


def disjunction(answers: list[bool | None]) -> bool | None:
    if any(a is True for a in answers):
        return True
    return None if any(a is None for a in answers) else False


def negation(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def _column(node: exp.Expr, facts: Mapping[str, Any]) -> Answer:
    found = facts.get(node.name)
    return float(found) if isinstance(found, int) and not isinstance(found, bool) else found


def _literal(node: exp.Expr, facts: Mapping[str, Any]) -> Answer:
    return node.name if node.args["is_string"] else float(node.name)


def _compared(test: Callable[[Any, Any], bool]) -> Callable[[exp.Expr, Mapping[str, Any]], Answer]:
    return _strict(lambda node: [node.this, node.expression], lambda a, b: test(a, b))


def _strict(
    children: Callable[[exp.Expr], list[exp.Expr]], combine: Callable[..., Answer]
) -> Callable[[exp.Expr, Mapping[str, Any]], Answer]:
    """Unknown when any part is."""

    def rule(node: exp.Expr, facts: Mapping[str, Any]) -> Answer:
        parts = [value(child, facts) for child in children(node)]
        return None if any(part is None for part in parts) else combine(*parts)

    return rule


def _is(node: exp.Expr, facts: Mapping[str, Any]) -> bool:
    found, wanted = value(node.this, facts), node.expression
    same = found is None if isinstance(wanted, exp.Null) else found is bool(wanted.this)
    return same is not bool(node.args.get("negate"))


def _between(node: exp.Expr, facts: Mapping[str, Any]) -> bool | None:
    found, low, high = (value(part, facts) for part in (node.this, node.args["low"], node.args["high"]))
    return conjunction(
        [
            None if found is None or low is None else found >= low,
            None if found is None or high is None else found <= high,
        ]
    )


def _in(node: exp.Expr, facts: Mapping[str, Any]) -> bool | None:
    found = value(node.this, facts)
    if found is None:
        return None
    given = [value(child, facts) for child in node.expressions]
    return True if found in [g for g in given if g is not None] else None if None in given else False


@lru_cache(maxsize=1024)
def _pattern(like: str) -> re.Pattern[str]:
    return re.compile("".join(".*" if c == "%" else "." if c == "_" else re.escape(c) for c in like), re.DOTALL)


def _case(node: exp.Expr, facts: Mapping[str, Any]) -> Answer:
    for branch in node.args["ifs"]:
        if value(branch.this, facts) is True:
            return value(branch.args["true"], facts)
    default = node.args.get("default")
    return None if default is None else value(default, facts)


def _sum(sign: int) -> Callable[[exp.Expr, Mapping[str, Any]], Answer]:
    def rule(node: exp.Expr, facts: Mapping[str, Any]) -> Answer:
        left = value(node.this, facts)
        if isinstance(node.expression, exp.Interval):
            return None if left is None else later(left, node.expression, sign)
        right = value(node.expression, facts)
        return None if left is None or right is None else left + sign * right

    return rule


def later(day: date, span: exp.Expr, sign: int) -> date | None:
    """Whole months are counted first, and the day is kept within the month."""
    number, unit = sign * int(span.this.name), span.args["unit"].name.upper().rstrip("S")
    if unit in ("DAY", "WEEK"):
        return day + timedelta(days=number * (7 if unit == "WEEK" else 1))
    months = day.year * 12 + day.month - 1 + number * (12 if unit == "YEAR" else 1)
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _coalesce(node: exp.Expr, facts: Mapping[str, Any]) -> Answer:
    for child in (node.this, *node.expressions):
        if (found := value(child, facts)) is not None:
            return found
    return None


def _nullif(node: exp.Expr, facts: Mapping[str, Any]) -> Answer:
    found = value(node.this, facts)
    return None if found is not None and found == value(node.expression, facts) else found


def _extract(part: str, day: date) -> float:
    return float({"YEAR": day.year, "MONTH": day.month, "DAY": day.day, "QUARTER": (day.month + 2) // 3}[part])


def _two(node: exp.Expr) -> list[exp.Expr]:
    return [node.this, node.expression]


def _one(node: exp.Expr) -> list[exp.Expr]:
    return [node.this]


def _many(node: exp.Expr) -> list[exp.Expr]:
    return [node.this, *node.expressions]


_RULES: dict[type[exp.Expr], Callable[[exp.Expr, Mapping[str, Any]], Answer]] = {
    exp.Column: _column,
    exp.Literal: _literal,
    exp.Paren: lambda node, facts: value(node.this, facts),
    exp.Null: lambda node, facts: None,
    exp.Boolean: lambda node, facts: bool(node.this),
    exp.Cast: lambda node, facts: date.fromisoformat(node.this.name),
    exp.And: lambda node, facts: conjunction([value(c, facts) for c in _two(node)]),
    exp.Or: lambda node, facts: disjunction([value(c, facts) for c in _two(node)]),
    exp.Not: lambda node, facts: negation(value(node.this, facts)),
    exp.EQ: _compared(lambda a, b: a == b),
    exp.NEQ: _compared(lambda a, b: a != b),
    exp.GT: _compared(lambda a, b: a > b),
    exp.GTE: _compared(lambda a, b: a >= b),
    exp.LT: _compared(lambda a, b: a < b),
    exp.LTE: _compared(lambda a, b: a <= b),
    exp.Is: _is,
    exp.Between: _between,
    exp.In: _in,
    exp.Case: _case,
    exp.Like: lambda node, facts: (
        None
        if (text := value(node.this, facts)) is None
        else _pattern(node.expression.name).fullmatch(text) is not None
    ),
    exp.Add: _sum(1),
    exp.Sub: _sum(-1),
    exp.Neg: _strict(_one, lambda a: -a),
    exp.Mul: _strict(_two, lambda a, b: a * b),
    exp.Div: _strict(_two, lambda a, b: a / b if b else None),
    exp.Mod: _strict(_two, lambda a, b: math.fmod(a, b) if b else None),
    exp.Abs: _strict(_one, abs),
    exp.Ceil: _strict(_one, lambda a: float(math.ceil(a))),
    exp.Floor: _strict(_one, lambda a: float(math.floor(a))),
    exp.Round: _strict(_one, round_half_away),
    exp.Sign: _strict(_one, lambda a: float((a > 0) - (a < 0))),
    exp.Greatest: _strict(_many, max),
    exp.Least: _strict(_many, min),
    exp.Coalesce: _coalesce,
    exp.Nullif: _nullif,
    exp.Length: _strict(_one, lambda text: float(len(text))),
    exp.Left: lambda node, facts: (
        None if (text := value(node.this, facts)) is None else text[: int(node.expression.name)]
    ),
    exp.StartsWith: _strict(_two, lambda text, head: text.startswith(head)),
    exp.Extract: lambda node, facts: (
        None if (day := value(node.expression, facts)) is None else _extract(node.this.name.upper(), day)
    ),
}

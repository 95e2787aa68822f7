"""A policy on a day: parameters become their values of that day, today becomes that day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlglot import exp

from ludao.base.sql import SafeExpression

from .words import Group, Parameter, Policy


@dataclass(frozen=True)
class Bound:
    """Trees of one policy that read facts only; `when_pay` are the lines of its decision table."""

    policy: Policy
    on: date
    conditions: Mapping[str, exp.Expr]
    who: Group
    amount: exp.Expr | None


@lru_cache(maxsize=2048)
def _bound(key: int, on: date, holder: "_Held") -> Bound:
    policy = holder.policy
    trees = {name: bind(c.says, policy.parameters, on) for name, c in policy.conditions.items()}
    return Bound(policy, on, trees, policy.who, _amount(policy, on))


class _Held:
    """Hashed by identity: a policy itself holds mappings and cannot be a key."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    def __hash__(self) -> int:
        return id(self.policy)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.policy is self.policy


def bound(policy: Policy, on: date) -> Bound:
    return _bound(id(policy), on, _Held(policy))


def bind(expression: SafeExpression, parameters: Mapping[str, Parameter], on: date) -> exp.Expr:
    """The tree with values put in; a parameter that has no value yet on that day is unknown."""
    root = exp.Paren(this=expression.tree.copy())
    for node in list(root.find_all(exp.Column, exp.CurrentDate)):
        if isinstance(node, exp.CurrentDate):
            node.replace(_day(on))
        elif node.name in parameters:
            _replace(node, parameters[node.name], on)
    inner: exp.Expr = root.this
    inner.pop()
    return inner


def _replace(node: exp.Expr, parameter: Parameter, on: date) -> None:
    dated = parameter.at(on)
    if dated is None:
        node.replace(exp.Null())
    elif isinstance(dated.value, tuple):
        around = node.parent
        assert isinstance(around, exp.In)
        others = [e for e in around.expressions if e is not node]
        around.set("expressions", others + [_plain(v, parameter.factor) for v in dated.value])
    else:
        node.replace(_plain(dated.value, parameter.factor))


def _plain(value: float | str | bool | date, factor: int) -> exp.Expr:
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, date):
        return _day(value)
    if isinstance(value, str):
        return exp.Literal.string(value)
    number = value * factor
    literal = exp.Literal.number(repr(abs(number)))
    return exp.Neg(this=literal) if number < 0 else literal


def _day(day: date) -> exp.Expr:
    return exp.Cast(this=exp.Literal.string(day.isoformat()), to=exp.DataType.build("date"))


def _amount(policy: Policy, on: date) -> exp.Expr | None:
    """One expression in fen. In a table an unknown line makes the amount unknown: nobody is paid by a guess."""
    amount = policy.amount
    if amount is None:
        return None

    def at(expression: SafeExpression) -> exp.Expr:
        return bind(expression, policy.parameters, on)

    if amount.formula is not None:
        return at(amount.formula)
    otherwise = at(amount.otherwise) if amount.otherwise is not None else exp.Literal.number("0")
    if amount.hit == "first":
        branches = []
        for row in amount.rows:
            when = at(row.when)
            branches.append(
                exp.If(this=exp.Is(this=exp.Paren(this=when.copy()), expression=exp.Null()), true=exp.Null())
            )
            branches.append(exp.If(this=when, true=at(row.pay)))
        return exp.Case(ifs=branches, default=otherwise)
    parts: list[exp.Expr] = []
    for row in amount.rows:
        when = at(row.when)
        parts.append(
            exp.Case(
                ifs=[
                    exp.If(this=exp.Is(this=exp.Paren(this=when.copy()), expression=exp.Null()), true=exp.Null()),
                    exp.If(this=when, true=at(row.pay)),
                ],
                default=exp.Literal.number("0"),
            )
        )
    if amount.hit == "max":
        return exp.Greatest(this=parts[0], expressions=[*parts[1:], otherwise], ignore_nulls=True)
    total: exp.Expr = otherwise
    for part in parts:
        total = exp.Add(this=total, expression=part)
    return total

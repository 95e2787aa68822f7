"""Formulas over indicators: `people.elderly / people.resident * 100`, with relative periods, read by sqlglot.

prev(x)          the period before            year_ago(x)    the same period a year before
change(x)        per cent against prev        growth(x)      per cent against year_ago
mean(x, 12)      of the last 12 periods       total(x, 12)   their sum
city(x)          the whole city's, everywhere
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import sqlglot
from sqlglot import exp

from ludao.base import sql as safe_sql
from ludao.blocks.indicator.engine import periods
from ludao.blocks.indicator.engine.definition import Definition

RELATIVE = {"prev", "year_ago", "city", "mean", "total"}
SHORT = {"change": "prev", "growth": "year_ago"}


@dataclass(frozen=True)
class Operand:
    """One value that a formula takes: of which indicator, seen how."""

    code: str
    view: str = ""
    number: int = 0


@dataclass(frozen=True)
class Formula:
    operands: tuple[Operand, ...]
    rest: str  # over v0, v1 …

    @property
    def codes(self) -> set[str]:
        return {operand.code for operand in self.operands}


@lru_cache(maxsize=4096)
def read(text: str) -> Formula:
    """Raises ValueError in words for what a formula may not say."""
    try:
        tree = exp.select(sqlglot.parse_one(text, dialect="duckdb"))
    except sqlglot.ParseError as error:
        raise ValueError(f"{text}: {error}") from error
    operands: list[Operand] = []

    def place(node: exp.Expr, operand: Operand) -> None:
        if operand not in operands:
            operands.append(operand)
        node.replace(exp.column(f"v{operands.index(operand)}"))

    for node in list(tree.find_all(exp.Anonymous)):
        name = node.name.lower()
        if name in SHORT:
            inner = node.expressions[0].sql(dialect="duckdb")
            node.replace(sqlglot.parse_one(f"(({inner}) / {SHORT[name]}({inner}) - 1) * 100", dialect="duckdb"))
    for node in list(tree.find_all(exp.Anonymous)):
        name = node.name.lower()
        if name not in RELATIVE:
            raise ValueError(f"{text}: there is no function {node.name}")
        number = int(node.expressions[1].name) if len(node.expressions) > 1 else 0
        place(node, Operand(_code(node.expressions[0]), name, number))
    for column in list(tree.find_all(exp.Column)):
        if column.table or not re.fullmatch(r"v\d+", column.name):
            place(column, Operand(_code(column)))
    rest = tree.expressions[0].sql(dialect="duckdb")
    safe_sql.expression(rest, [f"v{n}" for n in range(len(operands))])
    return Formula(tuple(operands), rest)


def _code(node: exp.Expr) -> str:
    if not isinstance(node, exp.Column | exp.Dot):
        raise ValueError(f"{node.sql()} is no indicator's code")
    return node.sql(dialect="duckdb").replace('"', "")


def order(definitions: Mapping[str, Definition]) -> list[list[str]]:
    """Formulas level by level, each after what it takes. Raises ValueError for a circle or an unknown code."""
    waiting = {code: read(d.formula).codes for code, d in definitions.items() if d.method == "formula"}
    for code, takes in waiting.items():
        if missing := sorted(takes - set(definitions)):
            raise ValueError(f"{code}: there is no indicator {missing[0]}")
    levels: list[list[str]] = []
    while waiting:
        ready = sorted(code for code, takes in waiting.items() if not takes & set(waiting))
        if not ready:
            raise ValueError(f"a circle of formulas: {', '.join(sorted(waiting))}")
        levels.append(ready)
        waiting = {code: takes for code, takes in waiting.items() if code not in ready}
    return levels


def sql(one: Definition, definitions: Mapping[str, Definition], table: str = "known") -> str:
    """Its values (area, starts_on, value) as one statement over `known(code, area, starts_on, value)`."""
    formula = read(one.formula)
    ctes, froms = [], []
    for number, operand in enumerate(formula.operands):
        ctes.append(f"o{number} as ({_operand(operand, one, definitions[operand.code], table)})")
    first = next((n for n, o in enumerate(formula.operands) if o.view != "city"), 0)
    froms.append(f"from o{first}")
    for number, operand in enumerate(formula.operands):
        if number != first:
            same = "" if operand.view == "city" else f" and o{number}.area = o{first}.area"
            froms.append(f"join o{number} on o{number}.starts_on = o{first}.starts_on{same}")
    names = ", ".join(f"o{n}.value as v{n}" for n in range(len(formula.operands)))
    rest = safe_sql.expression(formula.rest, [f"v{n}" for n in range(len(formula.operands))]).sql("duckdb")
    return (
        f"with {', '.join(ctes)}\nselect area, starts_on, ({rest})::double as value from "
        f"(select o{first}.area, o{first}.starts_on, {names} {' '.join(froms)}) where length(area) <= {one.depth}"
    )


def _operand(operand: Operand, one: Definition, its: Definition, table: str) -> str:
    """The operand's values in the formula's periods."""
    rows = f"select area, starts_on, value from {table} where code = '{operand.code}'"
    if its.period != one.period:
        rows = _aligned(rows, one, its)
    kind = one.period
    step = {"day": "1 day", "week": "7 day", "month": "1 month", "quarter": "3 month", "year": "1 year"}[kind]
    match operand.view:
        case "prev":
            return f"select area, (starts_on + interval {step})::date as starts_on, value from ({rows})"
        case "year_ago":
            ahead = "364 day" if kind == "week" else "1 year"
            return f"select area, (starts_on + interval {ahead})::date as starts_on, value from ({rows})"
        case "city":
            return f"select area, starts_on, value from ({rows}) where area = '3502'"
        case "mean" | "total":
            far = f"{int(step.split()[0]) * (operand.number - 1)} {step.split()[1]}"
            window = f"(partition by area order by starts_on range between interval {far} preceding and current row)"
            return (
                f"select area, starts_on, value from (select area, starts_on, "
                f"{'avg' if operand.view == 'mean' else 'sum'}(value) over {window} as value, "
                f"count(*) over {window} as held from ({rows})) where held = {operand.number}"
            )
    return rows


def _aligned(rows: str, one: Definition, its: Definition) -> str:
    """A longer period's value holds in each shorter one within it; of shorter ones a count is added up, a state is
    that of the last."""
    if periods.is_finer(one.period, its.period):
        finer = f"date_trunc('{its.period}', f.starts_on)::date"
        return (
            f"select v.area, f.starts_on, v.value from ({rows}) v join (select distinct starts_on from periods"
            f" where kind = '{one.period}') f on {finer} = v.starts_on"
        )
    trunc = f"date_trunc('{one.period}', starts_on)::date"
    if its.is_flow:
        whole = periods.A_YEAR[its.period] // periods.A_YEAR[one.period]
        return (
            f"select area, starts_on, value from (select area, {trunc} as starts_on, sum(value) as value,"
            f" count(*) as held from ({rows}) group by all) where held >= {whole} or"
            f" starts_on = (select max({trunc}) from ({rows}))"
        )
    return f"select area, {trunc} as starts_on, arg_max(value, starts_on) as value from ({rows}) group by all"

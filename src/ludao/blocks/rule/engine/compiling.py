"""One SQL statement that judges every entity by every policy: each distinct condition is computed once.

Numbers are doubles throughout, as in `evaluating`: money in fen is exact up to 9,007 trillion fen, nothing
overflows, and a sum of a policy means the same to DuckDB, to Spark and to the trace of one person. A state is
0 not met, 1 met, 2 unknown; the bits hold two for each condition in the policy's order, with the same codes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from .binding import Bound, bound
from .words import Facts, Group, Policy

MOST_FEN = 9_000_000_000_000_000
DOUBLE = exp.DataType.build("double")
AS_DOUBLE = (exp.Extract, exp.Length, exp.Sign, exp.Ceil, exp.Floor, exp.Round)


@dataclass(frozen=True)
class Judged:
    """A policy as it takes part in a run."""

    policy: Policy
    version: int


def statement(parts: Sequence[Judged], facts: Facts, on: date, where: str = "", source: str = "") -> str:
    """A SELECT in DuckDB's words: (key, policy, version, state, amount_fen, bits), one row an entity and policy.

    `where` narrows the entities (SQL of ours), `source` reads the facts from another table of the same shape.
    """
    bounds = [(part, bound(part.policy, on)) for part in parts if part.policy.holds_on(on)]
    if not bounds:
        raise ValueError(f"no policy of {facts.entity} holds on {on}")
    said = [{name: sql(tree) for name, tree in b.conditions.items()} for _, b in bounds]
    answers = _distinct(text for texts in said for text in texts.values())
    judged = [_judged(n, b, said[n], answers) for n, (_, b) in enumerate(bounds)]
    key = quoted(facts.key)
    read = ", ".join(_read(facts, name) for name in _used(bounds))
    lines = [
        f"with facts as (select {key}, {read} from {source or facts.address}{f' where {where}' if where else ''})",
        f"answers as (select *, {_listed(f'({text}) as {name}' for text, name in answers.items())} from facts)",
        f"bits as (select *, {_listed(f'{_code(name)} as {_bit(name)}' for name in answers.values())} from answers)",
        f"judged as (select {key}, {_listed(judged)} from bits)",
    ]
    each = _listed(_row(n, part, b) for n, (part, b) in enumerate(bounds))
    return (
        ",\n".join(lines)
        + f"\nselect {key}, u.policy, u.version, u.state, u.amount_fen, u.bits from"
        + f" (select {key}, unnest([{each}]) as u from judged) unrolled"
    )


def sql(tree: exp.Expr) -> str:
    """A bound tree in DuckDB's words, with the meaning that `evaluating` gives it."""
    root = exp.Paren(this=tree.copy())
    for node in reversed(list(root.walk(bfs=False))):  # the inner ones first
        if (made := _written(node)) is not node:
            node.replace(made)
    return str(root.this.sql(dialect="duckdb"))


def quoted(name: str) -> str:
    return exp.to_identifier(name, quoted=True).sql(dialect="duckdb")


def _written(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Literal) and not node.is_string and not isinstance(node.parent, exp.Left):
        return exp.Cast(this=node.copy(), to=DOUBLE.copy())
    if isinstance(node, exp.Div | exp.Mod):
        node.set("expression", exp.Nullif(this=node.expression.copy(), expression=exp.Literal.number("0")))
        node.set("typed", False)
        node.set("safe", False)
        return node
    if isinstance(node, exp.Greatest | exp.Least):
        return _strict(node)
    if isinstance(node, AS_DOUBLE):
        return exp.Cast(this=node.copy(), to=DOUBLE.copy())
    if isinstance(node, exp.Add | exp.Sub) and isinstance(node.expression, exp.Interval):
        return exp.Cast(this=node.copy(), to=exp.DataType.build("date"))
    return node


def _strict(node: exp.Expr) -> exp.Expr:
    """Unknown when any part is: engines leave empty values out of least and greatest, a law does not."""
    parts = [node.this, *node.expressions]
    missing = [exp.Is(this=exp.Paren(this=part.copy()), expression=exp.Null()) for part in parts]
    return exp.Case(ifs=[exp.If(this=exp.or_(*missing), true=exp.Null())], default=node.copy())


def _distinct(texts: Iterable[str]) -> dict[str, str]:
    """Text → the column that holds its answer."""
    return {text: f"c{n}" for n, text in enumerate(dict.fromkeys(texts))}


def _used(bounds: Iterable[tuple[Judged, Bound]]) -> list[str]:
    used: dict[str, None] = {}
    for _, b in bounds:
        for tree in (*b.conditions.values(), *([b.amount] if b.amount is not None else [])):
            used.update(dict.fromkeys(column.name for column in tree.find_all(exp.Column)))
    return list(used)


def _read(facts: Facts, name: str) -> str:
    column = quoted(name)
    return f"cast({column} as double) as {column}" if facts.columns[name].is_numeric else column


def _bit(name: str) -> str:
    return f"b{name[1:]}"


def _code(name: str) -> str:
    return f"case when {name} then 1 when {name} is null then 2 else 0 end"


def _judged(number: int, b: Bound, said: dict[str, str], answers: dict[str, str]) -> str:
    columns = {name: answers[text] for name, text in said.items()}
    bits = " + ".join(f"cast({_bit(c)} as bigint) * {4**n}" for n, c in enumerate(columns.values()))
    parts = [f"({_group(b.who, columns)}) as w{number}", f"({bits}) as k{number}"]
    if b.amount is not None:
        parts.append(f"cast({sql(b.amount)} as double) as m{number}")
    return ", ".join(parts)


def _group(group: Group, columns: dict[str, str]) -> str:
    members = [f"({_group(m, columns)})" if isinstance(m, Group) else columns[m] for m in group.members]
    match group.kind:
        case "all":
            return " and ".join(members) or "true"
        case "any":
            return " or ".join(members) or "false"
        case "none":
            return f"not ({' or '.join(members)})" if members else "true"
    met = " + ".join(f"case when {m} then 1 else 0 end" for m in members)
    possible = " + ".join(f"case when not {m} then 0 else 1 end" for m in members)
    return f"case when {met} >= {group.least} then true when {possible} < {group.least} then false end"


def _row(number: int, part: Judged, b: Bound) -> str:
    w, m = f"w{number}", f"m{number}"
    if b.amount is None:
        state, amount = _code(w), "cast(null as bigint)"
    else:
        paid = f"case when {m} is null or not abs({m}) < {MOST_FEN} then 2 when round({m}) <= 0 then 0 else 1 end"
        state = f"case when {w} then {paid} when {w} is null then 2 else 0 end"
        amount = f"case when {w} and abs({m}) < {MOST_FEN} and round({m}) > 0 then cast(round({m}) as bigint) end"
    code = part.policy.code.replace("'", "''")
    return (
        f"{{'policy': '{code}', 'version': cast({part.version} as smallint), "
        f"'state': cast({state} as tinyint), 'amount_fen': {amount}, 'bits': k{number}}}"
    )


def _listed(parts: Iterable[str]) -> str:
    return ",\n  ".join(parts)


__all__ = ["Judged", "quoted", "sql", "statement"]

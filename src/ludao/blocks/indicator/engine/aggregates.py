"""Takes a value's expression apart: its aggregates, as partial sums that can be added up, and what is left of it."""

from dataclasses import dataclass
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

FINER = (exp.Median, exp.Quantile, exp.PercentileCont, exp.Mode, exp.ApproxDistinct, exp.Stddev)


@dataclass(frozen=True)
class Partial:
    """One aggregate over rows: what is taken of a row, under which condition, and how parts are put together."""

    of: str  # the value of a row; "" counts rows
    where: str
    kind: str  # sum, count, min, max

    def sql(self, sign: str = "") -> str:
        """Over rows. With a `sign` each row counts that often, so that leaving rows are taken off again."""
        condition = f" filter (where {self.where})" if self.where else ""
        if self.kind in ("min", "max"):
            return f"{self.kind}({self.of}){condition}"
        if self.kind == "sum":
            return f"sum({f'{sign} * ({self.of})' if sign else self.of}){condition}"
        if not sign:
            return f"count({self.of or '*'}){condition}"
        known = " and ".join(f"({one})" for one in (self.where, f"({self.of}) is not null" if self.of else "") if one)
        return f"sum({sign}){f' filter (where {known})' if known else ''}"

    def again(self, column: str) -> str:
        """Over partial results."""
        return f"{'sum' if self.kind in ('sum', 'count') else self.kind}({column})"

    @property
    def can_be_taken_off(self) -> bool:
        return self.kind in ("sum", "count")


@dataclass(frozen=True)
class Taken:
    """A value taken apart: its partials, and the expression over them with places `{0}`, `{1}`."""

    partials: tuple[Partial, ...]
    rest: str
    reads_end: bool  # it asks for the last day of the period (`ends_on`)

    def over(self, names: list[str]) -> str:
        return self.rest.format(*names)


@lru_cache(maxsize=4096)
def take(value: str, where: str = "") -> Taken | None:
    """None where an aggregate cannot be put together from parts (a median, a distinct count)."""
    tree = parsed(value)
    reads_end = any(
        column.name == "ends_on" for one in (tree, parsed(where or "true")) for column in one.find_all(exp.Column)
    )
    partials: list[Partial] = []
    holder = exp.select(tree)
    for node in _outermost(holder):
        parts = _parts(node, where)
        if parts is None:
            return None
        node.replace(sqlglot.parse_one(_placed(parts, partials), dialect="duckdb"))
    text = holder.expressions[0].sql(dialect="duckdb")
    for number in range(len(partials)):
        text = text.replace(f"__{number}__", f"{{{number}}}")
    return Taken(tuple(partials), text, reads_end)


@lru_cache(maxsize=4096)
def columns(text: str) -> frozenset[str]:
    """The columns that an expression reads."""
    return frozenset(column.name for column in parsed(text).find_all(exp.Column))


def filtered(value: str, where: str) -> str:
    """The value with the condition on each aggregate, for those that are computed whole."""
    if not where:
        return value
    holder = exp.select(parsed(value))
    for node in list(_outermost(holder)):
        inner, own = (node.this, node.expression.this) if isinstance(node, exp.Filter) else (node, None)
        condition = parsed(where) if own is None else exp.and_(own.copy(), parsed(where))
        node.replace(exp.Filter(this=inner.copy(), expression=exp.Where(this=condition)))
    return str(holder.expressions[0].sql(dialect="duckdb"))


@lru_cache(maxsize=512)
def written(sql: str) -> str:
    """A query as its tree is written: what was checked is what runs, whatever another parser makes of a comment."""
    return query(sql).sql(dialect="duckdb", comments=False)


def query(sql: str) -> exp.Expr:
    try:
        return sqlglot.parse_one(sql, dialect="duckdb")
    except SqlglotError as error:
        raise ValueError(f"over {error}") from error


def at_least(value: str, fewest: int) -> str:
    """The value, where each of its aggregates is over so many rows; else nothing."""
    counts = []
    for node in _outermost(exp.select(parsed(value))):
        inner = node.this if isinstance(node, exp.Filter) else node
        of = inner.this.expressions[0] if isinstance(inner.this, exp.Distinct) else inner.this
        count: exp.Expr = exp.Count(this=of.copy() if of else exp.Star())
        if isinstance(node, exp.Filter):
            count = exp.Filter(this=count, expression=node.expression.copy())
        counts.append(f"{count.sql(dialect='duckdb')} >= {fewest}")
    return f"case when {' and '.join(dict.fromkeys(counts))} then {value} end"


def parsed(text: str) -> exp.Expr:
    tree = sqlglot.parse_one(text, dialect="duckdb")
    if tree.find(exp.Select, exp.Window):
        raise ValueError(f"{text}: no query and no window within a value")
    return tree


def _outermost(tree: exp.Expr) -> list[exp.Expr]:
    found: list[exp.Expr] = []
    for node in tree.walk(bfs=True, prune=lambda n: isinstance(n, exp.Filter | exp.AggFunc)):
        if isinstance(node, exp.Filter | exp.AggFunc):
            found.append(node)
    return found


def _parts(node: exp.Expr, where: str) -> tuple[str, list[Partial]] | None:
    """How the aggregate is written over its partials, whose places are `@0`, `@1`."""
    inner, own = (node.this, node.expression.this.sql(dialect="duckdb")) if isinstance(node, exp.Filter) else (node, "")
    condition = " and ".join(f"({one})" for one in (own, where) if one)
    of = inner.this
    if isinstance(inner, exp.Count):
        if isinstance(of, exp.Distinct):
            return None
        text = "" if isinstance(of, exp.Star) or of is None else of.sql(dialect="duckdb")
        return "@0", [Partial(text, condition, "count")]
    if isinstance(inner, exp.Sum | exp.Min | exp.Max) and not isinstance(of, exp.Distinct):
        return "@0", [Partial(of.sql(dialect="duckdb"), condition, inner.key)]
    if isinstance(inner, exp.Avg) and not isinstance(of, exp.Distinct):
        text = of.sql(dialect="duckdb")
        return "@0 / nullif(@1, 0)", [Partial(text, condition, "sum"), Partial(text, condition, "count")]
    return None


def _placed(parts: tuple[str, list[Partial]], known: list[Partial]) -> str:
    text, wanted = parts
    for number, partial in enumerate(wanted):
        if partial not in known:
            known.append(partial)
        text = text.replace(f"@{number}", f"__{known.index(partial)}__")
    return f"({text})" if "/" in text else text

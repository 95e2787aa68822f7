"""What people may write in SQL: node by node and function by function; what is not named here is refused."""

from sqlglot import exp

SCALARS: dict[str, type[exp.Expr]] = {
    "abs": exp.Abs,
    "ceil": exp.Ceil,
    "ceiling": exp.Ceil,
    "coalesce": exp.Coalesce,
    "concat": exp.Concat,
    "current_date": exp.CurrentDate,
    "date_part": exp.Extract,
    "date_trunc": exp.TimestampTrunc,
    "extract": exp.Extract,
    "floor": exp.Floor,
    "greatest": exp.Greatest,
    "least": exp.Least,
    "left": exp.Left,
    "length": exp.Length,
    "lower": exp.Lower,
    "mod": exp.Mod,
    "nullif": exp.Nullif,
    "position": exp.StrPosition,
    "replace": exp.Replace,
    "right": exp.Right,
    "round": exp.Round,
    "sign": exp.Sign,
    "split_part": exp.SplitPart,
    "starts_with": exp.StartsWith,
    "strpos": exp.StrPosition,
    "substring": exp.Substring,
    "substr": exp.Substring,
    "trim": exp.Trim,
    "upper": exp.Upper,
}
SUMMARIES: dict[str, type[exp.Expr]] = {
    "avg": exp.Avg,
    "bool_and": exp.LogicalAnd,
    "bool_or": exp.LogicalOr,
    "count": exp.Count,
    "max": exp.Max,
    "min": exp.Min,
    "stddev": exp.Stddev,
    "sum": exp.Sum,
}
OVER: dict[str, type[exp.Expr]] = {
    "dense_rank": exp.DenseRank,
    "lag": exp.Lag,
    "lead": exp.Lead,
    "rank": exp.Rank,
    "row_number": exp.RowNumber,
}
CLASSES = SCALARS | SUMMARIES | OVER
DEFAULT = frozenset(SCALARS)
AGGREGATES = frozenset(SUMMARIES)
WINDOWS = frozenset(OVER)

# Compared by exact class, so that a subclass with another meaning does not slip in.
VALUES = {exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Paren, exp.Interval, exp.Var}
LOGIC = {exp.And, exp.Or, exp.Not, exp.Is, exp.Between, exp.In, exp.Like, exp.ILike, exp.Case, exp.If}
COMPARISONS = {exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ}
LIKENESS = {exp.Like, exp.ILike, exp.Between, exp.In}
ARITHMETIC = {exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.Neg, exp.DPipe}
CASTS = {exp.Cast, exp.DataType, exp.DataTypeParam}
OF_EXPRESSIONS: frozenset[type[exp.Expr]] = frozenset(VALUES | LOGIC | COMPARISONS | ARITHMETIC | CASTS)
OF_AGGREGATES: frozenset[type[exp.Expr]] = frozenset({exp.Star, exp.Distinct, exp.Filter, exp.Where})
OF_QUERIES: frozenset[type[exp.Expr]] = (
    OF_EXPRESSIONS
    | OF_AGGREGATES
    | {exp.Select, exp.Union, exp.Intersect, exp.Except, exp.Subquery, exp.With, exp.CTE, exp.Exists}
    | {exp.From, exp.Table, exp.TableAlias, exp.Alias, exp.Join, exp.Tuple, exp.Window, exp.WindowSpec}
    | {exp.Group, exp.Having, exp.Order, exp.Ordered, exp.Limit, exp.Offset}
)

_T = exp.DType
TYPES = frozenset(
    {_T.BOOLEAN, _T.INT, _T.BIGINT, _T.DECIMAL, _T.DOUBLE, _T.TEXT, _T.VARCHAR, _T.DATE, _T.TIMESTAMP}
    | {_T.TIMESTAMPTZ}
)
_SPANS = {"YEAR", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND"}
UNITS = frozenset(_SPANS | {span + "S" for span in _SPANS} | {"QUARTER", "DOW", "ISODOW", "DOY", "EPOCH"})

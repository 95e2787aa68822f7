"""The kind of every part of a condition, found before it runs: text is never compared with a number.

Narrower than `base.sql`: only what means the same to DuckDB, to Spark and to a reader of the trace. One wrong
condition would otherwise stop the judging of a whole city.
"""

from collections.abc import Callable, Mapping

from sqlglot import exp

from ludao.base.errors import Problem
from ludao.base.sql.reading import mistake, position

FUNCTIONS = frozenset(
    {
        "abs",
        "ceil",
        "floor",
        "round",
        "mod",
        "sign",
        "greatest",
        "least",
        "coalesce",
        "nullif",
        "length",
        "left",
        "starts_with",
        "extract",
        "current_date",
    }
)
PARTS = {"YEAR", "MONTH", "DAY", "QUARTER"}
SPANS = {"YEAR", "MONTH", "WEEK", "DAY"}
LARGEST = 10**15
WORDS = {
    "number": ("数字", "a number"),
    "text": ("文字", "text"),
    "boolean": ("是或否", "yes or no"),
    "date": ("日期", "a day"),
    "interval": ("时长", "a span of time"),
    "texts": ("文字清单", "a list of text"),
    "numbers": ("数字清单", "a list of numbers"),
    "null": ("空值", "nothing"),
}


def check(tree: exp.Expr, columns: Mapping[str, str], wanted: str, field: str = "") -> None:
    """Refuse an expression whose parts do not fit, or that is not of the wanted kind."""
    found = kind_of(tree, columns, field)
    if found not in (wanted, "null"):
        raise _unfit(tree, wanted, found, field)


def kind_of(node: exp.Expr, columns: Mapping[str, str], field: str = "") -> str:
    def of(child: exp.Expr) -> str:
        return kind_of(child, columns, field)

    def want(child: exp.Expr, kind: str) -> None:
        if (found := of(child)) not in (kind, "null"):
            raise _unfit(child, kind, found, field)

    def same(*children: exp.Expr) -> str:
        kinds = [(child, of(child)) for child in children]
        first = next((kind for _, kind in kinds if kind != "null"), "null")
        for child, kind in kinds:
            if kind not in (first, "null"):
                raise _unfit(child, first, kind, field)
        return first

    rule = _RULES.get(type(node))
    if rule is None:
        raise mistake(
            f"条件里不能使用这种写法（{type(node).__name__}）",
            f"A condition may not use this ({type(node).__name__})",
            field,
            position(node),
        )
    if type(node) is exp.Column:
        return columns[node.name]
    return rule(_Site(node, of, want, same, field))


class _Site:
    """A node with the questions a rule asks about its children."""

    def __init__(
        self,
        node: exp.Expr,
        of: Callable[[exp.Expr], str],
        want: Callable[[exp.Expr, str], None],
        same: Callable[..., str],
        field: str,
    ) -> None:
        self.node, self.of, self.want, self.same, self.field = node, of, want, same, field

    def refuse(self, zh: str, en: str) -> Problem:
        return mistake(zh, en, self.field, position(self.node))


def _literal(at: _Site) -> str:
    if at.node.args["is_string"]:
        return "text"
    if abs(float(at.node.name)) > LARGEST:
        raise at.refuse("数字太大", "The number is too large")
    return "number"


def _logic(at: _Site) -> str:
    for child in (at.node.this, at.node.args.get("expression")):
        if child is not None:
            at.want(child, "boolean")
    return "boolean"


def _compared(at: _Site) -> str:
    kind = at.same(at.node.this, at.node.expression)
    if isinstance(at.node, exp.GT | exp.GTE | exp.LT | exp.LTE) and kind in ("text", "boolean"):
        raise at.refuse("文字和是否不能比大小", "Text and yes/no cannot be compared by size")
    if kind in ("texts", "numbers"):
        raise at.refuse("清单请用 in (…)", "A list goes with in (…)")
    return "boolean"


def _is(at: _Site) -> str:
    if isinstance(at.node.expression, exp.Boolean):
        at.want(at.node.this, "boolean")
    elif not isinstance(at.node.expression, exp.Null):
        raise at.refuse("IS 后只写 NULL、TRUE 或 FALSE", "IS takes NULL, TRUE or FALSE")
    at.of(at.node.this)
    return "boolean"


def _between(at: _Site) -> str:
    if at.node.args.get("symmetric") is not None:
        raise at.refuse("请写成 between 小 and 大", "Write between the smaller and the larger")
    if at.same(at.node.this, at.node.args["low"], at.node.args["high"]) not in ("number", "date"):
        raise at.refuse("BETWEEN 只用于数字和日期", "BETWEEN takes numbers and days")
    return "boolean"


def _in(at: _Site) -> str:
    kind = at.of(at.node.this)
    for child in at.node.expressions:
        found = at.of(child)
        if found not in (kind, f"{kind}s") or isinstance(child, exp.Null):
            raise _unfit(child, kind, found, at.field)
    return "boolean"


def _like(at: _Site) -> str:
    at.want(at.node.this, "text")
    pattern = at.node.expression
    if not (isinstance(pattern, exp.Literal) and pattern.is_string) or "\\" in pattern.name:
        raise at.refuse("LIKE 后写一段文字，不含反斜线", "LIKE takes plain text without a backslash")
    return "boolean"


def _case(at: _Site) -> str:
    if at.node.this is not None:
        raise at.refuse("请写 CASE WHEN 条件 THEN …", "Write CASE WHEN condition THEN …")
    branches = at.node.args["ifs"]
    for branch in branches:
        at.want(branch.this, "boolean")
    default = at.node.args.get("default")
    return at.same(*(b.args["true"] for b in branches), *([default] if default is not None else []))


def _sum(at: _Site) -> str:
    left, right = at.of(at.node.this), at.of(at.node.expression)
    if left == "date" and right == "interval":
        return "date"
    return _numbers(at)


def _numbers(at: _Site) -> str:
    for child in (at.node.this, at.node.args.get("expression"), *at.node.args.get("expressions", ())):
        if child is not None:
            at.want(child, "number")
    return "number"


def _one_number(at: _Site) -> str:
    if at.node.args.get("decimals") is not None:
        raise at.refuse("round 只取整", "round takes one value")
    at.want(at.node.this, "number")
    return "number"


def _alike(at: _Site) -> str:
    others = list(at.node.expressions) or [at.node.args["expression"]]
    return at.same(at.node.this, *others)


def _extremes(at: _Site) -> str:
    if (kind := _alike(at)) not in ("number", "date"):
        raise at.refuse("greatest 和 least 只用于数字和日期", "greatest and least take numbers and days")
    return kind


def _text_length(at: _Site) -> str:
    at.want(at.node.this, "text")
    return "number"


def _left(at: _Site) -> str:
    at.want(at.node.this, "text")
    size = at.node.expression
    if not (isinstance(size, exp.Literal) and size.name.isdigit()):
        raise at.refuse("left 的长度写一个整数", "left takes a whole number")
    return "text"


def _starts_with(at: _Site) -> str:
    at.want(at.node.this, "text")
    at.want(at.node.expression, "text")
    return "boolean"


def _extract(at: _Site) -> str:
    if at.node.this.name.upper() not in PARTS:
        raise at.refuse("只能取 year、quarter、month、day", "Only year, quarter, month and day can be taken")
    at.want(at.node.expression, "date")
    return "number"


def _cast(at: _Site) -> str:
    inner = at.node.this
    if at.node.args["to"].this != exp.DType.DATE or not (isinstance(inner, exp.Literal) and inner.is_string):
        raise at.refuse("日期请写成 date '2024-01-01'", "Write a day as date '2024-01-01'")
    return "date"


def _interval(at: _Site) -> str:
    if not at.node.this.name.isdigit() or at.node.args["unit"].name.upper().rstrip("S") not in SPANS:
        raise at.refuse("时长请写成 interval '2 years'", "Write a span as interval '2 years'")
    return "interval"


def _unfit(node: exp.Expr, wanted: str, found: str, field: str) -> Problem:
    zh, en = WORDS[wanted]
    zh_found, en_found = WORDS[found]
    return mistake(f"这里应是{zh}，写的是{zh_found}", f"This must be {en}, it is {en_found}", field, position(node))


_RULES: dict[type[exp.Expr], Callable[[_Site], str]] = {
    exp.Column: lambda at: "",
    exp.Paren: lambda at: at.of(at.node.this),
    exp.Null: lambda at: "null",
    exp.Boolean: lambda at: "boolean",
    exp.Literal: _literal,
    exp.CurrentDate: lambda at: "date",
    exp.And: _logic,
    exp.Or: _logic,
    exp.Not: _logic,
    exp.EQ: _compared,
    exp.NEQ: _compared,
    exp.GT: _compared,
    exp.GTE: _compared,
    exp.LT: _compared,
    exp.LTE: _compared,
    exp.Is: _is,
    exp.Between: _between,
    exp.In: _in,
    exp.Like: _like,
    exp.Case: _case,
    exp.Add: _sum,
    exp.Sub: _sum,
    exp.Mul: _numbers,
    exp.Div: _numbers,
    exp.Mod: _numbers,
    exp.Neg: _numbers,
    exp.Abs: _one_number,
    exp.Ceil: _one_number,
    exp.Floor: _one_number,
    exp.Round: _one_number,
    exp.Sign: _one_number,
    exp.Greatest: _extremes,
    exp.Least: _extremes,
    exp.Coalesce: _alike,
    exp.Nullif: _alike,
    exp.Length: _text_length,
    exp.Left: _left,
    exp.StartsWith: _starts_with,
    exp.Extract: _extract,
    exp.Cast: _cast,
    exp.Interval: _interval,
}

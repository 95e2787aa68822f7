"""The checks that hold for every node, in an expression and in a whole query alike."""

import difflib
import re
from collections.abc import Callable, Collection

from sqlglot import exp

from ludao.base.errors import Problem
from ludao.base.sql import grammar
from ludao.base.sql.reading import mistake, position

_NUMBER = re.compile(r"\d{1,40}(\.\d{0,40})?([eE][+-]?\d{1,3})?|\.\d{1,40}", re.ASCII)
_LONGEST_TYPE = 1000


def refuse_foreign(tree: exp.Expr, nodes: Collection[type[exp.Expr]], functions: Collection[str], field: str) -> None:
    """Every node is of the grammar, every function on the list, every literal and type plain."""
    classes = {grammar.CLASSES[name] for name in functions if name in grammar.CLASSES}
    for node in tree.walk():
        kind = type(node)
        if kind is exp.Anonymous:
            _named_function(node, functions, field)
        elif kind not in nodes and kind not in classes:
            raise _foreign(node, functions, field)
        elif kind in _CHECKS:
            _CHECKS[kind](node, field)


def nearest(word: str, words: Collection[str]) -> tuple[str, str]:
    """A hint in both languages, or two empty strings."""
    found = difflib.get_close_matches(word.lower(), {w.lower(): w for w in words}, n=1, cutoff=0.5)
    name = next((w for w in words if found and w.lower() == found[0]), "")
    return (f"，是不是“{name}”？", f"; did you mean “{name}”?") if name else ("", "")


def _named_function(node: exp.Expr, functions: Collection[str], field: str) -> None:
    name = node.this
    if not isinstance(name, str) or name.lower() not in functions or not re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII):
        raise _foreign(node, functions, field)


def _foreign(node: exp.Expr, functions: Collection[str], field: str) -> Problem:
    at = position(node)
    if isinstance(node, exp.Func):
        name = str(node.this) if isinstance(node, exp.Anonymous) else type(node).sql_names()[0].lower()
        zh, en = nearest(name, functions)
        return mistake(f"不能使用函数“{name}”{zh}", f"The function “{name}” may not be used{en}", field, at)
    if isinstance(node, exp.Subquery | exp.Select):
        return mistake("这里不能写子查询", "A query may not be written here", field, at)
    if isinstance(node, exp.Alias):
        return mistake("两个词之间缺少运算符", "An operator is missing between two words", field, at)
    word = type(node).__name__
    return mistake(f"这里不能使用这种写法（{word}）", f"This construct may not be used here ({word})", field, at)


def _literal(node: exp.Expr, field: str) -> None:
    if not node.is_string and not _NUMBER.fullmatch(str(node.this)):
        raise mistake(f"不是数字：{node.this}", f"Not a number: {node.this}", field, position(node))


def _unit(node: exp.Expr, field: str) -> None:
    if str(node.this).upper() not in grammar.UNITS:
        zh, en = nearest(str(node.this), grammar.UNITS)
        raise mistake(f"不认识“{node.this}”{zh}", f"Unknown word “{node.this}”{en}", field, position(node))


def _type(node: exp.Expr, field: str) -> None:
    plain = node.this in grammar.TYPES and not (set(_given(node)) - {"this", "expressions"})
    sizes = [param.this for param in node.expressions]
    if not plain or any(not size.name.isdigit() or int(size.name) > _LONGEST_TYPE for size in sizes):
        raise mistake("不能转换成这种类型", "This type may not be cast to", field, position(node))


def _cast(node: exp.Expr, field: str) -> None:
    if set(_given(node)) - {"this", "to"}:
        raise mistake("转换只写值和类型", "A cast takes a value and a type only", field, position(node))


def _star(node: exp.Expr, field: str) -> None:
    parent = node.parent
    of_query = isinstance(parent, exp.Select) or (
        isinstance(parent, exp.Column) and isinstance(parent.parent, exp.Select)
    )
    if set(_given(node)) or not (of_query or isinstance(parent, exp.Count)):
        raise mistake("这里不能写 *", "* may not be written here", field, position(node))


def _interval(node: exp.Expr, field: str) -> None:
    amount, unit = node.args.get("this"), node.args.get("unit")
    if not isinstance(amount, exp.Literal) or not isinstance(unit, exp.Var) or not _NUMBER.fullmatch(amount.name):
        raise mistake("时长请写成 INTERVAL '3 days'", "Write an interval as INTERVAL '3 days'", field, position(node))


def _chained(node: exp.Expr, field: str) -> None:
    """PostgreSQL does not read `a = b = c`; brackets say which is meant."""
    like = next((kinds for kinds in (grammar.COMPARISONS, grammar.LIKENESS) if type(node) in kinds), ())
    if any(type(node.args.get(side)) in like for side in ("this", "expression", "low", "high")):
        raise mistake("连写的比较请加括号，或用 and 连接",
                      "Put brackets around chained comparisons, or join them with and", field, position(node))


def _given(node: exp.Expr) -> list[str]:
    return [key for key, value in node.args.items() if value]


_CHECKS: dict[type[exp.Expr], Callable[[exp.Expr, str], None]] = {
    exp.Literal: _literal,
    exp.Var: _unit,
    exp.DataType: _type,
    exp.Cast: _cast,
    exp.Star: _star,
    exp.Interval: _interval,
    **dict.fromkeys(grammar.COMPARISONS | grammar.LIKENESS, _chained),
}

"""The closed words of a condition: names, figures, comparisons, a few functions; walked, never executed."""

import ast
import operator
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from ludao.base.errors import Problem
from ludao.base.text import t

LONGEST = 500
TIME = re.compile(r"^(R\d*/)?(P(?=[\dT])[\dYMWDTHS.]+|\d{4}-\d\d-\d\d(T[\d:.+Z-]+)?)(/P[\dYMWDTHS.]+)?$")
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}
_COUNT: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "len": len,
    "min": min,
    "max": max,
    "abs": abs,
    "all": all,
    "any": any,
    "count": lambda many, value: list(many).count(value),
}
_CONSTANTS = {"true": True, "false": False, "null": None}


def read(text: str) -> ast.expr:
    """The tree of a condition. Raises Problem that quotes what is not among the closed words."""
    if len(text) > LONGEST:
        raise Problem(t("条件太长", "The condition is too long"))
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError) as error:
        raise Problem(t(f"看不懂条件“{text}”", f"Cannot read the condition “{text}”")) from error
    for node in ast.walk(tree):
        if not _is_allowed(node):
            said = ast.unparse(node) if isinstance(node, ast.expr) else type(node).__name__
            raise Problem(t(f"条件中不能写“{said}”", f"“{said}” cannot be used in a condition"))
    return tree


def names(text: str) -> set[str]:
    """The data that a condition reads."""
    found = {node.id for node in ast.walk(read(text)) if isinstance(node, ast.Name)}
    return found - set(_FUNCTIONS) - set(_CONSTANTS)


def value(text: str, data: Mapping[str, Any]) -> Any:
    """What the condition gives on this data; a duration, a day or a moment (P3D, R3/PT1H) stands for itself."""
    if TIME.match(text.strip()):
        return text.strip()
    try:
        return _value(read(text), data)
    except (TypeError, ArithmeticError, ValueError, LookupError) as error:
        raise Problem(t(f"条件“{text}”算不出：{error}", f"The condition “{text}” fails: {error}")) from error


def _is_allowed(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in _FUNCTIONS and not node.keywords
    if isinstance(node, ast.BinOp):
        return type(node.op) in _COUNT
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str | int | float | bool | None)
    plain = (ast.BoolOp, ast.UnaryOp, ast.Compare, ast.Name, ast.List, ast.Tuple, ast.Subscript)
    return isinstance(node, (*plain, ast.boolop, ast.Not, ast.USub, ast.cmpop, ast.expr_context, *_COUNT))


def _value(node: ast.expr, data: Mapping[str, Any]) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return _CONSTANTS[node.id] if node.id in _CONSTANTS else _datum(node.id, data)
    if isinstance(node, ast.BoolOp):
        return _both(node, data)
    if isinstance(node, ast.UnaryOp):
        inner = _value(node.operand, data)
        return not inner if isinstance(node.op, ast.Not) else -inner
    if isinstance(node, ast.Compare):
        return _compared(node, data)
    if isinstance(node, ast.BinOp):
        return _counted(node, data)
    if isinstance(node, ast.Subscript):
        return _value(node.value, data)[_value(node.slice, data)]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _FUNCTIONS[node.func.id](*(_value(each, data) for each in node.args))
    if isinstance(node, ast.List | ast.Tuple):
        return [_value(each, data) for each in node.elts]
    raise TypeError(type(node).__name__)


def _datum(name: str, data: Mapping[str, Any]) -> Any:
    if name not in data:
        raise Problem(t(f"缺少数据“{name}”", f"The datum “{name}” is missing"), field=name)
    return data[name]


def _both(node: ast.BoolOp, data: Mapping[str, Any]) -> Any:
    is_and = isinstance(node.op, ast.And)
    result: Any = is_and
    for each in node.values:
        result = _value(each, data)
        if bool(result) is not is_and:
            break
    return result


def _compared(node: ast.Compare, data: Mapping[str, Any]) -> bool:
    left = _value(node.left, data)
    for sign, each in zip(node.ops, node.comparators, strict=True):
        right = _value(each, data)
        if not _COMPARE[type(sign)](left, right):
            return False
        left = right
    return True


def _counted(node: ast.BinOp, data: Mapping[str, Any]) -> Any:
    """Of numbers only: a text times a million is an attack on memory, not a condition."""
    left, right = _value(node.left, data), _value(node.right, data)
    if not all(isinstance(each, int | float | datetime) for each in (left, right)):
        raise TypeError(t("只能计算数字", "Only numbers can be reckoned with"))
    return _COUNT[type(node.op)](left, right)

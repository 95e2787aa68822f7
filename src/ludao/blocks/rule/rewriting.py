"""Changes one figure in a policy's text and leaves every other line as its officer wrote it."""

import re
import tomllib
from datetime import date

from ludao.base.errors import Problem
from ludao.base.text import t

from .engine.words import Parameter


def with_value(text: str, parameter: Parameter, value: str, since: date, source: str) -> str:
    """The text with one more dated value of the parameter. Raises Problem when the value is of another kind."""
    plain = _plain(parameter, value)
    line = f"{{ from = {since.isoformat()}, value = {plain}, source = {_quoted(source)} }}"
    head = re.search(rf"^\[parameters\.{re.escape(parameter.name)}\]\s*$", text, re.MULTILINE)
    if head is None:
        raise Problem(
            t("参数不在单独的一节里，请直接修改文本", "The parameter has no table of its own: edit the text"),
            field="parameter",
        )
    found = re.compile(r"^values\s*=\s*\[", re.MULTILINE).search(text, head.end())
    assert found is not None
    end = _closing(text, found.end())
    inside = text[found.end() : end].strip().rstrip(",")
    rows = f"\n  {inside},\n  {line},\n"
    return text[: found.end()] + rows + text[end:]


def _plain(parameter: Parameter, value: str) -> str:
    kind = type(parameter.values[-1].value)
    try:
        if kind in (int, float):
            float(value)
            return value.strip()
        if kind is date:
            return date.fromisoformat(value.strip()).isoformat()
        if kind is bool:
            return {"true": "true", "false": "false", "是": "true", "否": "false"}[value.strip().lower()]
        if kind is tuple:
            return "[" + ", ".join(_quoted(v.strip()) for v in re.split("[、,，]", value) if v.strip()) + "]"
    except (ValueError, KeyError) as error:
        raise Problem(
            t("值与参数原来的种类不同", "The value is of another kind than the parameter"), field="value"
        ) from error
    return _quoted(value)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _closing(text: str, at: int) -> int:
    """Where the list that opened before `at` ends; brackets inside strings are told apart by reading it."""
    for match in re.finditer(r"\]", text[at:]):
        try:
            tomllib.loads("values = [" + text[at : at + match.end()])
        except tomllib.TOMLDecodeError:
            continue
        return at + match.start()
    raise Problem(t("读不懂参数的值", "The parameter's values cannot be read"), field="parameter")

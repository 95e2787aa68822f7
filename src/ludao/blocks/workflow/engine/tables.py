"""Decision tables (DMN 1.3), reckoned with the house's closed words: no expression language is executed.

An input entry is `-`, a value, a comparison, a range, a list of these, or `not(…)`; an output entry is a value or a
reckoning over the data. Hit policies: UNIQUE, FIRST, ANY, PRIORITY, RULE ORDER, COLLECT with SUM, MIN, MAX, COUNT.
A decision that requires others is made after them.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from lxml import etree

from ludao.base import conditions
from ludao.base.errors import Problem
from ludao.base.text import t

RANGE = re.compile(r"^([\[\]()])\s*(.+?)\s*\.\.\s*(.+?)\s*([\[\]()])$")
COMPARED = re.compile(r"^(<=|>=|<|>|=|!=)\s*(.+)$")
NEGATED = re.compile(r"^not\s*\((.*)\)$", re.S)
POLICIES = ("UNIQUE", "FIRST", "ANY", "PRIORITY", "RULE ORDER", "COLLECT")
SUMS: dict[str, Callable[[list[Any]], Any]] = {"SUM": sum, "MIN": min, "MAX": max, "COUNT": len}


@dataclass(frozen=True)
class Output:
    name: str
    title: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    tests: tuple[str, ...]
    results: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True)
class Table:
    """One decision: a table, or (with `formula`) one reckoning."""

    key: str
    title: str
    policy: str = "UNIQUE"
    sum: str = ""
    inputs: tuple[tuple[str, str], ...] = ()  # expression, title
    outputs: tuple[Output, ...] = ()
    rows: tuple[Row, ...] = ()
    formula: str = ""
    requires: tuple[str, ...] = field(default=())


@lru_cache(maxsize=500)
def tables(text: str) -> tuple[Table, ...]:
    """All decisions of a DMN file. Raises Problem when it is none."""
    try:
        safe = etree.XMLParser(resolve_entities=False, no_network=True)
        tree = etree.fromstring(text.encode(), safe)
    except etree.XMLSyntaxError as error:
        raise Problem(t(f"不是完好的 XML：{error}", f"Not well-formed XML: {error}"), field="drawing") from error
    if etree.QName(tree).localname != "definitions" or "DMN" not in (etree.QName(tree).namespace or ""):
        raise Problem(t("不是 DMN 决策表", "Not a DMN decision table"), field="drawing")
    found = tuple(_table(one) for one in _children(tree, "decision"))
    if not found:
        raise Problem(t("文件中没有决策", "The file holds no decision"), field="drawing")
    return found


def decide(text: str, data: Mapping[str, Any], key: str = "") -> dict[str, Any]:
    """What the decision gives: its outputs by name. Raises Problem that names the table and what is wrong."""
    known = {one.key: one for one in tables(text)}
    last = known[key] if key in known else tables(text)[-1]
    return _decide(last, known, dict(data), ())


def _decide(
    table: Table, known: Mapping[str, Table], data: dict[str, Any], on_the_way: tuple[str, ...]
) -> dict[str, Any]:
    if table.key in on_the_way:
        raise Problem(t(f"决策“{table.title}”依赖它自己", f"The decision “{table.title}” requires itself"))
    for name in table.requires:
        if name in known:
            data |= _decide(known[name], known, data, (*on_the_way, table.key))
    if table.formula:
        return {table.outputs[0].name: conditions.value(table.formula, data)}
    said = [conditions.value(expression, data) for expression, _ in table.inputs]
    hits = [row for row in table.rows if all(map(holds, row.tests, said, [data] * len(said)))]
    return _given(table, hits, data)


def holds(test: str, value: Any, data: Mapping[str, Any]) -> bool:
    """Whether a value passes an input entry."""
    test = test.strip()
    if test in ("", "-"):
        return True
    if found := NEGATED.match(test):
        return not holds(found[1], value, data)
    if len(parts := list(_parts(test))) > 1:
        return any(holds(part, value, data) for part in parts)
    if found := RANGE.match(test):
        low, high = conditions.value(found[2], data), conditions.value(found[3], data)
        above = value >= low if found[1] == "[" else value > low
        return bool(value is not None and above and (value <= high if found[4] == "]" else value < high))
    if found := COMPARED.match(test):
        sign = {"=": "=="}.get(found[1], found[1])
        return bool(conditions.value(f"_value {sign} ({found[2]})", {**data, "_value": value}))
    return bool(conditions.value(test, data) == value)


def _parts(test: str) -> Iterator[str]:
    """Split at commas outside quotes and brackets."""
    depth, quoted, begun = 0, False, 0
    for place, sign in enumerate(test):
        if sign == '"':
            quoted = not quoted
        elif not quoted and sign in "([":
            depth += 1
        elif not quoted and sign in ")]":
            depth -= 1
        elif not quoted and sign == "," and depth <= 0:
            yield test[begun:place]
            begun = place + 1
    yield test[begun:]


def _given(table: Table, hits: list[Row], data: Mapping[str, Any]) -> dict[str, Any]:
    found = [_results(table, row, data) for row in hits]
    if table.policy == "COLLECT" and table.sum:
        return {one.name: _summed(table.sum, [each[one.name] for each in found]) for one in table.outputs}
    if table.policy in ("COLLECT", "RULE ORDER"):
        return {one.name: [each[one.name] for each in found] for one in table.outputs}
    if not found:
        return {one.name: None for one in table.outputs}
    if table.policy == "UNIQUE" and len(found) > 1:
        raise Problem(t(f"决策表“{table.title}”有多行同时符合", f"Several rows of “{table.title}” hold at once"))
    if table.policy == "ANY" and any(each != found[0] for each in found):
        raise Problem(t(f"决策表“{table.title}”的结果互相矛盾", f"Rows of “{table.title}” contradict each other"))
    return min(found, key=lambda each: _rank(table, each)) if table.policy == "PRIORITY" else found[0]


def _summed(how: str, values: list[Any]) -> Any:
    return SUMS[how](values) if values or how in ("SUM", "COUNT") else None


def _rank(table: Table, given: Mapping[str, Any]) -> list[int]:
    """By the place of each result in its list of values, the first the highest."""
    places = []
    for one in table.outputs:
        values = [conditions.value(value, {}) for value in one.values]
        places.append(values.index(given[one.name]) if given[one.name] in values else len(values))
    return places


def _results(table: Table, row: Row, data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        one.name: conditions.value(said, data) if said.strip() not in ("", "-") else None
        for one, said in zip(table.outputs, row.results, strict=False)
    }


def mistakes(text: str) -> list[str]:
    """What is to be mended, in words that name the row and the column."""
    return [said for table in tables(text) for said in _mistakes(table)]


def _mistakes(table: Table) -> Iterator[str]:
    if table.policy not in POLICIES:
        yield str(t(f"不支持的命中策略：{table.policy}", f"No such hit policy: {table.policy}"))
    for expression, title in table.inputs:
        yield from _readable(expression, str(t(f"输入“{title}”", f"Input “{title}”")))
    if table.formula:
        yield from _readable(table.formula, table.title)
    for number, row in enumerate(table.rows, 1):
        where = str(t(f"第 {number} 行", f"Row {number}"))
        if len(row.tests) != len(table.inputs) or len(row.results) != len(table.outputs):
            yield f"{where}：{t('列数不对', 'the wrong number of columns')}"
        for test in row.tests:
            for part in _operands(test):
                yield from _readable(part, where)
        for said in row.results:
            if said.strip() not in ("", "-"):
                yield from _readable(said, where)


def _operands(test: str) -> Iterator[str]:
    test = test.strip()
    if test in ("", "-"):
        return
    if found := NEGATED.match(test):
        yield from _operands(found[1])
    elif len(parts := list(_parts(test))) > 1:
        for part in parts:
            yield from _operands(part)
    elif found := RANGE.match(test):
        yield from (found[2], found[3])
    elif found := COMPARED.match(test):
        yield found[2]
    else:
        yield test


def _readable(text: str, where: str) -> Iterator[str]:
    try:
        if not conditions.TIME.match(text.strip()):
            conditions.read(text)
    except Problem as error:
        yield f"{where}：{error}"


def _children(element: Any, name: str) -> list[Any]:
    return [one for one in element if isinstance(one.tag, str) and etree.QName(one).localname == name]


def _text(element: Any) -> str:
    return "".join((one.text or "") for one in _children(element, "text")).strip()


def _table(decision: Any) -> Table:
    key, title = decision.get("id"), decision.get("name") or decision.get("id")
    requires = tuple(
        one.get("href", "").lstrip("#") for each in _children(decision, "informationRequirement")
        for one in _children(each, "requiredDecision")
    )  # fmt: skip
    variable = next((one.get("name") for one in _children(decision, "variable")), None) or key
    for formula in _children(decision, "literalExpression"):
        return Table(key, title, outputs=(Output(variable, title),), formula=_text(formula), requires=requires)
    held = _children(decision, "decisionTable")
    if not held:
        raise Problem(t(f"决策“{title}”里没有表", f"The decision “{title}” holds no table"), field="drawing")
    (table, *_) = held
    inputs = tuple(
        (_text(one), each.get("label") or _text(one)) for each in _children(table, "input")
        for one in _children(each, "inputExpression")
    )  # fmt: skip
    outputs = tuple(_output(one, variable) for one in _children(table, "output"))
    rows = tuple(
        Row(
            tuple(_text(one) for one in _children(rule, "inputEntry")),
            tuple(_text(one) for one in _children(rule, "outputEntry")),
            " ".join((one.text or "").strip() for one in _children(rule, "description")),
        )
        for rule in _children(table, "rule")
    )
    return Table(
        key, title, table.get("hitPolicy", "UNIQUE"), table.get("aggregation", ""), inputs, outputs, rows,
        requires=requires,
    )  # fmt: skip


def _output(one: Any, variable: str) -> Output:
    values = "".join(_text(each) for each in _children(one, "outputValues"))
    name = one.get("name") or variable
    return Output(name, one.get("label") or name, tuple(part.strip() for part in _parts(values) if part.strip()))


def name_of(text: str) -> tuple[str, str]:
    """What the file is called, in both languages."""
    last = tables(text)[-1]
    root = etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    zh = root.get("name") or last.title
    return zh[:200], (root.get("{https://ludao.dev/bpmn}en") or zh)[:300]

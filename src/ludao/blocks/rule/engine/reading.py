"""Reads a policy from TOML, as written in a file or on the page; tells every mistake with its place."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from ludao.base import sql
from ludao.base.errors import Problem, Problems
from ludao.base.sql import SafeExpression
from ludao.base.text import t

from . import kinds
from .words import (
    UNITS,
    Amount,
    Condition,
    Dated,
    Example,
    Facts,
    Group,
    Legal,
    Pair,
    Parameter,
    Policy,
    Row,
)

NAME = re.compile(r"[a-z][a-z0-9_]*")
CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
PERIODS = ("once", "month", "quarter", "year")
STATES = ("met", "not_met", "unknown")
MOST_CONDITIONS = 30  # two bits each in one whole number
WORDS = {
    "code",
    "entity",
    "title",
    "summary",
    "owner",
    "from",
    "until",
    "period",
    "exclusive",
    "legal",
    "parameters",
    "conditions",
    "who",
    "amount",
    "examples",
}
NEEDED = ("code", "entity", "title", "owner", "from", "conditions")


def read(text: str, facts: Mapping[str, Facts]) -> Policy:
    """Raises Problems; each names the word of the text that is to blame as its field."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Problems([Problem(t(f"不是有效的 TOML：{error}", f"Not valid TOML: {error}"), field="text")]) from error
    return _Reader(table, facts).policy()


class _Reader:
    """One reading: goes on after a mistake, so that all can be mended in one go."""

    def __init__(self, table: dict[str, Any], facts: Mapping[str, Facts]) -> None:
        self.table, self.known = table, facts
        self.problems: list[Problem] = []

    def policy(self) -> Policy:
        for word in set(self.table) - WORDS:
            self.blame(word, "没有这个词", "There is no such word")
        for word in NEEDED:
            if word not in self.table:
                self.blame(word, "缺少这一项", "This is missing")
        facts = self.known.get(str(self.table.get("entity")))
        if facts is None:
            self.blame("entity", f"应为 {'、'.join(self.known)}", f"One of {', '.join(self.known)}")
        self.stop()
        assert facts is not None
        parameters = self.parameters(facts)
        columns: dict[str, str] = {f.name: "number" if f.is_numeric else f.kind for f in facts.columns.values()}
        columns |= {p.name: _kind_of_parameter(p) for p in parameters.values()}
        conditions = self.conditions(columns)
        made = Policy(
            code=self.code(),
            entity=facts.entity,
            title=self.pair("title", self.table.get("title")),
            summary=self.pair("summary", self.table.get("summary", "")),
            owner=str(self.table["owner"]),
            since=self.day("from", self.table["from"]) or date.min,
            until=self.day("until", self.table.get("until")),
            period=self.one_of("period", PERIODS, "once"),
            exclusive=str(self.table.get("exclusive", "")),
            legal=self.legal(),
            parameters=parameters,
            conditions=conditions,
            who=self.who(conditions),
            amount=self.amount(columns),
            examples=tuple(self.examples(facts)),
        )
        self.stop()
        return made

    # — parts ———————————————————————————————————————————————————————————————————————————————————————————

    def code(self) -> str:
        code = str(self.table["code"])
        if not CODE.fullmatch(code) or len(code) > 80:
            self.blame("code", "用小写字母、数字、下划线和点", "Lower case letters, digits, underscores and dots")
        return code

    def legal(self) -> Legal:
        given = self.dict_of("legal", self.table.get("legal", {}))
        for word in set(given) - set(Legal.__dataclass_fields__):
            self.blame(f"legal.{word}", "没有这个词", "There is no such word")
        if not (given.get("document") or given.get("note")):
            self.blame(
                "legal",
                "写明文号（document），或说明出处（note）",
                "Name the document, or say where it comes from (note)",
            )
        return Legal(**{k: str(v) for k, v in given.items() if k in Legal.__dataclass_fields__})

    def parameters(self, facts: Facts) -> dict[str, Parameter]:
        found = {}
        for name, given in self.dict_of("parameters", self.table.get("parameters", {})).items():
            where = f"parameters.{name}"
            given = self.dict_of(where, given)
            if not NAME.fullmatch(name) or name in facts.columns:
                self.blame(where, "名称用小写字母，且不与数据项重名", "A lower-case name that no fact has")
            values = [v for n, one in enumerate(given.get("values", [])) if (v := self.dated(f"{where}.values", one))]
            if not values:
                self.blame(
                    where,
                    "至少给一个值：values = [{ from = 2024-01-01, value = … }]",
                    "Give at least one value: values = [{ from = 2024-01-01, value = … }]",
                )
                continue
            if len({_kind_of_value(v.value) for v in values}) > 1:
                self.blame(where, "各时期的值应是同一种", "All its values must be of one kind")
            found[name] = Parameter(
                name,
                self.pair(where, given, name),
                str(given.get("unit", "")),
                tuple(sorted(values, key=lambda v: v.since)),
            )
        return found

    def dated(self, where: str, given: Any) -> Dated | None:
        given = self.dict_of(where, given)
        since, value = self.day(where, given.get("from")), given.get("value")
        if since is None or value is None:
            self.blame(where, "每个值写 from（起始日）和 value", "Each value has a from (day) and a value")
            return None
        if isinstance(value, list):
            value = tuple(value)
        if not isinstance(value, int | float | str | bool | date | tuple):
            self.blame(where, "值应是数字、文字、日期或清单", "A value is a number, text, a day or a list")
            return None
        return Dated(since, value, str(given.get("source", "")))

    def conditions(self, columns: Mapping[str, str]) -> dict[str, Condition]:
        given = self.dict_of("conditions", self.table["conditions"])
        if not given or len(given) > MOST_CONDITIONS:
            self.blame("conditions", f"写 1 到 {MOST_CONDITIONS} 个条件", f"Give 1 to {MOST_CONDITIONS} conditions")
        found = {}
        for name, one in given.items():
            where = f"conditions.{name}"
            one = self.dict_of(where, one)
            says = self.expression(f"{where}.says", one.get("says"), columns, "boolean")
            if says is not None:
                found[name] = Condition(name, self.pair(where, one, name), says)
        return found

    def who(self, conditions: Mapping[str, Condition]) -> Group:
        given = self.table.get("who")
        if given is None:
            return Group("all", tuple(conditions))
        group = self.group("who", given, conditions)
        unused = set(conditions) - set(group.names())
        if unused and not self.problems:
            self.blame("who", f"没有用到条件：{'、'.join(sorted(unused))}", f"Not used: {', '.join(sorted(unused))}")
        return group

    def group(self, where: str, given: Any, conditions: Mapping[str, Condition]) -> Group:
        """{ all = ["a", { any = ["b", "c"] }] } or { at_least = 2, of = ["a", "b", "c"] }"""
        given = self.dict_of(where, given)
        kinds_given = [k for k in ("all", "any", "none", "at_least") if k in given]
        if len(kinds_given) > 1:  # { all = […], none = […] }: all of these groups
            parts = [
                self.group(where, {k: given[k], **({"of": given.get("of")} if k == "at_least" else {})}, conditions)
                for k in kinds_given
            ]
            return Group("all", tuple(parts))
        kind = kinds_given[0] if kinds_given else ""
        members = given.get("of" if kind == "at_least" else kind)
        if not isinstance(members, list) or not members:
            self.blame(
                where,
                "写 all、any、none 或 at_least（配 of），后跟条件清单",
                "Write all, any, none or at_least (with of), then a list of conditions",
            )
            return Group("all", ())
        least = given.get("at_least", 0)
        if kind == "at_least" and not (isinstance(least, int) and 1 <= least <= len(members)):
            self.blame(where, f"at_least 应在 1 到 {len(members)} 之间", f"at_least is 1 to {len(members)}")
        made: list[str | Group] = []
        for member in members:
            if isinstance(member, dict):
                made.append(self.group(where, member, conditions))
            elif member in conditions:
                made.append(member)
            elif member not in self.dict_of("conditions", self.table["conditions"]):
                self.blame(where, f"没有条件“{member}”", f"There is no condition “{member}”")
        return Group(kind, tuple(made), int(least) if kind == "at_least" else 0)  # type: ignore[arg-type]

    def amount(self, columns: Mapping[str, str]) -> Amount | None:
        if "amount" not in self.table:
            return None
        given = self.dict_of("amount", self.table["amount"])
        if "formula" in given:
            formula = self.expression("amount.formula", given["formula"], columns, "number")
            return Amount(formula=formula)
        rows = []
        for number, one in enumerate(given.get("table", []), 1):
            where = f"amount.table[{number}]"
            one = self.dict_of(where, one)
            when = self.expression(f"{where}.when", one.get("when"), columns, "boolean")
            pay = self.expression(f"{where}.pay", one.get("pay"), columns, "number")
            if when is not None and pay is not None:
                rows.append(Row(when, pay, self.pair(where, one, "")))
        if not rows and not self.problems:
            self.blame("amount", "写 formula（公式）或 table（决策表）", "Write a formula or a table")
        otherwise = given.get("otherwise")
        return Amount(
            rows=tuple(rows),
            hit=self.one_of("amount.hit", ("first", "sum", "max"), "first", given.get("hit")),
            otherwise=self.expression("amount.otherwise", otherwise, columns, "number") if otherwise else None,
        )

    def examples(self, facts: Facts) -> Iterator[Example]:
        given = self.table.get("examples", [])
        if len(given) < 2:
            self.blame(
                "examples", "至少写两个例子：一个符合，一个不符合", "Give two examples at least: who is, who is not"
            )
        for number, one in enumerate(given, 1):
            where = f"examples[{number}]"
            one = self.dict_of(where, one)
            values = self.dict_of(f"{where}.facts", one.get("facts", {}))
            for name, value in values.items():
                fact = facts.columns.get(name)
                if fact is None:
                    self.blame(f"{where}.facts", f"没有数据项“{name}”", f"There is no fact “{name}”")
                elif _kind_of_value(value) != ("number" if fact.is_numeric else fact.kind):
                    self.blame(
                        f"{where}.facts.{name}",
                        f"应是{kinds.WORDS['number' if fact.is_numeric else fact.kind][0]}",
                        f"It must be {kinds.WORDS['number' if fact.is_numeric else fact.kind][1]}",
                    )
            amount = one.get("amount_yuan")
            yield Example(
                str(one.get("title", f"{number}")),
                self.day(where, one.get("on")) or self._some_day(),
                values,
                self.one_of(f"{where}.expect", STATES, "met", one.get("expect")),
                None if amount is None else round(amount * 100),
            )

    def _some_day(self) -> date:
        """An example without a day stands on the first day of the policy."""
        return self.day("from", self.table["from"]) or date.min

    # — small parts —————————————————————————————————————————————————————————————————————————————————————

    def expression(self, where: str, text: Any, columns: Mapping[str, str], wanted: str) -> SafeExpression | None:
        if not isinstance(text, str | int | float) or isinstance(text, bool) or text == "":
            self.blame(where, "写一个表达式", "Write an expression")
            return None
        try:
            safe = sql.expression(str(text), list(columns), kinds.FUNCTIONS, where)
            kinds.check(safe.tree, columns, wanted, where)
        except Problem as problem:
            self.problems.append(Problem(problem.text, field=where, **problem.more))
            return None
        return safe

    def pair(self, where: str, given: Any, name: str = "") -> Pair:
        if isinstance(given, str):
            return {"zh": given, "en": given}
        if isinstance(given, dict) and given.get("zh"):
            return {"zh": str(given["zh"]), "en": str(given.get("en", given["zh"]))}
        if name == "" and isinstance(given, dict):
            return {"zh": "", "en": ""}
        self.blame(where, "写中英文名称：zh = …, en = …", "Give its words: zh = …, en = …")
        return {"zh": name, "en": name}

    def day(self, where: str, given: Any) -> date | None:
        if given is None or type(given) is date:
            return given
        self.blame(where, "日期写成 2024-01-01，不加引号", "A day is written 2024-01-01, without quotes")
        return None

    def one_of(self, where: str, words: Iterable[str], default: str, given: Any = None) -> Any:
        word = given if given is not None else self.table.get(where, default)
        if word not in words:
            self.blame(where, f"应为 {'、'.join(words)} 之一", f"One of {', '.join(words)}")
            return default
        return word

    def dict_of(self, where: str, given: Any) -> dict[str, Any]:
        if isinstance(given, dict):
            return given
        self.blame(where, "应是一张表", "It must be a table")
        return {}

    def blame(self, where: str, zh: str, en: str) -> None:
        self.problems.append(Problem(t(f"{where}：{zh}", f"{where}: {en}"), field=where))

    def stop(self) -> None:
        if self.problems:
            raise Problems(self.problems)


def _kind_of_value(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, date):
        return "date"
    if isinstance(value, tuple | list):
        return "numbers" if all(isinstance(v, int | float) for v in value) else "texts"
    return "text"


def _kind_of_parameter(parameter: Parameter) -> str:
    return _kind_of_value(parameter.values[0].value)


__all__ = ["UNITS", "read"]

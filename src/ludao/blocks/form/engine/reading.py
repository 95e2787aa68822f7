"""A form's text becomes a design; what is to be mended is said with its place, all of it at once."""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator, SchemaError

from ludao.base import conditions
from ludao.base.errors import Problem, Problems
from ludao.base.masks import MASKS
from ludao.base.text import t

from .design import Design, Field, Option, Pair, Section, Taken
from .kinds import BY_TYPE, KINDS, LEVELS, NESTED, Kind

NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
DAY = re.compile(r"today|\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])")
GRADES = ("public", "internal", "sensitive", "secret")
DIALECT = "https://json-schema.org/draft/2020-12/schema"
WORDS = {"x-kind", "x-en", "x-help", "x-when", "x-required-when", "x-options", "x-options-from", "x-from", "x-grade",
         "x-mask", "x-as", "x-level", "x-account", "x-accept", "x-earliest", "x-latest"}
DEEPEST = 3
MOST_FIELDS = 400


def read(text: str) -> Design:
    """The design of a form's text. Raises Problems, each with the place as its field."""
    return _read(text)


@lru_cache(maxsize=512)
def _read(text: str) -> Design:
    try:
        table = json.loads(text)
    except ValueError as error:
        raise Problems([Problem(t(f"不是有效的 JSON：{error}", f"Not valid JSON: {error}"), field="")]) from error
    return _Reader().design(table)


class _Reader:
    """Collects every mistake while it reads."""

    def __init__(self) -> None:
        self.mistakes: list[Problem] = []
        self.count = 0
        self.watched: set[str] = set()

    def wrong(self, where: str, zh: str, en: str) -> None:
        self.mistakes.append(Problem(t(zh, en), field=where))

    def design(self, table: Any) -> Design:
        if not isinstance(table, dict) or not isinstance(table.get("schema"), dict):
            raise Problems([Problem(t("表单应有 title、schema 和 layout", "A form has title, schema and layout"),
                                    field="schema")])
        for word in set(table) - {"title", "lead", "schema", "layout"}:
            self.wrong(word, "表单没有这个词", "A form knows no such word")
        title = self.pair(table.get("title"), "title") or {"zh": "", "en": ""}
        lead = self.pair(table["lead"], "lead") if table.get("lead") else None
        given = table["schema"]
        names = set(given.get("properties") or ())
        fields = self.fields(given, "properties", frozenset(names), 1)
        sections = self.layout(table.get("layout"), fields, frozenset(names))
        schema = {"$schema": DIALECT, **self.expanded(given, tuple(fields.values()))}
        self.is_schema(schema)
        if self.mistakes:
            raise Problems(self.mistakes)
        return Design(title, lead, schema, sections, frozenset(self.watched))

    def pair(self, said: Any, where: str) -> Pair | None:
        if isinstance(said, dict) and set(said) == {"zh", "en"} and all(isinstance(v, str) and v.strip()
                                                                       for v in said.values()):
            return {"zh": said["zh"].strip(), "en": said["en"].strip()}
        self.wrong(where, "请写中文和英文：{\"zh\": …, \"en\": …}", "Give both languages: {\"zh\": …, \"en\": …}")
        return None

    # — fields —————————————————————————————————————————————————————————————————————————————————————————

    def fields(self, schema: Mapping[str, Any], where: str, known: frozenset[str], depth: int) -> dict[str, Field]:
        properties = schema.get("properties")
        required = schema.get("required") or ()
        if not isinstance(properties, dict) or not properties:
            self.wrong(where, "至少要有一个字段", "At least one field is needed")
            return {}
        for name in required:
            if name not in properties:
                self.wrong(where, f"必填的“{name}”不在字段中", f"“{name}” is required but is no field")
        return {name: self.one(name, said, f"{where}.{name}", known, depth, name in required)
                for name, said in properties.items()}

    def one(self, name: str, said: Any, where: str, known: frozenset[str], depth: int, is_required: bool) -> Field:
        self.count += 1
        if self.count == MOST_FIELDS + 1:
            self.wrong(where, f"字段超过 {MOST_FIELDS} 个", f"More than {MOST_FIELDS} fields")
        if not NAME.fullmatch(name):
            self.wrong(where, "字段名用小写字母开头，只含小写字母、数字和下划线",
                       "A field's name begins with a small letter; small letters, digits and _ follow")
        said = said if isinstance(said, dict) else {}
        for word in sorted(w for w in said if w.startswith("x-") and w not in WORDS):
            self.wrong(f"{where}.{word}", f"没有“{word}”这个词", f"There is no word “{word}”")
        kind_name = said.get("x-kind") or BY_TYPE.get(str(said.get("type")), "text")
        if kind_name not in KINDS:
            self.wrong(f"{where}.x-kind", f"没有这种字段：{kind_name}", f"There is no such kind of field: {kind_name}")
            kind_name = "text"
        kind = KINDS[kind_name]
        self.bounds(said, where)
        title = self.pair({"zh": said.get("title", ""), "en": said.get("x-en", "")}, f"{where}.title")
        when = self.condition(said.get("x-when"), f"{where}.x-when", known)
        return Field(
            name, kind, kind_name, title or {"zh": name, "en": name}, self.own(said, kind),
            self.pair(said["x-help"], f"{where}.x-help") if said.get("x-help") else None, is_required, when,
            self.condition(said.get("x-required-when"), f"{where}.x-required-when", known),
            self.options(said, where, kind_name), said.get("x-options-from"), self.taken(said, where),
            self.grade(said, where, kind), self.mask(said, where, kind), str(said.get("x-as", "")),
            self.parts(said, where, kind_name, known, depth))

    def own(self, said: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
        """The field's schema with the type that its kind has."""
        own = dict(said)
        own.setdefault("type", kind.type)
        return own

    def parts(self, said: Mapping[str, Any], where: str, kind: str, known: frozenset[str],
              depth: int) -> tuple[Field, ...]:
        if kind not in NESTED:
            return ()
        if depth >= DEEPEST:
            self.wrong(where, f"最多嵌套 {DEEPEST - 1} 层", f"At most {DEEPEST - 1} levels of nesting")
            return ()
        inner = said.get("items") or {} if kind == "rows" else said
        if kind in ("person", "enterprise") and not inner.get("properties"):
            inner = {"properties": KINDS[kind].properties, "required": list(KINDS[kind].required)}
        at = f"{where}.items.properties" if kind == "rows" else f"{where}.properties"
        names = frozenset(inner.get("properties") or ())
        return tuple(self.fields(inner, at, known | names, depth + 1).values())

    def options(self, said: Mapping[str, Any], where: str, kind: str) -> tuple[Option, ...]:
        if kind not in ("choice", "choices"):
            return ()
        chosen = said.get("x-options-from")
        if chosen is not None:
            if isinstance(chosen, dict) and isinstance(chosen.get("list"), str):
                return ()
            if not isinstance(chosen, dict) or not all(isinstance(chosen.get(word), str) and chosen[word]
                                                       for word in ("dataset", "value", "label")):
                self.wrong(f"{where}.x-options-from", "应写明 dataset、value 和 label",
                           "It names dataset, value and label")
            return ()
        rows = said.get("x-options")
        if not isinstance(rows, list) or not rows:
            self.wrong(f"{where}.x-options", "选择题要有选项", "A choice needs options")
            return ()
        found = [self.option(row, f"{where}.x-options.{n}") for n, row in enumerate(rows)]
        if len({one.value for one in found}) < len(found):
            self.wrong(f"{where}.x-options", "选项的值有重复", "Two options have the same value")
        return tuple(found)

    def option(self, row: Any, where: str) -> Option:
        row = row if isinstance(row, dict) else {}
        title = self.pair({"zh": row.get("zh", ""), "en": row.get("en", "")}, where)
        if not isinstance(row.get("value"), str) or not row["value"]:
            self.wrong(where, "选项要有值（文字）", "An option has a value (a text)")
        return Option(str(row.get("value", "")), title or {"zh": "", "en": ""})

    def taken(self, said: Mapping[str, Any], where: str) -> Taken | None:
        row = said.get("x-from")
        if row is None:
            return None
        if not isinstance(row, dict) or not row.get("source") or not row.get("field"):
            self.wrong(f"{where}.x-from", "应写明 source 和 field", "It names source and field")
            return None
        return Taken(str(row["source"]), str(row["field"]), bool(row.get("locked")))

    def grade(self, said: Mapping[str, Any], where: str, kind: Kind) -> str:
        grade = said.get("x-grade") or ("sensitive" if kind.mask else "internal")
        if grade not in GRADES:
            self.wrong(f"{where}.x-grade", f"分级只能是 {'、'.join(GRADES)}", f"A grade is {', '.join(GRADES)}")
        return str(grade)

    def mask(self, said: Mapping[str, Any], where: str, kind: Kind) -> str:
        mask = said.get("x-mask") or kind.mask
        if mask and mask not in MASKS:
            self.wrong(f"{where}.x-mask", f"没有这种遮盖：{mask}", f"There is no such mask: {mask}")
        return str(mask)

    def bounds(self, said: Mapping[str, Any], where: str) -> None:
        """What a few kinds add: how deep an area is chosen, between which days."""
        if (level := said.get("x-level")) and level not in LEVELS:
            self.wrong(f"{where}.x-level", f"级别只能是 {'、'.join(LEVELS)}", f"A level is {', '.join(LEVELS)}")
        for word in ("x-earliest", "x-latest"):
            if (day := said.get(word)) and not DAY.fullmatch(str(day)):
                self.wrong(f"{where}.{word}", "请写 2026-06-30 这样的日期或 today", "Write a day, 2026-06-30, or today")

    def condition(self, text: Any, where: str, known: frozenset[str]) -> str:
        if not text:
            return ""
        try:
            names = conditions.names(str(text))
        except Problem as error:
            self.mistakes.append(Problem(str(error), field=where))
            return ""
        for name in sorted(names - known):
            self.wrong(where, f"条件里的“{name}”不是字段", f"“{name}” in the condition is no field")
        self.watched |= names
        return str(text)

    # — layout and schema ——————————————————————————————————————————————————————————————————————————————

    def layout(self, said: Any, fields: Mapping[str, Field], known: frozenset[str]) -> tuple[Section, ...]:
        if said is None:
            return (Section({"zh": "填写内容", "en": "Details"}, None, "", tuple(fields.values())),)
        if not isinstance(said, list):
            self.wrong("layout", "layout 是各部分的列表", "The layout is a list of sections")
            return ()
        sections = tuple(self.section(row, f"layout.{n}", fields, known) for n, row in enumerate(said))
        placed = [one.name for section in sections for one in section.fields]
        for name in sorted({n for n in placed if placed.count(n) > 1}):
            self.wrong("layout", f"“{name}”出现了不止一次", f"“{name}” stands there more than once")
        for name in (n for n in fields if n not in placed):
            self.wrong("layout", f"“{name}”没有放在任何部分", f"“{name}” stands in no section")
        return sections

    def section(self, row: Any, where: str, fields: Mapping[str, Field], known: frozenset[str]) -> Section:
        row = row if isinstance(row, dict) else {}
        for word in set(row) - {"section", "text", "when", "fields"}:
            self.wrong(f"{where}.{word}", "一个部分没有这个词", "A section knows no such word")
        title = self.pair(row.get("section"), f"{where}.section") or {"zh": "", "en": ""}
        names = row.get("fields") or []
        for name in names:
            if name not in fields:
                self.wrong(f"{where}.fields", f"没有字段“{name}”", f"There is no field “{name}”")
        return Section(title, self.pair(row["text"], f"{where}.text") if row.get("text") else None,
                       self.condition(row.get("when"), f"{where}.when", known),
                       tuple(fields[name] for name in names if name in fields))

    def expanded(self, schema: Mapping[str, Any], fields: tuple[Field, ...]) -> dict[str, Any]:
        """The object's schema, each property with the type, options and parts that its kind gives it."""
        inner = {one.name: self.expanded_one(one) for one in fields}
        return {**schema, "type": "object", "properties": inner}

    def expanded_one(self, one: Field) -> dict[str, Any]:
        own = dict(one.schema)
        values = [option.value for option in one.options]
        if one.kind_name == "choice" and values:
            own["enum"] = values
        if one.kind_name == "choices":
            own["items"] = {"type": "string", **({"enum": values} if values else {})}
            own["uniqueItems"] = True
        if one.kind_name == "rows":
            own["items"] = self.expanded(own.get("items") or {}, one.fields)
        elif one.kind_name in NESTED:
            kind = one.kind
            own = self.expanded({"required": list(kind.required) if not own.get("properties") else [], **own},
                                one.fields)
        return own

    def is_schema(self, schema: dict[str, Any]) -> None:
        try:
            Draft202012Validator.check_schema(schema)
        except SchemaError as error:
            where = "schema." + ".".join(str(part) for part in error.absolute_path)
            self.wrong(where, f"JSON Schema 有误：{error.message}", f"The JSON Schema is wrong: {error.message}")

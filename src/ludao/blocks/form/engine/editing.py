"""Changes to a form, one at a time, on the table of its text: fields and sections added, moved, changed, removed."""

import ast
import json
from collections.abc import Callable, Mapping
from typing import Any

from ludao.base import conditions
from ludao.base.errors import Problem
from ludao.base.text import t

from .kinds import KINDS

Table = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def fresh(title_zh: str, title_en: str) -> str:
    """A form with one section and one field, to begin with."""
    return write({
        "title": {"zh": title_zh, "en": title_en},
        "schema": {"$schema": DIALECT, "type": "object", "properties": {
            "name": {"x-kind": "text", "title": "姓名", "x-en": "Name", "maxLength": 80, "x-grade": "sensitive",
                     "x-mask": "name"}}, "required": ["name"]},
        "layout": [{"section": {"zh": "申请人", "en": "Applicant"}, "fields": ["name"]}],
    })


def write(table: Table) -> str:
    return json.dumps(table, ensure_ascii=False, indent=1)


def opened(text: str) -> Table:
    """The table, with its layout spelt out."""
    table: Table = json.loads(text)
    table.setdefault("layout", [{"section": {"zh": "填写内容", "en": "Details"},
                                 "fields": list(table["schema"]["properties"])}])
    return table


def holder(table: Table, path: str) -> Table:
    """The object schema in which a field's property stands. Raises Problem when there is no such field."""
    inner: Table = table["schema"]
    *above, last = path.split(".")
    for name in above:
        inner = inside(inner.get("properties", {}).get(name) or {})
    if last not in inner.get("properties", {}):
        raise Problem(t("没有这个字段，可能已被移除", "There is no such field; it may be gone already"))
    return inner


def inside(said: Table) -> Table:
    """The schema of one row, or of the group itself; a person's own parts are spelt out when they are first changed."""
    kind = said.get("x-kind")
    if kind == "rows":
        found: Table = said.setdefault("items", {"properties": {}})
        return found
    if kind in ("person", "enterprise") and not said.get("properties"):
        said["properties"] = {name: dict(part) for name, part in KINDS[kind].properties.items()}
        said["required"] = list(KINDS[kind].required)
    return said


def add_field(table: Table, kind: str, section: int | None = None, parent: str = "") -> str:
    """A new field at the end of a section, or of a group or row; its path."""
    if kind not in KINDS:
        raise Problem(t("没有这种字段", "There is no such kind of field"))
    inner = inside(holder(table, parent)["properties"][parent.split(".")[-1]]) if parent else table["schema"]
    taken = inner.setdefault("properties", {})
    name = next(name for n in range(1, 999) if (name := f"{kind}_{n}") not in taken)
    taken[name] = blank(kind)
    if parent:
        return f"{parent}.{name}"
    sections = table["layout"]
    sections[min(section or 0, len(sections) - 1)].setdefault("fields", []).append(name)
    return name


def blank(kind: str) -> Table:
    """What a new field of a kind begins with."""
    said: Table = {"x-kind": kind, "title": "新字段", "x-en": "New field"}
    if kind in ("choice", "choices"):
        said["x-options"] = [{"value": "one", "zh": "选项一", "en": "First"},
                             {"value": "two", "zh": "选项二", "en": "Second"}]
    if kind in ("rows", "group"):
        part = {"properties": {"text_1": {"x-kind": "text", "title": "新字段", "x-en": "New field"}}}
        said |= {"items": part} if kind == "rows" else part
    return said


def remove_field(table: Table, path: str) -> None:
    inner, name = holder(table, path), path.split(".")[-1]
    del inner["properties"][name]
    inner["required"] = [one for one in inner.get("required", []) if one != name]
    if "." not in path:
        for section in table["layout"]:
            section["fields"] = [one for one in section["fields"] if one != name]


def move_field(table: Table, path: str, by: int) -> None:
    """Up or down among its neighbours; at the end of a section, into the next one."""
    if "." in path:
        inner, name = holder(table, path), path.split(".")[-1]
        inner["properties"] = dict(_moved(list(inner["properties"].items()), lambda one: one[0] == name, by))
        return
    n, section = next((n, one) for n, one in enumerate(table["layout"]) if path in one["fields"])
    place = section["fields"].index(path) + by
    if 0 <= place < len(section["fields"]):
        section["fields"] = _moved(section["fields"], lambda one: one == path, by)
    elif 0 <= n + by < len(table["layout"]):
        section["fields"].remove(path)
        other = table["layout"][n + by]["fields"]
        other.insert(0 if by > 0 else len(other), path)


def _moved(rows: list[Any], is_it: Callable[[Any], bool], by: int) -> list[Any]:
    place = next(n for n, one in enumerate(rows) if is_it(one))
    rows = list(rows)
    rows.insert(max(0, place + by), rows.pop(place))
    return rows


def add_section(table: Table) -> int:
    table["layout"].append({"section": {"zh": "新的部分", "en": "New section"}, "fields": []})
    return len(table["layout"]) - 1


def remove_section(table: Table, n: int) -> None:
    """Only an empty one, so that no field goes unseen."""
    if _section(table, n).get("fields"):
        raise Problem(t("请先移走或移除这一部分的字段", "Move or remove the fields of the section first"))
    if len(table["layout"]) == 1:
        raise Problem(t("至少要有一个部分", "At least one section is needed"))
    del table["layout"][n]


def move_section(table: Table, n: int, by: int) -> int:
    one = _section(table, n)
    table["layout"] = _moved(table["layout"], lambda each: each is one, by)
    return int(table["layout"].index(one))


def set_section(table: Table, n: int, data: Mapping[str, Any]) -> None:
    section = _section(table, n)
    section["section"] = {"zh": data["title_zh"], "en": data["title_en"]}
    _keep(section, "text", _pair(data, "text"))
    _keep(section, "when", data.get("when"))


def section_panel(table: Table, n: int) -> Table:
    """A section as the editor's own form holds it."""
    section = _section(table, n)
    text = section.get("text") or {}
    return {"title_zh": section["section"]["zh"], "title_en": section["section"]["en"], "text_zh": text.get("zh"),
            "text_en": text.get("en"), "when": section.get("when")}


def _section(table: Table, n: int) -> Table:
    if not 0 <= n < len(table["layout"]):
        raise Problem(t("没有这个部分", "There is no such section"))
    found: Table = table["layout"][n]
    return found


# — one field as the editor's own form holds it ————————————————————————————————————————————————————————

LIMITS = {
    **dict.fromkeys(("text", "long_text", "address"), ("minLength", "maxLength")),
    **dict.fromkeys(("integer", "decimal", "money"), ("minimum", "maximum")),
    **dict.fromkeys(("rows", "files", "choices"), ("minItems", "maxItems")),
}
PLAIN = {"x-grade": "grade", "x-mask": "mask", "x-as": "shape", "x-level": "level", "x-account": "account",
         "x-accept": "accept", "x-earliest": "earliest", "x-latest": "latest", "pattern": "pattern", "x-when": "when"}


def field_panel(table: Table, path: str) -> Table:
    inner, name = holder(table, path), path.split(".")[-1]
    said = inner["properties"][name]
    kind = said.get("x-kind", "text")
    help_, taken, chosen = said.get("x-help") or {}, said.get("x-from") or {}, said.get("x-options-from") or {}
    data: Table = {
        "name": name, "title_zh": said.get("title"), "title_en": said.get("x-en"), "kind": kind,
        "needed": "always" if name in inner.get("required", []) else "when" if said.get("x-required-when") else "no",
        "required_when": said.get("x-required-when"), "help_zh": help_.get("zh"), "help_en": help_.get("en"),
        "options_by": "dataset" if chosen else "written", "options": said.get("x-options"),
        "dataset": chosen.get("dataset"), "value_column": chosen.get("value"), "label_column": chosen.get("label"),
        "source": taken.get("source"), "source_field": taken.get("field"), "is_locked": bool(taken.get("locked")),
        **{ours: said.get(theirs) for theirs, ours in PLAIN.items()},
    }
    for ours, theirs in zip(("least", "most"), LIMITS.get(kind, ()), strict=False):
        if (limit := said.get(theirs)) is not None:
            data[ours] = limit / 100 if kind == "money" else float(limit)
    return {key: value for key, value in data.items() if value is not None}


def set_field(table: Table, path: str, data: Mapping[str, Any]) -> str:
    """The field with what the editor's form says; what that form does not know of it stays. Its path, maybe renamed."""
    inner, old = holder(table, path), path.split(".")[-1]
    name, kind, before = data["name"], data["kind"], inner["properties"][old]
    if name != old and name in inner["properties"]:
        raise Problem(t("这个名字已有字段", "There is a field of this name already"), field="name")
    said = _said(before, data, kind)
    inner["properties"] = {(name if key == old else key): (said if key == old else value)
                           for key, value in inner["properties"].items()}
    required = [name if one == old else one for one in inner.get("required", [])]
    is_needed = data.get("needed") == "always"
    inner["required"] = [one for one in required if is_needed or one != name]
    if is_needed and name not in required:
        inner["required"].append(name)
    if name == old:
        return path
    _rename(table, old, name)
    if "." not in path:
        for section in table["layout"]:
            section["fields"] = [name if one == old else one for one in section["fields"]]
    return ".".join([*path.split(".")[:-1], name])


def _said(before: Table, data: Mapping[str, Any], kind: str) -> Table:
    was = before.get("x-kind", "text")
    said = {key: value for key, value in before.items() if key not in ("type", "enum")} if was == kind else blank(kind)
    said |= {"x-kind": kind, "title": data["title_zh"], "x-en": data["title_en"]}
    _keep(said, "x-help", _pair(data, "help"))
    _keep(said, "x-required-when", data.get("required_when") if data.get("needed") == "when" else None)
    for theirs, ours in PLAIN.items():
        _keep(said, theirs, data.get(ours))
    for ours, theirs in zip(("least", "most"), LIMITS.get(kind, ()), strict=False):
        _keep(said, theirs, _limit(kind, data.get(ours)))
    is_choice = kind in ("choice", "choices")
    from_dataset = is_choice and data.get("options_by") == "dataset"
    _keep(said, "x-options", data.get("options") if is_choice and not from_dataset else None)
    kept = {key: value for key, value in (before.get("x-options-from") or {}).items() if key in ("filters", "order")}
    _keep(said, "x-options-from", {"dataset": data.get("dataset", ""), "value": data.get("value_column", ""),
                                   "label": data.get("label_column", ""), **kept} if from_dataset else None)
    locked = {"locked": True} if data.get("is_locked") else {}
    _keep(said, "x-from", {"source": data["source"], "field": data.get("source_field", ""), **locked}
          if data.get("source") else None)
    return said


def _limit(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind == "money":
        return round(value * 100)
    return value if kind == "decimal" else round(value)


def _pair(data: Mapping[str, Any], name: str) -> dict[str, str] | None:
    zh, en = data.get(f"{name}_zh"), data.get(f"{name}_en")
    return {"zh": zh or "", "en": en or ""} if zh or en else None


def _keep(table: Table, key: str, value: Any) -> None:
    if value in (None, "", [], {}):
        table.pop(key, None)
    else:
        table[key] = value


# — names in conditions ————————————————————————————————————————————————————————————————————————————————


def _rename(table: Table, old: str, new: str) -> None:
    for said in (*table["layout"], *_properties(table["schema"])):
        for word in ("when", "x-when", "x-required-when"):
            if said.get(word) and old in conditions.names(said[word]):
                said[word] = renamed(said[word], old, new)


def renamed(text: str, old: str, new: str) -> str:
    tree = conditions.read(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == old:
            node.id = new
    return ast.unparse(tree)


def _properties(schema: Table) -> list[Table]:
    found: list[Table] = []
    for said in (schema.get("properties") or {}).values():
        found += [said, *_properties(said), *_properties(said.get("items") or {})]
    return found


# — what one version says differently from another —————————————————————————————————————————————————————


def differences(before: str, after: str) -> list[tuple[str, Any, Any]]:
    """(place, before, after); None where it is not there."""
    one, other = _flat(json.loads(before)), _flat(json.loads(after))
    return [(place, one.get(place), other.get(place)) for place in dict.fromkeys((*one, *other))
            if one.get(place) != other.get(place)]


def _flat(said: Any, at: str = "") -> dict[str, Any]:
    """Every value by its place; a list of plain values and an option are one value."""
    if isinstance(said, dict) and said and set(said) != {"zh", "en"} and set(said) != {"value", "zh", "en"}:
        found: dict[str, Any] = {}
        for key, value in said.items():
            if key not in ("schema", "properties", "items", "$schema"):
                found |= _flat(value, f"{at}.{key}" if at else key)
            else:
                found |= _flat(value, at)
        return found
    if isinstance(said, list) and any(isinstance(each, dict) for each in said):
        found = {}
        for n, each in enumerate(said):
            found |= _flat(each, f"{at}.{n + 1}")
        return found
    return {at: said}

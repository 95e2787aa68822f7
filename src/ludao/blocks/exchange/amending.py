"""A contract as a form and back: what a steward may change of a source that stands."""

from collections.abc import Mapping
from typing import Any

from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.exchange import inferring
from ludao.blocks.exchange.models import Source, as_pair

BLANK = 2  # lines for new rules


def head(source: Source, said: Mapping[str, str]) -> dict[str, str]:
    zh, en = as_pair(source.terms.title)
    terms = source.terms
    stand = {"zh": zh, "en": en, "promise": source.promise, "load": terms.load, "at": terms.at}
    return {name: said.get(name, value) for name, value in stand.items()}


def rows(source: Source, said: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each column with what stands, or what was typed."""
    return [
        {
            "name": c.name,
            "type": said.get(f"type-{c.name}", c.type),
            "zh": said.get(f"zh-{c.name}", c.zh),
            "means": said.get(f"means-{c.name}", c.means),
            "grade": said.get(f"grade-{c.name}", c.grade),
            "aliases": said.get(f"aliases-{c.name}", "、".join(c.aliases)),
            "required": f"required-{c.name}" in said if said else c.required,
            "is_key": f"key-{c.name}" in said if said else c.name in source.terms.key,
        }
        for c in source.terms.columns.values()
    ]


def rules(source: Source, said: Mapping[str, str]) -> list[dict[str, Any]]:
    """The rules, and room for new ones."""
    stand = [rule.model_dump() for rule in source.terms.rules]
    blank = {"name": "", "zh": "", "en": "", "kind": "validity", "says": "", "stops": False}
    found = []
    for n, rule in enumerate([*stand, *[blank] * BLANK]):
        typed = {key: said.get(f"rule-{key}-{n}", rule[key]) for key in ("zh", "kind", "says")}
        stops = f"rule-stops-{n}" in said if said else rule["stops"]
        found.append({**rule, **typed, "stops": stops, "place": n})
    return found


def amended(source: Source, said: Mapping[str, str]) -> dict[str, Any]:
    """The whole contract with what was typed; an emptied rule is taken out."""
    table = dict(source.contract)
    given = {row["name"]: row for row in rows(source, said)}
    columns = {}
    for name, column in table["columns"].items():
        row = given[name]
        others = [one.strip() for one in row["aliases"].replace(",", "、").split("、") if one.strip()]
        mask = column.get("mask") or inferring.SENSITIVE.get(row["means"], "all")
        changed = {"zh": row["zh"].strip(), "aliases": others} | {n: row[n] for n in ("type", "means", "grade")}
        columns[name] = {
            **column, **changed, "required": bool(row["required"]) or row["is_key"],
            "mask": mask if row["grade"] in ("sensitive", "secret") else "",
        }
    kept = [rule for rule in rules(source, said) if str(rule["says"]).strip()]
    if wrong := next((rule for rule in kept if not str(rule["zh"]).strip()), None):
        raise Problem(t(f"规则“{wrong['says']}”还没有名称", f"Name the rule {wrong['says']}"), field="rules")
    title = {"zh": said.get("zh", "").strip(), "en": said.get("en", "").strip()}
    more = {name: value for name, value in head(source, said).items() if name in ("promise", "load", "at")}
    stood = source.terms.key  # columns of the key keep their order
    key = sorted((name for name in given if given[name]["is_key"]), key=lambda name: (
        stood.index(name) if name in stood else len(stood)))
    return table | more | {"title": title, "key": key, "columns": columns, "rules": [
        {"name": rule["name"] or f"rule_{rule['place'] + 1}", "zh": rule["zh"], "en": rule["en"] or rule["zh"],
         "kind": rule["kind"], "says": str(rule["says"]).strip(), "stops": bool(rule["stops"])} for rule in kept]}

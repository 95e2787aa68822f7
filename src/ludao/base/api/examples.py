"""An example that follows a JSON Schema, and its kind in a word, for the page that explains the API."""

from datetime import timedelta
from typing import Any

from ludao.base import clock

WORDS = {"date": "2022-06-30", "date-time": "2022-06-30T08:00:00+08:00"}


def of(schema: dict[str, Any]) -> dict[str, Any]:
    """Values for what must be given; the rest is left out."""
    needed, defined = schema.get("required", []), schema.get("$defs", {})
    return {name: _value(schema["properties"][name], defined) for name in needed}


def _value(schema: dict[str, Any], defined: dict[str, Any]) -> Any:
    schema = _resolved(schema, defined)
    for word in ("default", "const"):
        if word in schema:
            return schema[word]
    if schema.get("examples") or schema.get("enum"):
        return (schema.get("examples") or schema["enum"])[0]
    match schema.get("type"):
        case "integer" | "number":
            return schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
        case "boolean":
            return True
        case "array":
            return [_value(schema.get("items", {}), defined)]
        case "object":
            return {name: _value(schema["properties"][name], defined) for name in schema.get("required", [])}
    return _text(schema)


def _text(schema: dict[str, Any]) -> str:
    if schema.get("format") == "date":
        return (clock.today() + timedelta(days=30)).isoformat()
    return WORDS.get(schema.get("format", ""), "…")


def _resolved(schema: dict[str, Any], defined: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        return _resolved(defined.get(schema["$ref"].rpartition("/")[2], {}), defined)
    for word in ("anyOf", "allOf", "oneOf"):
        if schema.get(word):
            return _resolved(schema[word][0], defined)
    return schema


def kind_of(schema: dict[str, Any]) -> str:
    """integer, date, [string], file …"""
    if "contentMediaType" in schema:
        return "file"
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(kind_of(one) for one in schema["anyOf"] if one.get("type") != "null"))
    if schema.get("enum"):
        return " | ".join(str(one) for one in schema["enum"])
    if schema.get("type") == "array":
        return f"[{kind_of(schema.get('items', {}))}]"
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    return str(schema.get("format") or schema.get("const") or schema.get("type", "any"))

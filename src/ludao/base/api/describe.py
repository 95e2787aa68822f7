"""Actions and datasets in the words of OpenAPI 3.1, from their type hints and their columns."""

import json
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from ludao.base.actions import Action
from ludao.base.api import answers, bodies, problems, results
from ludao.base.api.questions import JSON
from ludao.base.datasets import Dataset, kinds_of
from ludao.base.datasets.asking import MOST_ROWS, MOST_VALUES
from ludao.base.datasets.kinds import Kind
from ludao.base.text import pick

TEMPLATE = "#/components/schemas/{model}"
CSV, NDJSON = "text/csv", "application/x-ndjson"
NUMBER_TEXT = {"type": "number"}


class Outside(GenerateJsonSchema):
    """JSON Schema of an action's input: a file is bytes, a lazy word is a word."""

    def is_instance_schema(self, schema: core_schema.IsInstanceSchema) -> JsonSchemaValue:
        return {"type": "string", "contentMediaType": "application/octet-stream"}

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        """As a number or, exactly, as text; both within the digits that it may have."""
        digits, places = schema.get("max_digits") or 28, schema.get("decimal_places", 10)
        most = 10 ** (digits - (places or 0)) - 1
        number = {"minimum": -most, "maximum": most, **self._bounds(schema), "type": "number",
                  "multipleOf": float(f"1e-{places}") if places else 1}
        fraction = rf"(\.\d{{1,{places}}})?" if places else ""
        return {"anyOf": [number, {"type": "string", "pattern": rf"^-?\d{{1,{digits - (places or 0)}}}{fraction}$"}]}

    def _bounds(self, schema: core_schema.DecimalSchema) -> dict[str, Any]:
        names = {"ge": "minimum", "le": "maximum", "gt": "exclusiveMinimum", "lt": "exclusiveMaximum"}
        return {words: float(schema[name]) for name, words in names.items()  # type: ignore[literal-required]
                if schema.get(name) is not None}


def input_schema(spec: Action) -> dict[str, Any]:
    """Its words in the reader's language."""
    schema = spec.schema.model_json_schema(ref_template=TEMPLATE, schema_generator=Outside)
    plain: dict[str, Any] = json.loads(json.dumps(schema, default=str))
    _refuse_nul(plain)
    return plain


def action(spec: Action, definitions: dict[str, Any]) -> dict[str, Any]:
    """The operation object of one action; schemas it refers to are put among the definitions."""
    given = _take_definitions(input_schema(spec), definitions)
    given.pop("title", None)
    result = _take_definitions(results.schema(spec, TEMPLATE), definitions)
    answer = {"type": "object", "required": ["result", "request_id"],
              "properties": {"result": result, "request_id": {"type": "string"}}}
    key = {"in": "header", "name": answers.HEADER, "required": False,
           "description": pick("同一个键再次发送时，直接给出第一次的应答（保留一天）",
                               "Sent again with the same key, the first answer is given (kept a day)"),
           "schema": {"type": "string", "pattern": answers.PATTERN, "minLength": 1, "maxLength": 200}}
    return {
        "summary": str(spec.title),
        "description": _text(spec),
        "tags": [spec.address.rpartition(".")[0]],
        "parameters": [key],
        "requestBody": {"required": bool(given.get("required")),
                        "content": {kind: {"schema": _as(kind, given, spec)} for kind in bodies.types_of(spec)}},
        "responses": {"200": {"description": pick("已办理", "Done"), "headers": _headers(),
                              "content": {JSON: {"schema": answer}}},
                      **errors(400, 401, 403, 404, 406, 409, 413, 415, 422, 429)},
    }


def _as(kind: str, given: dict[str, Any], spec: Action) -> dict[str, Any]:
    """JSON carries no files, a form's part is never null."""
    properties = given.get("properties", {})
    if kind == JSON:
        files = {p.name for p in spec.parameters if p.is_file}
        return {**given, "properties": {n: one for n, one in properties.items() if n not in files}}
    return {**given, "properties": {n: _never_null(one) for n, one in properties.items()}}


def _never_null(schema: dict[str, Any]) -> dict[str, Any]:
    kinds = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    plain = {word: value for word, value in schema.items() if word != "default" or value is not None}
    if len(kinds) == 1:
        return {**{word: value for word, value in plain.items() if word != "anyOf"}, **kinds[0]}
    return {**plain, "anyOf": kinds} if kinds else plain


def _text(spec: Action) -> str:
    words = [str(spec.lead or ""), str(spec.confirm or ""), (spec.function.__doc__ or "").strip()]
    return "\n\n".join([*(w for w in words if w), f"`{spec.right}`"])


def _take_definitions(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    definitions.update(schema.pop("$defs", {}))
    return schema


def _refuse_nul(node: Any) -> None:
    """PostgreSQL keeps no NUL: free text says so, that nobody learns it from an error."""
    if isinstance(node, list):
        for one in node:
            _refuse_nul(one)
    elif isinstance(node, dict):
        bound = any(word in node for word in ("pattern", "enum", "const", "contentMediaType"))
        if node.get("type") == "string" and not bound and node.get("format", "password") == "password":
            node["pattern"] = r"^[^\u0000]*$"
        for one in node.values():
            _refuse_nul(one)


def dataset(found: Dataset, definitions: dict[str, Any]) -> dict[str, Any]:
    """The operation object of one dataset."""
    kinds = kinds_of(found)
    row = {"type": "object", "properties": {c.name: _column(found, c.name, kinds[c.name]) for c in found.columns}}
    definitions[schema_name(found)] = row
    page = {"type": "object", "required": ["dataset", "as_of", "rows", "next", "masked"], "properties": {
        "dataset": {"const": found.address},
        "as_of": {"type": "string", "format": "date-time"},
        "rows": {"type": "array", "items": {"$ref": TEMPLATE.format(model=schema_name(found))}},
        "next": {"type": ["string", "null"], "description": pick("下一页的 after", "`after` of the next page")},
        "masked": {"type": "array", "items": {"type": "string"},
                   "description": pick("已遮蔽的列", "columns shown masked")},
    }}
    return {
        "summary": found.title,
        "description": pick(f"每行：{found.row}。", f"One row is {found.row}.") + f"\n\n`{found.right}`",
        "tags": [found.manifest.address],
        "parameters": [*_paging(found, kinds), *_filters(found, kinds)],
        "responses": {"200": {"description": pick("一页", "A page"), "headers": _headers(), "content": {
            JSON: {"schema": page}, NDJSON: {"schema": {"type": "string"}}, CSV: {"schema": {"type": "string"}}}},
            "414": TOO_LONG, **errors(400, 401, 404, 406, 422, 429)},
    }


def schema_name(found: Dataset) -> str:
    return "Row_" + found.address.replace(".", "_")


def _column(found: Dataset, name: str, kind: Kind) -> dict[str, Any]:
    column = found.column(name)
    schema = dict(kind.schema)
    if column.is_guarded:  # a mask keeps no form
        schema = {"type": schema["type"]} if "type" in schema else {}
    if "type" in schema:
        schema["type"] = [schema["type"], "null"]
    words = column.title + (f" ({column.unit})" if column.unit else "")
    return {**schema, "title": words, "x-grade": column.grade}


def _paging(found: Dataset, kinds: dict[str, Kind]) -> list[dict[str, Any]]:
    names = [c.name for c in found.columns]
    sortable = [n for n in names if "gte" in kinds[n].asks or kinds[n].name in ("boolean", "uuid")]
    order = [way + n for n in sortable for way in ("", "-")]
    listed = {"style": "form", "explode": False}
    return [
        _query("order", {"type": "array", "items": {"enum": order}, "minItems": 1, "maxItems": 3, "uniqueItems": True},
               pick("排序，- 表示从大到小", "order; - means falling"), **listed),
        _query("columns", {"type": "array", "items": {"enum": names}, "minItems": 1, "uniqueItems": True},
               pick("只要这些列", "only these columns"), **listed),
        _query("limit", {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": 100},
               pick("一页的行数", "rows of a page")),
        _query("after", {"type": "string", "minLength": 1, "maxLength": 4000, "pattern": "^[A-Za-z0-9_-]+$"},
               pick("上一页的 next", "`next` of the page before")),
        _query("as_of", {"type": "string", "format": "date-time"},
               pick("按这一时刻的数据读", "read as it was at this moment")),
        _query("purpose", {"type": "string", "minLength": 2, "maxLength": 200, "pattern": r"^[^\u0000]*$"},
               pick("用途；读取敏感数据时必填，并记入审计", "what for; needed to read sensitive values, and audited")),
    ]


def _filters(found: Dataset, kinds: dict[str, Kind]) -> list[dict[str, Any]]:
    return [_query(f"{c.name}__{op}" if op else c.name, _filter_schema(kinds[c.name], op), f"{c.title} {op}".strip())
            for c in found.columns for op in kinds[c.name].asks]


def _filter_schema(kind: Kind, operator: str) -> dict[str, Any]:
    if operator == "isnull":
        return {"type": "boolean"}
    one = _value_schema(kind)
    if operator == "in":
        return {"type": "array", "items": one, "minItems": 1, "maxItems": MOST_VALUES}
    return {**one, "minLength": 1, "maxLength": 200} if operator == "contains" else one


def _value_schema(kind: Kind) -> dict[str, Any]:
    match kind.name:
        case "text":
            return {"type": "string", "pattern": r"^[^\u0000]*$"}
        case "decimal" | "number":
            return {"type": "number"}
        case "integer":
            return {"type": "integer", "minimum": -(2**63), "maximum": 2**63 - 1}
    return kind.schema


def _query(name: str, schema: dict[str, Any], text: str, **more: Any) -> dict[str, Any]:
    return {"in": "query", "name": name, "required": False, "description": text, "schema": schema, **more}


def _headers() -> dict[str, Any]:
    return {"X-Request-Id": {"schema": {"type": "string"}}, "RateLimit": {"schema": {"type": "string"}},
            "RateLimit-Policy": {"schema": {"type": "string"}}}


TOO_LONG = {"$ref": "#/components/responses/TooLong"}


def errors(*statuses: int) -> dict[str, Any]:
    """The problem+json answers of an operation."""
    return {str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in statuses}


def error_responses() -> dict[str, Any]:
    """Each status that an error may have, with its title."""
    answer = {"application/problem+json": {"schema": {"$ref": TEMPLATE.format(model="Problem")}}}
    found: dict[str, Any] = {f"Problem{status}": {"description": str(title), "content": answer}
                             for status, title in problems.TITLES.items()}
    found["Problem401"]["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    found["Problem429"]["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    found["TooLong"] = {"description": pick(
        "地址超过 64 KiB：网络服务器直接拒绝，没有正文；请减少筛选值",
        "The address is longer than 64 KiB: the web server refuses it itself, without a body; ask for fewer values")}
    return found

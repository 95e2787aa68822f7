"""What comes in the body of an action's request: JSON taken strictly, files as multipart."""

import json
from typing import Any

from django.http import HttpRequest
from pydantic import ValidationError

from ludao.base import actions
from ludao.base.actions import Action, Parameter
from ludao.base.api.problems import Malformed, WrongType, malformed
from ludao.base.api.questions import JSON
from ludao.base.crypto import sm3, sm3_hmac
from ludao.base.errors import Problem
from ludao.base.sql.rules import nearest
from ludao.base.text import t

MULTIPART = "multipart/form-data"


def types_of(spec: Action) -> list[str]:
    """A required file needs multipart; where a file may be left out, JSON serves too."""
    files = [p for p in spec.parameters if p.is_file]
    if not files:
        return [JSON]
    return [MULTIPART] if any(p.is_required for p in files) else [JSON, MULTIPART]


def given(request: HttpRequest, spec: Action) -> dict[str, Any]:
    """The action's outside values, as `Action.parse` takes them."""
    kind = request.content_type or ""
    allowed = types_of(spec)
    if not kind and not request.body and JSON in allowed:
        kind = JSON
    charset = (request.content_params or {}).get("charset", "utf-8").lower()
    if kind not in allowed or (kind == JSON and charset != "utf-8"):
        wanted = ", ".join(allowed)
        raise WrongType(t(f"请以 {wanted} 发送", f"Send it as {wanted}"), field="Content-Type")
    values = _json(request.body, spec) if kind == JSON else _multipart(request, spec)
    _refuse_unknown(values, spec)
    _refuse_unclean(values)
    return values


def _json(raw: bytes, spec: Action) -> dict[str, Any]:
    if not raw.strip():
        raw = b"{}"
    try:
        values = json.loads(raw.decode("utf-8"), parse_float=_number, parse_constant=_no_number,
                            object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise malformed(f"不是有效的 JSON：{error}", f"Not valid JSON: {error}") from None
    if not isinstance(values, dict):
        raise malformed("请求体应为 JSON 对象", "The body must be a JSON object")
    _refuse_unknown(values, spec)
    _refuse_unclean(values)
    if files := [p.name for p in spec.parameters if p.is_file and p.name in values]:
        raise malformed(f"文件请以 {MULTIPART} 发送", f"Send files as {MULTIPART}", files[0])
    try:
        spec.schema.model_validate_json(json.dumps(values), strict=True)
    except ValidationError as error:
        raise Malformed([actions.problem_of(e) for e in error.errors(include_url=False)]) from error
    return values


def _number(text: str) -> int | float:
    """4.0 is the whole number 4 in JSON Schema."""
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"{text} is out of range")
    return int(value) if value.is_integer() else value


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return table


def _multipart(request: HttpRequest, spec: Action) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for source in (request.POST, request.FILES):
        for name in source:
            parameter = next((p for p in spec.parameters if p.name == name), None)
            values[name] = _part(parameter, source.getlist(name), name)
    for p in spec.parameters:
        if p.is_file and isinstance(values.get(p.name), str):
            raise malformed("这里应是一个文件", "This must be a file", p.name)
    return values


def _part(parameter: Parameter | None, parts: list[Any], name: str) -> Any:
    if parameter and parameter.is_many:
        return parts
    if len(parts) > 1:
        raise malformed("只能出现一次", "It may come once only", name)
    return parts[0]


def _refuse_unknown(values: dict[str, Any], spec: Action) -> None:
    names = [p.name for p in spec.parameters]
    problems = []
    for name in values:
        if name not in names:
            zh, en = nearest(name, names)
            problems.append(Problem(t(f"没有 {name} 这一项{zh}", f"There is no {name}{en}"), field=name))
    if problems:
        raise Malformed(problems)


def _refuse_unclean(values: Any, field: str = "") -> None:
    """PostgreSQL keeps no NUL, and half a surrogate pair is no character."""
    if isinstance(values, dict):
        for name, value in values.items():
            _refuse_unclean(name, field or name)
            _refuse_unclean(value, field or name)
    elif isinstance(values, list):
        for value in values:
            _refuse_unclean(value, field)
    elif isinstance(values, str) and ("\x00" in values or any("\ud800" <= c <= "\udfff" for c in values)):
        raise malformed("含有不能保存的字符", "It holds a character that cannot be kept", field)


def digest(spec: Action, values: dict[str, Any]) -> str:
    """One digest for the same address and the same body, files included."""
    parts = {name: _digestible(value) for name, value in values.items()}
    return sm3(json.dumps([spec.address, parts], sort_keys=True, ensure_ascii=False).encode()).hex()


def _digestible(value: Any) -> Any:
    if isinstance(value, list):
        return [_digestible(one) for one in value]
    if not hasattr(value, "chunks"):
        return value
    state = b"file"
    for chunk in value.chunks():
        state = sm3_hmac(state, chunk)
    value.seek(0)
    return [value.name, value.size, state.hex()]

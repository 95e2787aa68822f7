"""Every error of the API as problem+json (RFC 9457), in the caller's language."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse

from ludao.base.errors import LudaoError, Problem, Problems
from ludao.base.text import t

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: t("请求的形式不对", "The request is not formed as described"),
    401: t("需要有效的令牌", "A valid token is needed"),
    403: t("没有通过来源检查", "The request failed the origin check"),
    404: t("没有找到", "Not found"),
    405: t("这里没有这种方法", "This method is not known here"),
    406: t("不能以所要的格式应答", "No answer in the format asked for"),
    409: t("与现状冲突", "In conflict with the present state"),
    413: t("请求太大", "The request is too large"),
    415: t("不接受这种内容类型", "This content type is not taken"),
    422: t("内容须修改", "The content needs mending"),
    429: t("请求太频繁", "Too many requests"),
    500: t("服务出错", "The service failed"),
}


class Unauthenticated(LudaoError):
    """No token where one is needed, or one that does not hold; `more["error"]` as RFC 6750 names it."""

    status = 401
    code = "unauthenticated"

    @classmethod
    def without_token(cls) -> "Unauthenticated":
        return cls(t("需要令牌：Authorization: Bearer ldk_…", "A token is needed: Authorization: Bearer ldk_…"))


class NotAllowed(LudaoError):
    status = 405
    code = "method_not_allowed"


class NotAcceptable(LudaoError):
    status = 406
    code = "not_acceptable"


class TooLarge(LudaoError):
    status = 413
    code = "too_large"


class WrongType(LudaoError):
    status = 415
    code = "unsupported_media_type"


class Forged(LudaoError):
    """A session's request from elsewhere: CSRF."""

    status = 403
    code = "forbidden"


class Malformed(Problems):
    """Not as the OpenAPI document describes it; what a rule of the city refuses is a Problem (422)."""

    status = 400
    code = "malformed"


def malformed(zh: str, en: str, field: str = "") -> Malformed:
    return Malformed([Problem(t(zh, en), field=field)])


def status_of(error: LudaoError) -> int:
    """A row that is not there, or not within reach, is not found."""
    parts = error.problems if isinstance(error, Problems) else [error]
    return 404 if any("missing" in part.more for part in parts) else error.status


def response(request: HttpRequest, error: LudaoError) -> HttpResponse:
    status = status_of(error)
    parts = error.problems if isinstance(error, Problems) else [error] if error.field else []
    body: dict[str, Any] = {
        "type": f"/api/docs#{'not_found' if status == 404 else error.code}",
        "title": str(TITLES.get(status, TITLES[400])),
        "status": status,
        "detail": str(error),
        "instance": getattr(request, "ludao_id", ""),
        "errors": [{"field": part.field, "detail": str(part)} for part in parts],
    }
    answer = HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type=MEDIA_TYPE)
    if status == 401:
        error_name = error.more.get("error")
        answer["WWW-Authenticate"] = 'Bearer realm="ludao"' + (f', error="{error_name}"' if error_name else "")
    for name, value in error.more.get("headers", {}).items():
        answer[name] = value
    return answer


SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance", "errors"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "description": "X-Request-Id"},
        "errors": {"type": "array", "items": {
            "type": "object", "required": ["field", "detail"],
            "properties": {"field": {"type": "string"}, "detail": {"type": "string"}}}},
    },
}

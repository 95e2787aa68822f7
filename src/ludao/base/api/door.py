"""What every request to the API passes: who asks, how often, in which language; and how errors leave."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFilesSent
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponseBase, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from ludao.base.api import problems
from ludao.base.api.callers import Caller, caller_of
from ludao.base.api.problems import NotAllowed, TooLarge, Unauthenticated
from ludao.base.errors import LudaoError, Problem, Refused
from ludao.base.limits import TooMany
from ludao.base.text import t

View = Callable[..., HttpResponseBase]
log = structlog.get_logger("ludao.api")


def door(view: View) -> View:
    """The view behind the door. It finds `request.caller` and `request.actor`."""

    @wraps(view)
    def enter(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        language = language_of(request)
        is_head = request.method == "HEAD"
        if is_head:
            request.method = "GET"
        with translation.override(language):
            response = _answer(view, request, args, kwargs)
        response["Content-Language"] = "zh-Hans" if language.startswith("zh") else "en"
        response.headers.setdefault("Cache-Control", "private, no-store")
        patch_vary_headers(response, ("Accept", "Accept-Language", "Authorization", "Cookie"))
        return _without_body(response) if is_head else response

    enter.csrf_exempt = True  # type: ignore[attr-defined]  # sessions are checked in `callers`
    return enter


def _answer(view: View, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponseBase:
    caller: Caller | None = None
    try:
        caller = caller_of(request)
        request.caller = caller  # type: ignore[attr-defined]
        request.actor = caller.actor
        response = view(request, *args, **kwargs)
        if response.status_code == 405:
            allow = response.headers.get("Allow", "")
            raise NotAllowed(t(f"这里只接受 {allow}", f"Only {allow} is known here"), headers={"Allow": allow})
    except Exception as error:  # noqa: BLE001  (the last place where it can become an answer)
        response = failed(request, error, caller)
    if caller:
        for name, value in caller.left.headers.items():
            response[name] = value
    return response


def failed(request: HttpRequest, error: Exception, caller: Caller | None) -> HttpResponseBase:
    """Any error as problem+json. A stranger who lacks a right is asked who he is."""
    known = _known(error)
    if isinstance(known, Refused) and caller and not caller.actor.person and not known.more.get("public"):
        known = Unauthenticated.without_token()
    if isinstance(known, TooMany):
        known.more["headers"] = {"Retry-After": str(known.more["wait"]), **known.more["left"].headers}
    if known.status >= 500:
        log.exception("request failed", path=request.path, exc_info=error)
    return problems.response(request, known)


def _known(error: Exception) -> LudaoError:
    match error:
        case LudaoError():
            return error
        case Http404():
            return nowhere()
        case RequestDataTooBig() | TooManyFilesSent():
            return TooLarge(t("请求超过了允许的大小", "The request is larger than allowed"))
        case MultiPartParserError() | UnreadablePostError() | SuspiciousOperation() | UnicodeDecodeError():
            return problems.malformed("请求无法读取", "The request cannot be read")
        case DataError():
            return Problem(t("有的值超出了数据库的范围", "A value is out of the database's range"))
    return Broken(t("服务出错，请凭请求编号联系运维", "The service failed; tell the operators the request id"))


class Broken(LudaoError):
    """A fault of ours; the log has the rest under the request id."""

    status = 500
    code = "broken"


def nowhere() -> Refused:
    """An address the API does not have; known to anybody from the OpenAPI document."""
    return Refused(t("接口里没有这个地址", "The API has no such address"), public=True)


def language_of(request: HttpRequest) -> str:
    """By Accept-Language; without it as the browser's pages."""
    for tag, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if tag.startswith(("zh", "en")):
            return "zh-hans" if tag.startswith("zh") else "en"
    return getattr(request, "LANGUAGE_CODE", "zh-hans")


def _without_body(response: HttpResponseBase) -> HttpResponseBase:
    if not response.streaming:
        response.headers["Content-Length"] = str(len(response.content))  # type: ignore[attr-defined]
        response.content = b""  # type: ignore[attr-defined]
    else:
        response.streaming_content = iter(())  # type: ignore[attr-defined]
    return response

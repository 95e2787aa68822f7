"""The keyed lookup API: one key in the address, or up to a hundred in the body; each answer signed and logged.

GET  /data/sharing/v1/lookup/source.police.resident?id_number=…&purpose=…
POST /data/sharing/v1/lookup/source.police.resident   {"keys": [{"id_number": "…"}], "purpose": "…"}
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

import msgspec
import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils import translation

from ludao.base import audit
from ludao.base.api import problems
from ludao.base.api.door import language_of
from ludao.base.errors import LudaoError
from ludao.base.limits import TooMany
from ludao.base.text import t

from .. import keys, serving
from ..callers import program_of
from ..refusals import NoGrant

OWN = ("purpose", "grant")
log = structlog.get_logger("ludao.sharing")


def answered(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Errors leave as problem+json, in the caller's language; no session, no cookie, so no CSRF."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except LudaoError as error:
            if isinstance(error, TooMany):
                error.more["headers"] = {"Retry-After": str(error.more["wait"])}
            with translation.override(language_of(request)):
                response = problems.response(request, error)
        response["Cache-Control"] = "private, no-store"
        return response

    answer.csrf_exempt = True  # type: ignore[attr-defined]
    answer.right = "data.sharing.use"  # type: ignore[attr-defined]
    return answer


@answered
def look_up(request: HttpRequest, address: str) -> HttpResponse:
    program = program_of(request)
    wanted, purpose, number = asked(request)
    try:
        answer = serving.answer(program, address, wanted, purpose, number, request.ludao_id)
    except NoGrant:
        audit.write(program.actor, "data.sharing.use", detail={"address": address[:120]}, outcome="refused")
        raise
    response = HttpResponse(answer.body, content_type="application/json")
    for name, value in answer.headers.items():
        response[name] = value
    return response


def asked(request: HttpRequest) -> tuple[list[dict[str, str]], str, str]:
    """Keys, purpose and the grant's number, from the address or the body."""
    if request.method == "GET":
        given = request.GET.dict()
        return (
            [{k: str(v) for k, v in given.items() if k not in OWN}],
            str(given.get("purpose", "")),
            str(given.get("grant", "")),
        )
    if request.method != "POST":
        raise problems.NotAllowed(
            t("这里只接受 GET 和 POST", "Only GET and POST are known here"), headers={"Allow": "GET, POST"}
        )
    try:
        body = msgspec.json.decode(request.body, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise problems.malformed("请求体应为 JSON 对象", "The body should be a JSON object") from error
    wanted = body.get("keys")
    if not isinstance(wanted, list) or not all(isinstance(one, dict) for one in wanted):
        raise problems.malformed("keys 应为键的列表", "keys should be a list of keys", "keys")
    return wanted, str(body.get("purpose", "")), str(body.get("grant", ""))


@answered
def key(request: HttpRequest) -> HttpResponse:
    """The public half of the key that signs, for whoever wants to check an answer."""
    program_of(request)
    return JsonResponse(
        {
            "algorithm": "SM2",
            "digest": "SM3",
            "key_id": keys.store().current(keys.SIGNING),
            "public_key": keys.public_key(),
        }
    )


urlpatterns = [
    path("v1/lookup/<str:address>", look_up, name="lookup"),
    path("v1/key", key, name="key"),
]
lean = {"v1/lookup/": look_up}

"""How halls speak with one another: items and cases are pushed in letters, pulled by questions, reconciled by digests.

POST /services/item/v1/province/letters
     {"from", "to", "at", "id", "kind": "items" | "cases", "body": {"rows": […]}}
     → {"taken": id, "rows": n, "refused": [{"row", "key", "reason"}]}
POST /services/item/v1/province/records
     {"from", "to", "at", "what": "rows" | "digests", "kind": "item" | "case", "after"}
     → {"rows": […]}, the answering hall's own by key, 300 at most; or {"digests": [[key, sha256], …]}, what it took

A message is JSON signed as a whole (SM2 with SM3 over the very bytes, DER in base64, in `Ludao-Signature`). It is taken
only from a hall that was entered here, only when it is meant for us, only within five minutes of being signed, a letter
only once. The answer is signed over question and answer together. A row's digest is SHA-256 of its JSON, keys sorted.
"""

import json
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import translation

from ludao.base import limits
from ludao.base.actor import Actor
from ludao.base.api import problems
from ludao.base.api.callers import address_of
from ludao.base.api.door import language_of
from ludao.base.api.problems import Unauthenticated
from ludao.base.errors import LudaoError
from ludao.base.limits import RATES
from ludao.base.text import t

from .. import keys, telling
from ..actions import province as verbs
from ..models import Hall

SKEW_S = 300
View = Callable[[Hall, dict[str, Any]], dict[str, Any]]


def spoken(view: View) -> Callable[[HttpRequest], HttpResponse]:
    """Signed in and out; errors leave as problem+json. No session, no cookie, so no CSRF."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        try:
            hall, message = opened(request)
            content = json.dumps(view(hall, message), ensure_ascii=False, default=str).encode()
        except LudaoError as error:
            with translation.override(language_of(request)):
                return problems.response(request, error)
        response = HttpResponse(content, content_type="application/json")
        response["Ludao-Signature"] = keys.sign(request.body + content)
        response["Content-Encoding"] = "identity"
        response["Cache-Control"] = "no-store"
        return response

    answer.csrf_exempt = True  # type: ignore[attr-defined]
    answer.right = "services.item.link"  # type: ignore[attr-defined]
    return answer


def opened(request: HttpRequest) -> tuple[Hall, dict[str, Any]]:
    """Who sent it and what it says; refused as a whole, without saying why, when anything does not hold."""
    if request.method != "POST":
        raise problems.NotAllowed(t("这里只接受 POST", "Only POST is known here"), headers={"Allow": "POST"})
    try:
        message = json.loads(request.body)
        hall = Hall.objects.get(code=str(message["from"]), is_open=True)
        whole = (
            message["to"] == hall.own_code
            and abs(time.time() - float(message["at"])) <= SKEW_S
            and keys.holds(hall.public_key, request.body, request.headers.get("Ludao-Signature", ""))
        )
    except (ValueError, KeyError, TypeError, Hall.DoesNotExist):
        whole = False
    if not whole:
        limits.take(RATES["failure"], address_of(request))
        raise Unauthenticated(t("报文未通过验证", "The letter does not hold"), error="invalid_token")
    return hall, message


@spoken
def letters(hall: Hall, message: dict[str, Any]) -> dict[str, Any]:
    try:
        letter_id, kind, body = str(message["id"]), str(message["kind"]), dict(message["body"])
    except (KeyError, TypeError, ValueError) as error:
        raise problems.malformed(f"缺少 {error}", f"{error} is missing") from error
    if kind != "items" and kind != "cases":
        raise problems.malformed(f"没有这种报文 {kind[:20]}", f"There is no letter {kind[:20]}")
    with transaction.atomic():
        return verbs.take(
            Actor.system(hall.code, channel="api"),
            hall=hall,
            letter_id=letter_id,
            kind="items" if kind == "items" else "cases",
            body=json.dumps(body, ensure_ascii=False),
        )


@spoken
def records(hall: Hall, message: dict[str, Any]) -> dict[str, Any]:
    return telling.answer(hall, message)


urlpatterns = [
    path("v1/province/letters", letters, name="province-letters"),
    path("v1/province/records", records, name="province-records"),
]

"""How cities speak with one another about cases: locked, signed letters, and files fetched piece by piece.

A message is JSON with `from`, `to`, `at`, `id`, `kind` and a `box` that only the receiver opens (SM4-GCM under a key
that goes by SM2), signed as a whole (SM2 over the very bytes, in `Ludao-Signature`). It is taken only from a partner
entered here, only when it is meant for us, only within minutes of being signed. The answer is signed over question and
answer together.
"""

import json
import time
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from ludao.base import limits
from ludao.base.actor import Actor
from ludao.base.api.callers import address_of
from ludao.base.crypto import CryptoError
from ludao.base.errors import LudaoError
from ludao.base.limits import RATES

from .. import actions, fetching, keys
from ..models import Partner, Relay

SKEW_S = 300
MOST = 4 * 2**20
Answer = Callable[[Partner, dict[str, Any], dict[str, Any], str], dict[str, Any]]


class _Strange(Exception):
    """Refused as a whole, without saying why."""


def _door(answer: Answer) -> Callable[[HttpRequest], HttpResponse]:
    @csrf_exempt
    def enter(request: HttpRequest) -> HttpResponse:
        try:
            partner, message, said = _opened(request)
        except _Strange:
            limits.take(RATES["failure"], address_of(request))
            return HttpResponse(
                b'{"title": "the letter does not hold"}', content_type="application/problem+json", status=401
            )
        try:
            content = answer(partner, message, said, request.ludao_id)
        except (LudaoError, LookupError, ValueError, TypeError) as error:
            return HttpResponse(
                json.dumps({"title": str(error)}, ensure_ascii=False),
                content_type="application/problem+json",
                status=422,
            )
        body = json.dumps(content, ensure_ascii=False).encode()
        response = HttpResponse(body, content_type="application/json")
        response["Ludao-Signature"] = keys.sign(request.body + body)
        response["Content-Encoding"] = "identity"
        return response

    return enter


def _opened(request: HttpRequest) -> tuple[Partner, dict[str, Any], dict[str, Any]]:
    if request.method != "POST" or len(request.body) > MOST:
        raise _Strange
    try:
        message = json.loads(request.body)
        partner = Partner.objects.get(code=str(message["from"]), is_open=True)
        whole = (
            message["to"] == partner.own_code
            and abs(time.time() - float(message["at"])) <= SKEW_S
            and keys.holds(partner.public_key, request.body, request.headers.get("Ludao-Signature", ""))
        )
        if not whole:
            raise _Strange
        said = json.loads(keys.unlock(message["box"]))
    except (ValueError, KeyError, TypeError, CryptoError, Partner.DoesNotExist) as error:
        raise _Strange from error
    return partner, message, said


def _letters(partner: Partner, message: dict[str, Any], said: dict[str, Any], request_id: str) -> dict[str, Any]:
    actor = Actor.system(partner.code, channel="api", request_id=request_id)
    letter = actions.relaying.take_letter(
        actor, partner=partner, letter_id=str(message["id"]), kind=str(message["kind"]), content=json.dumps(said)
    )
    return {"taken": letter.letter_id, "state": letter.state, "error": letter.error}


def _papers(partner: Partner, message: dict[str, Any], said: dict[str, Any], request_id: str) -> dict[str, Any]:
    """A piece of a file of a case that we share with this partner, locked for it."""
    relay = Relay.objects.filter(partner=partner, number=str(said["number"])).first()
    if relay is None or not (piece := fetching.piece(relay, said)):
        raise LookupError("no such paper")
    return keys.lock(partner.public_key, piece)


letters, papers = _door(_letters), _door(_papers)
urlpatterns = [
    path("v1/relay/letters", letters, name="relay-letters"),
    path("v1/relay/papers", papers, name="relay-papers"),
]

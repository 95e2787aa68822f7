"""How platforms speak with one another: signed letters, and files fetched piece by piece.

A message is JSON with `from`, `to`, `at`, signed as a whole (SM2 over the very bytes, in `Ludao-Signature`). It is
taken only from a peer that was entered here, only when it is meant for us, only within minutes of being signed, and a
letter only once. The answer is signed over question and answer together.
"""

import json
import time
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from django.urls import path

from ludao.base import limits
from ludao.base.actor import Actor
from ludao.base.api import problems
from ludao.base.api.callers import address_of
from ludao.base.api.problems import Unauthenticated
from ludao.base.limits import RATES
from ludao.base.text import t

from .. import actions, keys, posting, snapshots
from ..committing import Entry, commit
from ..models import Grant, Part, Peer
from ..refusals import NoGrant
from .lookup import answered

SKEW_S = 300
MOST_PIECE = 8 * 2**20
log = structlog.get_logger("ludao.sharing")


def opened(request: HttpRequest) -> tuple[Peer, dict[str, Any]]:
    """Who sent it and what it says; refused as a whole, without saying why, when anything does not hold."""
    if request.method != "POST":
        raise problems.NotAllowed(t("这里只接受 POST", "Only POST is known here"), headers={"Allow": "POST"})
    try:
        message = json.loads(request.body)
        peer = Peer.objects.get(code=str(message["from"]), is_open=True)
        whole = (
            message["to"] == peer.own_code
            and abs(time.time() - float(message["at"])) <= SKEW_S
            and keys.holds(peer.public_key, request.body, request.headers.get("Ludao-Signature", ""))
        )
    except (ValueError, KeyError, TypeError, Peer.DoesNotExist):
        whole = False
    if not whole:
        limits.take(RATES["failure"], address_of(request))
        raise Unauthenticated(t("报文未通过验证", "The letter does not hold"), error="invalid_token")
    return peer, message


def signed(request: HttpRequest, content: bytes, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Ludao-Signature"] = posting.answer_signature(request.body, content)
    response["Content-Encoding"] = "identity"
    return response


@answered
def letters(request: HttpRequest) -> HttpResponse:
    peer, message = opened(request)
    try:
        letter_id, kind, body = str(message["id"]), str(message["kind"]), json.dumps(message["body"])
    except KeyError as error:
        raise problems.malformed(f"缺少 {error}", f"{error} is missing") from error
    actor = Actor.system(peer.code, channel="api", request_id=request.ludao_id)
    letter = actions.peers.take(
        actor,
        peer=peer,
        letter_id=letter_id,
        kind=kind,
        body=body,
        signature=request.headers.get("Ludao-Signature", "")[:400],
    )
    told = {"taken": letter.letter_id, "state": letter.state, "error": letter.error}
    return signed(request, json.dumps(told, ensure_ascii=False).encode(), "application/json")


@answered
def parts(request: HttpRequest) -> HttpResponse:
    """A piece of a file of a grant to this peer; the first piece of each file leaves a line in the message log."""
    peer, message = opened(request)
    grant = next((g for g in Grant.objects.filter(peer=peer) if g.number == message.get("grant")), None)
    part = (
        Part.objects.select_related("snapshot")
        .filter(
            snapshot__grant=grant,
            snapshot__version=message.get("version"),
            snapshot__since=None,
            name=str(message.get("name")),
        )
        .first()
        if grant
        else None
    )
    if grant is None or part is None or not grant.is_in_force():
        raise NoGrant()
    offset, size = int(message.get("offset", 0)), min(int(message.get("size", MOST_PIECE)), MOST_PIECE)
    if offset == 0:
        commit(
            Entry(
                grant.pk,
                "peer",
                line={
                    "address": grant.address,
                    "organisation": peer.code,
                    "person": "",
                    "name": peer.name,
                    "program": "",
                    "purpose": grant.purpose,
                    "request_id": request.ludao_id,
                    "asked": {"file": part.name, "version": part.snapshot.version},
                    "rows": part.rows,
                    "status": 200,
                    "answer": part.sm3,
                    "ms": 0.0,
                },
            )
        )
    with snapshots.path_of(part).open("rb") as file:
        file.seek(max(offset, 0))
        piece = file.read(max(size, 1))
    return signed(request, piece, "application/octet-stream")


urlpatterns = [path("v1/peer/letters", letters, name="peer-letters"), path("v1/peer/parts", parts, name="peer-parts")]

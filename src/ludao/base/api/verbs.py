"""POST of an action: the same function that pages, jobs and the command line call."""

import json

from django.http import HttpRequest, HttpResponse
from pydantic import ValidationError

from ludao.base import actions, rights
from ludao.base.actions import Action
from ludao.base.api import answers, bodies, results
from ludao.base.api.problems import Malformed
from ludao.base.api.questions import JSON, asked, negotiate
from ludao.base.errors import Problems


def answer(request: HttpRequest, spec: Action) -> HttpResponse:
    """Right, form, act: in this order, so that a stranger learns nothing of what exists."""
    asked(request)
    if not rights.reach(request.actor, spec.right):
        actions.refuse(request.actor, spec, None)
    negotiate(request, JSON)
    given = bodies.given(request, spec)

    def do() -> dict[str, object]:
        result = spec.function(request.actor, **_parsed(request, spec, given))
        return {"result": results.plain(result), "request_id": request.ludao_id}

    key = request.headers.get(answers.HEADER)
    body, again = answers.once(request.actor, key, bodies.digest(spec, given) if key is not None else "", do)
    response = HttpResponse(json.dumps(body, ensure_ascii=False), content_type=JSON)
    if again:
        response["Idempotency-Replayed"] = "true"
    return response


def _parsed(request: HttpRequest, spec: Action, given: dict[str, object]) -> dict[str, object]:
    try:
        return spec.parse(request.actor, given)
    except Problems as error:
        if isinstance(error.__cause__, ValidationError):
            raise Malformed(error.problems) from error
        raise

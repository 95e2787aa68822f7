"""POST /data/benefit/v1/evaluate {policy, key, on}: one person or enterprise by one policy, with the trace."""

import json

from django.http import HttpRequest, JsonResponse
from django.urls import path

from ludao.base import actions
from ludao.base.api.door import door
from ludao.base.errors import Problem
from ludao.base.text import t


def evaluate(request: HttpRequest) -> JsonResponse:
    if request.method != "POST":
        return JsonResponse({"title": "POST"}, status=405)
    try:
        given = json.loads(request.body or b"{}")
    except ValueError as error:
        raise Problem(t("请求体应为 JSON", "The body must be JSON")) from error
    return JsonResponse(
        actions.get("data.benefit.evaluate").call(request.actor, given),
        json_dumps_params={"ensure_ascii": False, "default": str},
    )


urlpatterns = [path("v1/evaluate", door(evaluate), name="evaluate")]

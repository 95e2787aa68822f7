"""What the caller may do and read here, and who the caller is."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse

from ludao.base import actions, datasets, registry, rights
from ludao.base.actor import Actor
from ludao.base.api.callers import Caller
from ludao.base.api.problems import Unauthenticated
from ludao.base.api.questions import JSON, asked, negotiate
from ludao.base.datasets import outside


def root(request: HttpRequest) -> HttpResponse:
    return _json(request, {"actions": "/api/v1/actions", "datasets": "/api/v1/datasets", "me": "/api/v1/me",
                           "openapi": "/api/v1/openapi.json", "docs": "/api/docs"})


def list_actions(request: HttpRequest) -> HttpResponse:
    found = [{"address": spec.address, "title": str(spec.title), "right": spec.right,
              "url": f"/api/v1/actions/{spec.address}"}
             for spec in actions.every() if rights.reach(request.actor, spec.right)]
    return _json(request, {"actions": found})


def list_datasets(request: HttpRequest) -> HttpResponse:
    found = [{"address": one.address, "title": one.title, "row": one.row, "key": list(one.key), "fresh": one.fresh,
              "url": f"/api/v1/datasets/{one.address}",
              "columns": [{"name": c.name, "title": c.title, "grade": c.grade, "unit": c.unit} for c in one.columns]}
             for one in datasets.every() if rights.reach(request.actor, one.right)]
    return _json(request, {"datasets": found})


def me(request: HttpRequest) -> HttpResponse:
    caller: Caller = request.caller  # type: ignore[attr-defined]
    actor = caller.actor
    if not actor.person:
        raise Unauthenticated.without_token()
    token = caller.token
    return _json(request, {
        "person": actor.person, "name": actor.name, "post": actor.post, "organisation": actor.organisation,
        "area": actor.area, "rights": held(actor),
        "token": {"name": token.name, "expires_at": outside(token.expires_at)} if token else None,
    })


def held(actor: Actor) -> list[str]:
    """Every right that the actor holds somewhere."""
    return [right for right in sorted(registry.rights()) if rights.reach(actor, right)]


def _json(request: HttpRequest, body: Any) -> HttpResponse:
    asked(request)
    negotiate(request, JSON)
    return HttpResponse(json.dumps(body, ensure_ascii=False), content_type=JSON)


_TEXT: dict[str, Any] = {"type": "string"}


def _table(**fields: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(fields), "properties": fields}


def _many(inner: Any) -> dict[str, Any]:
    return {"type": "array", "items": inner}


ROOT = _table(actions=_TEXT, datasets=_TEXT, me=_TEXT, openapi=_TEXT, docs=_TEXT)
ACTIONS = _table(actions=_many(_table(address=_TEXT, title=_TEXT, right=_TEXT, url=_TEXT)))
DATASETS = _table(datasets=_many(_table(
    address=_TEXT, title=_TEXT, row=_TEXT, key=_many(_TEXT), fresh=_TEXT, url=_TEXT,
    columns=_many(_table(name=_TEXT, title=_TEXT, grade=_TEXT, unit=_TEXT)))))
ME = _table(person=_TEXT, name=_TEXT, post=_TEXT, organisation=_TEXT, area=_TEXT, rights=_many(_TEXT),
            token={"anyOf": [_table(name=_TEXT, expires_at=_TEXT | {"format": "date-time"}), {"type": "null"}]})

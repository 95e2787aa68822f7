"""The API's page: how to begin, what the reader may read and do with an example of each, and the reader's tokens."""

import json
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import groupby
from shlex import quote
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from ludao.base import actions, clock, datasets, registry, rights
from ludao.base.actions import Action
from ludao.base.actor import Actor
from ludao.base.api import bodies, describe, examples, lists, problems
from ludao.base.api.questions import JSON
from ludao.base.datasets import Dataset, kinds_of
from ludao.base.errors import LudaoError, Problems, Refused
from ludao.base.limits import RATES
from ludao.base.models import Token
from ludao.base.text import from_pair, t

CODES = ("malformed", "unauthenticated", "forbidden", "not_found", "method_not_allowed", "not_acceptable", "conflict",
         "too_large", "unsupported_media_type", "problem", "too_many_requests", "broken")
STATUSES = (400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 429, 500)


def docs(request: HttpRequest) -> HttpResponse:
    """GET shows it; POST makes a token, and shows it this once."""
    context: dict[str, Any] = {"issued": None, "problems": [], "typed": request.POST}
    status = 200
    if request.method == "POST":
        status = _issue(request, context)
    response = render(request, "ludao/api/docs.html", {**context, **_context(request)}, status=status)
    add_never_cache_headers(response)
    return response


def _issue(request: HttpRequest, context: dict[str, Any]) -> int:
    given = {"name": request.POST.get("name", ""), "rights": request.POST.getlist("rights"),
             "expires_on": request.POST.get("expires_on", "")}
    try:
        context["issued"] = actions.get("base.issue_token").call(request.actor, given)
    except Refused:
        raise
    except LudaoError as error:
        context["problems"] = error.problems if isinstance(error, Problems) else [error]
        return 422
    context["typed"] = {}
    return 200


def _context(request: HttpRequest) -> dict[str, Any]:
    actor, host = request.actor, request.build_absolute_uri("/").rstrip("/")
    may_read = [_dataset(one, host) for one in datasets.every() if rights.reach(actor, one.right)]
    may_do = [_action(spec, host) for spec in actions.every() if rights.reach(actor, spec.right)]
    return {
        "title": t("接口", "API"), "host": host, "is_stranger": not actor.person,
        "datasets": _chaptered(may_read), "verbs": _chaptered(may_do),
        "counts": {"datasets": len(may_read), "actions": len(may_do)},
        "typed_rights": request.POST.getlist("rights"),
        "failures": [{"code": code, "status": status, "title": problems.TITLES[status]}
                     for code, status in zip(CODES, STATUSES, strict=True)],
        "rates": RATES.values(), **_tokens(actor, request.POST.getlist("rights")),
    }


def _tokens(actor: Actor, typed: list[str]) -> dict[str, Any]:
    if not rights.reach(actor, "base.issue_token"):
        return {"may_issue": False}
    mine = Token.objects.filter(person=actor.person, revoked_at=None, expires_at__gt=clock.now()).order_by("expires_at")
    return {
        "may_issue": True, "tokens": mine, "today": clock.today(), "last_day": clock.today() + timedelta(days=365),
        "soon": clock.today() + timedelta(days=90),
        "rights": [_rights(address, list(names), typed)
                   for address, names in groupby(lists.held(actor), lambda right: right.rpartition(".")[0])],
    }


def _rights(owner: str, names: list[str], typed: list[str]) -> dict[str, Any]:
    """The rights of one folder, each in the words of the action that asks it."""
    words = {spec.right: spec.title for spec in actions.every()}
    return {"owner": _owner(owner), "names": [{"name": n, "title": words.get(n, "")} for n in names],
            "is_open": any(name in typed for name in names)}


def _owner(address: str) -> str:
    return str(from_pair(registry.by_address()[address].title))


def _chaptered(found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"title": _owner(owner), "address": owner, "entries": list(entries)}
            for owner, entries in groupby(found, lambda entry: entry["address"].rpartition(".")[0])]


def _dataset(dataset: Dataset, host: str) -> dict[str, Any]:
    kinds = kinds_of(dataset)
    path = f"/api/v1/datasets/{dataset.address}"
    return {
        "address": dataset.address, "title": dataset.title, "row": dataset.row, "key": ", ".join(dataset.key),
        "path": path, "curl": _curl("GET", f"{host}{path}?limit=2"),
        "columns": [{"column": c, "kind": kinds[c.name].name, "asks": " ".join(f"__{a}" if a else "=" for a in
                     kinds[c.name].asks)} for c in dataset.columns],
    }


def _action(spec: Action, host: str) -> dict[str, Any]:
    path, schema = f"/api/v1/actions/{spec.address}", describe.input_schema(spec)
    is_json = JSON in bodies.types_of(spec)
    example = examples.of(schema)
    body = json.dumps(example, ensure_ascii=False, indent=2, default=str)
    data = (["-H 'Content-Type: application/json'", f"-d {quote(json.dumps(example, ensure_ascii=False, default=str))}"]
            if is_json else [f"-F {quote(part)}" for part in _parts(schema, example)])
    return {
        "address": spec.address, "title": spec.title, "text": spec.lead, "confirm": spec.confirm, "path": path,
        "right": spec.right, "curl": _curl("POST", f"{host}{path}", *data), "body": body if is_json else "",
        "parameters": [{"name": p.name, "title": p.title, "is_required": p.is_required,
                        "kind": examples.kind_of(schema["properties"][p.name])} for p in spec.parameters],
    }


def _parts(schema: dict[str, Any], example: dict[str, Any]) -> Iterator[str]:
    for name, value in example.items():
        is_file = "contentMediaType" in json.dumps(schema["properties"][name])
        yield f"{name}=@file" if is_file else f"{name}={value}"


def _curl(method: str, url: str, *more: str) -> str:
    verb = "curl " if method == "GET" else f"curl -X {method} "
    return " \\\n  ".join([verb + quote(url), '-H "Authorization: Bearer $TOKEN"', *more])

"""Every action: its form takes what it should and refuses what it must; page and API do the same."""

import json
from collections.abc import Callable
from copy import deepcopy
from html import unescape
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from ludao.base import actions, registry
from ludao.base.actions import Action
from ludao.base.models import AuditLine
from ludao.base.pages.lists import action_url

from . import samples
from .conftest import STRANGER
from .words import CHINESE

EVERY = actions.every()
every_action = pytest.mark.parametrize("spec", EVERY, ids=[spec.address for spec in EVERY])
Holder = Callable[..., Client]


class Attempt:
    """One action about to be done by somebody who may, with a row it can be done to and what is typed."""

    def __init__(self, spec: Action, client: Client, actor: Any) -> None:
        self.spec, self.client, self.actor = spec, client, actor
        self.given = samples.example(spec, actor)
        self.row = samples.subject(spec, actor, self.given) if spec.subject else None
        if spec.subject and self.row is None and spec.subject.is_required:
            pytest.skip(f"the demonstration city has nothing that {spec.address} can be done to")
        self.asked = [p for p in spec.parameters if p is not spec.subject]
        self.typed = {p.name: self.given[p.name] if p.name in self.given else samples.good(p, spec, actor)
                      for p in self.asked if p.is_required or p.name in self.given}
        self.typed = {name: getattr(value, "pk", value) for name, value in self.typed.items()}

    @property
    def url(self) -> str:
        return action_url(self.spec.address)

    def post(self, **changes: Any) -> HttpResponse:
        item = {"item": self.row.pk} if self.row is not None else {}
        sent = {**item, **self.typed, **changes}
        for value in sent.values():
            if hasattr(value, "seek"):
                value.seek(0)
        for p in self.asked:
            if p.is_many and not p.model and not samples.has_choices(p) and isinstance(sent.get(p.name), list):
                sent[p.name] = "\n".join(sent[p.name])  # one a line
        return self.client.post(self.url, {k: v for k, v in sent.items() if v is not None})

    def call(self, **changes: Any) -> HttpResponse:
        """The same through the API, by the session, with its CSRF token."""
        sent = {**self.typed, **changes}
        if self.row is not None and self.spec.subject:
            sent[self.spec.subject.name] = [self.row.pk] if self.spec.subject.is_many else self.row.pk
        sent = {name: value for name, value in sent.items() if value is not None}
        where = f"/api/v1/actions/{self.spec.address}"
        if any(p.is_file for p in self.spec.parameters):
            for value in sent.values():
                if hasattr(value, "seek"):
                    value.seek(0)
            return self.client.post(where, sent)
        return self.client.post(where, json.dumps(sent, default=str), content_type="application/json")


@pytest.fixture
def attempt(holder: Holder, actor_in: Callable[[Client], Any]) -> Callable[[Action], Attempt]:
    def begin(spec: Action) -> Attempt:
        client = holder(spec.right)
        return Attempt(spec, client, actor_in(client))

    return begin


def lines(spec: Action) -> list[dict[str, Any]]:
    return list(AuditLine.objects.filter(address=spec.address).order_by("pk").values(
        "person", "thing_type", "outcome", "detail", "channel"))


class Undo(Exception):
    """Leaves an atomic block without its effects."""


@every_action
def test_the_form_takes_its_demo_data(spec: Action, attempt: Callable[[Action], Attempt]) -> None:
    trying = attempt(spec)
    assert trying.client.get(trying.url, {"item": trying.row.pk} if trying.row else {}).status_code == 200
    before = len(lines(spec))
    response = trying.post()
    if response.status_code != 302:
        errors = response.context and response.context.get("form") and response.context["form"].errors
        pytest.fail(f"{response.status_code}: {errors or response.text[-800:]}; give examples.py an "
                    f"EXAMPLES[{spec.name!r}] that it takes")
    assert len(lines(spec)) > before, "what is done leaves its line"


@every_action
def test_page_and_api_do_the_same(spec: Action, attempt: Callable[[Action], Attempt]) -> None:
    trying = attempt(spec)
    said = {}
    for way in ("page", "api"):
        before, cookies = len(lines(spec)), deepcopy(trying.client.cookies)
        try:
            with transaction.atomic():
                response = trying.post() if way == "page" else trying.call()
                assert response.status_code in (200, 302), f"{way}: {response.text[-800:]}"
                said[way] = lines(spec)[before:]
                raise Undo
        except Undo:
            trying.client.cookies = cookies
    assert {line.pop("channel") for line in said["api"]} == {"api"}
    assert {line.pop("channel") for line in said["page"]} == {"page"}
    assert said["page"] == said["api"]


@every_action
def test_each_bad_value_is_refused_by_name(spec: Action, attempt: Callable[[Action], Attempt]) -> None:
    trying = attempt(spec)
    before = lines(spec)
    secrets = {p.name for p in trying.asked if p.is_secret}
    for p in trying.asked:
        for what, value in samples.bad(p):
            response = trying.post(**{p.name: value})
            assert response.status_code == 422, f"{p.name} {what}: {response.status_code}"
            errors = response.context["form"].errors
            assert p.name in errors, f"{p.name} {what}: {errors}"
            assert CHINESE.search(str(errors[p.name][0])), f"{p.name} {what}: {errors[p.name]} is not Chinese"
            for name, typed in trying.typed.items():
                if name != p.name and isinstance(typed, str) and name not in secrets:
                    assert typed in unescape(response.text), f"{what}: what was typed into {name} is lost"
            answer = trying.call(**{p.name: value})
            assert answer.status_code in (400, 404, 422), f"API, {p.name} {what}: {answer.status_code}"
            assert answer.headers["Content-Type"] == "application/problem+json"
            named = [e["detail"] for e in answer.json()["errors"] if e["field"].split(".")[0] == p.name]
            assert named, answer.text
            assert CHINESE.search(named[0]), f"API, {p.name} {what}: {named[0]} is not Chinese"
    assert [line for line in lines(spec) if line["outcome"] == "done"] == [
        line for line in before if line["outcome"] == "done"]


@every_action
def test_does_not_exist_for_a_stranger(spec: Action, city: None, client_of: Callable[[str], Client]) -> None:
    roles = set(registry.rights()[spec.right])
    if {"anyone", "person"} & roles:
        pytest.skip("everybody may")
    for login in ("", STRANGER):
        client = client_of(login)
        assert client.get(action_url(spec.address)).status_code == 404
        assert client.post(action_url(spec.address), {"item": "1"}).status_code == 404
        answer = client.post(f"/api/v1/actions/{spec.address}", "{}", content_type="application/json")
        assert answer.status_code == (404 if login else 401)

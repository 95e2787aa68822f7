"""What these tests have in common: rights as the house gives them, the cast, and what was sent to somebody."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from ludao.base.actor import Actor
from ludao.blocks.identity.access import as_post
from ludao.blocks.identity.models import Message, Person, Post


@pytest.fixture
def own() -> Callable[[str], Actor]:
    """The person as oneself, without any hat: own("lilei")."""

    def acting(username: str) -> Actor:
        person = Person.objects.get(username=username)
        return Actor(person=str(person.pk), name=person.name, request_id="test")

    return acting


@pytest.fixture
def under() -> Callable[[str, str], Actor]:
    """The person under their post in an organisation: under("wangke", "xm-dsj")."""

    def acting(username: str, organisation: str) -> Actor:
        post = Post.objects.get(person__username=username, organisation=organisation)
        return as_post(post.person, post, "test")

    return acting


@pytest.fixture
def sent_code(deliver_all: Callable[[], int]) -> Callable[[str], str]:
    """The newest code that was sent to a person, as they read it."""

    def read(username: str) -> str:
        deliver_all()
        text = Message.objects.filter(person__username=username).first().text
        return re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", text).group()

    return read


@pytest.fixture
def log_in() -> Callable[..., Any]:
    """Through the door, as a browser does."""

    def enter(client: Any, username: str, password: str = "ludao-demo", **more: str) -> Any:
        return client.post("/identity/login/", {"username": username, "password": password, **more})

    return enter

"""Who the contract tests walk in as: somebody who holds the right that a page asks, and nobody who holds none."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from ludao.base import clock, registry
from ludao.blocks.identity.public import Login, Mandate, Organisation, Person, Post
from ludao.blocks.permission.public import Holding

OFFICER, CITIZEN, OWNER, STRANGER = "wangke", "lilei", "hanmeimei", "zhao"
OFFICE = "xm-dsj"
BY_NATURE = {"anyone": CITIZEN, "person": CITIZEN, "staff": OFFICER}


@pytest.fixture
def holder(city: None, client_of: Callable[[str], Client]) -> Callable[..., Client]:
    """A client of somebody who has the right: by nature, or because 王科's post is given the role."""

    def holding(right: str, within: str = "") -> Client:
        if not right:
            return client_of("")
        roles = registry.rights()[right]
        given = [role for role in roles if role not in (*BY_NATURE, "enterprise")]
        if given and not ({"anyone", "person"} & set(roles) and not within):
            give(given[0], within)
            return client_of(OFFICER)
        by_nature = [BY_NATURE[role] for role in roles if role in BY_NATURE]
        return client_of(by_nature[0]) if by_nature else for_an_enterprise(client_of(OWNER))

    return holding


@pytest.fixture
def actor_who(holder: Callable[..., Client], actor_in: Callable[[Client], Any]) -> Callable[..., Any]:
    """The same as an actor."""
    return lambda right, within="": actor_in(holder(right, within))


def for_an_enterprise(client: Client) -> Client:
    """The owner under the hat of her shop."""
    mandate = Mandate.objects.filter(person__username=OWNER)[0]
    Login.objects.filter(session_key=client.session.session_key).update(post=None, mandate=mandate)
    return client


def give(role: str, within: str = "", login: str = OFFICER, title: str = "") -> None:
    """The role to the person's first post, or that of the title; everywhere, or from one organisation down."""
    posts = Post.objects.filter(person=Person.objects.get(username=login)).order_by("pk")
    post = posts.filter(title=title)[0] if title else posts[0]
    organisation = Organisation.objects.get(pk=within) if within else None
    span = {"post": post, "role": role, "organisation": organisation, "area": None}
    now = clock.now()
    there = Holding.objects.filter(**span).exclude(ends_at__lte=now)
    if not there.update(is_on_request=False, approved_at=now):
        Holding.objects.create(**span, reason="contract", starts_at=now, approved_at=now)

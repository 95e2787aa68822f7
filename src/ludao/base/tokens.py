"""Keys for programs: some of a person's rights under one post, until a day; shown once, kept as a digest."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Annotated

from django.conf import settings
from django.utils.module_loading import import_string
from pydantic import BaseModel, Field

from ludao.base import clock, registry
from ludao.base import rights as held
from ludao.base.actions import action
from ludao.base.actor import Actor
from ludao.base.crypto import sm3
from ludao.base.errors import Problem, Problems
from ludao.base.models import Token
from ludao.base.text import t

PREFIX = "ldk_"
LONGEST = timedelta(days=365)
MOST = 50


class Issued(BaseModel):
    """A new token; the only time that it is shown."""

    id: int
    token: str
    expires_at: datetime


@action("base.issue_token", title=t("签发令牌", "Issue a token"), icon="key",
        lead=t("令牌只显示一次，请马上存好。", "The token is shown once; keep it at once."))
def issue_token(
    actor: Actor,
    name: Annotated[str, Field(title=t("名称", "Name"), min_length=1, max_length=100)],
    rights: Annotated[list[str], Field(title=t("权限", "Rights"), min_length=1, max_length=200)],
    expires_on: Annotated[date, Field(title=t("有效期至", "Expires on"))],
) -> Issued:
    """A token carries at most the rights its maker holds, for a year at the longest."""
    _check_maker(actor)
    _check_rights(actor, rights)
    _check_day(expires_on)
    raw = PREFIX + secrets.token_urlsafe(32)
    ends = datetime.combine(expires_on + timedelta(days=1), time(), clock.SHANGHAI)
    token = Token.objects.create(person=actor.person, post=actor.post, name=name, digest=digest_of(raw),
                                 rights=sorted(set(rights)), expires_at=ends)
    return Issued(id=token.pk, token=raw, expires_at=ends)


@action("base.revoke_token", title=t("撤销令牌", "Revoke a token"), icon="key-off",
        confirm=t("撤销后，用它的程序立刻不能再用。", "Programs that use it stop working at once."),
        when=lambda token: token.revoked_at is None)
def revoke_token(actor: Actor, token: Token) -> None:
    token.revoked_at = clock.now()
    token.save(update_fields=["revoked_at"])


def _check_maker(actor: Actor) -> None:
    if not actor.person or (actor.organisation and not actor.post):
        raise Problem(t("令牌以岗位身份签发，请先切换到一个岗位", "A token is for a post; wear a post first"))
    if Token.objects.filter(person=actor.person, revoked_at=None, expires_at__gt=clock.now()).count() >= MOST:
        raise Problem(t(f"最多同时持有 {MOST} 个令牌，请先撤销不用的",
                        f"You may hold {MOST} tokens at a time; revoke those you do not use"))


def _check_rights(actor: Actor, rights: list[str]) -> None:
    lacking = [right for right in rights if right not in registry.rights() or not held.reach(actor, right)]
    if lacking:
        raise Problems([Problem(t(f"您没有权限 {right}", f"You do not hold the right {right}"), field="rights")
                        for right in lacking])


def _check_day(day: date) -> None:
    if not clock.today() <= day <= clock.today() + LONGEST:
        raise Problem(t("有效期从今天起，最长一年", "From today, for a year at the longest"), field="expires_on")


def digest_of(raw: str) -> str:
    """256 random bits need no salt and no slow hash."""
    return sm3(raw.encode("utf-8", "surrogateescape")).hex()


def open_token(raw: str, request_id: str) -> tuple[Actor, Token] | None:
    """Who acts with this token; nothing when it does not hold (any more), or its person or post does not."""
    token = Token.objects.filter(digest=digest_of(raw), revoked_at=None, expires_at__gt=clock.now()).first()
    actor = _actor_for(token, request_id) if token else None
    if token is None or actor is None:
        return None
    if token.used_on != clock.today():
        Token.objects.filter(pk=token.pk).update(used_on=clock.today())
    return actor, token


def _actor_for(token: Token, request_id: str) -> Actor | None:
    module = settings.LUDAO_ACTOR.rpartition(".")[0]
    ask: Callable[[str, str], Actor | None] = import_string(f"{module}.actor_for")
    actor = ask(token.person, token.post)
    return actor and replace(actor, channel="api", request_id=request_id, rights=frozenset(token.rights))

"""Who asks: a program with a token, a person with an open session, or a stranger."""

from dataclasses import dataclass, replace

from django.conf import settings
from django.http import HttpRequest
from ninja.utils import check_csrf

from ludao.base import limits, requests, tokens
from ludao.base.actor import Actor
from ludao.base.api.problems import Forged, Unauthenticated
from ludao.base.limits import RATES, Left
from ludao.base.models import Token
from ludao.base.text import t

SAFE = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True)
class Caller:
    actor: Actor
    left: Left
    token: Token | None = None


def caller_of(request: HttpRequest) -> Caller:
    """Raises Unauthenticated for a token that does not hold, TooMany when the bucket is empty."""
    header = request.headers.get("Authorization", "")
    if header:
        return _by_token(request, header)
    if getattr(request, "user", None) is not None and request.user.is_authenticated:
        return _by_session(request)
    request_id = getattr(request, "ludao_id", "")
    return Caller(Actor(channel="api", request_id=request_id), limits.take(RATES["address"], address_of(request)))


def _by_token(request: HttpRequest, header: str) -> Caller:
    scheme, _, raw = header.partition(" ")
    raw = raw.strip()
    found = None
    if scheme.lower() == "bearer" and raw.startswith(tokens.PREFIX):
        found = tokens.open_token(raw, getattr(request, "ludao_id", ""))
    if found is None:
        limits.take(RATES["failure"], address_of(request))
        raise Unauthenticated(t("令牌无效、已过期或已撤销", "The token is wrong, expired or revoked"),
                              error="invalid_token")
    actor, token = found
    return Caller(actor, limits.take(RATES["token"], str(token.pk)), token)


def _by_session(request: HttpRequest) -> Caller:
    if request.method not in SAFE and check_csrf(request) is not None:
        raise Forged(t("缺少或不符的 X-CSRFToken", "X-CSRFToken is missing or wrong"))
    actor = replace(requests.actor_of(request), channel="api")
    return Caller(actor, limits.take(RATES["person"], actor.person))


def address_of(request: HttpRequest) -> str:
    """The caller's network address; behind our own HTTPS gateway, what that wrote down last."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.IS_HTTPS else ""
    return (forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", ""))[:45]

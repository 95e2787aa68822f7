"""Which program asks: the bearer of a token of the house, under a post of its organisation, with the right to use."""

import time
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from ludao.base import limits, rights, tokens
from ludao.base.actor import Actor
from ludao.base.api.callers import address_of
from ludao.base.api.problems import Unauthenticated
from ludao.base.limits import RATES
from ludao.base.text import t

from .refusals import NoGrant

RIGHT = "data.sharing.use"
TRUST = 1.0  # seconds; that the token itself holds is settled at every commit


@dataclass(frozen=True)
class Program:
    """Who acts with a token, and what of it stands in the log."""

    actor: Actor
    token: int
    name: str

    @property
    def line(self) -> dict[str, Any]:
        return {
            "organisation": self.actor.organisation,
            "person": self.actor.person,
            "name": self.actor.name,
            "program": self.name,
        }


_known: dict[str, tuple[float, Program]] = {}


def program_of(request: HttpRequest) -> Program:
    """Raises Unauthenticated without a token that holds, NoGrant without the right."""
    scheme, _, raw = request.headers.get("Authorization", "").partition(" ")
    raw = raw.strip()
    known = _known.get(raw)
    if known and time.monotonic() - known[0] < TRUST:
        return known[1]
    _known.pop(raw, None)
    found = (
        tokens.open_token(raw, getattr(request, "ludao_id", ""))
        if (scheme.lower() == "bearer" and raw.startswith(tokens.PREFIX))
        else None
    )
    if found is None:
        limits.take(RATES["failure"], address_of(request))
        raise (
            Unauthenticated(
                t("令牌无效、已过期或已撤销", "The token is wrong, expired or revoked"), error="invalid_token"
            )
            if raw
            else Unauthenticated.without_token()
        )
    actor, token = found
    if not rights.reach(actor, RIGHT):
        raise NoGrant()
    program = Program(actor, token.pk, token.name)
    if len(_known) > 10_000:
        _known.clear()
    _known[raw] = (time.monotonic(), program)
    return program

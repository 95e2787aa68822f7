"""What the shell shows while a session is elevated: which role, until when, and where to end it."""

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.rights import Raised
from ludao.blocks.permission.held import held
from ludao.blocks.permission.titles import role_title


def raised(actor: Actor) -> Raised | None:
    """The elevated session that ends last, if there is one; from what the request has read anyway."""
    now = clock.now()
    running = [g for g in held(actor).grants if g.kind == "elevation" and g.ends_at and g.ends_at > now]
    last = max(running, key=lambda g: g.ends_at or now, default=None)
    if last is None or last.ends_at is None:
        return None
    return Raised(role_title(last.role), last.ends_at, f"/permission/do/end_elevation/?item={last.key}")

"""What the shell shows while a session is elevated: which role, until when, and where to end it."""

from dataclasses import dataclass
from datetime import datetime

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.blocks.permission.held import held
from ludao.blocks.permission.titles import role_title


@dataclass(frozen=True)
class Elevated:
    key: int
    role: str
    ends_at: datetime

    @property
    def end_url(self) -> str:
        return f"/permission/do/end_elevation/?item={self.key}"


def elevation_of(actor: Actor) -> Elevated | None:
    """The elevated session that ends last, if there is one; from what the request has read anyway."""
    now = clock.now()
    running = [g for g in held(actor).grants if g.kind == "elevation" and g.ends_at and g.ends_at > now]
    last = max(running, key=lambda g: g.ends_at or now, default=None)
    return Elevated(last.key, role_title(last.role), last.ends_at) if last and last.ends_at else None

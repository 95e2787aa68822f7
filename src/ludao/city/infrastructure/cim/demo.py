"""The demonstration's part: blocks raised from its addresses once those are gathered."""

from ludao.base.actor import Actor

from . import raising
from .models import Building


def finish(actor: Actor, scale: float) -> None:
    """A second time changes nothing."""
    if not Building.objects.exists():
        raising.raise_blocks.now(actor, about="infrastructure.cim")


def load(actor: Actor, scale: float) -> None:
    """All of it waits for the addresses, which come with the departments."""

"""The demonstration's part: one theme recomposed once, so that its editions can be seen."""

from ludao.base.actor import Actor

from . import declared
from .actions import compose
from .models import Edition


def load(actor: Actor, scale: float) -> None:
    """A second time changes nothing."""
    if not Edition.objects.exists():
        theme = declared.shipped()["market"]
        for _ in range(2):
            compose(
                actor,
                theme="market",
                title=theme.titles["zh"],
                title_en=theme.titles["en"],
                order=theme.order,
                layers=list(theme.layers),
            )

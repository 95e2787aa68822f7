"""A source was loaded: what came is linked, once all that waits has come; then disputes that it answers are settled."""

from ludao.base.actor import Actor
from ludao.base.events import hears
from ludao.base.models import Event
from ludao.blocks.profile import definition, settling
from ludao.blocks.profile.linking import linking


@hears("exchange.loaded")
def link_loaded(event: Event) -> None:
    """Only definitions that read the table; several loads wait for one linking."""
    for name in definition.paths():
        if event.facts.get("address") in definition.get(name).read_from:
            linking.start(Actor.system("profile"), about=f"profile.{name}", name=name, anew=False)


@hears("profile.linked")
def settle_disputes(event: Event) -> None:
    """The files are new now: a confirmed value may have come from its source."""
    settling.take_over(str(event.facts["definition"]))

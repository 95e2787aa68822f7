"""The yearbook's series become indicators when their file was loaded."""

from ludao.base.actor import Actor
from ludao.base.events import hears
from ludao.base.models import Event

from . import actions, yearbook


@hears("exchange.loaded")
def yearbook_came(event: Event) -> None:
    if event.facts.get("address") == yearbook.ADDRESS:
        actions.take_yearbook(Actor.system("overview.vital"))

"""A load may bring other contents: the columns of that dataset are looked at again."""

from ludao.base.actor import Actor
from ludao.base.events import hears
from ludao.base.models import Event
from ludao.blocks.catalogue import public as catalogue

from .sampling import look_at


@hears("exchange.loaded")
def looked_at_again(event: Event) -> None:
    address = event.facts["address"]
    if catalogue.get(address):
        look_at.start(Actor.system("data.classification"), about=address, addresses=[address])

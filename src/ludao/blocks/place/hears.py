"""When a department's register of addresses or outlines moved, it is gathered again."""

from ludao.base.actor import Actor
from ludao.base.events import hears
from ludao.base.models import Event
from ludao.blocks.lake import public as lake
from ludao.blocks.place import declared
from ludao.blocks.place.gathering import gather


@hears("exchange.loaded")
def register_moved(event: Event) -> None:
    """At most one run waits, however much is loaded."""
    for name in ("outlines", "addresses"):
        if event.facts.get("address") in lake.addresses_in(declared.register(name)):
            gather.start(Actor.system("place"), about="place")

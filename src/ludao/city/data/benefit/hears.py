"""What makes the matching run again: new data under the facts, a policy published or ended, files linked or joined."""

from ludao.base.actor import Actor
from ludao.base.events import hears
from ludao.base.models import Event
from ludao.base.tasks import daily

from . import facts
from .actions import matching


def again(entity: str) -> None:
    """At most one run waits for each kind of entity, however much is loaded."""
    matching.start(Actor.system("data.benefit"), about=f"data.benefit.{entity}", entity=entity)


@hears("exchange.loaded")
def data_came(event: Event) -> None:
    for entity in facts.ENTITIES:
        if event.facts.get("address") in facts.sources(entity):
            again(entity)


@hears("rule.published")
@hears("rule.ended")
def policy_changed(event: Event) -> None:
    if event.facts["entity"] in facts.ENTITIES:
        again(event.facts["entity"])


@hears("profile.linked")
@hears("profile.joined")
def files_changed(event: Event) -> None:
    for entity in facts.ENTITIES:
        again(entity)


@daily("04:30", "data.benefit.match")
def new_day() -> None:
    """Ages, terms and periods change with the day."""
    for entity in facts.ENTITIES:
        again(entity)

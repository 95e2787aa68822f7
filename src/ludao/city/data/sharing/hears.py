"""What sharing hears and does by the clock: changes to subscribers, the daily round, figures by the hour."""

from ludao.base.actor import Actor
from ludao.base.events import hears
from ludao.base.models import Event
from ludao.base.tasks import daily, periodic

from . import figures, telling
from .actions import deciding
from .models import Subscription


@hears("exchange.loaded")
def tell_subscribers(event: Event) -> None:
    for one in Subscription.objects.filter(grant__address=event.facts["address"], is_open=True):
        telling.tell.start(Actor.system("data.sharing"), about=event.facts["address"], subscription=one.pk)


@daily("06:10", "data.sharing.refresh")
def go_round() -> None:
    deciding.refresh(Actor.system("data.sharing"))


@periodic("*/5 * * * *", "data.sharing.count")
def count() -> None:
    figures.roll_up()

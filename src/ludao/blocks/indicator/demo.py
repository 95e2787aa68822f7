"""The demonstration city's figures: all computed, alerts raised, one department asked for last year's."""

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.blocks.indicator import actions, computing, house, reporting, shipping
from ludao.blocks.indicator.engine import periods
from ludao.blocks.indicator.models import Alert, Task

OFFICE = "xm-dsj"


def load(actor: Actor, scale: float) -> None:
    """Definitions come with the tables; here stands what a builder changed since."""
    shipping.ship()


def finish(actor: Actor, scale: float) -> None:
    """When departments have handed over; a second time computes only what has changed."""
    done = computing.compute()
    looked_at = done.codes if Alert.objects.exists() else house.known().definitions
    actions.computed(actor, codes=sorted(looked_at))
    _tasks(actor)


def _tasks(actor: Actor) -> None:
    """One department is asked for last year's figures; nobody's answer is invented here."""
    codes = [
        d.code
        for d in house.known().definitions.values()
        if d.method == "reported" and d.owner == OFFICE and d.period == "year" and d.areas == "city"
    ]
    if codes and not Task.objects.exists():
        last_year = periods.shift("year", periods.start_of("year", clock.today()), -1)
        reporting.open_tasks("year", last_year, clock.add_working_days(clock.today(), 10), codes)

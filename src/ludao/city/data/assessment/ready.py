"""The monthly round: on the first day, the month that has ended is computed."""

from datetime import timedelta

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.tasks import periodic

from .computing import computing


@periodic("30 20 1 * *", "data.assessment.monthly")  # 04:30 of the second day in Shanghai
def monthly() -> None:
    last = clock.today().replace(day=1) - timedelta(days=1)
    computing.start(Actor.system("data.assessment"), about=f"{last:%Y-%m}", month=f"{last:%Y-%m}-01")

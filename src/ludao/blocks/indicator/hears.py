"""What makes indicators run again: data that came or were taken back, files linked, the clock; overdue alerts rise."""

from ludao.base import clock, tasks
from ludao.base.actor import Actor
from ludao.base.events import hears
from ludao.base.models import Event
from ludao.blocks.indicator import actions, computing, house, reporting, watching
from ludao.blocks.indicator.engine import periods
from ludao.blocks.indicator.models import Alert, Task

HOUSE = Actor.system("indicator")


@hears("exchange.loaded")
@hears("lake.undone")
def data_came(event: Event) -> None:
    again([event.facts["address"]])


@hears("profile.linked")
def files_changed(event: Event) -> None:
    again(None)


@hears("indicator.alert_overdue")
def nobody_handled(event: Event) -> None:
    alert = Alert.objects.select_related("indicator", "area", "owner").filter(pk=event.facts["alert"]).first()
    if alert is not None and alert.is_open:
        watching.tell_above(HOUSE, alert)


def again(addresses: list[str] | None) -> None:
    if any(d.method == "computed" for d in house.known().definitions.values()):
        actions.computing_work.start(HOUSE, about="indicator", addresses=addresses)


@tasks.daily("05:10", "indicator.compute_daily")
def compute_daily() -> None:
    """After the night's copies of the house's datasets: what changed, and what the new day moves."""
    again(None)


@tasks.periodic("*/10 * * * *", "indicator.compute_redefined")
def compute_redefined() -> None:
    """A release may bring other queries and formulas: values that stand on the former ones are made anew."""
    if computing.is_stale():
        again(None)


@tasks.periodic("20 * * * *", "indicator.escalate")
def escalate() -> None:
    actions.escalate(HOUSE)


@tasks.daily("08:40", "indicator.remind")
def remind() -> None:
    """Three days before a figure is due, on the day, and each day after."""
    waiting = (
        Task.objects.filter(
            state__in=(Task.WAITING, Task.RETURNED), due_on__lte=clock.add_working_days(clock.today(), 3)
        )
        .exclude(reminded_on=clock.today())
        .select_related("organisation")
    )
    reporting.tell(HOUSE, waiting)


@tasks.daily("08:10", "indicator.open_tasks")
def open_tasks() -> None:
    """On the first day of a period the one before is asked for."""
    for kind in ("month", "quarter", "year"):
        today = clock.today()
        if periods.start_of(kind, today) == today:
            made = reporting.open_tasks(kind, periods.shift(kind, today, -1), clock.add_working_days(today, 10))
            reporting.tell(HOUSE, made)

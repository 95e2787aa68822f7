"""Fills the hook of the base when the house starts, and keeps the clock's appointments."""

from ludao.base import health, tasks
from ludao.base.datasets import elsewhere
from ludao.blocks.lake.copies import Copies
from ludao.blocks.lake.health import lake

elsewhere.install(Copies())
health.blocks.append(lake)


@tasks.periodic("5 * * * *", "lake.flow_hourly")
def flow_hourly() -> None:
    _flow("hourly")


@tasks.daily("01:30", "lake.flow_daily")
def flow_daily() -> None:
    """The live ones too: they are read where they stand, but questions over many tables join their copies."""
    _flow("daily", "live")


@tasks.periodic("0 18 * * 0", "lake.flow_weekly")
def flow_weekly() -> None:
    _flow("weekly")


@tasks.periodic("30 18 1 * *", "lake.flow_monthly")
def flow_monthly() -> None:
    _flow("monthly")


@tasks.periodic("30 19 1 1 *", "lake.flow_yearly")
def flow_yearly() -> None:
    _flow("yearly")


@tasks.daily("03:30", "lake.tidy")
def tidy() -> None:
    from ludao.blocks.lake import tidying

    tidying.tidy()


def _flow(*fresh: str) -> None:
    from ludao.blocks.lake import flow

    flow.flow_all(*fresh)

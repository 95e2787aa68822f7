"""What the clock tells themes: every hour the tables whose time has come are refreshed."""

from ludao.base.actor import Actor
from ludao.base.tasks import periodic

from .refreshing import due


@periodic("20 * * * *", "data.theme.refresh_due")
def refresh_due() -> None:
    due(Actor.system("data.theme"))

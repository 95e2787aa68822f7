"""What the house does by the clock: each morning it tells of roles and loans that end soon."""

from ludao.base import tasks
from ludao.base.actor import Actor
from ludao.blocks.permission.actions import remind_expiring


@tasks.daily("06:30", "permission.remind_expiring")
def remind_in_the_morning() -> None:
    remind_expiring(Actor.system("permission.remind_expiring"))

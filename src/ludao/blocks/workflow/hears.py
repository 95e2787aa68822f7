"""What happens by the clock: each minute the processes whose timers are due go on."""

from ludao.base import tasks

from .waking import wake


@tasks.periodic("* * * * *", "workflow.wake")
def wake_due() -> None:
    wake()

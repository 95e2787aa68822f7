"""Wakes the processes whose timers are due, each in a transaction of its own."""

from django.db import transaction

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.errors import LudaoError

from .models import Instance
from .moving import refresh, say_stuck

MOST = 1000  # a minute; the rest waits for the next


def wake() -> int:
    """How many went on. What cannot be woken is parked and says why; the others go on."""
    due = Instance.objects.filter(state=Instance.RUNNING, wakes_at__lte=clock.now())
    woken = 0
    for pk in due.order_by("wakes_at").values_list("pk", flat=True)[:MOST]:
        woken += _wake(pk)
    return woken


def _wake(pk: int) -> bool:
    actor = Actor.system("workflow")
    try:
        with transaction.atomic():
            held = Instance.objects.select_for_update(skip_locked=True).filter(pk=pk, state=Instance.RUNNING)
            instance = held.first()
            if instance is None:
                return False
            refresh(actor, instance)
    except LudaoError as error:
        with transaction.atomic():
            Instance.objects.filter(pk=pk).update(state=Instance.STUCK, trouble=str(error)[:500], wakes_at=None)
            say_stuck(actor, Instance.objects.get(pk=pk))
        return False
    return True

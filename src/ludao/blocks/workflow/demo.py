"""Processes on their way in the demonstration city: one that waits, one that was returned, one that is stuck."""

from ludao.base.actor import Actor

from . import moving
from .models import Instance

OFFICE = "xm-dsj"


def load(actor: Actor, scale: float) -> None:
    """A second time changes nothing; the same at every scale."""
    if Instance.objects.filter(about="demo:1").exists():
        return
    for number in (1, 2, 3):
        moving.begin(actor, "workflow.approval", about=f"demo:{number}", organisation=OFFICE)
    returned = Instance.objects.get(about="demo:2")
    moving.complete(actor, moving.steps(returned)[0], outcome="fail")
    stuck = Instance.objects.get(about="demo:3")
    moving.complete(actor, moving.steps(stuck)[0])

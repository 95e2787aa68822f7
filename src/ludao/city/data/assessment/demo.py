"""The demonstration's assessment: last month computed, objected to, answered and closed; this month still open."""

from dataclasses import replace
from datetime import timedelta

from ludao.base import clock
from ludao.base.actor import Actor

from . import actions
from .models import Assessment


def load(actor: Actor, scale: float) -> None:
    """A second time changes nothing."""
    if Assessment.objects.exists():
        return
    steward, today = replace(actor, name="数管"), clock.today()
    last = actions.compute(steward, month=today.replace(day=1) - timedelta(days=1))
    mark = last.marks.order_by("-place").first()
    if mark is not None:
        made = actions.object_to(replace(actor, name=str(mark.organisation)), mark=mark,
                                 text="系统升级期间已报备停更，请核减按承诺更新的扣分。")
        actions.answer(steward, objection=made, answer="报备已核实，停更天数下月起不计入。")
        actions.close(steward, assessment=last)
    actions.compute(steward)

"""What the plan hears: a task that fell overdue gets its notice; every morning the lights are set anew."""

from ludao.base.actor import Actor
from ludao.base.events import hears
from ludao.base.models import Event
from ludao.base.tasks import daily

from . import actions
from .models import Item, Remark


@hears("assurance.plan.fell_due")
def remind_of_overdue(event: Event) -> None:
    item = Item.objects.filter(pk=event.facts["item"]).first()
    if item:
        text = f"本任务期限为{event.facts['due_on']},已逾期{event.facts['days']}天，请尽快报告进展和完成时间。"
        Remark.objects.create(item=item, kind="overdue", text=text, by="系统")


@daily("06:30", "assurance.plan.refresh")
def set_lights() -> None:
    actions.refresh(Actor.system("assurance.plan"))

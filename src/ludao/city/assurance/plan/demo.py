"""The demonstration city's plan: uploaded, assigned to departments, reported and measured by the same actions.

The tasks and targets are facts of the published plan; progress and measured values are invented and say so.
"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.blocks.identity.public import Organisation

from . import actions
from .engine.light import expected
from .models import Item, Milestone, Plan

TEXT = Path(__file__).parent / "content" / "demo_plan.txt"
OFFICE = "xm-szb"
SAID = "演示数据"
# Clause → who leads, who supports (codes of identity's departments).
OWNERS = {
    "1.1.1": "xm-spj xm-dsj", "1.1.2": "xm-spj xm-dsj", "1.1.3": "xm-spj", "1.1.4": "xm-spj xm-daj xm-gaj",
    "1.2.1": "xm-dsj xm-gxj xm-szyl", "1.2.2": "xm-zfjcg xm-dsj", "1.2.3": "xm-zfjcg xm-gaj xm-jtj xm-wjw",
    "1.3.1": "xm-dsj xm-wxb", "1.3.2": "xm-zfb xm-dsj xm-xfj", "1.3.3": "xm-zfb xm-dsj",
    "1.4.1": "xm-dsj xm-tjj", "1.4.2": "xm-dsj xm-tjj", "1.4.3": "xm-dsj xm-zgj",
    "2.1.1": "xm-kjj xm-gxj", "2.1.2": "xm-gxj xm-kjj", "2.1.3": "xm-gxj", "2.1.4": "xm-gxj xm-swj",
    "2.2.1": "xm-gxj", "2.2.2": "xm-swj xm-hg", "2.2.3": "xm-gxj xm-swj",
    "3.1.1": "xm-dsj xm-sfj", "3.1.2": "xm-dsj", "3.1.3": "xm-dsj xm-gzw",
    "4.1.1": "xm-jyj", "4.1.2": "xm-wjw xm-ybj", "4.1.3": "xm-wlj", "4.1.4": "xm-mzh", "4.1.5": "xm-jtj xm-gaj",
    "4.2.1": "xm-wjw xm-dsj", "4.2.2": "xm-wjw xm-gaj",
    "5.1.1": "xm-gxj", "5.1.2": "xm-dsj xm-gxj", "5.1.3": "xm-jtj xm-gxj", "5.1.4": "xm-dsj xm-zgj",
    "6.1.1": "xm-dsj xm-zfb", "6.1.2": "xm-dsj xm-czj", "6.1.3": "xm-dsj xm-zfb", "6.1.4": "xm-dsj xm-rsj",
    "6.1.5": "xm-wxb xm-gaj",
}  # fmt: skip
PACE = (104, 96, 112, 88, 100, 72, 108, 92)  # per cent of an even pace, task by task
DONE = {"3.1.1", "4.2.1", "5.1.1"}
SILENT = {"4.1.3", "2.1.4"}


@transaction.atomic
def load(actor: Actor, scale: float) -> None:
    """A second time changes nothing; the plan has the same size at every scale."""
    year = clock.today().year
    text = TEXT.read_text("utf-8").replace("{year}", str(year))
    if Plan.objects.filter(text=text).exists():
        return
    office = replace(actor, name="市数字办", organisation=OFFICE)
    plan = actions.upload(office, file=SimpleUploadedFile("plan.txt", text.encode()))
    items = list(plan.items.select_related("plan", "owner"))
    assign(office, items)
    actions.publish(office, plan=plan)
    for place, item in enumerate(Item.objects.filter(plan=plan).select_related("plan", "owner")):
        steps(office, item, place)
        progress(office, item, place)
        measure(office, item, place)


def assign(actor: Actor, items: list[Item]) -> None:
    departments = Organisation.objects.in_bulk({code for codes in OWNERS.values() for code in codes.split()})
    for item in items:
        lead, *others = (departments[code] for code in OWNERS[item.number].split())
        actions.assign(actor, item=[item], owner=lead, co_owners=others)


def steps(actor: Actor, item: Item, place: int) -> None:
    year, today = item.begins_on.year, clock.today()
    for month, title in ((4, "方案确定"), (7 + place % 3, "上线试运行")):
        step = actions.set_milestone(actor, item=item, title=title, due_on=date(year, month, 28))
        if step.due_on < today and item.number not in SILENT:
            actions.reach_milestone(actor, milestone=Milestone.objects.get(pk=step.pk), on=step.due_on)


def progress(actor: Actor, item: Item, place: int) -> None:
    """Reports every second month and at the last month's end; done tasks reach all."""
    today = clock.today()
    ends = [last_day(item.begins_on.year, month) for month in range(1, 13)]
    past = [day for day in ends if day < today and (day.month % 2 == place % 2 or day.month == today.month - 1)]
    for day in past[:2] if item.number in SILENT else past:
        percent = min(97, expected(item.begins_on, item.due_on, day) * PACE[place % len(PACE)] // 100)
        if item.number in DONE and day == past[-1]:
            percent = 100
        text = f"{SAID}:截至{day.month}月底，{item.title}完成年度任务的{percent}%。"
        actions.report(actor, item=item, percent=percent, words=text, on=day)


def measure(actor: Actor, item: Item, place: int) -> None:
    """A value for each numeric target at the last report's day, at the task's own pace."""
    item.refresh_from_db()
    if item.heard_on is None:
        return
    for target in item.targets.filter(kind="number", value__isnull=False):
        part = 103 if item.percent >= 97 else item.percent + place % 5
        value = (Decimal(target.value) * part / 100).to_integral_value()
        actions.set_value(actor, target=target, current=value, source=SAID, on=item.heard_on)


def last_day(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)

"""The demonstration's assessment: last month computed, objected to, answered and closed; this month still open."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.catalogue.public import Check, Entry, Permit, Use

from . import actions
from .models import Assessment

BY = "demonstration"
SHARED = (
    ("source.police.resident", "xm-mzh", "社会救助家庭核对", 412),
    ("source.tax.income", "xm-mzh", "社会救助家庭核对", 388),
    ("source.disabled.certificate", "xm-mzh", "残疾人两项补贴", 143),
    ("source.market.enterprise", "xm-swjj", "税务登记", 967),
    ("source.social.insurance", "xm-gjj", "缴存登记", 655),
    ("source.market.enterprise", "xm-kjj", "高新技术企业认定", 86),
    ("source.health.birth", "xm-gaj", "出生登记", 274),
    ("source.civil.marriage", "xm-gaj", "户籍变更", 121),
    ("source.land.property", "xm-jyj", "小学划片入学", 539),
    ("source.education.pupil", "xm-wjw", "入学接种查验", 208),
)


def load(actor: Actor, scale: float) -> None:
    """A second time changes nothing."""
    if Assessment.objects.exists():
        return
    steward, today = replace(actor, name="数管"), clock.today()
    ended = today.replace(day=1) - timedelta(days=1)
    _as_if_before(ended)
    _shared(ended.replace(day=1), (ended, today))
    last = actions.compute(steward, month=ended)
    mark = last.marks.order_by("-place").first()
    if mark is None:
        return
    made = actions.object_to(replace(actor, name=str(mark.organisation)), mark=mark,
                             text="系统升级期间已报备停更，请核减按承诺更新的扣分。")
    actions.answer(steward, objection=made, answer="报备已核实，停更天数下月起不计入。")
    actions.close(steward, assessment=last)


def finish(actor: Actor, scale: float) -> None:
    """This month, when permits and loads of the whole city are there."""
    this = Assessment.objects.filter(month=clock.today().replace(day=1)).first()
    if this is None or (this.is_open and not this.marks.exists()):
        actions.compute(replace(actor, name="数管"))


def _as_if_before(ended: date) -> None:
    """The invented city began before today: its tables were entered, and checked as they are now, last month."""
    at = datetime.combine(ended, time(20), clock.SHANGHAI)
    for entry in Entry.objects.filter(kind="source", registered_at__gt=at):
        first = entry.checks.order_by("at", "pk").first()
        Entry.objects.filter(pk=entry.pk).update(registered_at=at - timedelta(days=40))
        if first is not None:
            said: dict[str, Any] = {name: getattr(first, name) for name, _, _ in first.shares()}
            Check.objects.get_or_create(entry=entry, run=BY, defaults=said | {
                "at": at, "records": first.records, "rows_in": first.rows_in, "good": first.good, "bad": first.bad,
                "quality": first.quality})


def _shared(since: date, days: Iterable[date]) -> None:
    """What departments read of each other for their daily work."""
    days = tuple(days)
    for address, holder, purpose, times in SHARED:
        entry = Entry.objects.filter(pk=address).first()
        if entry is None:
            continue
        columns = list(entry.columns.exclude(grade="secret").values_list("name", flat=True))
        made = catalogue.permit(address, holder, columns, purpose, None, by=BY)
        Permit.objects.filter(pk=made.pk).update(since=since)
        for on in days:
            Use.objects.get_or_create(address=address, on=on, organisation=holder, person="", purpose=purpose, by=BY,
                                      defaults={"name": "业务系统", "times": times, "rows": times, "columns": columns})

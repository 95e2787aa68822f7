"""The bulletin of a month (通报): how every department and target stood on its last day, and its PDF."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from ludao.base import clock, registry
from ludao.blocks.document.public import typeset
from ludao.blocks.identity.public import Organisation

from .engine.light import Light, Standing, light, share
from .models import LIGHTS, Item, Measure, Milestone, Plan, Report, Target, grouped
from .rules import rules

SHEET = Path(__file__).parent / "content" / "bulletin.typ"
COLOURS = ("red", "amber", "green", "done", "grey")


@dataclass(frozen=True)
class Row:
    """One task as it stood on the bulletin's day."""

    item: Item
    percent: int
    light: Light
    heard_on: date | None

    @property
    def word(self) -> str:
        return dict(LIGHTS)[self.light.colour]


@dataclass(frozen=True)
class Held:
    """One target as it stood."""

    target: Target
    current: Decimal | None
    on: date | None

    @property
    def share(self) -> int | None:
        if self.current is None or self.target.value is None:
            return None
        return share(self.target.sign, self.target.value, self.current)

    @property
    def standing(self) -> str:
        return "" if self.current is None else f"{grouped(self.current)}{self.target.unit}"


@dataclass(frozen=True)
class Department:
    owner: Organisation
    rows: list[Row]

    @property
    def counts(self) -> list[int]:
        return [sum(row.light.colour == colour for row in self.rows) for colour in COLOURS]

    @property
    def labelled(self) -> list[tuple[str, int]]:
        """The counts with the words of their lights."""
        words = dict(LIGHTS)
        return [(words[colour], count) for colour, count in zip(COLOURS, self.counts, strict=True)]

    @property
    def average(self) -> int:
        return round(sum(row.percent for row in self.rows) / len(self.rows))


class Bulletin:
    """Everything is computed as of the month's last day (today, in the running month), from dated reports."""

    def __init__(self, plan: Plan, month: date, items: QuerySet[Item]) -> None:
        self.plan, self.month = plan, month
        last = date(month.year, month.month, monthrange(month.year, month.month)[1])
        self.day = min(last, clock.today())
        self.items = list(items.filter(plan=plan).select_related("owner").order_by("place"))

    @cached_property
    def rows(self) -> list[Row]:
        reports = Report.objects.filter(item__in=self.items, on__lte=self.day).prefetch_related(None)
        newest = {r.item_id: r for r in reports.order_by("item_id", "-on", "-pk").distinct("item_id")}
        return [self.row(item, newest.get(item.pk)) for item in self.items]

    def row(self, item: Item, report: Report | None) -> Row:
        percent = report.percent if report else 0
        heard_on = report.on if report else None
        is_closed = item.closed_on is not None and item.closed_on <= self.day
        standing = Standing(item.begins_on, item.due_on, percent, heard_on, is_closed)
        return Row(item, percent, light(standing, self.day, rules()), heard_on)

    @cached_property
    def departments(self) -> list[Department]:
        """Those with most red lights first."""
        by_owner: dict[Organisation, list[Row]] = {}
        for row in self.rows:
            by_owner.setdefault(row.item.owner, []).append(row)
        found = [Department(owner, rows) for owner, rows in by_owner.items()]
        return sorted(found, key=lambda d: (-d.counts[0], -d.counts[1], d.average))

    @cached_property
    def targets(self) -> list[Held]:
        targets = Target.objects.filter(item__in=self.items, is_dropped=False, kind="number").select_related("item")
        measures = Measure.objects.filter(target__in=targets, on__lte=self.day)
        newest = {m.target_id: m for m in measures.order_by("target_id", "-on", "-pk").distinct("target_id")}
        return [
            Held(
                target,
                newest[target.pk].value if target.pk in newest else None,
                getattr(newest.get(target.pk), "on", None),
            )
            for target in targets.order_by("item__place", "start", "pk")
        ]

    @cached_property
    def reached(self) -> list[Milestone]:
        first = self.month.replace(day=1)
        reached = Milestone.objects.filter(item__in=self.items, reached_on__range=(first, self.day))
        return list(reached.select_related("item").order_by("reached_on"))

    @property
    def counts(self) -> dict[str, int]:
        return {colour: sum(row.light.colour == colour for row in self.rows) for colour in COLOURS}

    @property
    def troubled(self) -> list[Row]:
        return [row for colour in ("red", "amber") for row in self.rows if row.light.colour == colour]

    @property
    def met(self) -> int:
        return sum(held.share == 100 for held in self.targets)

    def facts(self) -> dict[str, Any]:
        """What the printed sheet needs, as plain values."""
        return {
            "office": registry.by_address()["assurance.plan"].owner,
            "plan": self.plan.title,
            "month": [self.month.year, self.month.month],
            "day": [self.day.year, self.day.month, self.day.day],
            "counts": self.counts,
            "total": len(self.rows),
            "met": self.met,
            "departments": [[d.owner.name, len(d.rows), d.average, *d.counts] for d in self.departments],
            "troubled": [
                [r.item.number, r.item.title, r.item.owner.short or r.item.owner.name, r.percent, *lamp(r.light)]
                for r in self.troubled
            ],
            "targets": [
                [h.target.item.number, h.target.subject, h.target.goal, h.standing, h.share, str(h.target.due_on)]
                for h in self.targets
            ],
            "reached": [[m.item.number, m.title, f"{m.reached_on:%Y-%m-%d}"] for m in self.reached],
        }

    def pdf(self) -> bytes:
        """The printed sheet."""
        return typeset(SHEET, self.facts())


def lamp(shown: Light) -> tuple[str, str]:
    return shown.colour, shown.zh


def months(plan: Plan) -> list[date]:
    """The months that can be reported: of the plan's years, up to this one, newest first."""
    today = clock.today()
    every = [date(year, month, 1) for year in range(plan.first_year, plan.last_year + 1) for month in range(1, 13)]
    return [month for month in reversed(every) if month <= today]

"""Series that come from elsewhere whole: each becomes an indicator whose values keep the source they state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ludao.base import clock
from ludao.blocks.indicator import house, shipping
from ludao.blocks.indicator.engine import definition as definitions
from ludao.blocks.indicator.engine import periods
from ludao.blocks.indicator.engine.compiling import CITY
from ludao.blocks.indicator.models import Indicator, Run, Value


@dataclass(frozen=True)
class Series:
    """One series of the city: what it is, in the words of a definition, and (first day, value, stated source)."""

    code: str
    said: Mapping[str, Any]
    values: Sequence[tuple[date, float, str]]


def take(series: Sequence[Series], by: str, versions: Mapping[str, int]) -> int:
    """Inside the caller's action. What is there already is brought up to date; gives the values written."""
    made = {one.code: definitions.define(one.code, one.said, by) for one in series}
    rows = Indicator.objects.in_bulk(list(made))
    for code, one in made.items():
        row = shipping.fill(rows.get(code) or Indicator(code=code, by=by), one)
        row.method, row.changed_at, row.is_retired = "loaded", clock.now(), False
        row.save()
    Run.objects.filter(unit=by, is_newest=True).update(is_newest=False)
    days = [start for one in series for start, _, _ in one.values]
    run = Run.objects.create(
        unit=by, digest="", versions=dict(versions), as_of=max(days), indicators=len(series), values_made=len(days)
    )
    Value.objects.filter(indicator__in=made).delete()
    Value.objects.bulk_create(
        [
            Value(
                indicator_id=one.code,
                area_id=CITY,
                starts_on=start,
                value=value,
                source=source[:300],
                run=run,
                as_of=periods.last_day(made[one.code].period, start),
            )
            for one in series
            for start, value, source in one.values
        ],
        batch_size=2000,
    )
    house.forget()
    return len(days)

"""Looks at new values: crossed limits, unlikely values and breaks become alerts with an owner, who is told."""

from collections.abc import Collection
from datetime import datetime, time
from typing import Any

from ludao.base import clock, registry
from ludao.base.actor import Actor
from ludao.blocks.identity.public import Area, Organisation, Post
from ludao.blocks.indicator import house, reading
from ludao.blocks.indicator.engine import anomalies, periods
from ludao.blocks.indicator.engine import definition as definitions
from ludao.blocks.indicator.engine.definition import Definition
from ludao.blocks.indicator.models import Alert, Value, shown
from ludao.blocks.notice import public as notice
from ludao.blocks.permission.public import Holding

WORKING_DAYS = {"red": 1, "amber": 3}  # in which an alert is to be handled
LOOKED_AT = 60  # values of a series


def watch(actor: Actor, codes: Collection[str]) -> list[Alert]:
    """Alerts that are new; the same value never raises one twice."""
    here = house.known().definitions
    wanted = {code: here[code] for code in codes if code in here}
    found: list[Alert] = []
    for area in Area.objects.filter(level__in=("city", "district")):
        rows = reading.newest([c for c, d in wanted.items() if len(area.pk) <= d.depth], area.pk, LOOKED_AT)
        for code, values in rows.items():
            found += _looked(wanted[code], area, values, is_city=area.level == "city")
    known = set(Alert.objects.filter(indicator__in=wanted).values_list("indicator", "area", "starts_on", "kind"))
    new = [a for a in found if (a.indicator_id, a.area_id, a.starts_on, a.kind) not in known]
    Alert.objects.bulk_create(new)
    for alert in new:
        tell(actor, alert)
    return new


def tell(actor: Actor, alert: Alert) -> None:
    notice.send(
        actor,
        [Organisation.objects.get(pk=alert.owner_id)],
        key="indicator.alert",
        data=_said(alert) | {"due": f"{alert.due_at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"},
        about=alert.get_absolute_url(),
        once=f"alert-{alert.pk}",
    )


def _said(alert: Alert) -> dict[str, Any]:
    """What every notice of an alert tells of it."""
    return {
        "title": alert.indicator.title_zh,
        "title_en": alert.indicator.title_en,
        "area": alert.area.name,
        "area_en": alert.area.name_en,
        "words": alert.words_zh,
        "words_en": alert.words_en,
    }


def _looked(one: Definition, area: Area, values: list[Value], is_city: bool) -> list[Alert]:
    """The newest value that is whole, against limits and its own past."""
    whole = values[:-1] if one.runs and values and values[-1].is_partial else values
    if not whole:
        return []
    last, found = whole[-1], []
    for light, limit in (("red", one.red), ("amber", one.amber)):
        if limit and definitions.crossed(limit, last.value):
            text = shown(last.value, one.precision)
            found.append(
                _alert(
                    one,
                    area,
                    last,
                    "limit",
                    light,
                    None,
                    f"{text}{one.unit_zh}，越过阈值 {limit}",
                    f"{text} {one.unit_en} crosses {limit}",
                )
            )
            break
    past = [v.value for v in whole[:-1]]
    if is_city and (known := anomalies.expected(past, one.period, is_count(one))) and not known.holds(last.value):
        text, middle = shown(last.value, one.precision), shown(known.middle, one.precision)
        found.append(
            _alert(
                one,
                area,
                last,
                "unlikely",
                "amber",
                known.middle,
                f"{text}{one.unit_zh}，按以往走势约为 {middle}",
                f"{text} {one.unit_en}, expected about {middle}",
            )
        )
    if is_city and len(whole) >= 12 and one.period in ("day", "week", "month"):
        places = anomalies.breaks([v.value for v in whole], is_count(one))
        if places and places[-1] >= len(whole) - 4:
            at = whole[places[-1]]
            found.append(
                _alert(
                    one,
                    area,
                    at,
                    "break",
                    "amber",
                    None,
                    f"自 {periods.name(one.period, at.starts_on)} 起水平发生变化",
                    f"the level has changed since {periods.name(one.period, at.starts_on)}",
                )
            )
    return found


def is_count(one: Definition) -> bool:
    """What counts things has the noise of counting."""
    return one.value.startswith("count(") and one.additive


def _alert(
    one: Definition, area: Area, row: Value, kind: str, light: str, expected: float | None, zh: str, en: str
) -> Alert:
    day = clock.add_working_days(clock.today(), WORKING_DAYS[light])
    return Alert(
        indicator_id=one.code,
        area=area,
        starts_on=row.starts_on,
        kind=kind,
        light=light,
        value=row.value,
        expected=expected,
        words_zh=zh[:300],
        words_en=en[:400],
        owner_id=one.owner,
        due_at=datetime.combine(day, time(17, 30), clock.SHANGHAI),
    )


def overdue() -> list[Alert]:
    """Open alerts whose time has passed and of which nobody above was told yet."""
    return list(
        Alert.objects.filter(
            state__in=(Alert.OPEN, Alert.ACCEPTED), due_at__lt=clock.now(), escalated_at=None
        ).select_related("indicator", "area", "owner")[:1000]
    )


def tell_above(actor: Actor, alert: Alert) -> None:
    """Who leads the owner, or what stands above it, is told; where nobody does, the owner once more."""
    notice.send(
        actor,
        leaders(alert.owner) or [alert.owner],
        key="indicator.overdue",
        about=alert.get_absolute_url(),
        once=f"alert-{alert.pk}",
        data=_said(alert) | {"owner": alert.owner.name, "owner_en": alert.owner.name_en or alert.owner.name},
    )


def leaders(owner: Organisation) -> list[Post]:
    """The nearest posts, from the owner upwards, whose role answers for alerts that nobody handled."""
    roles = registry.rights()["indicator.supervise"]
    here: Organisation | None = owner
    while here is not None:
        held = Holding.objects.standing().filter(role__in=roles, post__organisation=here).select_related("post")
        if posts := list({one.post_id: one.post for one in held}.values()):
            return posts
        here = here.parent
    return []

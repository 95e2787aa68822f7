"""Computes a month from the catalogue: what each department holds, how good it is, what it shares, who uses it."""

from collections import defaultdict
from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from ludao.base import clock
from ludao.base.errors import Conflict
from ludao.base.text import t
from ludao.base.work import Progress, work
from ludao.blocks.catalogue.public import Check, Column, Entry, Permit, Use

from .models import Assessment, Mark
from .weighing import dimensions, points, total, weigh


@work("data.assessment.compute", title=t("计算评估", "Compute the assessment"))
def computing(progress: Progress, *, month: str) -> dict[str, Any] | None:
    made = compute(date.fromisoformat(month))
    return {"assessment": made.pk, "departments": made.marks.count()}


@transaction.atomic
def compute(month: date) -> Assessment:
    """Every owner of department data gets a mark. Raises Conflict for a closed month."""
    first = month.replace(day=1)
    assessment, _ = Assessment.objects.select_for_update().get_or_create(month=first)
    if not assessment.is_open:
        raise Conflict(t(f"{assessment} 已定稿，不再变化", f"{assessment} is closed and does not change"))
    facts = facts_of(assessment)
    found = weigh(facts)
    ranked = sorted(found, key=lambda code: (-total(found[code]), code))
    objections = set(assessment.marks.values_list("organisation", flat=True)) - set(ranked)
    assessment.marks.filter(organisation__in=objections, objections=None).delete()
    for place, code in enumerate(ranked, 1):
        parts = found[code]
        Mark.objects.update_or_create(assessment=assessment, organisation_id=code, defaults={
            "place": place, "total": total(parts), **{name: points(of) for name, of in parts.items()},
            "parts": {name: [asdict(p) for p in of] for name, of in parts.items()}})
    assessment.computed_at, assessment.weights = clock.now(), dimensions()
    assessment.save()
    return assessment


def facts_of(assessment: Assessment) -> dict[str, dict[str, float]]:
    """The figures of every owner, as they were in the month."""
    entries = list(Entry.objects.filter(kind="source", is_withdrawn=False, registered_at__date__lt=assessment.ends_on,
                                        owner__isnull=False))
    by_owner: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_owner[entry.owner_id].append(entry)
    checks = _checks(assessment, entries)
    permits, uses = _permits(assessment), _uses(assessment)
    confirmed = _confirmed(entries, assessment)
    return {code: _facts(code, own, checks, permits, uses, confirmed) for code, own in by_owner.items()}


def _facts(code: str, own: list[Entry], checks: dict[str, Check], permits: dict[str, set[tuple[str, str]]],
           uses: list[Use], confirmed: dict[str, float]) -> dict[str, float]:
    addresses = {e.address for e in own}
    known = [checks[a] for a in addresses if a in checks]
    others = [u for u in uses if u.address in addresses and u.organisation not in ("", code)]
    shared = {address for address, holder in permits.get(code, ()) if holder != code}
    return {
        "records": sum(c.records for c in known), "datasets": len(own),
        "promise": _mean([float(c.timeliness) for c in known if c.timeliness is not None]),
        "quality": _mean([float(c.quality) for c in known if c.quality is not None]),
        "confirmed": _mean([confirmed.get(a, 0.0) for a in addresses]),
        "permits": len(permits.get(code, ())), "shared": 100 * len(shared) / len(own),
        "reads": sum(u.times for u in others), "users": len({u.organisation for u in others}),
        "own": sum(u.times for u in uses if u.organisation == code and u.address not in addresses),
    }


def _checks(assessment: Assessment, entries: list[Entry]) -> dict[str, Check]:
    """The last check of each dataset before the month's end."""
    rows = Check.objects.filter(entry__in=entries, at__date__lt=assessment.ends_on)
    return {c.entry_id: c for c in rows.order_by("entry_id", "-at", "-pk").distinct("entry_id")}


def _permits(assessment: Assessment) -> dict[str, set[tuple[str, str]]]:
    """Owner → (dataset, holder) of what was in force at some time in the month."""
    rows = Permit.objects.filter(since__lt=assessment.ends_on).filter(
        Q(until=None) | Q(until__gte=assessment.month)).filter(
        Q(revoked_at=None) | Q(revoked_at__date__gte=assessment.month))
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for owner, address, holder in rows.values_list("entry__owner", "entry", "organisation"):
        if owner != holder:
            found[owner].add((address, holder))
    return found


def _uses(assessment: Assessment) -> list[Use]:
    return list(Use.objects.filter(on__gte=assessment.month, on__lt=assessment.ends_on))


def _confirmed(entries: list[Entry], assessment: Assessment) -> dict[str, float]:
    """Per cent of a dataset's columns whose grade a person had confirmed."""
    done = Q(confirmed_at__date__lt=assessment.ends_on)
    rows = Column.objects.filter(entry__in=entries).values("entry").annotate(n=Count("pk"), c=Count("pk", filter=done))
    return {r["entry"]: 100 * r["c"] / r["n"] for r in rows}


def _mean(values: list[float]) -> float:
    return round(sum(values) / len(values), 2) if values else 0.0

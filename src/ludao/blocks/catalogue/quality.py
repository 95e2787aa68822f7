"""How good a dataset is: every rule asked of every row in one pass over the lake, after each load."""

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import transaction

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.catalogue import words
from ludao.blocks.catalogue.conditions import condition
from ludao.blocks.catalogue.entries import Entry, Rule
from ludao.blocks.catalogue.measures import Check, Profile, Score
from ludao.blocks.catalogue.profiling import profile

MUCH = 0.1  # of its rows come or gone, and a table is profiled again


@cache
def weights() -> dict[str, float]:
    """How much each dimension counts, from content/quality.toml."""
    return dict(tomllib.loads((words.CONTENT / "quality.toml").read_text("utf-8"))["weights"])


def loaded(address: str, *, run: str = "", rows_in: int = 0, good: int = 0, bad: int = 0, version: int | None = None,
           at: datetime | None = None) -> Check:
    """A load has ended: count, score, keep. Told twice of the same run, it is one check."""
    entry = Entry.objects.filter(pk=address).first()
    if entry is None:
        raise Problem(t(f"目录中没有 {address}", f"The catalogue has no {address}"), field="address")
    at = at or clock.now()
    measured = measure(entry)
    with transaction.atomic():
        check = _check(entry, run, {"at": at, "rows_in": rows_in, "good": good, "bad": bad, "version": version,
                                    "records": measured.rows})
        scores = [*measured.scores, _timeliness(entry, at)]
        Score.objects.filter(of=check).delete()
        Score.objects.bulk_create([Score(of=check, **score) for score in scores])
        _rate(check, scores, bad)
        _tell(entry, check, measured)
        if entry.is_lake and check.records and _is_changed_much(entry, check.records):
            profile.start(Actor.system("catalogue"), about=entry.address, address=entry.address)
    return check


def overdue(at: datetime | None = None) -> int:
    """What is late by its promise loses points without waiting for its next load: one check a day says so."""
    at = at or clock.now()
    late = [e for e in Entry.objects.filter(kind="source", is_withdrawn=False, loaded_at__isnull=False) if e.is_late]
    for entry in late:
        if last := entry.checks.order_by("-at", "-pk").first():
            _fall(entry, last, at)
    return len(late)


@transaction.atomic
def _fall(entry: Entry, last: Check, at: datetime) -> None:
    """The last check again, but for its timeliness."""
    check = _check(entry, f"overdue-{clock.day_of(at):%Y-%m-%d}", {"at": at, "version": last.version,
                                                                  "records": last.records})
    said = ("name", "zh", "en", "kind", "rows", "broken")
    kept = [{name: getattr(s, name) for name in said} for s in last.scores.exclude(kind="timeliness")]
    late = _timeliness(entry, at)
    Score.objects.filter(of=check).delete()
    Score.objects.bulk_create([Score(of=check, **score) for score in (*kept, late)])
    shares = {name: getattr(last, name) for name, _ in words.QUALITIES}
    _weigh(check, {name: None if s is None else float(s) for name, s in shares.items()} | {"timeliness": _mean([late])})
    Entry.objects.filter(pk=entry.pk).update(quality=check.quality)


def _is_changed_much(entry: Entry, records: int) -> bool:
    known = Profile.objects.filter(entry=entry).values_list("rows", flat=True).first()
    return known is None or abs(records - known) > MUCH * known


class Measured:
    """What one pass over a table found."""

    def __init__(self, rows: int, scores: list[dict[str, Any]], newest: datetime | None, size: int = 0) -> None:
        self.rows, self.scores, self.newest, self.size = rows, scores, newest, size


def measure(entry: Entry) -> Measured:
    """One SQL statement over all rows: how many there are, and how many break each rule."""
    from ludao.blocks.lake import public as lake

    if not entry.is_lake or not lake.exists(entry.address):
        return Measured(0, [], None)
    table = lake.describe(entry.address)
    rules, _ = _rules_for(entry, table.schema.names)
    row = lake.sql(question(entry, rules, table.schema.names)).rows()[0]
    rows = int(row["n"])
    scores = [_score(rule, rows, int(row[f"r{place}"] or 0)) for place, (rule, _) in enumerate(rules)]
    if "keys" in row:
        scores.append({"name": "key_unique", "zh": "主键唯一", "en": "The key is unique", "kind": "uniqueness",
                       "rows": rows, "broken": max(rows - int(row["keys"]), 0)})
    return Measured(rows, scores, row.get("newest"), table.bytes)


def unasked(entry: Entry) -> list[tuple[Rule, str]]:
    """The rules that its table cannot be asked, and why: one names a column it has lost, another is written wrongly."""
    from ludao.blocks.lake import public as lake

    if not entry.is_lake or not lake.exists(entry.address):
        return []
    return _rules_for(entry, lake.describe(entry.address).schema.names)[1]


def _rules_for(entry: Entry, columns: list[str]) -> tuple[list[tuple[Rule, str]], list[tuple[Rule, str]]]:
    """The rules with their SQL that this table can be asked; and those that it cannot, with the reason."""
    found, failed = [], []
    for rule in entry.rules.all():
        try:
            found.append((rule, condition(rule.says, columns)))
        except Problem as problem:
            failed.append((rule, str(problem)))
    return found, failed


def question(entry: Entry, rules: list[tuple[Rule, str]], columns: list[str]) -> str:
    asked = ["count(*) as n"]
    asked += [f"count(*) filter (where not ({says})) as r{place}" for place, (_, says) in enumerate(rules)]
    if entry.key and set(entry.key) <= set(columns):
        one = f'"{entry.key[0]}"' if len(entry.key) == 1 else "(" + ", ".join(f'"{k}"' for k in entry.key) + ")"
        asked.append(f"count(distinct {one}) as keys")
    if entry.at in columns:
        asked.append(f'max("{entry.at}") as newest')
    return f"select {', '.join(asked)} from {entry.address}"


def _score(rule: Rule, rows: int, broken: int) -> dict[str, Any]:
    return {"name": rule.name, "zh": rule.zh, "en": rule.en, "kind": rule.kind, "rows": rows, "broken": broken}


def _timeliness(entry: Entry, at: datetime) -> dict[str, Any]:
    """Whether this load came within the promise after the one before it; in hours, late ones counted as broken."""
    before = entry.loaded_at
    promised = words.HOURS.get(entry.promise, 36)
    hours = (at - before) / timedelta(hours=1) if before and at > before else 0
    late = max(0, round(hours - promised))
    return {"name": "promise_kept", "zh": "按承诺更新", "en": "Updated as promised", "kind": "timeliness",
            "rows": max(promised, round(hours)), "broken": late}


def _check(entry: Entry, run: str, facts: Mapping[str, Any]) -> Check:
    if run:
        return Check.objects.update_or_create(entry=entry, run=run, defaults=dict(facts))[0]
    return Check.objects.create(entry=entry, **facts)


def _rate(check: Check, scores: list[dict[str, Any]], bad: int) -> None:
    """A dimension is the mean of its rules; what was quarantined counts against validity; the whole by weights."""
    shares = {name: _mean([s for s in scores if s["kind"] == name]) for name, _ in words.QUALITIES}
    if check.rows_in and shares["validity"] is not None:
        shares["validity"] *= 1 - bad / check.rows_in
    _weigh(check, shares)


def _weigh(check: Check, shares: dict[str, float | None]) -> None:
    known = {name: share for name, share in shares.items() if share is not None}
    total = sum(weights()[name] for name in known)
    shares["quality"] = sum(share * weights()[name] for name, share in known.items()) / total if total else None
    for name, share in shares.items():
        setattr(check, name, None if share is None else _two(share))
    check.save()


def _mean(scores: list[dict[str, Any]]) -> float | None:
    shares = [100 * (1 - s["broken"] / s["rows"]) for s in scores if s["rows"]]
    return sum(shares) / len(shares) if shares else None


def _two(share: float) -> Decimal:
    return Decimal(str(round(share, 2)))


def _tell(entry: Entry, check: Check, measured: Measured) -> None:
    """The entry's card says what the newest load found."""
    if Check.objects.filter(entry=entry, at__gt=check.at).exists():
        return
    entry.records, entry.size, entry.quality = check.records, measured.size, check.quality
    entry.loaded_at = check.at
    entry.version = check.version if check.version is not None else entry.version
    entry.save(update_fields=["records", "size", "quality", "loaded_at", "version"])

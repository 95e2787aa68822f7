"""Judges all entities by all policies of their kind in one statement of the lake, or one entity at once."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from ludao.base import clock
from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.lake import public as lake

from . import keeping
from .engine.compiling import Judged, quoted, statement
from .engine.judging import Outcome, judge
from .models import Figure, Policy, Version

COUNTS = """
select policy, version, count(*) filter (where state = 1) as met, count(*) filter (where state = 0) as not_met,
    count(*) filter (where state = 2) as unknown, cast(coalesce(sum(amount_fen), 0) as bigint) as amount_fen
from {table} group by policy, version
"""


def match(
    entity: str, on: date, into: str, *, run: str = "", where: str = "", engine: str | None = None
) -> list[Judged]:
    """Write (key, policy, version, state, amount_fen, bits) of every entity and policy into a table of the lake.

    With `where` (SQL of ours over the facts) only these entities are judged, and merged into what stands there.
    """
    facts, parts = keeping.facts_of(entity), keeping.in_force(entity, on)
    if not parts:
        return []
    query = statement(parts, facts, on, where)
    if where:
        lake.write(into, query, mode="merge", key=[facts.key, "policy"], run=run)
    else:
        title = {"zh": f"政策匹配结果：{facts.title['zh']}", "en": f"Matches of policies: {facts.title['en']}"}
        lake.write(into, query, mode="replace", key=[facts.key, "policy"], run=run, title=title)
    return parts


def count(into: str, on: date) -> list[dict[str, Any]]:
    """How each policy came out in a table of matches; kept beside its version."""
    rows = lake.sql(COUNTS.format(table=into)).rows()
    for row in rows:
        version = Version.objects.filter(policy_id=row["policy"], number=row["version"]).first()
        if version is not None:
            keep(version, on, row)
    return rows


def keep(version: Version, on: date, row: Mapping[str, Any]) -> Figure:
    counts = {name: int(row[name]) for name in ("met", "not_met", "unknown", "amount_fen")}
    return Figure.objects.update_or_create(version=version, defaults={"on": on, "at": clock.now(), **counts})[0]


def trial(text: str, on: date, *, sample: int = 5) -> dict[str, Any]:
    """Who would qualify if this were published: counts, cost, by area where it is known, a few of them.

    Nothing is written. The whole city is judged by this one policy.
    """
    rule = keeping.read(text)
    facts = keeping.facts_of(rule.entity)
    if not lake.exists(facts.address):
        return {"met": 0, "not_met": 0, "unknown": 0, "amount_fen": 0, "areas": [], "sample": [], "is_empty": True}
    query = statement([Judged(rule, 0)], facts, max(on, rule.since))
    counts = lake.sql(COUNTS.format(table=f"({query}) judged")).rows()
    found: dict[str, Any] = counts[0] if counts else {"met": 0, "not_met": 0, "unknown": 0, "amount_fen": 0}
    key = quoted(facts.key)
    found["areas"] = (
        lake.sql(
            "select f.district, count(*) as met, cast(coalesce(sum(j.amount_fen), 0) as bigint) as amount_fen"
            f" from ({query}) j join {facts.address} f on f.{key} = j.{key}"
            " where j.state = 1 group by 1 order by 2 desc, 1 limit 12"
        ).rows()
        if "district" in facts.columns
        else []
    )
    found["budget"] = keeping.left_for(rule.entity, rule.code)
    found["is_over"] = found["budget"] is not None and found["amount_fen"] > found["budget"]
    found["sample"] = lake.sql(
        f"select {key} as entity_id, amount_fen from ({query}) j where state = 1 order by 1 limit {int(sample)}"
    ).rows()
    return found


def evaluate(policy: Policy | Judged, row: Mapping[str, Any], on: date) -> Outcome:
    """One entity by one policy with its trace. Raises Problem when no version holds on the day."""
    part = policy if isinstance(policy, Judged) else judged(policy, on)
    return judge(part.policy, keeping.facts_of(part.policy.entity), row, on)


def judged(policy: Policy, on: date) -> Judged:
    version = keeping.version_on(policy, on)
    if version is None:
        raise Problem(t("这一天该政策没有生效的版本", "No version of the policy holds on that day"), field="on")
    return Judged(keeping.read(version.text), version.number)


def found(entity: str, said: str) -> dict[str, Any]:
    """The facts of one entity by what a person writes: its file's number, or its registered number."""
    facts, said = keeping.facts_of(entity), said.strip()
    if said and (row := facts_row(entity, said)):
        return row
    if said and facts.number and lake.exists(facts.address):
        query = f"select * from {facts.address} where {quoted(facts.number)} = $said limit 1"
        for row in lake.sql(query, {"said": said}).rows():
            return dict(row)
    raise Problem(
        t("没有找到，请填档案编号、身份证号或信用代码", "Not found: give a file, id or credit number"), field="key"
    )


def facts_row(entity: str, key: str) -> dict[str, Any] | None:
    """The facts of one entity, by key."""
    facts = keeping.facts_of(entity)
    found = lake.lookup(facts.address, {facts.key: key}) if lake.exists(facts.address) else []
    return dict(found[0]) if found else None

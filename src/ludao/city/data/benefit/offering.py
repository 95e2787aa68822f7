"""From matches to offers: what is new is offered, what no longer holds is withdrawn, what was paid is listed."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from ludao.base import clock
from ludao.blocks.identity.public import people_by_id_number
from ludao.blocks.lake import public as lake
from ludao.blocks.rule import public as rule

from .claiming import identity_of
from .facts import ENTITIES, MATCHES, NUMBERS, these
from .models import Budget, Claim, Offer, Order, Recovery

BATCH = 5_000
UPHELD = "异议成立"
NO_LONGER = "数据更新后不再符合条件"
TWICE = "两份档案合并为一人后，发现同一期领取了两次"
# Within an exclusive group the higher one only (a stated rule of many notices); ties by code.
QUALIFIED = """
with ranked as (
    select m.{key} as entity_id, m.policy, m.version, m.amount_fen, m.bits,
        row_number() over (
            partition by m.{key}, coalesce(g.name, m.policy) order by m.amount_fen desc, m.policy) as place
    from {match} m left join (values {groups}) g(policy, name) on g.policy = m.policy
    where m.state = 1 and m.amount_fen > 0{only})
select r.*, f.name, f.{number} as number, f.area_code from ranked r join {facts} f on f.{key} = r.entity_id
where r.place = 1 order by r.policy, r.entity_id
"""
# Files that hold more than one registered number: what one of them claimed, the other has claimed.
JOINED = """
select person_id, record_key from data.person.record where source = 'source.police.resident' and person_id in (
    select person_id from data.person.record where source = 'source.police.resident'
    group by person_id having count(distinct record_key) > 1){only}
"""


@dataclass
class Announced:
    """The offers that a run made, changed and took back; what it found to be paid wrongly."""

    offered: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    withdrawn: list[int] = field(default_factory=list)
    recoveries: list[int] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        return {name: len(pks) for name, pks in vars(self).items()}


def offer_all(entity: str, on: date, data_at: datetime, only: Collection[str] = ()) -> Announced:
    """Compare the matches with the offers of the running periods. Run again, it changes nothing."""
    parts = {p.policy.code: p for p in rule.in_force(entity, on)}
    told = Announced()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('data.benefit.offers'))")
        cursor.execute(
            "create temp table found (policy text, benefit text, version int, entity_id text, name text, holder text,"
            " person bigint, identity text, area_code text, period text, amount_fen bigint, bits bigint)"
            " on commit drop"
        )
        for rows in _qualified(entity, parts, only):
            _put(cursor, entity, on, parts, rows)
        cursor.execute("create unique index on found (policy, entity_id, period)")
        _find_heirs(cursor, entity, only)
        told.offered = _add(cursor, entity, data_at)
        told.changed = _change(cursor, data_at)
        told.withdrawn, told.recoveries = _withdraw(cursor, entity, on, only)
    return told


def _qualified(entity: str, parts: dict[str, rule.Judged], only: Collection[str]) -> Iterator[list[dict[str, Any]]]:
    address, key, _ = ENTITIES[entity]
    if not parts or not lake.exists(MATCHES[entity]):
        return
    groups = ", ".join(f"('{c}', '{p.policy.exclusive}')" for c, p in parts.items() if p.policy.exclusive) or (
        "(null, null)"
    )
    query = QUALIFIED.format(
        key=key,
        match=MATCHES[entity],
        groups=groups,
        facts=address,
        number=NUMBERS[entity],
        only=f" and m.{these(entity, only)}" if only else "",
    )
    for batch in lake.sql(query).reader():
        rows = batch.to_pylist()
        for start in range(0, len(rows), BATCH):
            yield rows[start : start + BATCH]


def _put(cursor: Any, entity: str, on: date, parts: dict[str, rule.Judged], rows: list[dict[str, Any]]) -> None:
    accounts = people_by_id_number({r["number"] for r in rows if r["number"]}) if entity == "person" else {}
    with cursor.copy("copy found from stdin") as copy:
        for r in rows:
            part, number = parts.get(r["policy"]), r["number"] or ""
            if part is None:
                continue
            holder = number[:18] if entity == "company" else ""
            copy.write_row(
                (
                    r["policy"],
                    f"group:{part.policy.exclusive}" if part.policy.exclusive else r["policy"],
                    r["version"],
                    r["entity_id"],
                    r["name"] or "",
                    holder,
                    accounts.get(number),
                    identity_of(number or r["entity_id"]),
                    (r["area_code"] or "")[:12],
                    rule.period_of(part.policy.period, on),
                    r["amount_fen"],
                    r["bits"],
                )
            )


def _find_heirs(cursor: Any, entity: str, only: Collection[str]) -> None:
    """Which claim was made by a file that since became part of another, which qualifies in its place."""
    cursor.execute("create temp table alias (identity text, entity_id text) on commit drop")
    if entity == "person" and lake.exists("data.person.record"):
        rows = lake.sql(JOINED.format(only=f" and {these(entity, only)}" if only else "")).rows()
        with cursor.copy("copy alias from stdin") as copy:
            for row in rows:
                copy.write_row((identity_of(row["record_key"]), row["person_id"]))
    cursor.execute(
        "create temp table heir on commit drop as select distinct c.offer_id, c.benefit, c.period, a.entity_id"
        " from data_benefit_claim c join alias a on a.identity = c.identity"
        " join data_benefit_offer o on o.id = c.offer_id and o.entity_id <> a.entity_id"
        " join found f on f.entity_id = a.entity_id and f.benefit = c.benefit and f.period = c.period"
    )


def _add(cursor: Any, entity: str, data_at: datetime) -> list[int]:
    """Not to whoever claimed it already, under this file or another, by this policy or one that excludes it."""
    cursor.execute(
        "insert into data_benefit_offer (policy_id, version, entity, entity_id, name, holder, person_id, identity,"
        " area_code, period, amount_fen, bits, state, note, data_at, offered_at)"
        " select policy, version, %s, entity_id, name, holder, person, identity, area_code, period, amount_fen, bits,"
        " 'offered', '', %s, now() from found f"
        " where not exists (select 1 from data_benefit_claim c where c.benefit = f.benefit and c.period = f.period"
        " and c.identity = f.identity)"
        " and not exists (select 1 from heir h where h.entity_id = f.entity_id and h.benefit = f.benefit"
        " and h.period = f.period) on conflict do nothing returning id",
        [entity, data_at],
    )
    return [row[0] for row in cursor.fetchall()]


def _change(cursor: Any, data_at: datetime) -> list[int]:
    """Only what nobody has confirmed follows the data; an offer that was withdrawn for its data comes back."""
    cursor.execute(
        "update data_benefit_offer o set amount_fen = f.amount_fen, version = f.version, bits = f.bits, name = f.name,"
        " person_id = coalesce(f.person, o.person_id), state = 'offered', data_at = %s,"
        " note = case when o.state = 'offered' and o.amount_fen <> f.amount_fen then '数据或政策更新，金额由'"
        " || to_char(o.amount_fen / 100.0, 'FM999999999990.00') || '元调整为'"
        " || to_char(f.amount_fen / 100.0, 'FM999999999990.00') || '元' else '' end from found f"
        " where o.policy_id = f.policy and o.entity_id = f.entity_id and o.period = f.period"
        " and (o.state = 'withdrawn' or (o.state = 'offered' and (o.amount_fen, o.version, o.bits,"
        " coalesce(o.person_id, 0)) is distinct from (f.amount_fen, f.version, f.bits,"
        " coalesce(f.person, o.person_id, 0)))) returning o.id",
        [data_at],
    )
    return [row[0] for row in cursor.fetchall()]


def _withdraw(cursor: Any, entity: str, on: date, only: Collection[str]) -> tuple[list[int], list[int]]:
    """Who no longer qualifies in a running period; who claimed within a group and now fits its sister keeps what is."""
    periods = {rule.period_of(kind, on) for kind in ("once", "month", "quarter", "year")}
    cursor.execute("select offer_id, entity_id from heir")
    heirs = dict(cursor.fetchall())
    gone = (
        Offer.objects.select_for_update()
        .filter(entity=entity, period__in=periods, **({"entity_id__in": list(only)} if only else {}))
        .exclude(state__in=(Offer.DECLINED, Offer.WITHDRAWN))
        .extra(
            where=[
                "not exists (select 1 from found f where f.policy = data_benefit_offer.policy_id"
                " and f.entity_id = data_benefit_offer.entity_id and f.period = data_benefit_offer.period)",
                "not exists (select 1 from found f join data_benefit_claim c on c.benefit = f.benefit"
                " and c.period = f.period where c.offer_id = data_benefit_offer.id"
                " and f.entity_id = data_benefit_offer.entity_id)",
            ]
        )
    )
    withdrawn: list[int] = []
    recoveries: list[int] = []
    for offer in gone.iterator(chunk_size=500):
        other = _paid_to(offer, heirs[offer.pk]) if offer.pk in heirs else None
        if offer.pk in heirs and other is None:
            continue
        if offer.state in (Offer.SENT, Offer.PAID):
            found, is_new = Recovery.objects.get_or_create(
                offer=offer, defaults={"amount_fen": offer.amount_fen, "reason": TWICE if other else NO_LONGER}
            )
            recoveries += [found.pk] if is_new else []
        elif not offer.note.startswith(UPHELD):
            withdraw(offer, why_not(offer, on))
            withdrawn.append(offer.pk)
    return withdrawn, recoveries


def _paid_to(offer: Offer, heir: str) -> Offer | None:
    """What the file into which this one went has claimed of the same benefit in the same period."""
    claims = Claim.objects.filter(offer=offer)
    return Offer.objects.filter(
        entity_id=heir,
        claims__benefit__in=claims.values("benefit"),
        claims__period__in=claims.values("period"),
        state__in=(Offer.CONFIRMED, Offer.SENT, Offer.PAID, Offer.RETURNED, Offer.QUEUED),
    ).first()


def why_not(offer: Offer, on: date) -> str:
    """In words for the holder: the policy ended, or which condition no longer holds, or which data is missing."""
    if rule.version_on(offer.policy, on) is None:
        return "政策已停止执行"
    row = rule.facts_row(offer.entity, offer.entity_id)
    if row is None:
        return "档案已合并或不在本市，原档案的待遇撤回"
    outcome = rule.evaluate(offer.policy, row, on)
    if outcome.state == "met":
        return "同类政策只享一项，已改由金额较高的一项通知您"
    return f"数据或政策更新后，{rule.reason(outcome)}"[:300]


def withdraw(offer: Offer, why: str) -> None:
    """Take an offer back, free its budget and its claim."""
    if offer.state in (Offer.CONFIRMED, Offer.RETURNED):
        release(offer)
    offer.orders.filter(state=Order.WAITING).update(state=Order.CANCELLED)
    offer.claims.all().delete()
    offer.state, offer.note, offer.data_at = Offer.WITHDRAWN, why, clock.now()
    offer.save(update_fields=["state", "note", "data_at"])


def release(offer: Offer) -> None:
    year = (offer.confirmed_at or clock.now()).year
    Budget.objects.filter(policy_id=offer.policy_id, year=year).update(
        reserved_fen=F("reserved_fen") - offer.amount_fen
    )

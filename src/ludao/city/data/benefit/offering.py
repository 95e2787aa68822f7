"""From matches to offers: what is new is offered, what no longer holds is withdrawn, what was paid is listed."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from ludao.base import clock
from ludao.blocks.identity.public import people_by_id_number
from ludao.blocks.lake import public as lake
from ludao.blocks.rule import public as rule

from .claiming import identity_of
from .facts import ENTITIES, MATCHES
from .models import Budget, Offer, Order, Recovery

BATCH = 5_000
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


def offer_all(entity: str, on: date, data_at: datetime, only: str = "") -> dict[str, int]:
    """Compare the matches with the offers of the running periods. Run again, it changes nothing."""
    parts = {p.policy.code: p for p in rule.in_force(entity, on)}
    counts = {"offered": 0, "changed": 0, "withdrawn": 0, "recoveries": 0}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('data.benefit.offers'))")
        cursor.execute(
            "create temp table found (policy text, version int, entity_id text, name text, holder text,"
            " person bigint, identity text, area_code text, period text, amount_fen bigint, bits bigint)"
            " on commit drop"
        )
        for rows in _qualified(entity, parts, only):
            _put(cursor, entity, on, parts, rows)
        cursor.execute("create unique index on found (policy, entity_id, period)")
        counts["offered"] = _add(cursor, entity, data_at)
        counts["changed"] = _change(cursor, data_at)
        if not only:
            counts |= _withdraw(entity, on, parts)
    return counts


def _qualified(entity: str, parts: dict[str, rule.Judged], only: str) -> Iterator[list[dict[str, Any]]]:
    address, key, _ = ENTITIES[entity]
    if not parts or not lake.exists(MATCHES[entity]):
        return
    groups = ", ".join(f"('{c}', '{p.policy.exclusive}')" for c, p in parts.items() if p.policy.exclusive) or (
        "(null, null)"
    )
    number = "id_number" if entity == "person" else "credit_code"
    query = QUALIFIED.format(
        key=key,
        match=MATCHES[entity],
        groups=groups,
        facts=address,
        number=number,
        only=f" and m.{key} = '{only}'" if only else "",
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


def _add(cursor: Any, entity: str, data_at: datetime) -> int:
    cursor.execute(
        "insert into data_benefit_offer (policy_id, version, entity, entity_id, name, holder, person_id, identity,"
        " area_code, period, amount_fen, bits, state, note, data_at, offered_at)"
        " select policy, version, %s, entity_id, name, holder, person, identity, area_code, period, amount_fen, bits,"
        " 'offered', '', %s, now() from found on conflict do nothing",
        [entity, data_at],
    )
    return int(cursor.rowcount)


def _change(cursor: Any, data_at: datetime) -> int:
    """Only what nobody has confirmed follows the data; an offer that was withdrawn for its data comes back."""
    cursor.execute(
        "update data_benefit_offer o set amount_fen = f.amount_fen, version = f.version, bits = f.bits, name = f.name,"
        " person_id = coalesce(f.person, o.person_id), state = 'offered', note = '', data_at = %s from found f"
        " where o.policy_id = f.policy and o.entity_id = f.entity_id and o.period = f.period"
        " and (o.state = 'withdrawn' or (o.state = 'offered' and (o.amount_fen, o.version, o.bits,"
        " coalesce(o.person_id, 0)) is distinct from (f.amount_fen, f.version, f.bits, coalesce(f.person, 0))))",
        [data_at],
    )
    return int(cursor.rowcount)


def _withdraw(entity: str, on: date, parts: dict[str, rule.Judged]) -> dict[str, int]:
    """Who no longer qualifies in a running period."""
    periods = {rule.period_of(kind, on) for kind in ("once", "month", "quarter", "year")}
    gone = (
        Offer.objects.select_for_update()
        .filter(entity=entity, period__in=periods)
        .exclude(state__in=(Offer.DECLINED, Offer.WITHDRAWN))
        .extra(
            where=[
                "not exists (select 1 from found f where f.policy = data_benefit_offer.policy_id"
                " and f.entity_id = data_benefit_offer.entity_id and f.period = data_benefit_offer.period)"
            ]
        )
    )
    counts = {"withdrawn": 0, "recoveries": 0}
    for offer in gone.iterator(chunk_size=500):
        if offer.state in (Offer.SENT, Offer.PAID):
            _, is_new = Recovery.objects.get_or_create(
                offer=offer, defaults={"amount_fen": offer.amount_fen, "reason": "数据更新后不再符合条件"}
            )
            counts["recoveries"] += is_new
        elif not offer.note.startswith("异议成立"):
            withdraw(offer, "数据或政策更新后不再符合条件")
            counts["withdrawn"] += 1
    return counts


def withdraw(offer: Offer, why: str) -> None:
    """Take an offer back, free its budget and its claim."""
    if offer.state in (Offer.CONFIRMED, Offer.RETURNED):
        release(offer)
    offer.orders.filter(state=Order.WAITING).update(state=Order.CANCELLED)
    offer.claims.all().delete()
    offer.state, offer.note = Offer.WITHDRAWN, why
    offer.save(update_fields=["state", "note"])


def release(offer: Offer) -> None:
    from django.db.models import F

    year = (offer.confirmed_at or clock.now()).year
    Budget.objects.filter(policy_id=offer.policy_id, year=year).update(
        reserved_fen=F("reserved_fen") - offer.amount_fen
    )

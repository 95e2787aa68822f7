"""Money: reserved in one statement, ordered once, sent as a file with its SM3, and the bank's answer read back."""

import csv
import io
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from ludao.base import clock, sealed
from ludao.base.crypto import sm3
from ludao.base.errors import Conflict, Problem
from ludao.base.text import t
from ludao.blocks.lake import public as lake
from ludao.blocks.rule import public as rule

from .claiming import identity_of
from .models import Batch, Budget, Claim, Offer, Order

HEAD = ["指令号", "收款人", "收款账号", "金额（元）", "用途"]
ANSWER = ["指令号", "结果", "流水号", "原因"]
MOST = 10_000
ONCE = "once"
RECORDS = "data.person.record"
NUMBERS = "select record_key from data.person.record where person_id = $person and source = 'source.police.resident'"


def claim(offer: Offer) -> None:
    """Enter every identity of the holder; the database refuses the second one."""
    try:
        with transaction.atomic():
            Claim.objects.bulk_create(
                [
                    Claim(benefit=benefit_of(offer), period=period, identity=identity, offer=offer)
                    for identity in sorted(identities(offer))
                    for period in periods(offer)
                ]
            )
    except IntegrityError as error:
        raise Conflict(
            t("这一期已经享受过，不能重复领取", "This period is claimed already; it is paid once")
        ) from error


def benefit_of(offer: Offer) -> str:
    """What is claimed: the group of policies that exclude each other, or the policy."""
    version = rule.Version.objects.filter(policy_id=offer.policy_id, number=offer.version).first()
    group = rule.read(version.text).exclusive if version else ""
    return f"group:{group}" if group else str(offer.policy_id)


def periods(offer: Offer) -> tuple[str, ...]:
    """What is given once within a group also takes the year's place of its yearly sisters."""
    if offer.period == ONCE and benefit_of(offer) != offer.policy_id:
        return (ONCE, str(clock.today().year))
    return (offer.period,)


def identities(offer: Offer) -> set[str]:
    """Every name the holder goes by: the file, its number, and all numbers of the records linked to it by now."""
    known = {offer.identity, offer.entity_id}
    if offer.entity == "person" and lake.exists(RECORDS):
        rows = lake.sql(NUMBERS, {"person": offer.entity_id}).rows()
        known |= {identity_of(row["record_key"]) for row in rows}
    return known


def reserve(offer: Offer, year: int) -> bool:
    """Atomic: of two who take the last of it, one waits. False when the budget does not suffice."""
    rows = Budget.objects.filter(
        policy_id=offer.policy_id, year=year, amount_fen__gte=F("reserved_fen") + F("paid_fen") + offer.amount_fen
    )
    return bool(rows.update(reserved_fen=F("reserved_fen") + offer.amount_fen))


def order(offer: Offer, account: str) -> Order:
    number = f"BF{clock.now():%Y%m%d}{offer.pk:08d}{offer.orders.count():02d}"
    return Order.objects.create(
        number=number,
        offer=offer,
        amount_fen=offer.amount_fen or 0,
        payee=offer.name,
        account_sealed=sealed.seal(account, "data.benefit.account"),
        account_tail=account[-4:],
    )


def serve_queue(policy: str, year: int) -> int:
    """After a budget grew: who confirmed first is served first; whoever does not fit keeps the others waiting."""
    served = 0
    waiting = Offer.objects.select_for_update().filter(policy_id=policy, state=Offer.QUEUED)
    for offer in waiting.order_by("confirmed_at", "pk"):
        if not reserve(offer, year):
            break
        held = offer.orders.filter(state=Order.CANCELLED).order_by("-pk").first()
        order(offer, held.account if held else "")
        offer.state, offer.note = Offer.CONFIRMED, ""
        offer.save(update_fields=["state", "note"])
        served += 1
    return served


def batch(by: str) -> Batch:
    """Put together what waits to be paid; nothing leaves before somebody else approves it."""
    rows = list(
        Order.objects.select_for_update(skip_locked=True).filter(state=Order.WAITING, batch=None).order_by("pk")[:MOST]
    )
    if not rows:
        raise Problem(t("没有待付的指令", "No order waits"))
    made = Batch.objects.create(
        number=f"PB{clock.now():%Y%m%d%H%M%S%f}",
        made_by=by,
        orders=len(rows),
        total_fen=sum(row.amount_fen for row in rows),
    )
    Order.objects.filter(pk__in=[row.pk for row in rows]).update(batch=made)
    return made


def approve(made: Batch, by: str) -> None:
    """The bank's file, of what still waits: an offer taken back meanwhile is not in it."""
    rows = list(made.lines.select_for_update(of=("self",)).filter(state=Order.WAITING).select_related("offer__policy"))
    if not rows:
        raise Problem(t("没有待付的指令", "No order waits"))
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(HEAD)
    for row in sorted(rows, key=lambda row: row.pk):
        lines.writerow([row.number, row.payee, row.account, f"{row.amount_fen / 100:.2f}", row.offer.policy.title_zh])
    content = out.getvalue()
    made.orders, made.total_fen = len(rows), sum(row.amount_fen for row in rows)
    made.sm3, made.content_sealed = sm3(content.encode()).hex(), sealed.seal(content, "data.benefit.batch")
    made.approved_at, made.approved_by = clock.now(), by
    made.save()
    Order.objects.filter(pk__in=[row.pk for row in rows]).update(state=Order.SENT)
    Offer.objects.filter(pk__in=[row.offer_id for row in rows]).update(state=Offer.SENT)


def send_back(made: Batch, why: str) -> None:
    """Its orders wait for another batch."""
    made.lines.filter(state=Order.WAITING).update(batch=None)
    made.orders, made.total_fen, made.note = 0, 0, why
    made.save(update_fields=["orders", "total_fen", "note"])


def answer(made: Batch, content: bytes) -> list[Offer]:
    """Read the bank's answer. The same file, or a line a second time, changes nothing. Gives who was paid now."""
    digest = sm3(content).hex()
    if digest in made.answers:
        return []
    paid: list[Offer] = []
    orders = {o.number: o for o in made.lines.select_for_update().select_related("offer")}
    for number, line in enumerate(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))), 2):
        found = orders.get((line.get("指令号") or "").strip())
        result = (line.get("结果") or "").strip()
        if found is None or result not in ("成功", "退回"):
            raise Problem(
                t(
                    f"第{number}行：指令号不在本批，或结果不是“成功”“退回”",
                    f"Line {number}: not of this batch, or its result is neither 成功 nor 退回",
                ),
                field="file",
            )
        if found.state == Order.SENT:
            (_paid if result == "成功" else _returned)(found, line, clock.now())
            paid += [found.offer] if result == "成功" else []
    made.answers, made.answered_at = [*made.answers, digest], clock.now()
    made.save(update_fields=["answers", "answered_at"])
    return paid


def _paid(found: Order, line: dict[str, Any], at: datetime) -> None:
    found.state, found.reference = Order.PAID, (line.get("流水号") or "")[:60]
    found.save(update_fields=["state", "reference"])
    offer = found.offer
    offer.state, offer.paid_at = Offer.PAID, at
    offer.save(update_fields=["state", "paid_at"])
    year = (offer.confirmed_at or at).year
    Budget.objects.filter(policy_id=offer.policy_id, year=year).update(
        reserved_fen=F("reserved_fen") - found.amount_fen, paid_fen=F("paid_fen") + found.amount_fen
    )


def _returned(found: Order, line: dict[str, Any], at: datetime) -> None:
    found.state, found.reason = Order.RETURNED, (line.get("原因") or "")[:200]
    found.save(update_fields=["state", "reason"])
    offer = found.offer
    offer.state, offer.note = Offer.RETURNED, f"银行退回：{found.reason}，请更正账号"
    offer.save(update_fields=["state", "note"])

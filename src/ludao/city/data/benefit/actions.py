"""What is done with benefits: matched, confirmed once, paid in batches, objected to, decided, recovered."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.core.files.uploadedfile import UploadedFile
from pydantic import Field

from ludao.base import clock, money
from ludao.base.actions import action, say
from ludao.base.actor import Actor
from ludao.base.errors import Conflict, Problem
from ludao.base.pages.forms import Choices, Kind
from ludao.base.text import t
from ludao.base.work import Progress, work
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.identity.public import Person
from ludao.blocks.lake import public as lake
from ludao.blocks.rule import public as rule
from ludao.blocks.rule.public import Policy

from . import facts, offering, paying
from .claiming import identity_of
from .mine import unbound
from .models import Batch, Budget, Matched, Objection, Offer, Order, Recovery

Account = Annotated[
    str,
    Field(
        title=t("收款账号", "Account"),
        min_length=8,
        max_length=40,
        description=t("本人或本企业的银行账号", "A bank account in your own name"),
    ),
]
Reason = Annotated[str, Field(title=t("理由", "Reason"), min_length=2, max_length=1000), Kind("text")]
Why = Annotated[str, Field(title=t("原因", "Reason"), min_length=2, max_length=300)]
Chosen = Annotated[Policy, Field(title=t("政策", "Policy"))]
Entity = Annotated[
    Literal["person", "company"],
    Field(title=t("对象", "For")),
    Choices({"person": t("个人", "Persons"), "company": t("企业", "Enterprises")}),
]


TOLD = 500  # offers that one event tells of
AT_ONCE = 800  # files whose numbers fit into one announcement


@work("data.benefit.match", title=t("免申即享匹配", "Find who qualifies"))
def matching(
    progress: Progress, *, entity: Literal["person", "company"], on: str = "", only: Sequence[str] = ()
) -> dict[str, Any]:
    """Facts, matches, offers; of all, of `only` these files, or, on a day and by policies that were matched already,
    of those whose facts are new. Right when run again."""
    day = date.fromisoformat(on) if on else clock.today()
    at, run = clock.now(), f"benefit-{progress.work.pk}"
    progress.tell(0, 4, str(t("汇集数据", "Compose the facts")))
    version = facts.compose(entity, day, run, only)
    address = facts.ENTITIES[entity][0]
    if not only:
        catalogue.derived(address, sql=facts.query(entity, day), by="data.benefit")
    progress.check()
    progress.tell(1, 4, str(t("按政策逐条判断", "Judge by every policy")))
    policies = {one.policy.code: one.version for one in rule.in_force(entity, day)}
    few = list(only) or Matched.news(entity, day, policies)
    if few is None or few:
        rule.match(entity, day, facts.MATCHES[entity], run=run, where=facts.these(entity, few or ()))
    progress.tell(2, 4, str(t("统计", "Count")))
    counted = rule.count(facts.MATCHES[entity], day) if policies else []
    progress.tell(3, 4, str(t("通知符合的人和企业", "Offer")))
    counts: Counter[str] = Counter()
    for start in range(0, 1 if few is None else len(few), AT_ONCE):
        some = " ".join((few or [])[start : start + AT_ONCE])
        counts.update(announce(progress.actor, entity=entity, on=day, at=at, only=some))
    if not only:
        Matched.objects.update_or_create(entity=entity, defaults={"on": day, "version": version, "policies": policies})
    progress.tell(4, 4)
    judged = lake.describe(address).rows if few is None else len(few)
    return {
        "policies": len(counted),
        "judged": judged,
        "met": sum(int(r["met"]) for r in counted),
        **{name: counts[name] for name in ("offered", "changed", "withdrawn", "recoveries")},
    }


@action(
    "data.benefit.announce",
    title=t("通知符合的人和企业", "Offer to those who qualify"),
    right="data.benefit.match",
    says=("data.benefit.offered", "data.benefit.withdrawn"),
)
def announce(
    actor: Actor,
    entity: Entity,
    on: Annotated[date, Field(title=t("日期", "Day"))],
    at: Annotated[datetime | None, Field(title=t("数据时间", "Data of"))] = None,
    only: Annotated[str, Field(title=t("档案编号", "Files"), max_length=20_000)] = "",
) -> dict[str, int]:
    """Said in parts, so that whoever notifies can go through them one after another."""
    told = offering.offer_all(entity, on, at or clock.now(), only.split())
    for event, pks in (
        ("data.benefit.offered", told.offered + told.changed),
        ("data.benefit.withdrawn", told.withdrawn),
    ):
        for start in range(0, len(pks), TOLD):
            say(event, {"entity": entity, "offers": pks[start : start + TOLD]})
    return told.counts


@action(
    "data.benefit.match",
    title=t("运行匹配", "Find who qualifies"),
    icon="player-play",
    lead=t(
        "汇集全市数据，按现行政策逐条判断，通知符合的人和企业。",
        "Compose the city's data, judge by every policy in force, offer to those who qualify.",
    ),
)
def match(actor: Actor, entity: Entity) -> None:
    matching.start(actor, about=f"data.benefit.{entity}", entity=entity)


@action(
    "data.benefit.confirm",
    title=t("确认领取", "Confirm"),
    icon="check",
    says=("data.benefit.confirmed",),
    when=lambda offer: offer.state in (Offer.OFFERED, Offer.RETURNED),
)
def confirm(actor: Actor, offer: Offer, account: Account) -> Offer:
    digits = re.sub(r"[\s-]", "", account)
    if not re.fullmatch(r"\d{8,32}", digits):
        raise Problem(t("账号只含数字，8 到 32 位", "An account has 8 to 32 digits"), field="account")
    held = Offer.objects.select_for_update(of=("self",)).select_related("policy").get(pk=offer.pk)
    if held.state not in (Offer.OFFERED, Offer.RETURNED):
        raise Conflict(t("已经确认过，不会重复兑付", "It is confirmed already, and paid once"))
    if held.state == Offer.RETURNED:
        paying.order(held, digits)
        held.state, held.note = Offer.CONFIRMED, ""
    else:
        _still_qualifies(held)
        paying.claim(held)
        held.confirmed_at = clock.now()
        made = paying.order(held, digits)
        if paying.reserve(held, held.confirmed_at.year):
            held.state, held.note = Offer.CONFIRMED, ""
        else:
            Order.objects.filter(pk=made.pk).update(state=Order.CANCELLED)
            held.state = Offer.QUEUED
            held.note = "本年预算已用完，已按确认先后排队，预算到位后自动兑付，无需再申请"
    held.save()
    say("data.benefit.confirmed", {"offer": held.pk, "policy": held.policy_id, "state": held.state})
    return held


def _still_qualifies(offer: Offer) -> None:
    """The data may be newer than the offer: whoever no longer qualifies is told why."""
    if offer.note.startswith("异议成立"):
        return
    row = rule.facts_row(offer.entity, offer.entity_id)
    if row is not None:
        outcome = rule.evaluate(offer.policy, row, clock.today())
        if outcome.state != "met":
            raise Problem(str(rule.reason(outcome)))


@action(
    "data.benefit.decline",
    title=t("放弃", "Decline"),
    icon="x",
    when=lambda offer: offer.state == Offer.OFFERED,
    confirm=t("放弃后本期不再通知。", "It is not offered again for this period."),
)
def decline(actor: Actor, offer: Offer) -> Offer:
    offer.state = Offer.DECLINED
    offer.save(update_fields=["state"])
    return offer


@action("data.benefit.set_budget", title=t("设定预算", "Set a budget"), icon="coin")
def set_budget(
    actor: Actor,
    policy: Chosen,
    year: Annotated[int, Field(title=t("年度", "Year"), ge=2000, le=2100)],
    amount: Annotated[
        str,
        Field(title=t("预算额", "Amount"), min_length=1, max_length=30, description=t("例如 300万元", "e.g. 3000000")),
    ],
) -> Budget:
    fen = money.parse(amount, "amount")
    Budget.objects.get_or_create(policy=policy, year=year, defaults={"amount_fen": 0})
    budget = Budget.objects.select_for_update().get(policy=policy, year=year)
    if fen < budget.reserved_fen + budget.paid_fen:
        raise Problem(
            t(
                f"不能少于已用的 {money.show(budget.reserved_fen + budget.paid_fen)}",
                f"At least what is used: {money.show(budget.reserved_fen + budget.paid_fen)}",
            ),
            field="amount",
        )
    budget.amount_fen = fen
    budget.save(update_fields=["amount_fen"])
    paying.serve_queue(policy.pk, year)
    return Budget.objects.get(pk=budget.pk)


@action(
    "data.benefit.make_batch",
    title=t("生成兑付批次", "Make a payment batch"),
    icon="file-export",
    lead=t(
        "汇总全部待付指令成为一批，由另一人复核后送银行。",
        "Puts together all orders that wait; another person approves it before it goes to the bank.",
    ),
)
def make_batch(actor: Actor) -> Batch:
    return paying.batch(actor.name)


@action(
    "data.benefit.approve_batch",
    title=t("复核通过", "Approve"),
    icon="check",
    lead=t("通过后生成银行文件，待遇转为“兑付中”。", "The bank's file is made; its offers are being paid."),
    when=lambda batch: batch.is_waiting,
)
def approve_batch(actor: Actor, batch: Batch) -> Batch:
    held = _held(batch)
    paying.approve(held, actor.name)
    return held


@action(
    "data.benefit.send_back",
    title=t("退回经办", "Send back"),
    icon="arrow-back-up",
    right="data.benefit.approve_batch",
    when=lambda batch: batch.is_waiting,
)
def send_back(actor: Actor, batch: Batch, reason: Why) -> Batch:
    held = _held(batch)
    paying.send_back(held, reason)
    return held


def _held(batch: Batch) -> Batch:
    held = Batch.objects.select_for_update().get(pk=batch.pk)
    if not held.is_waiting:
        raise Conflict(t("这一批已处理", "This batch is dealt with already"))
    return held


@action(
    "data.benefit.read_answer",
    title=t("读入银行回盘", "Read the bank's answer"),
    icon="file-import",
    says=("data.benefit.paid",),
    lead=t(
        "CSV：指令号,结果（成功或退回）,流水号,原因。重复读入不会重复入账。",
        "CSV: 指令号,结果 (成功 or 退回),流水号,原因. Reading it twice books nothing twice.",
    ),
    when=lambda batch: batch.approved_at is not None,
)
def read_answer(
    actor: Actor, batch: Batch, file: Annotated[UploadedFile, Field(title=t("回盘文件", "Answer file"))]
) -> Batch:
    held = Batch.objects.select_for_update().get(pk=batch.pk)
    try:
        paid = paying.answer(held, file.read())
    except UnicodeDecodeError as error:
        raise Problem(t("文件应为 UTF-8 编码的 CSV", "A CSV in UTF-8 is needed"), field="file") from error
    if paid:
        say("data.benefit.paid", {"batch": held.number, "offers": [o.pk for o in paid][:500], "count": len(paid)})
    return held


@action(
    "data.benefit.object",
    title=t("提出异议", "Object"),
    icon="message-question",
    lead=t(
        "您认为应当享受而没有收到？写明理由，工作人员会核对并答复。",
        "You think you qualify but were not offered? Say why; an officer checks and answers.",
    ),
)
def object_to(actor: Actor, policy: Chosen, text: Reason) -> Objection:
    from .mine import entity_of

    entity, key, row = entity_of(actor, policy.entity)
    told = str(rule.reason(rule.evaluate(policy, row, clock.today())))[:500] if row else "没有找到对应的档案"
    return Objection.objects.create(
        policy=policy,
        person=Person.objects.get(pk=actor.person),
        text=text,
        told=told,
        holder=actor.organisation if entity == "company" else "",
        entity_id=key,
    )


@action(
    "data.benefit.decide",
    title=t("处理异议", "Decide"),
    icon="gavel",
    says=("data.benefit.offered",),
    when=lambda objection: objection.state == Objection.OPEN,
)
def decide(
    actor: Actor,
    objection: Objection,
    verdict: Annotated[
        Literal["upheld", "rejected"],
        Field(title=t("结论", "Verdict")),
        Choices({"upheld": t("成立", "Upheld"), "rejected": t("不成立", "Rejected")}),
    ],
    answer: Reason,
    amount: Annotated[
        str,
        Field(
            title=t("金额", "Amount"),
            max_length=30,
            description=t("成立而数据未更新时填写", "When upheld before the data is mended"),
        ),
    ] = "",
) -> Objection:
    objection.state, objection.answer = verdict, answer
    objection.decided_by, objection.decided_at = actor.name, clock.now()
    objection.save()
    if verdict == Objection.UPHELD:
        offer = _offer_upheld(objection, amount)
        say("data.benefit.offered", {"entity": objection.policy.entity, "offers": [offer.pk]})
    return objection


def _offer_upheld(objection: Objection, amount: str) -> Offer:
    """Judged again on today's data; where that is not mended yet, the officer's figure stands."""
    policy, today = objection.policy, clock.today()
    if rule.facts_row(policy.entity, objection.entity_id):
        facts.compose(policy.entity, today, f"objection-{objection.pk}", [objection.entity_id])
    row = rule.facts_row(policy.entity, objection.entity_id) or {}
    part = rule.judged(policy, today)
    outcome = rule.evaluate(part, row, today)
    fen = outcome.amount_fen or (money.parse(amount, "amount") if amount else 0)
    if fen <= 0:
        raise Problem(
            t("按现有数据仍不符合，请填写金额", "By today's data not met still: give the amount"), field="amount"
        )
    is_person = policy.entity == "person"
    number = str(row.get("id_number" if is_person else "credit_code") or objection.entity_id)
    return Offer.objects.update_or_create(
        policy=policy,
        entity_id=objection.entity_id,
        period=rule.period_of(part.policy.period, today),
        defaults={
            "version": part.version,
            "entity": policy.entity,
            "amount_fen": fen,
            "bits": outcome.bits,
            "name": row.get("name") or str(objection.person),
            "holder": objection.holder,
            "person": objection.person if is_person else None,
            "identity": identity_of(number),
            "area_code": str(row.get("area_code") or "")[:12],
            "state": Offer.OFFERED,
            "data_at": clock.now(),
            "note": "异议成立",
        },
    )[0]


@action("data.benefit.bind", title=t("认领待遇", "Find my offers"), right="data.benefit.mine")
def bind(actor: Actor) -> int:
    """Who opened an account after the offer was made finds it by the number that was proved."""
    return unbound(actor).update(person_id=actor.person)


@action(
    "data.benefit.settle_recovery",
    title=t("办结追回", "Settle"),
    icon="receipt-refund",
    when=lambda recovery: recovery.state == "open",
)
def settle_recovery(
    actor: Actor,
    recovery: Recovery,
    state: Annotated[
        Literal["recovered", "waived"],
        Field(title=t("结果", "Result")),
        Choices({"recovered": t("已追回", "Recovered"), "waived": t("不予追回", "Waived")}),
    ],
    how: Annotated[str, Field(title=t("说明", "How"), min_length=2, max_length=300)],
) -> Recovery:
    recovery.state, recovery.how = state, how
    recovery.save(update_fields=["state", "how"])
    return recovery


@action(
    "data.benefit.evaluate",
    title=t("单个测算", "Judge one"),
    icon="calculator",
    lead=t(
        "按编号查一个人或一家企业是否符合某项政策，逐条说明。",
        "Whether one person or enterprise qualifies, condition by condition.",
    ),
)
def evaluate(
    actor: Actor,
    policy: Chosen,
    key: Annotated[
        str,
        Field(
            title=t("编号", "Number"),
            min_length=1,
            max_length=64,
            description=t("档案编号、身份证号或信用代码", "A file's number, an id number or a credit code"),
        ),
    ],
    on: Annotated[date | None, Field(title=t("日期", "On"))] = None,
) -> dict[str, Any]:
    row = rule.found(policy.entity, key)
    rule.look(actor.with_purpose(f"测算待遇：{policy.title_zh}"), "data.benefit.evaluate", policy.entity, row)
    outcome = rule.outcome_context(rule.evaluate(policy, row, on or clock.today()))
    return {
        **outcome,
        "legal": vars(outcome["legal"]),
        "on": outcome["on"].isoformat(),
        "title": str(outcome["title"]),
        "word": str(outcome["word"]),
        "reason": str(outcome["reason"]),
    }

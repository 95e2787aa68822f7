"""The pages the kit cannot say: my benefits on a phone, one of them with its reasons, why not me, the figures."""

from typing import Any

from django.db.models import Avg, Count, F, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ludao.base import actions, clock, rights
from ludao.base.errors import LudaoError, Problems, Refused
from ludao.base.models import Work
from ludao.base.text import t
from ludao.blocks.rule import public as rule
from ludao.blocks.rule.public import Policy

from .mine import entity_of, offers, others, reason_of, unbound
from .models import Batch, Budget, Objection, Offer

TONES = {
    "offered": "sea",
    "returned": "warn",
    "queued": "warn",
    "confirmed": "ok",
    "sent": "ok",
    "paid": "ok",
    "declined": "idle",
}


def mine(request: HttpRequest) -> HttpResponse:
    actor = request.actor
    if unbound(actor).exists():
        actions.get("data.benefit.bind").call(actor, {})
    rows = list(offers(actor)[:100])
    cards: list[dict[str, Any]] = [
        {"offer": o, "reason": o.note or reason_of(o), "tone": TONES.get(o.state, "idle")} for o in rows
    ]
    waits = [c for c in cards if c["offer"].state in (Offer.OFFERED, Offer.RETURNED)]
    kind = "company" if actor.organisation and not actor.post else "person"
    offered = {o.policy_id for o in rows if o.state != Offer.WITHDRAWN}
    context = {
        "title": t("我能享受的", "My benefits"),
        "waits": waits,
        "going": [c for c in cards if c not in waits and c["offer"].state != Offer.WITHDRAWN],
        "gone": [c for c in cards if c["offer"].state == Offer.WITHDRAWN],
        "total": sum(c["offer"].amount_fen or 0 for c in waits),
        "others": others(actor),
        "as_of": clock.now(),
        "policies": [
            p for p in Policy.objects.filter(entity=kind, ended_on=None).exclude(number=None) if p.code not in offered
        ],
        "objections": Objection.objects.filter(person_id=actor.person).select_related("policy").order_by("-pk")[:10],
    }
    return render(request, "data_benefit/mine.html", context)


def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One benefit: the reasons, and one confirmation."""
    offer = offers(request.actor).filter(pk=pk).first()
    if offer is None:
        raise Http404
    problems: list[Any] = []
    if request.method == "POST":
        try:
            if "decline" in request.POST:
                actions.get("data.benefit.decline").call(request.actor, {"offer": offer.pk})
            else:
                given = {"offer": offer.pk, "account": request.POST.get("account", "")}
                actions.get("data.benefit.confirm").call(request.actor, given)
            return redirect(f"/data/benefit/mine/{offer.pk}/")
        except Refused:
            raise
        except LudaoError as error:
            problems = error.problems if isinstance(error, Problems) else [error]
    last = offer.orders.order_by("-pk").first() or _last_order(offer)
    row = rule.facts_row(offer.entity, offer.entity_id)
    outcome = rule.outcome_context(rule.evaluate(offer.policy, row, clock.today())) if row else None
    context = {
        "title": str(offer.policy),
        "offer": offer,
        "outcome": outcome,
        "problems": problems,
        "may_confirm": offer.state in (Offer.OFFERED, Offer.RETURNED),
        "tone": TONES.get(offer.state, "idle"),
        "account": request.POST.get("account") or (last.account if last and last.state != "returned" else ""),
        "order": offer.orders.order_by("-pk").first(),
        "crumbs": [
            {"title": t("我能享受的", "My benefits"), "url": "/data/benefit/mine/"},
            {"title": str(offer.policy), "url": ""},
        ],
    }
    return render(request, "data_benefit/one.html", context, status=422 if problems else 200)


def _last_order(offer: Offer) -> Any:
    from .models import Order

    return Order.objects.filter(offer__entity_id=offer.entity_id).order_by("-pk").first()


def why(request: HttpRequest, code: str) -> HttpResponse:
    """Why not me: the trace, and an objection."""
    policy = Policy.objects.filter(pk=code).first()
    if policy is None:
        raise Http404
    _, key, row = entity_of(request.actor, policy.entity)
    outcome = rule.outcome_context(rule.evaluate(policy, row, clock.today())) if row else None
    context = {
        "title": str(policy),
        "policy": policy,
        "outcome": outcome,
        "key": key,
        "crumbs": [
            {"title": t("我能享受的", "My benefits"), "url": "/data/benefit/mine/"},
            {"title": str(policy), "url": ""},
        ],
    }
    return render(request, "data_benefit/why.html", context)


def figures(request: HttpRequest) -> HttpResponse:
    """Money paid, people reached, and how long from data to money."""
    rows = rights.narrow(request.actor, "data.benefit.read", Offer.objects.all())
    paid = rows.filter(state=Offer.PAID)
    sums = paid.aggregate(money=Sum("amount_fen"), took=Avg(F("paid_at") - F("data_at")))
    states = {r["state"]: r for r in rows.values("state").annotate(n=Count("pk"), money=Sum("amount_fen"))}
    choices = dict(Offer._meta.get_field("state").flatchoices)
    now = clock.now()
    tiles = [
        {"title": t("已兑付", "Paid"), "value": rule.yuan(sums["money"] or 0), "as_of": now},
        {
            "title": t("惠及", "Reached"),
            "value": paid.values("entity_id").distinct().count(),
            "unit": t("人和企业", "people and enterprises"),
            "as_of": now,
        },
        {
            "title": t("从数据到到账", "From data to money"),
            "value": f"{sums['took'].total_seconds() / 86400:.1f}" if sums["took"] else None,
            "unit": t("天", "days"),
            "as_of": now,
        },
        {
            "title": t("待确认", "Waiting"),
            "value": states.get("offered", {}).get("n", 0),
            "unit": t("项", "offers"),
            "as_of": now,
        },
    ]
    budgets = (
        Budget.objects.filter(year=clock.today().year)
        .select_related("policy")
        .annotate(taken=F("reserved_fen") + F("paid_fen"))
        .order_by("-taken")[:15]
    )
    context = {
        "title": t("免申即享", "Benefits without applying"),
        "tiles": tiles,
        "budgets": budgets,
        "as_of": now,
        "states": [(choices[s], r["n"], r["money"] or 0) for s, r in states.items()],
        "works": Work.objects.filter(address="data.benefit.match").order_by("-pk")[:4],
        "policies": rows.values("policy__title_zh", "policy__title_en", "policy_id")
        .annotate(n=Count("pk"), money=Sum("amount_fen"))
        .order_by("-n")[:15],
    }
    return render(request, "data_benefit/figures.html", context)


def offer_facts(request: HttpRequest, offer: Offer) -> dict[str, Any]:
    row = _seen(request, offer.policy, offer.entity_id)
    return {"outcome": rule.outcome_context(rule.evaluate(offer.policy, row, clock.today())) if row else None}


def _seen(request: HttpRequest, policy: Policy, key: str) -> dict[str, Any] | None:
    """The facts of one before an officer; whose they are reads that they were looked at, and for what."""
    row = rule.facts_row(policy.entity, key) if key else None
    if row:
        actor = request.actor.with_purpose(f"核对待遇：{policy.title_zh}")
        rule.look(actor, "data.benefit.read", policy.entity, row)
    return row


def batch_facts(request: HttpRequest, batch: Batch) -> dict[str, Any]:
    return {"may_read": rights.may(request.actor, "data.benefit.read_batch")}


def objection_facts(request: HttpRequest, objection: Objection) -> dict[str, Any]:
    """For the officer who decides, and for whoever objects."""
    is_own = str(objection.person_id) == request.actor.person and not request.actor.post
    key = objection.entity_id
    row = rule.facts_row(objection.policy.entity, key) if is_own and key else _seen(request, objection.policy, key)
    outcome = rule.outcome_context(rule.evaluate(objection.policy, row, clock.today())) if row else None
    if not is_own:
        return {"outcome": outcome}
    home = {"title": t("我能享受的", "My benefits"), "url": "/data/benefit/mine/"}
    crumbs = [home, {"title": str(objection.policy), "url": ""}]
    return {"outcome": outcome, "area": "portal", "crumbs": crumbs, "tabs": []}


def batch_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file for the bank; its digest stands beside it."""
    made = Batch.objects.filter(pk=pk).exclude(approved_at=None).first()
    if made is None:
        raise Http404
    answer = HttpResponse(made.content.encode(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{made.number}.csv"'
    answer["X-Content-SM3"] = made.sm3
    return answer

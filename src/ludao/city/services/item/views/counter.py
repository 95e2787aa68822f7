"""The counter's pages: the clerk's window, the board on the wall, and the queue as citizens see it."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from ludao.base import actions, clock, rights
from ludao.base.errors import LudaoError, Problems
from ludao.base.pages.lists import action_url
from ludao.base.text import t
from ludao.blocks.identity.public import Organisation

from .. import finding
from ..actions import counter
from ..models import Handover, Item, Ticket, Window

MOST = 30


def halls() -> list[Organisation]:
    found = set(Window.objects.values_list("hall_id", flat=True).distinct())
    return list(Organisation.objects.filter(pk__in=found).order_by("pk"))


def desk(request: HttpRequest) -> HttpResponse:
    """Which window do you sit at? Those within one's reach, with who is there and how many wait."""
    rows = rights.narrow(request.actor, counter.COUNTER, Window.objects.select_related("hall")).order_by(
        "hall", "number"
    )
    waits = _waiting()
    shown = [
        {"window": one, "waits": sum(waits.get((one.hall_id, line), 0) for line in one.lines)} for one in rows[:200]
    ]
    context = {"title": t("综合窗口", "Counter"), "windows": shown, "halls": halls()}
    return render(request, "services_item/desk.html", context)


def _waiting() -> dict[tuple[str, str], int]:
    rows = (
        Ticket.objects.filter(day=clock.today(), state=Ticket.WAITING).values("hall_id", "line").annotate(n=Count("pk"))
    )
    return {(row["hall_id"], row["line"]): row["n"] for row in rows}


def window(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One window: who is at it, who waits, what to hand in, take over and hand out."""
    found = rights.narrow(request.actor, counter.COUNTER, Window.objects.select_related("hall")).filter(pk=pk).first()
    if found is None:
        raise Http404
    problems: list[LudaoError] = []
    if request.method == "POST":
        try:
            _do(request, found)
            return redirect(request.get_full_path())
        except LudaoError as error:
            problems = list(error.problems) if isinstance(error, Problems) else [error]
    current = found.tickets.filter(state=Ticket.CALLED).select_related("item", "person").first()
    waiting = _today(found).filter(state=Ticket.WAITING, line__in=list(found.lines)).select_related("item")
    said = request.GET.get("q", "").strip()
    context = {
        "title": found,
        "window": found,
        "current": current,
        "problems": problems,
        "said": said,
        "waiting": waiting.order_by("line", "number")[:MOST],
        "skipped": _today(found).filter(state=Ticket.SKIPPED, window=found).order_by("-called_at")[:10],
        "items": finding.found(said, online=True, most=8)
        if said
        else [current.item]
        if current and current.item and current.item.is_online
        else [],
        "handovers": Handover.objects.filter(target=found, taken_at=None).select_related("origin").order_by("pk")[:20],
        "pass_url": f"{action_url('services.item.pass_on')}?item={found.pk}",
        "out_url": f"{action_url('services.item.give_out')}?hall={found.hall_id}",
        "crumbs": [{"title": t("综合窗口", "Counter"), "url": "/services/item/counter/"}, {"title": found, "url": ""}],
    }
    return render(request, "services_item/window.html", context, status=409 if problems else 200)


def _today(found: Window) -> QuerySet[Ticket]:
    return Ticket.objects.filter(hall=found.hall_id, day=clock.today())


def _do(request: HttpRequest, found: Window) -> None:
    """One button, one action."""
    verb, key = request.POST.get("do", ""), request.POST.get("key", "")
    subjects: dict[str, dict[str, Any]] = {
        "open_window": {"window": found.pk},
        "close_window": {"window": found.pk},
        "call_next": {"window": found.pk},
        "recall": {"ticket": key, "window": found.pk},
        "skip": {"ticket": key},
        "finish": {"ticket": key},
        "take_over": {"handover": key},
        "take_ticket": {"hall": found.hall_id, "line": key or "A"},
    }
    if verb not in subjects:
        raise Http404
    actions.get(f"services.item.{verb}").call(request.actor, subjects[verb])


def board(request: HttpRequest, hall: str) -> HttpResponse:
    """On the wall of a hall: who is called where, how many wait. It asks for itself again every few seconds."""
    body = Organisation.objects.filter(pk=hall).first()
    if body is None or not Window.objects.filter(hall=body).exists():
        raise Http404
    today = Ticket.objects.filter(hall=body, day=clock.today())
    context = {
        "title": t(f"{body} 叫号", f"{body}: now called"),
        "hall": body,
        "as_of": clock.now(),
        "called": today.filter(state=Ticket.CALLED).select_related("window").order_by("-called_at")[:12],
        "next": today.filter(state=Ticket.WAITING).order_by("line", "number")[:12],
        "waits": today.filter(state=Ticket.WAITING).count(),
    }
    part = "services_item/_board.html" if request.headers.get("HX-Target") == "board" else "services_item/board.html"
    return render(request, part, context)


def queue(request: HttpRequest) -> HttpResponseBase:
    """The halls with how many wait; whoever is signed in draws a number and sees how many are before it."""
    problems: list[LudaoError] = []
    item = Item.objects.filter(code=request.GET.get("item", "")).first()
    if request.method == "POST" and request.actor.person:
        given: dict[str, Any] = {"hall": request.POST.get("hall", ""), "line": request.POST.get("line", "A")}
        try:
            actions.get("services.item.take_ticket").call(request.actor, given | ({"about": item.code} if item else {}))
            return redirect(request.get_full_path())
        except LudaoError as error:
            problems = list(error.problems) if isinstance(error, Problems) else [error]
    today = Ticket.objects.filter(day=clock.today())
    counts: dict[str, dict[str, Any]] = {
        row["hall"]: dict(row)
        for row in today.values("hall").annotate(
            waits=Count("pk", filter=Q(state=Ticket.WAITING)), done=Count("pk", filter=Q(state=Ticket.DONE))
        )
    }
    open_ = dict(Window.objects.filter(is_open=True).values_list("hall").annotate(n=Count("pk")))
    mine = (
        []
        if not request.actor.person
        else [
            {
                "ticket": one,
                "before": today.filter(
                    hall=one.hall_id, line=one.line, state=Ticket.WAITING, number__lt=one.number
                ).count(),
            }
            for one in today.filter(
                person_id=request.actor.person, state__in=(Ticket.WAITING, Ticket.CALLED)
            ).select_related("hall", "window")[:3]
        ]
    )
    shown = [
        {
            "hall": one,
            "waits": counts.get(one.pk, {}).get("waits", 0),
            "done": counts.get(one.pk, {}).get("done", 0),
            "open": open_.get(one.pk, 0),
        }
        for one in halls()
    ]
    context = {
        "title": t("大厅排队", "Queues at the halls"),
        "halls": shown,
        "mine": mine,
        "item": item,
        "area": "portal",
        "problems": problems,
        "as_of": clock.now(),
    }
    return render(request, "services_item/queue.html", context, status=409 if problems else 200)

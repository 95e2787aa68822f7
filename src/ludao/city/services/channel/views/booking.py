"""Appointments: choose a site and a time, see one's own with its code, the clerk's list of the day."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from ludao.base import rights
from ludao.base.errors import LudaoError
from ludao.base.text import t

from .. import items, seats
from ..actions import booking
from ..models import Appointment, Relay, Site, Slot
from . import codes, kiosk

BOOK = "services.channel.book"


def choose(request: HttpRequest, code: str) -> HttpResponse:
    """Site, day and time for one item; a stranger signs in first and comes back here."""
    if not request.actor.person:
        return redirect(f"/identity/login/?next={request.path}")
    item = items.find(code)
    problem = ""
    if request.method == "POST":
        try:
            slot = get_object_or_404(Slot, pk=_number(request.POST.get("slot", "")))
            made = booking.book(request.actor, slot=slot, code=code, channel=channel_of(request))
            return redirect(f"/services/channel/mine/{made.pk}/")
        except LudaoError as error:
            problem = str(error)
    sites = list(Site.objects.filter(is_open=True, kind=Site.HALL).order_by("code"))
    site = next((one for one in sites if one.code == request.GET.get("site")), sites[0] if sites else None)
    return shown(
        request,
        "book",
        {
            "title": t("预约办事", "Book a time"),
            "area": "portal",
            "item": item,
            "name": items.name(item),
            "sites": sites,
            "site": site,
            "days": seats.free_days(site).items() if site else (),
            "problem": problem,
            "waiting": seats.waiting(site) if site else 0,
        },
        status=409 if problem else 200,
    )


def mine(request: HttpRequest) -> HttpResponse:
    """My appointments and what was received here for other cities."""
    person = int(request.actor.person)
    return shown(
        request,
        "mine",
        {
            "title": t("我的预约", "My appointments"),
            "area": "portal",
            "appointments": Appointment.objects.filter(person=person).select_related("slot__site").order_by("-pk")[:50],
            "relays": Relay.objects.filter(person=person).select_related("partner").order_by("-pk")[:20],
        },
    )


def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One appointment with the code to check in with; also the slip that a printer puts out."""
    rows = rights.narrow(request.actor, "services.channel.mine", Appointment.objects.filter(pk=pk))
    found = rows.select_related("slot__site").first()
    if found is None:
        raise Http404
    return shown(request, "slip", slip(request, found))


def slip(request: HttpRequest, appointment: Appointment) -> dict[str, Any]:
    return {
        "title": t("预约凭证", "Appointment"),
        "area": "portal",
        "one": appointment,
        "token": seats.token(appointment),
        "code": codes.svg(request.build_absolute_uri(f"/services/channel/code/{seats.token(appointment)}/")),
    }


def by_code(request: HttpRequest, token: str) -> HttpResponse:
    """What the code opens: this appointment's state, and checking in."""
    try:
        found = seats.by_token(token)
        if request.method == "POST":
            found = booking.check_in(request.actor, code=token)
            messages.success(request, t(f"签到成功，您的序号是 {found.turn}", f"Checked in: your turn is {found.turn}"))
            return redirect(request.path)
    except LudaoError as error:
        return shown(
            request,
            "code",
            {"title": t("预约码", "Code"), "area": "portal", "problem": str(error)},
            status=error.status,
        )
    return shown(
        request,
        "code",
        {"title": t("预约码", "Code"), "area": "portal", "one": found, "waiting": seats.waiting(found.slot.site)},
    )


def channel_of(request: HttpRequest) -> str:
    return "kiosk" if request.session.get("kiosk") else "portal"


def shown(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """At a kiosk the same page is laid out for a standing person's finger, and the minute begins anew."""
    is_kiosk = bool(request.session.get("kiosk"))
    if is_kiosk:
        kiosk.enter(request)
    layout = "services_channel/kiosk_base.html" if is_kiosk else "ludao/base.html"
    return render(
        request,
        f"services_channel/{name}.html",
        context | {"layout": layout, "is_kiosk": is_kiosk, "seconds": kiosk.SECONDS},
        status=status,
    )


def _number(text: str) -> int:
    if not text.isdigit():
        raise Http404
    return int(text)

"""The kiosk: the same items, guides, appointments and progress for a finger, and nothing left behind after a minute."""

from typing import Any

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from ludao.base.errors import LudaoError
from ludao.base.text import t

from .. import items, moments, seats
from ..models import Placement
from ..models.placing import KIOSK
from . import hall

SECONDS = 60
GRACE = 15  # the page itself clears the session first; the server forgets it a little later, script or not


def enter(request: HttpRequest) -> None:
    """From here on this session is a kiosk's: it ends by itself, whoever signed in meanwhile."""
    request.session["kiosk"] = True
    request.session.set_expiry(SECONDS + GRACE)


def home(request: HttpRequest) -> HttpResponse:
    enter(request)
    rows = Placement.objects.filter(channel=KIOSK, is_on=True)
    return render(
        request,
        "services_channel/kiosk_home.html",
        _context(
            t("自助办事", "Help yourself"),
            hot=rows.order_by("-applied", "code")[:8],
            moments=moments.shown(),
            departments=hall.departments(rows)[:24],
            count=rows.count(),
        ),
    )


def listed(request: HttpRequest) -> HttpResponse:
    enter(request)
    rows, named = hall.narrowed(request, Placement.objects.filter(channel=KIOSK, is_on=True))
    rows = Placement.objects.filter(channel=KIOSK, is_on=True) if rows is None else rows
    shown = list(rows.order_by("code")[:25])
    query, moment = request.GET.copy(), request.GET.get("moment", "")
    first = moments.joint(moment) if moments.known(moment) and not query.get("after") else []
    if len(shown) == 25:
        query["after"] = shown[23].code
    return render(
        request,
        "services_channel/kiosk_list.html",
        _context(
            named or t("全部事项", "All items"),
            items=shown[:24],
            joint=first,
            more_url=f"?{query.urlencode()}" if len(shown) == 25 else "",
        ),
    )


def guide(request: HttpRequest, code: str) -> HttpResponse:
    """The item's own words, to read or to take along on paper."""
    enter(request)
    item = items.find(code)
    return render(
        request, "services_channel/kiosk_guide.html", _context(items.name(item), item=item, facts=item["facts"])
    )


def scan(request: HttpRequest) -> HttpResponse:
    """Hold a code before the camera, or type the number below it."""
    enter(request)
    problem = ""
    if request.method == "POST":
        try:
            found = seats.by_token(request.POST.get("code", ""))
            return redirect(f"/services/channel/code/{seats.token(found)}/")
        except LudaoError as error:
            problem = str(error)
    return render(
        request,
        "services_channel/kiosk_scan.html",
        _context(t("扫码签到、查进度", "Scan a code"), problem=problem),
        status=409 if problem else 200,
    )


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """Everything of this visit is forgotten."""
    logout(request)
    request.session.flush()
    return redirect("/services/channel/kiosk/")


def _context(title: str, **more: Any) -> dict[str, Any]:
    return {"title": title, "area": "portal", "seconds": SECONDS, **more}

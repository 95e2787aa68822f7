"""The hall: what this channel offers by department and object, what is asked most, and where one is served nearby."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ludao.base.text import t
from ludao.blocks.identity.public import Organisation

from .. import moments, placing, seats
from ..engine.near import metres
from ..models import Agreement, Placement, Site
from ..models.placing import PHONE, PORTAL
from ..models.relaying import ACROSS, WITHIN

PAGE = 40
MOMENTS = 8  # on the first page: those that are answered by a one-thing, then the earliest of a life
OBJECTS = (("person", t("个人", "Persons")), ("enterprise", t("企业", "Enterprises")))


def hall(request: HttpRequest) -> HttpResponse:
    """The same items as everywhere, by whichever channel one comes; `channel=phone` is what the telephone shows."""
    channel = request.GET.get("channel", PORTAL)
    channel = channel if channel in (PORTAL, PHONE) else PORTAL
    rows = Placement.objects.filter(channel=channel, is_on=True)
    context: dict[str, Any] = {
        "title": t("办事大厅", "Service hall"),
        "area": "portal",
        "channel": channel,
        "objects": OBJECTS,
        "hot": rows.order_by("-applied", "code")[:12],
        "departments": departments(rows),
        "moments": sorted(moments.shown(), key=lambda one: not one["joint"])[:MOMENTS],
        "near": _shown(Site.objects.filter(is_open=True, kind=Site.HALL).order_by("code")[:4], None),
    }
    found, named = narrowed(request, rows)
    if found is not None:
        shown = list(found.order_by("code")[: PAGE + 1])
        more = request.GET.copy()
        if len(shown) > PAGE:
            more["after"] = shown[PAGE - 1].code
        context |= {
            "items": shown[:PAGE],
            "named": named,
            "more_url": f"?{more.urlencode()}" if len(shown) > PAGE else "",
        }
    return render(request, "services_channel/hall.html", context)


def life(request: HttpRequest) -> HttpResponse:
    """What happens in a life, in its order, and every one-thing that the city joins."""
    ways = moments.shown()
    return render(
        request,
        "services_channel/life.html",
        {
            "title": t("人生大事", "Life events"),
            "lead": t(
                "先选发生了什么事，再看能一次办好的和单个的事项。",
                "Pick what happened: one-things first, then single items.",
            ),
            "area": "portal",
            "persons": [one for one in ways if one["for"] == "person"],
            "enterprises": [one for one in ways if one["for"] == "enterprise"],
            "joint": moments.every(),
        },
    )


def moment(request: HttpRequest, code: str) -> HttpResponse:
    """One moment: the one-things that answer it, then its items by themselves, the most asked first."""
    if not moments.known(code):
        raise Http404
    first = moments.joint(code)
    rows = _of_moment(Placement.objects.filter(channel=PORTAL, is_on=True), code, first)
    page = Paginator(rows.order_by("-is_online", "-applied", "code"), PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "services_channel/moment.html",
        {
            "title": moments.title(code),
            "area": "portal",
            "joint": first,
            "items": page.object_list,
            "count": page.paginator.count,
            "more_url": f"?page={page.next_page_number()}" if page.has_next() else "",
            "crumbs": [
                {"title": t("办事大厅", "Service hall"), "url": "/services/channel/hall/"},
                {"title": t("人生大事", "Life events"), "url": "/services/channel/life/"},
                {"title": moments.title(code), "url": ""},
            ],
        },
    )


def _of_moment(rows: QuerySet[Placement], code: str, first: Iterable[Mapping[str, Any]]) -> QuerySet[Placement]:
    return rows.filter(events__overlap=moments.events(code)).exclude(code__in=[one["code"] for one in first])


def narrowed(request: HttpRequest, rows: QuerySet[Placement]) -> tuple[QuerySet[Placement] | None, str]:
    given = {name: request.GET.get(name, "") for name in ("organisation", "served", "event", "moment", "q", "after")}
    named = ""
    if not any(given.values()):
        return None, ""
    if given["organisation"]:
        rows = rows.filter(organisation=given["organisation"])
        named = str(Organisation.objects.filter(pk=given["organisation"]).first() or "")
    if given["served"] in dict(OBJECTS):
        rows, named = rows.filter(served__in=[given["served"], "both"]), str(dict(OBJECTS)[given["served"]])
    if moments.known(given["moment"]):
        first = moments.joint(given["moment"])
        rows, named = _of_moment(rows, given["moment"], first), moments.title(given["moment"])
    if given["event"]:
        rows = rows.filter(events__contains=[given["event"]])
    if given["q"]:
        rows, named = rows.filter(name_zh__icontains=given["q"][:50]), given["q"][:50]
    if given["after"]:
        rows = rows.filter(code__gt=given["after"])
    return rows, named


def departments(rows: QuerySet[Placement]) -> list[dict[str, Any]]:
    counted = rows.values_list("organisation").annotate(n=Count("pk")).order_by("-n")
    bodies = Organisation.objects.in_bulk([code for code, _ in counted])
    return [{"code": code, "title": str(bodies[code]), "count": n} for code, n in counted if code in bodies]


def near(request: HttpRequest) -> HttpResponse:
    """Sites by distance: where one stands comes from the browser, only when the person presses the button."""
    place = _place(request)
    kind = request.GET.get("kind", "")
    sites = Site.objects.filter(is_open=True)
    sites = sites.filter(kind=kind) if kind in (Site.HALL, Site.KIOSK) else sites
    shown = _shown(sites.order_by("code")[:300], place)
    if place:
        shown.sort(key=lambda one: one["metres"])
    return render(
        request,
        "services_channel/near.html",
        {
            "title": t("附近网点", "Near me"),
            "area": "portal",
            "sites": shown[:60],
            "place": place,
            "kind": kind,
            "code": request.GET.get("item", "")[:80],
        },
    )


def _place(request: HttpRequest) -> tuple[float, float] | None:
    try:
        lon, lat = float(request.GET["lon"]), float(request.GET["lat"])
    except (KeyError, ValueError):
        return None
    return (lon, lat) if -180 <= lon <= 180 and -90 <= lat <= 90 else None


def _shown(sites: Iterable[Site], place: tuple[float, float] | None) -> list[dict[str, Any]]:
    waiting, found = seats.waiting_everywhere(), []
    for site in sites:
        far = metres(place, (site.longitude, site.latitude)) if place else None
        found.append(
            {
                "site": site,
                "metres": far,
                "far": f"{far / 1000:.1f} km" if far is not None else "",
                "waiting": waiting.get(site.pk, 0) if site.kind == Site.HALL else None,
            }
        )
    return found


def overview(request: HttpRequest) -> HttpResponse:
    """For whoever manages channels: what the plan asks, and what there is."""
    reach = dict(Agreement.objects.values_list("reach").annotate(n=Count("pk")))
    across = Agreement.objects.filter(reach=ACROSS).values("province").distinct().count()
    return render(
        request,
        "services_channel/overview.html",
        {
            "title": t("渠道概览", "Channels at a glance"),
            "counts": placing.counts(),
            "within": reach.get(WITHIN, 0),
            "across": reach.get(ACROSS, 0),
            "provinces": across,
        },
    )

"""What a leader reads on the phone: what she keeps, the domains, one domain's cards, charts side by side."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ludao.base.text import t
from ludao.blocks.chart import public as charts

from . import domains
from .comparing import compared

MOST_FOUND = 30


def home(request: HttpRequest) -> HttpResponse:
    """First what the person keeps, then the domains, then boards; or what a word finds."""
    words = request.GET.get("q", "").strip()[:60]
    found = charts.Chart.objects.filter(ended_at=None, found_by__icontains=words.lower())[:MOST_FOUND] if words else []
    kept = list(charts.Favourite.objects.filter(person_id=int(request.actor.person)).order_by("-pk")[:24])
    held = charts.Chart.objects.filter(ended_at=None).in_bulk([k.address for k in kept if k.kind == "chart"])
    return render(request, "overview_chart/home.html", {
        "title": t("数看厦门", "Xiamen in figures"), "query": words, "found": cards(request, found),
        "kept": [*cards(request, [held[k.address] for k in kept if k.address in held]),
                 *domains.indicators([k.address for k in kept if k.kind == "indicator"])],
        "briefs": charts.Brief.objects.filter(person_id=int(request.actor.person)).count(),
        "domains": domains.every().values(), "boards": charts.boards.seen(request.actor),
        "shared": charts.Share.objects.filter(person_id=int(request.actor.person)).count()})


def cards(request: HttpRequest, chosen: Any, area: str = "") -> list[domains.Card]:
    return domains.cards(chosen, request.actor, area)


def domain(request: HttpRequest, key: str) -> HttpResponse:
    one = domains.every().get(key)
    if one is None:
        raise Http404
    area = charts.within(request.actor, request.GET.get("area", ""))
    return render(request, "overview_chart/domain.html", {
        "title": one.title, "domain": one, "domains": domains.every().values(), "area": area,
        "cards": cards(request, charts.of_domain(key).order_by("address"), area),
        "crumbs": [{"title": t("数看厦门", "Xiamen in figures"), "url": "/overview/chart/"}, {"title": one.title}]})


def compare(request: HttpRequest) -> HttpResponse:
    """Charts that know years, up to four of them, over the same time."""
    fit = [c for c in charts.Chart.objects.filter(ended_at=None).order_by("domain", "address")
           if "year" in c.spec.dimensions]
    chosen = [c for address in request.GET.getlist("c") for c in fit if c.pk == address]
    figure = compared(chosen, request.actor, request.GET.get("area", "")) if chosen else None
    if figure and request.GET.get("as") in ("csv", "xlsx"):
        return charts.file_of(request, figure, request.GET["as"])  # type: ignore[return-value]
    groups = [(one, [c for c in fit if c.domain == one.key]) for one in domains.every().values()]
    return render(request, "overview_chart/compare.html", {
        "title": t("对比", "Compare"), "figure": figure, "groups": groups, "chosen": {c.pk for c in chosen},
        "crumbs": [{"title": t("数看厦门", "Xiamen in figures"), "url": "/overview/chart/"},
                   {"title": t("对比", "Compare")}]})

"""What stands around every page: who you are, where you can go; and the portal, the desk and the search."""

import time
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

from ludao.base import clock, registry, rights
from ludao.base.pages import figures, urls
from ludao.base.pages.declare import Detail
from ludao.base.pages.search import find
from ludao.base.registry import CHAPTERS, Manifest
from ludao.base.text import from_pair, t


def context(request: HttpRequest) -> dict[str, Any]:
    """The context processor of the shell; nothing is asked before a template looks."""
    return {
        "request_id": getattr(request, "ludao_id", ""),
        "area": _area(request),
        "shell": SimpleLazyObject(lambda: _shell(request)),
    }


def _area(request: HttpRequest) -> str:
    first = request.path.split("/")[1]
    if first in ("", "search") or (first == "identity" and not request.user.is_authenticated):
        return "portal"
    return "screen" if first == "screen" else "desk"


def _shell(request: HttpRequest) -> dict[str, Any]:
    if not hasattr(request, "actor"):
        return {}
    signed_in = bool(request.actor.person)
    area = _area(request)
    areas = [{"key": "portal", "title": t("办事", "Services"), "url": "/", "icon": "building-bank"},
             {"key": "desk", "title": t("工作台", "Desk"), "url": "/desk/", "icon": "layout"},
             {"key": "screen", "title": t("大屏", "Screens"), "url": "/screen/", "icon": "chart-bar"}]
    return {
        **import_string(settings.LUDAO_SHELL)(request),
        "areas": areas if signed_in else areas[:1],
        "nav": navigation(request) if signed_in and area == "desk" else [],
        "notices": import_string(settings.LUDAO_BELL)(request) if signed_in else None,
        "live": "/live/" if signed_in else "",
        "figures": figures.of(request) if signed_in and request.path == "/desk/" else [],
        "duties": duties(request) if signed_in and request.path == "/desk/" else [],
        "raised": rights.raised(request.actor),
    }


def reachable(request: HttpRequest) -> list[tuple[Manifest, Any]]:
    """Every page of the house's navigation that this person may open."""
    may = cache(lambda right: bool(rights.reach(request.actor, right)))  # many pages stand behind one right
    return [
        (manifest, entry)
        for manifest, entry in urls.every()
        if not isinstance(entry, Detail) and entry.in_nav and "<" not in urls.path_of(manifest, entry)
        and (not (right := urls.right_of(manifest, entry)) or may(right))
    ]


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Chapters of the plan, then the house's own pages; each with what the person may open: the counters of the city's
    systems first, then the workshops of the blocks behind them."""
    groups: dict[str, list[dict[str, Any]]] = {}
    shown = [(m, e, urls.path_of(m, e)) for m, e in reachable(request) if urls.right_of(m, e)]
    shown.sort(key=lambda one: one[0].kind != "city")
    here = _here(request.path, shown)
    for manifest, entry, url in shown:
        groups.setdefault(manifest.stands_in, []).append(
            {"title": urls.title_of(manifest, entry), "url": url, "current": url == here})
    titles = _chapters()
    return [
        {"title": from_pair(titles[key]), "icon": titles[key]["icon"], "pages": groups[key],
         "current": any(i["current"] for i in groups[key]) or len(groups) == 1}
        for key in titles if key in groups
    ]


def _here(path: str, shown: list[tuple[Manifest, Any, str]]) -> str:
    """The page of the navigation one stands in: itself, the list of a detail, or a subsystem's home."""
    for manifest, entry, url in shown:
        is_home = path == f"/{manifest.path}"
        if is_home or (path == "/desk/" and getattr(entry, "is_desk", False)):
            return url
    return max((url for _, _, url in shown if path.startswith(url)), key=len, default="")


def _chapters() -> dict[str, dict[str, str]]:
    return {**CHAPTERS, "house": {"zh": "系统管理", "en": "The house", "icon": "settings"}}


def portal(request: HttpRequest) -> HttpResponse:
    """The public door: what a citizen or an enterprise can begin here, found by their own words."""
    counters = [(m, e) for m, e in reachable(request) if m.kind != "base" and _is_for_people(m, e)]
    return render(request, "ludao/portal.html", {
        "popular": from_portals("popular", request), "mine": mine(request), "offers": from_portals("waiting", request),
        "events": from_portals("events", request),
        "services": [_counter(m, e) for m, e in counters if m.kind == "city"],
        "house": [_counter(m, e) for m, e in counters if m.kind != "city"]})


def _counter(manifest: Manifest, entry: Any) -> dict[str, Any]:
    return {"title": urls.title_of(manifest, entry), "text": from_pair(manifest.title),
            "url": urls.path_of(manifest, entry), "icon": entry.icon or "building-community"}


def from_portals(name: str, request: HttpRequest) -> list[dict[str, Any]]:
    """What the portal.py of any folder gives to the first page; as portal.html takes `popular`, `mine`, `events`, and
    `waiting` for what waits for the person's one confirmation."""
    parts = [m.part("portal") for m in registry.manifests()]
    return [one for part in parts if part and hasattr(part, name) for one in getattr(part, name)(request)]


def mine(request: HttpRequest) -> list[dict[str, Any]]:
    """What the person has begun and where it stands."""
    return from_portals("mine", request) if request.actor.person else []


def duties(request: HttpRequest) -> list[dict[str, Any]]:
    """What waits for the person's own hand, from every folder that has a duties.py; as desk.html takes `waiting`."""
    return [duty for m in registry.manifests() if (part := m.part("duties")) for duty in part.waiting(request)]


def _is_for_people(manifest: Manifest, entry: Any) -> bool:
    """What is open to everyone or to any signed-in person, not the work of staff."""
    right = urls.right_of(manifest, entry)
    return not right or bool({"anyone", "person"} & set(registry.rights().get(right, ())))


def desk(request: HttpRequest) -> HttpResponse:
    """The workbench opens with the map of the plan; who may not see that begins with what they may."""
    if not request.actor.person:
        return redirect(f"{settings.LOGIN_URL}?next=/desk/")
    for _, entry in reachable(request):
        if getattr(entry, "is_desk", False):
            answer: HttpResponse = entry.view(request)
            return answer
    return render(request, "ludao/desk.html", {"today": clock.today(), "systems": systems(request)})


def systems(request: HttpRequest) -> list[dict[str, Any]]:
    """The systems this person may open, chapter by chapter, for the workbench."""
    chapters: dict[str, dict[str, dict[str, Any]]] = {}
    for manifest, entry in reachable(request):
        if urls.right_of(manifest, entry):
            chapters.setdefault(manifest.stands_in, {}).setdefault(manifest.address, {
                "title": from_pair(manifest.title), "url": urls.path_of(manifest, entry), "icon": entry.icon,
                "text": manifest.owner, "clause": manifest.clause})
    return [{"title": from_pair(title), "systems": list(chapters[key].values())}
            for key, title in _chapters().items() if key in chapters]


def screen(request: HttpRequest) -> HttpResponse:
    """The wall: the first screen that a subsystem declares, with the others a click away."""
    if not request.actor.person:
        return redirect(f"{settings.LOGIN_URL}?next=/screen/")
    walls = [(m, e) for m, e in reachable(request) if getattr(e, "is_screen", False)]
    if walls:
        return redirect(urls.path_of(*min(walls, key=lambda wall: wall[1].rank)))
    return render(request, "ludao/screen.html", {"title": t("大屏", "Screens"), "as_of": clock.now()})


def search(request: HttpRequest) -> HttpResponse:
    """Over everything the person may see: pages, actions, clauses, and the rows of every searched list."""
    began = time.perf_counter()
    words = request.GET.get("q", "").strip()[:100]
    groups = find(request, words) if words else []
    took_ms = round((time.perf_counter() - began) * 1000)
    return render(request, "ludao/search.html", {"query": words, "groups": groups, "took_ms": took_ms})

"""The pages of themes: all of them, one with its map, figures, charts and story, and the composing of it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ludao.base import rights
from ludao.base.errors import Refused
from ludao.base.pages import shell, urls
from ludao.base.text import from_pair, pick, t
from ludao.blocks.chart import public as charting
from ludao.blocks.indicator import public as indicator
from ludao.blocks.place import public as place

from . import composing, declared, telling
from .models import Edition


def index(request: HttpRequest) -> HttpResponse:
    found = [
        {"theme": theme, "lead": from_pair(dict(theme.lead)), "layers": len(theme.layers)}
        for theme in declared.themes()
    ]
    return render(request, "overview_map/index.html", {"title": t("图看厦门", "Xiamen in maps"), "themes": found})


LIVE = "exchange indicator case"  # of whom a screen hears that its numbers moved


def theme(request: HttpRequest, key: str) -> HttpResponse:
    """One theme for the desk; for the wall with ?wall=1. ?until= keeps all of it to a time."""
    found = declared.theme(key)
    if found is None:
        raise Refused(t("没有这个专题", "There is no such theme"))
    is_wall = request.GET.get("wall") == "1"
    context = _told(request, found, is_wall) | {
        "lead": from_pair(dict(found.lead)),
        "walls": _walls(found, is_wall),
        "actions": _actions(request, found),
    }
    return render(request, "overview_map/wall.html" if is_wall else "overview_map/theme.html", context)


def _told(request: HttpRequest, found: declared.Theme, is_wall: bool) -> dict[str, Any]:
    """Figures, charts, story and map of a theme, all as they stood until the day that is asked for."""
    views = telling.Views(request.actor, request.GET.get("until", ""))
    layers = [seen.layer for address in found.addresses if (seen := views.of(address)) and _is_shown(found, address)]
    filled = [layer for layer in layers if (seen := views.of(layer.address)) and _is_filled(seen)]
    stands = {address: seen.index.as_of for address, seen in views.known.items() if seen}
    shown = [layer.address for layer in (filled or layers)[:1]]
    context = place.map_of(request, layers, shown=shown, is_quiet=is_wall, stands=stands)
    return context | {
        "title": found.title,
        "theme": found,
        "figures": telling.figures(found, views),
        "charts": telling.charts(found, views),
        "story": telling.story(found, views),
        "lists": telling.lists(found, views, request),
        "missing": from_pair(dict(found.missing)),
        "as_of": telling.oldest(views),
        "time": {"until": views.until, "first": f"{telling.first(views):%Y-%m-%d}", "name": "until"},
        "live": LIVE,
        "views": views,
    }


def _is_filled(seen: place.Seen) -> bool:
    """Whether the map would show any of it: areas with few rows are not told of."""
    if seen.layer.kind == "choropleth":
        return bool(place.by_area(seen, seen.layer.level))
    return bool(len(seen.numbers))


def _is_shown(found: declared.Theme, address: str) -> bool:
    named = {declared.full(name) for name in found.layers}
    return address in named or address in {declared.full(n) for step in found.story for n in step.get("show", ())}


def _others(request: HttpRequest) -> list[dict[str, Any]]:
    """The walls of other systems that this person may open."""
    here = "/overview/map/"
    walls = [(urls.path_of(m, e), e.title) for m, e in shell.reachable(request) if getattr(e, "is_screen", False)]
    return [{"title": title, "url": url, "current": False} for url, title in walls if not url.startswith(here)]


def _walls(current: declared.Theme, is_wall: bool) -> list[dict[str, Any]]:
    end = "?wall=1" if is_wall else ""
    return [{"title": one.title, "url": one.url + end, "current": one.key == current.key} for one in declared.themes()]


def _actions(request: HttpRequest, found: declared.Theme) -> list[dict[str, Any]]:
    actions = [{"title": t("上大屏", "On the wall"), "url": f"{found.url}?wall=1", "icon": "device-tv"}]
    if rights.reach(request.actor, "overview.map.compose"):
        actions.append(
            {"title": t("编排", "Compose"), "url": f"/overview/map/compose/{found.key}/", "icon": "layout-dashboard"}
        )
    return actions


def cockpit(request: HttpRequest) -> HttpResponse:
    """The wall's first screen: the city at a glance, touring through its story by itself."""
    found = declared.cockpit()
    context = _told(request, found, True)
    context |= {
        "walls": [
            {"title": found.title, "url": "/overview/map/cockpit/", "current": True},
            *_walls(found, True),
            *_others(request),
        ],
        "districts": telling.districts(context["views"]),
        "is_tour": True,
    }
    return render(request, "overview_map/wall.html", context)


def compose(request: HttpRequest, key: str) -> HttpResponse:
    """One theme's layers, figures, charts, lists and story: moved by dragging or by buttons, saved as an edition."""
    found = declared.theme(key)
    if found is None:
        raise Refused(t("没有这个专题", "There is no such theme"))
    chosen = [declared.full(name) for name in found.layers]
    every = {layer.address: layer for layer in place.every(request.actor)}
    rows = [every[a] for a in chosen if a in every] + [layer for a, layer in sorted(every.items()) if a not in chosen]
    charts = {chart.pk: str(chart) for chart in charting.Chart.objects.filter(ended_at=None).order_by("domain", "pk")}
    codes = {code: pick(one.zh, one.en) for code, one in indicator.known().definitions.items()}
    named = {"indicator": codes, "chart": charts, "layer": {a: layer.title for a, layer in every.items()}}
    return render(
        request,
        "overview_map/compose.html",
        {
            "title": t(f"编排：{found.titles['zh']}", f"Compose: {found.titles['en']}"),
            "composed": found,
            "chosen": chosen,
            "lines": "\n".join(chosen),
            "rows": rows,
            "parts": [(name, title, _items(getattr(found, name), named)) for name, title in PARTS],
            "story": [{**step, "layer": declared.full(step["layer"]), "json": json.dumps(
                [declared.full(n) for n in step.get("show", ())])} for step in found.story],
            "named": named,
            "levels": LEVELS,
            "editions": Edition.objects.filter(theme=key).order_by("-number")[:20],
            "crumbs": [{"title": found.title, "url": found.url}, {"title": t("编排", "Compose")}],
        },
    )


PARTS = (("figures", t("指标数字", "Figures")), ("charts", t("图表", "Charts")), ("lists", t("清单", "Lists")))
LEVELS = (("district", t("区", "District")), ("street", t("街道", "Street")), ("community", t("社区", "Community")))


def _items(part: Sequence[Mapping[str, Any]], named: Mapping[str, Mapping[str, str]]) -> list[dict[str, str]]:
    """What stands there, each by its own title or that of what it shows, and as the page sends it back."""
    found = []
    for one in part:
        kind = next(name for name in ("indicator", "chart", "layer") if one.get(name))
        own = from_pair(dict(one["title"])) if one.get("title") else ""
        address = declared.full(one[kind]) if kind == "layer" else one[kind]
        title = named[kind].get(address, "") if kind != "layer" or not own else own
        found.append({"title": title or str(own) or address, "address": address, "json": json.dumps(dict(one))})
    return found


def preview(request: HttpRequest, key: str) -> HttpResponse:
    """The theme as the editor is composing it, before anything is saved."""
    found = declared.theme(key)
    if found is None:
        raise Refused(t("没有这个专题", "There is no such theme"))
    given = request.POST
    if request.method == "POST":
        parts = composing.read(request.actor, given.get("parts", "")) or declared.parts_now(key)
        layers = [name for name in given.get("layers", "").split() if name]
        draft = Edition(theme=key, title=given.get("title", "")[:40] or found.titles["zh"], layers=layers, parts=parts,
                        title_en=given.get("title_en", "")[:80], order=found.order, number=found.number)
        found = declared.composed(declared.shipped()[key], draft)
    context = _told(request, found, False)
    context |= {"lead": t("预览：尚未保存", "A preview: not saved yet"), "walls": [], "actions": [], "live": "nothing"}
    return render(request, "overview_map/theme.html", context)

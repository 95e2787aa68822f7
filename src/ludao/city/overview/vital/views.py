"""The city at a glance: every theme's indicators as cards, by area, each with its date, source and light."""

from collections import Counter
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ludao.base.text import t
from ludao.blocks.identity.public import Area
from ludao.blocks.indicator import public as indicator

FIRST = 12  # cards of a theme on the first page


def overview(request: HttpRequest) -> HttpResponse:
    area = area_of(request)
    theme = request.GET.get("theme", "")
    here = indicator.known().definitions
    titles = dict(indicator.THEMES)
    if theme and theme not in titles:
        raise Http404
    sections: list[dict[str, Any]] = []
    for key, title in indicator.THEMES:
        if theme in ("", key):
            codes = shown_in(key, area, here)
            cards = indicator.cards(codes if theme else codes[: FIRST * 3], area.pk)
            cards = sorted(cards, key=lambda card: card.value is None)
            sections.append(
                {
                    "key": key,
                    "title": title,
                    "cards": drawn(cards if theme else cards[:FIRST]),
                    "count": sum(d.theme == key for d in here.values()),
                }
            )
    lights = Counter(card["card"].light for section in sections for card in section["cards"])
    return render(
        request,
        "overview_vital/overview.html",
        {
            "title": t("城市生命体征", "City vital signs"),
            "sections": sections,
            "area": area,
            "areas": areas(),
            "theme": theme,
            "themes": indicator.THEMES,
            "lights": lights,
            "count": len(here),
            "computed": sum(d.method in ("computed", "formula") for d in here.values()),
        },
    )


def shown_in(theme: str, area: Area, here: Any) -> list[str]:
    """Its indicators in the order of their files, what the area has."""
    return [code for code, d in here.items() if d.theme == theme and d.depth >= len(area.pk)]


def drawn(cards: list[indicator.Card]) -> list[dict[str, Any]]:
    return [{"card": card, "spark": indicator.spark([p.value for p in card.points])} for card in cards]


def area_of(request: HttpRequest) -> Area:
    found = Area.objects.filter(pk=request.GET.get("area", indicator.CITY)).first()
    if found is None:
        raise Http404
    return found


def areas() -> list[Area]:
    return list(Area.objects.filter(level__in=("city", "district")))

"""The hall's screen and its remote control."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from ludao.base import clock
from ludao.base.errors import Refused
from ludao.base.text import t

from . import engine
from .models import Screen, Show


def screen(request: HttpRequest, code: str) -> HttpResponse:
    """The wall: its scenes are fetched one after the other with the rights of whoever is logged in here."""
    found = _screen(code)
    return render(
        request, "overview_hall/screen.html", {"title": str(found.show), "screen": found, "state": _state(found)}
    )


def state(request: HttpRequest, code: str) -> HttpResponse:
    return JsonResponse(
        _state(_screen(code)), json_dumps_params={"ensure_ascii": False}, headers={"Cache-Control": "no-store"}
    )


def remote(request: HttpRequest) -> HttpResponse:
    """The phone: a code, then big buttons."""
    code = request.GET.get("code", "").strip()
    found = Screen.objects.select_related("show").filter(code=code).first() if code else None
    is_there = bool(found and found.is_open)
    return render(
        request,
        "overview_hall/remote.html",
        {
            "title": t("遥控", "Remote control"),
            "code": code,
            "is_asked": bool(code),
            "screen": found if is_there else None,
            "state": _state(found) if found and is_there else None,
            "shows": Show.objects.order_by("pk")[:50],
        },
    )


def _screen(code: str) -> Screen:
    found = Screen.objects.select_related("show").filter(code=code).first()
    if found is None or not found.is_open:
        raise Refused(t("没有这块屏，或配对码已过期", "There is no such screen, or its code is over"))
    return found


def _state(screen: Screen) -> dict[str, Any]:
    scenes = list(screen.show.scenes.all())
    since = (clock.now() - screen.anchored_at).total_seconds()
    now = engine.place([scene.seconds for scene in scenes], screen.anchor, since, screen.is_playing)
    return {
        "code": screen.code,
        "scene": now.scene,
        "left": round(now.left_s, 1),
        "playing": screen.is_playing,
        "language": screen.language,
        "scenes": [
            {
                "title": s.title,
                "title_en": s.title_en,
                "caption": s.caption,
                "caption_en": s.caption_en,
                "wall": s.wall,
                "seconds": s.seconds,
            }
            for s in scenes
        ],
    }


def scenes_of(request: HttpRequest, show: Show) -> dict[str, Any]:
    """On an exhibition's page: how long it is all together."""
    return {"minutes": round(sum(show.scenes.values_list("seconds", flat=True)) / 60, 1)}

"""The hall for everyone: search by what one would say, life events, departments, and each item's guide."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ludao.base import rights
from ludao.base.text import from_pair, pick, t
from ludao.blocks.identity.public import Organisation

from .. import finding, joint
from ..engine import facts as engine
from ..models import Item, Version
from ..models.catalogue import OBJECTS

PAGE = 40
HOME = {"title": t("办事服务", "Services"), "url": "/services/item/find/"}


def find(request: HttpRequest) -> HttpResponse:
    """What was said, and the items it means; without words the ways in."""
    said = request.GET.get("q", "").strip()[:100]
    narrowed: dict[str, Any] = {
        "object": request.GET.get("object", ""),
        "event": request.GET.get("event", ""),
        "organisation": request.GET.get("organisation", ""),
    }
    if narrowed["object"] not in dict(OBJECTS):
        narrowed["object"] = ""
    is_online = request.GET.get("online") == "1"
    context: dict[str, Any] = {
        "title": t("您要办什么？", "What would you like to do?"),
        "said": said,
        "objects": OBJECTS[:2],
        "object": narrowed["object"],
        "is_online": is_online,
        "area": "portal",
    }
    if said:
        found = finding.found(said, online=is_online, **narrowed)
        first = joint.among(found[:5])
        apart = {one["code"] for one in first}
        context |= {
            "items": [item for item in found if item.code not in apart],
            "events": finding.events_said(said),
            "joint": first,
        }
    elif any(narrowed.values()) or is_online:
        context |= _browsed(request, narrowed, is_online)
    else:
        context |= _ways_in()
    if context.get("items") is not None:
        context["title"] = said or context.get("named") or t("全部事项", "All items")
        context["crumbs"] = [HOME, {"title": context["title"], "url": ""}]
    return render(request, "services_item/find.html", context)


def answers(words: str, most: int) -> list[tuple[str, str, str]]:
    """For the search of the shell: items as people call them, each with who handles it and its guide."""
    return [(str(item), str(item.organisation), item.guide_url) for item in finding.found(words, most=most)]


def _browsed(request: HttpRequest, narrowed: Mapping[str, str], is_online: bool) -> dict[str, Any]:
    rows: QuerySet[Item] = Item.objects.filter(state=Item.PUBLISHED).select_related("organisation")
    named = ""
    if narrowed["event"]:
        rows = rows.filter(events__contains=[narrowed["event"]], parts=0)
        named = finding.event_title(narrowed["event"])
    if narrowed["organisation"]:
        rows = rows.filter(organisation=narrowed["organisation"])
        body = Organisation.objects.filter(pk=narrowed["organisation"]).first()
        named = str(body or "")
    if narrowed["object"]:
        rows = rows.filter(object__in=[narrowed["object"], "both"])
    if is_online:
        rows = rows.filter(is_online=True)
    after = request.GET.get("after", "")
    rows = rows.order_by("code").filter(code__gt=after) if after else rows.order_by("code")
    shown = list(rows[: PAGE + 1])
    more = request.GET.copy()
    if len(shown) > PAGE:
        more["after"] = shown[PAGE - 1].code
    first = joint.of([narrowed["event"]], narrowed["object"]) if narrowed["event"] and not after else []
    return {
        "joint": first,
        "items": shown[:PAGE],
        "named": named,
        "more_url": f"?{more.urlencode()}" if len(shown) > PAGE else "",
    }


def _ways_in() -> dict[str, Any]:
    """Life events, departments and what is applied for most; three statements, whatever the catalogue's size."""
    offered = Item.objects.filter(state=Item.PUBLISHED)
    bodies = Organisation.objects.in_bulk(list(offered.values_list("organisation_id", flat=True).distinct()))
    ways = [
        {"code": code, "title": from_pair(event), "icon": event["icon"], "for": event["for"]}
        for code, event in finding.events().items()
    ]
    return {
        "persons": [one for one in ways if one["for"] == "person"],
        "enterprises": [one for one in ways if one["for"] == "enterprise"],
        "departments": sorted(bodies.values(), key=lambda body: body.pk),
        "hot": offered.filter(is_online=True).order_by("-applied", "pk")[:12],
    }


def guide(request: HttpRequest, code: str) -> HttpResponse:
    """One item as whoever needs it reads it; the answers choose the materials."""
    item = Item.objects.select_related("organisation").filter(code=code).first()
    if item is None or not _may_see(request, item):
        raise Http404
    version = item.versions.filter(state=Version.PUBLISHED).first() or item.versions.order_by("-number").first()
    facts = version.facts if version else {}
    answers = {q["code"]: request.GET.get(q["code"], "") for q in facts.get("questions", ())}
    given = {name: value for name, value in answers.items() if value}
    context = {
        "title": item.title,
        "item": item,
        "version": version,
        "facts": facts,
        "area": "portal",
        "questions": [question(q, answers.get(q["code"], "")) for q in facts.get("questions", ())],
        "materials": [material(m) for m in engine.needed(facts, given)],
        "is_whole": len(given) == len(answers),
        "rows": said(facts) | {"parts": joint.parts(facts)},
        "like": finding.like(item),
        "crumbs": [
            HOME,
            *({"title": finding.event_title(e), "url": f"/services/item/find/?event={e}"} for e in item.events[:1]),
            {"title": item.title, "url": ""},
        ],
    }
    return render(request, "services_item/guide.html", context)


def _may_see(request: HttpRequest, item: Item) -> bool:
    return item.state == Item.PUBLISHED or rights.may(request.actor, "services.item.read", item)


def question(row: Mapping[str, Any], chosen: str) -> dict[str, Any]:
    return {
        "code": row["code"],
        "ask": engine.words(row, "ask"),
        "chosen": chosen,
        "options": [
            {
                "value": o["value"],
                "title": pick(o.get("zh", ""), o.get("en") or o.get("zh", "")),
                "is_chosen": o["value"] == chosen,
            }
            for o in row.get("options", ())
        ],
    }


def material(row: Mapping[str, Any]) -> dict[str, Any]:
    shown = {**row, "title": engine.words(row, "name"), "note": engine.words(row, "note")}
    if found := row.get("found"):
        shown["found"] = {**found, "where": from_pair(found["source_title"])}
    return shown


def said(facts: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The lists of the facts in the reader's words."""
    return {
        name: [
            {**row, "title": engine.words(row, "name") or engine.words(row, "text"), "note": engine.words(row, "note")}
            if isinstance(row, dict)
            else {"title": row}
            for row in facts.get(name, ())
        ]
        for name in ("conditions", "steps", "fees", "windows", "results", "faq")
    }


def department(request: HttpRequest, code: str) -> HttpResponse:
    return redirect(f"/services/item/find/?organisation={code}")


def event(request: HttpRequest, code: str) -> HttpResponse:
    if code not in finding.events():
        raise Http404
    return redirect(f"/services/item/find/?event={code}")

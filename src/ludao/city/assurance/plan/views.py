"""The pages that the kit cannot say: map, review, Gantt chart, board, bulletin, and a report's files."""

from datetime import date
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ludao.base import clock, rights
from ludao.base.pages.lists import buttons
from ludao.base.registry import by_address
from ludao.base.text import t

from .bulletin import COLOURS, Bulletin, months
from .engine.gantt import Line, chart
from .engine.marking import marked
from .landscape import counted, parts, summary
from .models import LIGHTS, Evidence, Item, Plan, Target

READ = "assurance.plan.read"
FEW = 5
TILES = 12


def map_page(request: HttpRequest) -> HttpResponse:
    """Every clause of the plan, the systems that serve it, its light and targets; the desk opens with it."""
    plan = Plan.current()
    found = parts(request, plan)
    context = {
        "title": plan.title if plan else t("工作要点", "Work plan"),
        "plan": plan,
        "parts": found,
        "sums": summary(found),
        "lights": counted(c.item for p in found for s in p.sections for c in s.clauses if c.item),
        "waiting": waiting(request, plan),
        "waiting_url": f"/assurance/plan/item/?owner={request.actor.organisation}",
        "actions": [] if plan else begin(request),
        "as_of": clock.now(),
        "is_desk": request.path == "/desk/",
        "today": clock.today(),
    }
    return render(request, "assurance_plan/map.html", context)


def wall(request: HttpRequest) -> HttpResponse:
    """The plan on the wall: how many tasks stand at which light, and the figures that the city has promised."""
    plan = Plan.current()
    items = list(plan.items.all()) if plan else []
    tones = {"red": "bad", "amber": "warn", "green": "ok", "done": "sea"}
    tiles: list[dict[str, Any]] = [
        {"title": word, "value": count, "unit": t("项", "tasks"), "tone": tones.get(key, "idle"),
         "as_of": clock.today(), "source": t("亮灯规则", "by rule"), "url": f"/assurance/plan/item/?light={key}"}
        for key, word, count in counted(items)
    ]
    promised = Target.objects.filter(item__in=items, is_dropped=False).exclude(current=None).select_related("item")
    tiles += [
        {"title": target.subject, "value": target.standing, "text": t(f"目标 {target.goal}", f"target {target.goal}"),
         "tone": "ok" if target.is_met else "idle", "as_of": target.current_on, "source": target.item.number,
         "url": target.get_absolute_url()}
        for target in promised.order_by("item__place", "start")[:TILES]
    ]
    title = plan.title if plan else t("工作要点", "Work plan")
    context = {"title": title, "tiles": tiles, "as_of": clock.now(), "live": "assurance.plan", "area": "screen"}
    return render(request, "ludao/screen.html", context)


def waiting(request: HttpRequest, plan: Plan | None) -> list[dict[str, Any]] | None:
    """The tasks this person can report on that are red or amber, by deadline; None for who reports nothing."""
    if plan is None or not rights.reach(request.actor, "assurance.plan.report"):
        return None
    own = plan.items.filter(light__in=("red", "amber"), owner_id=request.actor.organisation)
    mine = rights.narrow(request.actor, "assurance.plan.report", own)
    return [
        {
            "title": item.title,
            "url": item.get_absolute_url(),
            "number": item.number,
            "system": item.owner,
            "who": item.reason,
            "due": item.due_on,
            "light": item.light,
        }
        for item in mine.select_related("owner").order_by("due_on", "place")[:FEW]
    ]


def begin(request: HttpRequest) -> list[dict[str, Any]]:
    return buttons(request, by_address()["assurance.plan"], ("upload",))


def chosen(request: HttpRequest) -> Plan | None:
    """The plan asked for, else the one in force."""
    asked = request.GET.get("plan", "")
    return Plan.objects.filter(pk=asked).first() if asked.isdigit() else Plan.current()


def tasks(request: HttpRequest, plan: Plan | None) -> list[Item]:
    rows = rights.narrow(request.actor, READ, Item.objects.filter(plan=plan)) if plan else Item.objects.none()
    return list(rows.select_related("owner").order_by("place"))


def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The text beside what was read from it, task by task; what belongs to no task is shown between them."""
    plan = Plan.objects.filter(pk=pk).first()
    if plan is None:
        raise Http404
    rows = rights.narrow(request.actor, READ, plan.items.all())
    items = list(rows.select_related("owner").prefetch_related("targets").order_by("place"))
    context = {
        "title": plan.title,
        "plan": plan,
        "blocks": blocks(plan, items),
        "notices": [(n["line"], t(n["zh"], n["en"])) for n in plan.notices],
        "actions": buttons(request, by_address()["assurance.plan"], ("publish", "end"), plan),
        "may_correct": bool(rights.reach(request.actor, "assurance.plan.correct_item")),
        "count": sum(len(item.targets.all()) for item in items),
        "crumbs": [{"title": t("历年要点", "Plans"), "url": "/assurance/plan/plan/"}, {"title": plan.title, "url": ""}],
    }
    return render(request, "assurance_plan/review.html", context)


def blocks(plan: Plan, items: list[Item]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    at = 0
    for item in items:
        if between := plan.text[at : item.start].strip():
            found.append({"between": between})
        targets = list(item.targets.all())
        marks = [(x.start, x.end, n) for n, x in enumerate(targets, 1) if x.end and not x.is_dropped]
        pieces = list(marked(plan.text, item.start, item.end, marks))
        found.append({"item": item, "pieces": pieces, "targets": list(enumerate(targets, 1))})
        at = item.end
    if rest := plan.text[at:].strip():
        found.append({"between": rest})
    return found


def gantt(request: HttpRequest) -> HttpResponse:
    plan = chosen(request)
    items = tasks(request, plan)
    light = request.GET.get("light", "")
    shown = [item for item in items if not light or item.light == light]
    steps: dict[int, list[tuple[date, str, bool]]] = {}
    for item in Item.objects.filter(pk__in=[i.pk for i in shown]).prefetch_related("milestones"):
        steps[item.pk] = [(m.due_on, m.title, m.reached_on is not None) for m in item.milestones.all()]
    lines = [
        Line(i.number, i.title, i.begins_on, i.due_on, i.percent, i.light, tuple(steps[i.pk]), i.get_absolute_url())
        for i in shown
    ]
    context = {
        "title": t("甘特图", "Gantt chart"),
        "lead": plan.title if plan else "",
        "plan": plan,
        "chart": chart(lines, clock.today()),
        "lights": counted(items),
        "light": light,
        "actions": [] if plan else begin(request),
        "as_of": clock.now(),
    }
    return render(request, "assurance_plan/gantt.html", context)


def board(request: HttpRequest) -> HttpResponse:
    """Cards in columns: by light, or by owner."""
    plan = chosen(request)
    items = tasks(request, plan)
    by = "owner" if request.GET.get("by") == "owner" else "light"
    if by == "light":
        columns = [(key, word, [i for i in items if i.light == key]) for key, word in LIGHTS]
    else:
        owners = sorted({i.owner for i in items}, key=lambda o: (-sum(i.owner_id == o.pk for i in items), o.pk))
        columns = [("", str(o), [i for i in items if i.owner_id == o.pk]) for o in owners]
    context = {
        "title": t("看板", "Board"),
        "lead": plan.title if plan else "",
        "plan": plan,
        "by": by,
        "columns": columns,
        "actions": [] if plan else begin(request),
        "as_of": clock.now(),
    }
    return render(request, "assurance_plan/board.html", context)


def made(request: HttpRequest) -> Bulletin | None:
    """The bulletin asked for: ?month=2022-06, else the latest month of the plan."""
    plan = chosen(request)
    every = months(plan) if plan else []
    if plan is None or not every:
        return None
    asked = request.GET.get("month", "")
    month = next((m for m in every if f"{m:%Y-%m}" == asked), None if asked else every[0])
    if month is None:
        raise Http404
    return Bulletin(plan, month, rights.narrow(request.actor, READ, Item.objects.all()))


def bulletin_page(request: HttpRequest) -> HttpResponse:
    bulletin = made(request)
    words = dict(LIGHTS)
    context = {
        "title": t("月度通报", "Monthly bulletin"),
        "lead": bulletin.plan.title if bulletin else "",
        "bulletin": bulletin,
        "months": months(bulletin.plan) if bulletin else [],
        "counts": [(colour, words[colour], bulletin.counts[colour]) for colour in COLOURS] if bulletin else [],
        "words": [words[colour] for colour in COLOURS],
        "actions": [] if bulletin else begin(request),
    }
    return render(request, "assurance_plan/bulletin.html", context)


def bulletin_pdf(request: HttpRequest) -> HttpResponse:
    bulletin = made(request)
    if bulletin is None:
        raise Http404
    answer = HttpResponse(bulletin.pdf(), content_type="application/pdf")
    answer["Content-Disposition"] = f"inline; filename*=utf-8''bulletin-{bulletin.month:%Y-%m}.pdf"
    return answer


def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """A report's file, always as a download: what people upload is never shown as a page of ours."""
    found = rights.narrow(request.actor, READ, Evidence.objects.filter(pk=pk)).first()
    if found is None:
        raise Http404
    answer = HttpResponse(bytes(found.content), content_type="application/octet-stream")
    answer["Content-Disposition"] = f"attachment; filename*=utf-8''{quote(found.name, safe='')}"
    return answer

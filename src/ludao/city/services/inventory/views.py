"""The pages that the kit cannot say: the graph, figures by organisation, the questionnaire of a census."""

from datetime import timedelta
from math import cos, pi, sin
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ludao.base import actions, clock, rights
from ludao.base.errors import LudaoError, Problem, Problems, Refused
from ludao.base.text import t
from ludao.blocks.form import public as form
from ludao.blocks.identity.public import Organisation

from .models import GRADES, WAYS, Connection, Reply, System

QUESTIONS = "services.inventory.census"
UNUSED_DAYS = 180
MOST_DRAWN = 150
SIZE, RADIUS, LABEL = 760, 250, 12
HOME = {"title": t("信息系统", "Systems"), "url": "/services/inventory/system/"}


def unused(rows: QuerySet[System]) -> QuerySet[System]:
    since = clock.today() - timedelta(days=UNUSED_DAYS)
    return rows.filter(state="running").filter(Q(used_on__lt=since) | Q(used_on=None) | Q(active=0))


def graph(request: HttpRequest) -> HttpResponse:
    """Systems on a circle, by their owners; what they give one another across it. The same as a list beside."""
    systems = rights.narrow(request.actor, "services.inventory.read", System.objects.exclude(state="retired"))
    owner = request.GET.get("owner", "")
    links = Connection.objects.select_related("source__owner", "target__owner").filter(
        Q(source__in=systems) | Q(target__in=systems)
    )
    if owner:
        links = links.filter(Q(source__owner=owner) | Q(target__owner=owner))
    shown = list(links.order_by("source__owner", "source", "target")[: MOST_DRAWN * 3])
    nodes = {one.pk: one for link in shown for one in (link.source, link.target)}
    drawn = sorted(nodes.values(), key=lambda one: (one.owner_id, one.pk))[:MOST_DRAWN]
    places = _places(drawn)
    context = {
        "title": t("系统连接图", "Graph of connections"),
        "nodes": [places[one.pk] for one in drawn],
        "edges": [_edge(link, places) for link in shown if {link.source_id, link.target_id} <= places.keys()],
        "links": shown,
        "size": SIZE,
        "owner": owner,
        "owners": Organisation.objects.filter(pk__in=systems.values("owner")).order_by("code"),
        "ways": dict(WAYS),
        "is_cut": len(nodes) > MOST_DRAWN,
        "crumbs": [HOME, {"title": t("系统连接图", "Graph of connections"), "url": ""}],
    }
    return render(request, "services_inventory/graph.html", context)


def _places(drawn: list[System]) -> dict[int, dict[str, Any]]:
    """Round the circle; each label leads away from it."""
    places: dict[int, dict[str, Any]] = {}
    for number, one in enumerate(drawn):
        angle = 2 * pi * number / max(1, len(drawn))
        x, y = cos(angle), sin(angle)
        is_left = x < 0
        degrees = angle * 180 / pi + (180 if is_left else 0)
        places[one.pk] = {
            "system": one,
            "x": round(SIZE / 2 + RADIUS * x, 1),
            "y": round(SIZE / 2 + RADIUS * y, 1),
            "label_x": round(SIZE / 2 + (RADIUS + LABEL) * x, 1),
            "label_y": round(SIZE / 2 + (RADIUS + LABEL) * y, 1),
            "turn": round(degrees, 1),
            "anchor": "end" if is_left else "start",
        }
    return places


def _edge(link: Connection, places: dict[int, dict[str, Any]]) -> dict[str, Any]:
    one, other = places[link.source_id], places[link.target_id]
    middle = SIZE / 2
    return {"path": f"M{one['x']} {one['y']}Q{middle} {middle} {other['x']} {other['y']}", "link": link}


def figures(request: HttpRequest) -> HttpResponse:
    """One statement: how many systems each organisation has, what they cost, how they are protected and used."""
    reached = rights.narrow(request.actor, "services.inventory.read", System.objects.exclude(state="retired"))
    since = clock.today() - timedelta(days=UNUSED_DAYS)
    idle = Q(state="running") & (Q(used_on__lt=since) | Q(used_on=None) | Q(active=0))
    rows = list(
        reached.values("owner", "owner__name")
        .annotate(
            systems=Count("pk"),
            running=Count("pk", filter=Q(state="running")),
            graded=Count("pk", filter=Q(grade__gte=2)),
            cloud=Count("pk", filter=Q(host="cloud")),
            idle=Count("pk", filter=idle),
            built=Sum("built_fen"),
            yearly=Sum("yearly_fen"),
            users=Sum("users"),
        )
        .order_by("-systems", "owner")
    )
    counted = [name for name in rows[0] if not name.startswith("owner")] if rows else []
    sums = {name: sum(row[name] or 0 for row in rows) for name in counted}
    context = {
        "title": t("各单位统计", "By organisation"),
        "rows": rows,
        "sums": sums,
        "grades": [(title, grade) for grade, title in GRADES],
        "as_of": clock.now(),
        "crumbs": [HOME, {"title": t("各单位统计", "By organisation"), "url": ""}],
    }
    return render(request, "services_inventory/figures.html", context)


def reply_facts(request: HttpRequest, reply: Reply) -> dict[str, Any]:
    """The organisation's systems as they are registered, to be looked over before it is submitted."""
    systems = System.objects.filter(owner=reply.organisation_id).exclude(state="retired").order_by("code")[:200]
    may_fill = reply.is_due and bool(rights.reach(request.actor, "services.inventory.register"))
    return {"systems": systems, "may_fill": may_fill, "reply": reply}


def fill(request: HttpRequest) -> HttpResponse:
    """The census's questionnaire for one system: a new one, or one that is there already."""
    if not request.GET.get("reply"):
        return redirect("/services/inventory/reply/")
    reply = _reply(request)
    system = System.objects.filter(pk=_number(request.GET.get("system", "")), owner=reply.organisation_id).first()
    questions = form.current(QUESTIONS)
    data = _answers(system) if system else form.blank(questions)
    problems: list[Problem] = []
    if request.method == "POST":
        entered = form.read(questions, request.POST, request.FILES)
        data, problems = entered.data, list(entered.problems)
        if not problems and "_step" not in request.POST:
            try:
                _save(request, reply, system, data)
                return redirect(reply.get_absolute_url())
            except Refused:
                raise
            except LudaoError as error:
                one = Problem(str(error), field=error.field)
                problems = list(error.problems) if isinstance(error, Problems) else [one]
    title = str(system) if system else str(t("登记一个系统", "Register a system"))
    context = {
        "title": title,
        "reply": reply,
        "lead": reply.organisation.name,
        "crumbs": [{"title": str(reply), "url": reply.get_absolute_url()}, {"title": title, "url": ""}],
        **form.fields(questions, data, problems=problems, request=request),
    }
    return render(request, "services_inventory/fill.html", context, status=422 if problems else 200)


def _reply(request: HttpRequest) -> Reply:
    rows = rights.narrow(request.actor, "services.inventory.register", Reply.objects.all())
    asked = _number(request.GET.get("reply", ""))
    found: Reply | None = rows.select_related("organisation", "census").filter(pk=asked).first()
    if found is None:
        raise Http404
    return found


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


ASKED = (
    "name", "kind", "state", "purpose", "holds", "host", "supplier", "grade", "filed_as", "assessed_on", "built_on",
    "built_fen", "yearly_fen", "users", "active", "used_on",
)  # fmt: skip


def _answers(system: System) -> dict[str, Any]:
    answers = {name: getattr(system, name) for name in ASKED}
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else str(value) if name == "grade" else value
        for name, value in answers.items()
        if value not in (None, "")
    }


def _save(request: HttpRequest, reply: Reply, system: System | None, data: dict[str, Any]) -> None:
    given = {name: data[name] for name in ASKED if data.get(name) not in (None, "")}
    given["grade"] = int(given.get("grade", 0))
    if system is None:
        actions.get("services.inventory.register").call(request.actor, given | {"owner": reply.organisation_id})
    else:
        actions.get("services.inventory.correct").call(request.actor, given | {"system": system.pk})

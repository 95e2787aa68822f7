"""The applicant's own side: the list of what they have begun, one case, its correction."""

import json
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render

from ludao.base import actions, rights
from ludao.base.actor import Actor
from ludao.base.errors import LudaoError, Problem, Problems, Refused
from ludao.base.pages.lists import buttons
from ludao.base.registry import by_address
from ludao.base.text import from_pair, t
from ludao.blocks.case import kinds, moving, showing, standing
from ludao.blocks.case.models import Case, Correction, Material, Mine
from ludao.blocks.form import public as forms

RIGHT = "case.mine"
ACTIONS = ("correct", "urge", "ask", "withdraw", "rate", "complain")


def of(actor: Actor) -> QuerySet[Mine]:
    """Their own and those they act for; under an enterprise's hat, the enterprise's."""
    rows: QuerySet[Mine] = rights.narrow(actor, RIGHT, Mine.objects.all())
    return rows.select_related("office", "holder", "organisation").order_by("-pk")


def _one(request: HttpRequest, pk: int) -> Mine:
    found = of(request.actor).filter(pk=pk).first()
    if found is None:
        raise Refused(t("没有找到，或您无权查看", "Not found, or not yours to see"))
    return found


def card(case: Case) -> dict[str, Any]:
    """One case as the portal and the list of mine show it."""
    said = standing.of(case)
    tone = {"correction": "warn", "suspended": "idle", "closed": "ok", "decided": "ok"}.get(case.state, "sea")
    if case.ending in (Case.DENIED, Case.NOT_ACCEPTED, Case.LAPSED, Case.ENDED):
        tone = "bad"
    return {
        "title": case.name,
        "number": case.number,
        "url": f"/case/mine/{case.pk}/",
        "mark": {"label": said["state"], "tone": tone},
        "who": said["who"],
        "by": said["by"],
        "text": said["text"],
    }


def listed(request: HttpRequest) -> HttpResponseBase:
    """Newest first, a page at a time; open ones apart from those that have ended."""
    is_over = request.GET.get("show") == "closed"
    rows = of(request.actor).filter(closed_at__isnull=not is_over)
    after = request.GET.get("after", "")
    if after.isdigit():
        rows = rows.filter(pk__lt=int(after))
    found = list(rows[: showing.PAGE + 1])
    return render(
        request,
        "case/mine.html",
        {
            "title": t("我的办件", "My cases"),
            "area": "portal",
            "is_over": is_over,
            "cases": [card(case) for case in found[: showing.PAGE]],
            "older": f"?show={'closed' if is_over else 'open'}&after={found[showing.PAGE - 1].pk}"
            if len(found) > showing.PAGE
            else "",
        },
    )


def shown(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One's own case: everything that concerns one, nothing internal."""
    case = _one(request, pk)
    context = {
        "title": case.name,
        "case": case,
        "standing": standing.of(case),
        "card": card(case),
        "area": "portal",
        "crumbs": [{"title": t("我的办件", "My cases"), "url": "/case/mine/"}, {"title": case.number, "url": ""}],
        "actions": buttons(request, by_address()["case"], [name for name in ACTIONS if name != "correct"], case),
        "facts": showing.basics(case),
        "sections": showing.facts(case, unmask=True),
        "materials": showing.materials(case),
        "timeline": showing.timeline(case, applicant=True),
        "correction": waiting(case),
        "own": _own(case),
        "rating": getattr(case, "rating", None),
        "steps": showing.way(case),
        "live": f"case.case-{case.pk}",
        "file_url": f"/case/case/{case.pk}/file/",
    }
    part = "case/_mine.html" if request.headers.get("HX-Target") == "mine-case" else "case/mine_case.html"
    return render(request, part, context)


def _own(case: Case) -> dict[str, Any] | None:
    """The step that the drawing gives to the applicant, with what may come of it."""
    task = moving.own_steps(case).first() if case.is_running else None
    if task is None:
        return None
    verbs = kinds.outcomes(task.verbs)
    return {"task": task, "outcomes": [(verb, from_pair(dict(kinds.said(task.kind, verb)))) for verb in verbs]}


def waiting(case: Case) -> Correction | None:
    found: Correction | None = case.corrections.filter(answered_at=None, is_taken_back=False).first()
    return found


def correcting(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The form with what was asked for marked, and a place for each paper that has to come again."""
    case = _one(request, pk)
    asked = waiting(case)
    if asked is None:
        return redirect(case.get_absolute_url())
    problems: list[Problem] = []
    data = case.data
    if request.method == "POST":
        data, problems = _read(request, case, asked)
        if not problems and (answer := _send(request, case, data, problems)):
            return answer
    context = _context(request, case, asked, data, problems)
    return render(request, "case/correct.html", context, status=422 if problems else 200)


def _read(request: HttpRequest, case: Mine, asked: Correction) -> tuple[dict[str, Any], list[Problem]]:
    if case.form is None or not _asks_fields(asked):
        return case.data, []
    entered = forms.read(forms.version(case.form), request.POST, request.FILES, actor=request.actor)
    return {**case.data, **entered.data}, list(entered.problems)


def _asks_fields(asked: Correction) -> bool:
    return any(item["kind"] != "material" for item in asked.asked)


def _send(request: HttpRequest, case: Mine, data: dict[str, Any], problems: list[Problem]) -> HttpResponseBase | None:
    given = {
        name.removeprefix("material-"): file for name, file in request.FILES.items() if name.startswith("material-")
    }
    try:
        actions.get("case.correct").call(
            request.actor,
            {
                "case": case.pk,
                "answer": request.POST.get("answer", ""),
                "data": json.dumps(data, default=str),
                "codes": list(given),
                "files": list(given.values()),
            },
        )
    except Refused:
        raise
    except LudaoError as error:
        problems += error.problems if isinstance(error, Problems) else [Problem(str(error), field=error.field)]
        return None
    return redirect(case.get_absolute_url())


def _context(
    request: HttpRequest, case: Mine, asked: Correction, data: dict[str, Any], problems: list[Problem]
) -> dict[str, Any]:
    codes = {item["name"]: item["why"] for item in asked.asked if item["kind"] == "material"}
    context: dict[str, Any] = {
        "title": t("补正", "Correct"),
        "case": case,
        "correction": asked,
        "area": "portal",
        "lead": case.name,
        "problems": problems,
        "answer": request.POST.get("answer", ""),
        "papers": [
            {
                "code": m.code,
                "title": str(m),
                "why": codes[m.code],
                "is_given": m.state not in (Material.REJECTED, Material.WANTED),
            }
            for m in case.materials.filter(code__in=codes)
        ],
        "crumbs": [
            {"title": t("我的办件", "My cases"), "url": "/case/mine/"},
            {"title": case.number, "url": case.get_absolute_url()},
            {"title": t("补正", "Correct"), "url": ""},
        ],
    }
    if case.form is not None and _asks_fields(asked):
        marked = [Problem(item["why"], field=item["name"]) for item in asked.asked if item["kind"] == "field"]
        context |= forms.fields(forms.version(case.form), data, problems=problems or marked, request=request)
    return context

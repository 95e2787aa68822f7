"""Applying, one thing a page: the questions, the form, the materials, a last look, and then where it stands."""

import json
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from ludao.base import actions, rights
from ludao.base.actor import Actor
from ludao.base.errors import LudaoError, Problem, Problems, Refused
from ludao.base.text import t
from ludao.blocks.case import public as cases
from ludao.blocks.document import public as document
from ludao.blocks.form import public as forms

from .. import deciding, holding
from ..actions import applying
from ..models import Application, Item
from . import hall

STEPS = [
    ("questions", t("选择情形", "Your case")),
    ("form", t("填写申请", "The form")),
    ("materials", t("上传材料", "Materials")),
    ("confirm", t("确认提交", "Check and send")),
]


def start(request: HttpRequest, code: str) -> HttpResponseBase:
    """From the guide: whoever is not signed in does that first and comes back here."""
    if not request.actor.person:
        return redirect_to_login(request.get_full_path())
    item = Item.objects.filter(code=code).first()
    if item is None or not rights.reach(request.actor, "services.item.apply"):
        raise Refused(t("没有找到这个事项", "There is no such item"))
    try:
        application = applying.begin(request.actor, item=item)
    except LudaoError as error:
        return _refused(request, item, error)
    for question in application.version.facts.get("questions", ()):  # answered in the guide already
        if request.GET.get(question["code"]):
            application.answers[question["code"]] = request.GET[question["code"]]
    return redirect(_next(application, ""))


def _refused(request: HttpRequest, item: Item, error: LudaoError) -> HttpResponse:
    context = {"title": item.title, "problems": [error], "item": item, "area": "portal", "crumbs": [hall.HOME]}
    return render(request, "services_item/refused.html", context, status=error.status)


def _own(request: HttpRequest, pk: int, *, draft: bool = True) -> Application:
    found = (
        Application.objects.select_related("item__organisation", "version", "organisation", "person")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Refused(t("没有找到这份申请", "There is no such application"))
    is_clerk = bool(found.clerk) and rights.may(request.actor, "services.item.hand_in", found)
    if not is_clerk:
        applying.require_own(request.actor, found)
    if draft and found.state != Application.DRAFT:
        raise Refused(t("这份申请已经提交", "It has been sent already"))
    return found


def _asked(application: Application) -> list[str]:
    """The steps that this item has."""
    has = {
        "questions": bool(application.version.facts.get("questions")),
        "form": True,
        "materials": bool(application.version.facts.get("materials")),
        "confirm": True,
    }
    return [name for name, _ in STEPS if has[name]]


def _next(application: Application, after: str) -> str:
    steps = _asked(application)
    return f"{application.get_absolute_url()}{steps[steps.index(after) + 1 if after else 0]}/"


def _before(application: Application, step: str) -> str:
    steps = _asked(application)
    at = steps.index(step)
    return f"{application.get_absolute_url()}{steps[at - 1]}/" if at else application.item.guide_url


def _page(
    request: HttpRequest, application: Application, step: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    titles, steps = dict(STEPS), _asked(application)
    return render(
        request,
        f"services_item/apply_{step}.html",
        {
            "title": application.item.title,
            "application": application,
            "item": application.item,
            "area": "portal",
            "steps": [
                {
                    "title": titles[name],
                    "is_now": name == step,
                    "url": f"{application.get_absolute_url()}{name}/" if steps.index(name) < steps.index(step) else "",
                }
                for name in steps
            ],
            "back_url": _before(application, step),
            "crumbs": [
                hall.HOME,
                {"title": application.item.title, "url": application.item.guide_url},
                {"title": titles[step], "url": ""},
            ],
            **context,
        },
        status=status,
    )


def questions(request: HttpRequest, pk: int) -> HttpResponseBase:
    application = _own(request, pk)
    rows = application.version.facts.get("questions", ())
    problems: list[Problem] = []
    given = application.answers
    if request.method == "POST":
        given = {row["code"]: request.POST.get(row["code"], "") for row in rows}
        try:
            applying.answer(request.actor, application=application, answers=json.dumps(given))
            return redirect(_next(application, "questions"))
        except Problem as error:
            problems = error.problems if isinstance(error, Problems) else [error]
    errors = {problem.field: str(problem) for problem in problems}
    shown = [{**hall.question(row, given.get(row["code"], "")), "error": errors.get(row["code"], "")} for row in rows]
    return _page(
        request, application, "questions", {"questions": shown, "problems": problems}, 422 if problems else 200
    )


def form(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The form with what is held already put in; kept while it is typed."""
    application = _own(request, pk)
    version, about = applying.form_of(application), applying.about_of(application)
    if request.method == "POST":
        entered = forms.read(version, request.POST, request.FILES, actor=request.actor)
        if entered.is_complete:
            applying.fill(request.actor, application=application, data=json.dumps(entered.data, ensure_ascii=False))
            return redirect(_next(application, "form"))
        drawn = forms.fields(
            version, entered.typed, problems=entered.problems, filled=entered.filled, request=request, about=about
        )
        return _page(request, application, "form", drawn, 422 if entered.problems else 200)
    kept = forms.draft(request.actor, about)
    filled = forms.prefill(
        version,
        request.actor,
        holding.subject_of(application),
        purpose=holding.purpose_of(application),
        about=application.item.code,
    )
    typed = application.data or (kept.data if kept and kept.version_id == version.pk else forms.blank(version))
    data = forms.begun(filled, {k: v for k, v in typed.items() if k != "_from"})
    return _page(request, application, "form", forms.fields(version, data, filled=filled, request=request, about=about))


def materials(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Each paper with its own place; what is held already is only told."""
    application = _own(request, pk)
    holding.look(request.actor, application)
    problem: LudaoError | None = None
    if request.method == "POST":
        try:
            if code := request.POST.get("remove", ""):
                applying.detach(request.actor, application=application, code=code)
            for name, file in request.FILES.items():
                actions.get("services.item.attach").function(
                    request.actor, application=application, code=name.removeprefix("file-"), file=file
                )
            if "remove" not in request.POST and "keep" not in request.POST and not _lacking(application):
                return redirect(_next(application, "materials"))
            if not request.FILES and "remove" not in request.POST and "keep" not in request.POST:
                problem = Problem(t("还有材料没有上传", "Some materials are missing"))
            else:
                return redirect(request.path)
        except Problem as error:
            problem = error
    return _page(
        request,
        application,
        "materials",
        {"materials": _materials(application), "problem": problem},
        422 if problem else 200,
    )


def _lacking(application: Application) -> list[Any]:
    return [one for one in application.needed if not (one.get("held") or one.get("optional") or one["document"])]


def _materials(application: Application) -> list[dict[str, Any]]:
    rows = application.needed
    given = document.Document.objects.in_bulk([one["document"] for one in rows if one["document"]])
    return [{**hall.material(one), "given": given.get(one["document"])} for one in rows]


def confirm(request: HttpRequest, pk: int) -> HttpResponseBase:
    application = _own(request, pk)
    problems = applying.missing(application)
    note = request.POST.get("note", "")
    if request.method == "POST" and not problems:
        try:
            sent = applying.send(
                request.actor, application=application, promise=request.POST.get("promise") == "yes", note=note
            )
            return redirect(sent.get_absolute_url())
        except Problem as error:
            problems = error.problems if isinstance(error, Problems) else [error]
    version = applying.form_of(application)
    answers = [
        {"title": q["ask"], "value": next((o["title"] for o in q["options"] if o["is_chosen"]), "")}
        for q in (
            hall.question(row, application.answers.get(row["code"], ""))
            for row in application.version.facts.get("questions", ())
        )
    ]
    return _page(
        request,
        application,
        "confirm",
        {
            "sections": forms.facts(version, application.data, unmask=True) if application.data else [],
            "answers": answers,
            "materials": _materials(application),
            "problems": problems,
            "is_ready": not applying.missing(application),
            "promise": applying.PROMISE,
            "note": note,
        },
        422 if problems and request.method == "POST" else 200,
    )


def shown(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A draft goes on; what was sent shows where it stands, the receipt and the result."""
    application = _own(request, pk, draft=False)
    if application.state == Application.DRAFT:
        return redirect(_next(application, ""))
    case = cases.find(application.number)
    kept = document.Document.objects.filter(pk=application.result).first() if application.result else None
    context = {
        "title": application.item.title,
        "application": application,
        "item": application.item,
        "case": case,
        "standing": cases.standing(case) if case else {},
        "result": kept,
        "area": "portal",
        "is_clerk": bool(application.clerk),
        "crumbs": [
            {"title": t("我的办件", "My cases"), "url": "/case/mine/"},
            {"title": application.number, "url": ""},
        ],
    }
    return render(request, "services_item/sent.html", context)


def receipt(request: HttpRequest, pk: int) -> HttpResponseBase:
    application = _own(request, pk, draft=False)
    case = cases.find(application.number) if application.number else None
    if case is None:
        raise Refused(t("还没有提交", "It has not been sent yet"))
    url = request.build_absolute_uri(application.get_absolute_url())
    answer = HttpResponse(deciding.receipt(application, case, url), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{case.number}.pdf"'
    return answer


def result(request: HttpRequest, pk: int) -> HttpResponseBase:
    application = _own(request, pk, draft=False)
    kept = document.Document.objects.filter(pk=application.result).first() if application.result else None
    if kept is None or kept.current is None:
        raise Refused(t("还没有办理结果", "There is no result yet"))
    return document.download(request, kept.current)


def mine(request: HttpRequest) -> HttpResponse:
    """Drafts to go on with; what was sent stands among one's cases."""
    actor: Actor = request.actor
    company = actor.organisation if actor.organisation and not actor.post else ""
    rows = Application.objects.filter(person_id=actor.person, enterprise=company, clerk="").select_related("item")
    context = {
        "title": t("我的申请", "My applications"),
        "area": "portal",
        "drafts": rows.filter(state=Application.DRAFT).order_by("-pk")[:30],
        "sent": rows.filter(state=Application.SENT).order_by("-pk")[:50],
    }
    return render(request, "services_item/mine.html", context)

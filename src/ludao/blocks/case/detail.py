"""A case as officers work on it: what is asked, papers beside it, opinions, the process, the story; done in place."""

import json
from typing import Any

from django import forms as django_forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from ludao.base import actions, audit, rights
from ludao.base.actions import Action
from ludao.base.errors import LudaoError, Problems, Refused
from ludao.base.masks import mask
from ludao.base.models import AuditLine
from ludao.base.pages import forms as kit
from ludao.base.text import from_pair, t
from ludao.blocks.case import holding, kinds, memory, moving, showing, standing
from ludao.blocks.case.mine import of as of_mine
from ludao.blocks.case.models import Case, Material, Phrase, Task, Urging
from ludao.blocks.document import public as document
from ludao.blocks.form import public as forms
from ludao.blocks.identity.public import Post

audit.words |= {"case.look": t("查看办件", "Looked at a case")}
TABS = {
    "story": t("经过", "Story"),
    "opinions": t("意见", "Opinions"),
    "process": t("流程", "Process"),
    "audit": t("审计", "Audit"),
}
ON_STEP = (
    "complete",
    "give_opinion",
    "return_for_correction",
    "claim",
    "release",
    "delegate",
    "hand_over",
    "escalate",
    "ask_opinions",
    "suspend",
    "resume",
    "take_back_correction",
    "assign",
)
ON_CASE = ("remark", "note", "link", "merge", "remind", "supervise", "terminate")
INLINE = ("complete", "give_opinion")
CHECKING = ("accept", "examine", "inspect", "handle")  # steps at which papers are looked at one by one


def reachable(request: HttpRequest, pk: int) -> Case:
    """The case, for whoever may read it or has one of its steps within reach."""
    rows = Case.objects.select_related("organisation", "office", "holder", "area", "person", "agent")
    found: Case | None = rows.filter(pk=pk).first()
    if found is not None and (rights.may(request.actor, "case.read", found) or _has_step(request, found)):
        return found
    raise Refused(t("没有找到，或您无权查看", "Not found, or not yours to see"))


def _has_step(request: HttpRequest, case: Case) -> bool:
    return rights.narrow(request.actor, "case.handle", Task.objects.filter(case=case)).exists()


def view(request: HttpRequest, pk: int) -> HttpResponseBase:
    case = reachable(request, pk)
    if request.headers.get("HX-Target") == "tab":
        return render(request, "case/_tab.html", tab(request, case))
    audit.write(request.actor, "case.look", case, {"unmasked": is_unmasked(request, case)})
    part = "case/_case.html" if request.headers.get("HX-Target") == "case" else "case/case.html"
    return render(request, part, context(request, case))


def is_unmasked(request: HttpRequest, case: Case) -> bool:
    """Whoever has a step of it needs to know who asks; others by their right."""
    if rights.may(request.actor, "case.unmask", case):
        return True
    return bool(request.actor.person) and case.tasks.filter(holder=int(request.actor.person)).exists()


def context(request: HttpRequest, case: Case, done: str = "") -> dict[str, Any]:
    unmask = is_unmasked(request, case)
    said = standing.of(case)
    steps = panels(request, case)
    return {
        "title": case.name,
        "case": case,
        "standing": said,
        "light": case.light,
        "done": done,
        "crumbs": [{"title": t("办件待办", "Worklist"), "url": "/case/desk/"}, {"title": case.number, "url": ""}],
        "panels": steps,
        "checker": next((p["task"] for p in steps if p.get("act") == "complete" and p["task"].kind in CHECKING), None),
        "buttons": _buttons(request, ON_CASE, case),
        "file_url": f"/case/case/{case.pk}/file/",
        "basics": showing.basics(case),
        "applicant": _applicant(case, unmask),
        "terms": _terms(case),
        "sections": showing.facts(case, unmask=unmask),
        "materials": showing.materials(case),
        "correction": case.corrections.order_by("-pk").first(),
        "urgings": _urgings(request, case),
        "links": _links(case),
        "rating": getattr(case, "rating", None),
        "way": showing.way(case),
        **tab(request, case),
    }


def _applicant(case: Case, unmask: bool) -> list[dict[str, Any]]:
    rows: list[tuple[str, Any]] = [
        (t("申请人", "Applicant"), case.applicant if unmask else case.masked),
        (
            t("信用代码", "Credit code"),
            case.enterprise if unmask or not case.enterprise else mask("credit_code", case.enterprise),
        ),
        (
            t("证件号码", "Id number"),
            case.id_number if unmask or not case.id_number else mask("id_number", case.id_number),
        ),
        (t("联系电话", "Telephone"), case.phone if unmask or not case.phone else mask("phone", case.phone)),
        (
            t("经办人", "Agent"),
            case.agent.name if case.agent and unmask else mask("name", case.agent.name) if case.agent else "",
        ),
        (t("委托依据", "Mandate"), case.mandate),
    ]
    return [{"title": title, "value": value} for title, value in rows if value]


def _terms(case: Case) -> list[dict[str, Any]]:
    unit = t("工作日", "working days")
    rows: list[tuple[str, Any, str]] = [
        (t("现在在", "Now with"), standing.who(case), ""),
        (t("期限", "Due"), standing.by(case), "moment"),
        (t("法定期限", "Legally due"), case.legal_due_at, "moment"),
        (
            t("承诺 / 法定", "Promised / legal"),
            f"{case.promised_days} / {case.legal_days} {unit}" if not case.hours else f"{case.hours} h",
            "",
        ),
        (t("停计时", "Clock rested"), f"{case.paused_days} {unit}" if case.paused_days else "", ""),
        (t("用时", "Took"), f"{case.worked_days} {unit}" if case.worked_days is not None else "", ""),
        (t("承办机构", "Organisation"), case.organisation, ""),
        (t("类型", "Kind"), case.get_kind_display(), ""),
    ]
    return [{"title": title, "value": value, "kind": kind} for title, value, kind in rows if value not in ("", None)]


def _urgings(request: HttpRequest, case: Case) -> list[dict[str, Any]]:
    return [
        {"urging": one, "buttons": _buttons(request, ("answer_urging", "end_supervision"), one)}
        for one in case.urgings.order_by("-pk")[:20]
    ]


def _links(case: Case) -> list[dict[str, Any]]:
    found = [
        {"kind": one.get_kind_display(), "case": one.other, "why": one.why}
        for one in case.links.select_related("other")[:30]
    ]
    return found + [
        {"kind": one.get_kind_display(), "case": one.case, "why": one.why}
        for one in case.linked.select_related("case")[:30]
    ]


# — the steps ——————————————————————————————————————————————————————————————————————————————————————————


def panels(request: HttpRequest, case: Case) -> list[dict[str, Any]]:
    """Each step that waits, and what this officer may do to it."""
    waiting = case.tasks.filter(state__in=(Task.OPEN, Task.PAUSED)).select_related(
        "holder", "organisation", "asked_for"
    )
    found = []
    for task in waiting.order_by("pk"):
        task.case = case
        found.append(_panel(request, case, task))
    last = case.tasks.filter(state=Task.CLOSED).exclude(undo={}).first()
    if last is not None and memory.can_undo(last) and str(last.by_id) == request.actor.person:
        last.case = case
        found.append({"task": last, "is_undo": True, "buttons": _buttons(request, ("undo",), last)})
    return found


def _panel(request: HttpRequest, case: Case, task: Task) -> dict[str, Any]:
    is_mine = bool(task.holder_id) and str(task.holder_id) == request.actor.person
    may = is_mine or (task.holder_id is None and holding.may_take(request.actor, task))
    within = rights.may(request.actor, "case.handle", task)
    names = [name for name in ON_STEP if (may or name == "assign") and name not in INLINE]
    panel: dict[str, Any] = {
        "task": task,
        "is_mine": is_mine,
        "may": may and within,
        "buttons": _buttons(request, names, task) if within else [],
    }
    if task.key == moving.MEND:
        can_mend = bool(rights.reach(request.actor, "workflow.retry"))
        url = f"/workflow/instance/{case.instance}/" if can_mend and case.instance else ""
        return panel | {"is_mend": True, "instance_url": url, "buttons": []}
    if may and within and task.state == Task.OPEN:
        panel |= doing(request, task)
    return panel


def doing(
    request: HttpRequest, task: Task, data: dict[str, Any] | None = None, problems: Any = (), typed: Any = None
) -> dict[str, Any]:
    """The form in which the step is done: its outcomes, the opinion with quick phrases, its own form if it has one."""
    name = "give_opinion" if task.asked_for_id else "complete"
    found: dict[str, Any] = {
        "act": name,
        "outcomes": [
            (verb, from_pair(dict(kinds.said(task.kind, verb))))
            for verb in task.verbs
            if verb not in ("correct",) and verb in kinds.VERBS
        ],
        "phrases": phrases(request),
        "problems": problems,
        "typed": typed or {},
    }
    if task.form:
        version = forms.current(task.form)
        found |= forms.fields(
            version, data if data is not None else forms.blank(version), problems=problems, request=request
        )
    return found


def phrases(request: HttpRequest) -> list[Phrase]:
    """One's own and those that the organisation shares; asked once a request."""
    if not hasattr(request, "case_phrases"):
        actor = request.actor
        own = Phrase.objects.filter(person=int(actor.person or 0))
        shared = Phrase.objects.filter(organisation=actor.organisation or None)
        request.case_phrases = list((own | shared).order_by("pk")[:40])  # type: ignore[attr-defined]
    found: list[Phrase] = request.case_phrases  # type: ignore[attr-defined]
    return found


def _buttons(request: HttpRequest, names: Any, thing: Any) -> list[dict[str, Any]]:
    """Actions that open in place; the same page by itself where there is no script."""
    shown = []
    for name in names:
        spec = actions.get(f"case.{name}")
        if spec.is_possible(thing) and rights.may(request.actor, spec.right, thing):
            shown.append(
                {
                    "title": spec.title,
                    "icon": spec.icon,
                    "tone": "danger" if spec.confirm else "",
                    "url": f"/case/do/{name}/?item={thing.pk}",
                    "act": f"/case/act/{name}/{thing.pk}/",
                }
            )
    return shown


def act(request: HttpRequest, name: str, pk: int) -> HttpResponseBase:
    """One action in place: its form as a fragment, then the case as it is afterwards."""
    spec = actions.find(f"case.{name}")
    if spec is None or spec.subject is None or spec.subject.model not in (Task, Case, Urging):
        raise Http404
    thing = rights.narrow(request.actor, spec.right, spec.subject.model._default_manager.all()).filter(pk=pk).first()
    if thing is None:
        raise Refused(t("没有找到，或您无权办理", "Not found, or not yours to do"))
    case = thing if isinstance(thing, Case) else thing.case
    if name in INLINE and isinstance(thing, Task):
        return _do_step(request, spec, case, thing)
    form = kit.form_for(spec, request, [thing])
    _fewer_posts(form, thing)
    asked, other = _askable(case, name), ""
    if asked and form.is_bound:
        other = _typed_again(asked, request.POST.get("asked", ""))
    elif unfit := [f"{one['key']}={one['why']}" for one in asked if one.get("why")]:
        form.initial["asked"] = unfit
    if request.method == "POST" and form.is_valid():
        given = {**kit._given(spec, form), spec.subject.name: thing.pk}
        if _done(request, spec, given, form):
            return after(request, spec, case)
    return render(
        request,
        "case/_act.html",
        {"spec": spec, "form": form, "thing": thing, "case": case, "act": request.path, "asked": asked, "other": other},
        status=422 if form.is_bound else 200,
    )


def _fewer_posts(form: django_forms.Form, thing: Any) -> None:
    """Colleagues at the step's own organisation, not the whole city in one select."""
    for field_name in ("post", "posts"):
        if field_name in form.fields and isinstance(thing, Task):
            field: Any = form.fields[field_name]
            field.queryset = (
                Post.objects.current()
                .filter(organisation=thing.organisation_id)
                .select_related("person", "organisation")
                .order_by("pk")
            )


def _askable(case: Case, name: str) -> list[dict[str, str]]:
    """What a return for correction may name: each field of the form, each material."""
    if name != "return_for_correction":
        return []
    fields: list[dict[str, str]] = []
    if case.form is not None:
        design = forms.version(case.form).design
        fields = [
            {"key": f"field:{one.name}", "title": str(t(one.title["zh"], one.title.get("en", one.title["zh"])))}
            for one in design.fields
        ]
    return fields + [
        {"key": f"material:{m.code}", "title": str(m), "why": m.note if m.state == Material.REJECTED else ""}
        for m in case.materials.order_by("pk")
    ]


def _typed_again(asked: list[dict[str, str]], lines: str) -> str:
    """What was ticked stays ticked when the form comes back; the rest of the lines."""
    known = {one["key"]: one for one in asked}
    for one in asked:
        one["why"] = ""
    other = []
    for line in lines.splitlines():
        key, found, why = line.partition("=")
        if found and key in known:
            known[key]["why"] = why
        elif line.strip():
            other.append(line)
    return "\n".join(other)


def _do_step(request: HttpRequest, spec: Action, case: Case, task: Task) -> HttpResponseBase:
    if request.method != "POST":
        return redirect(task.get_absolute_url())
    typed = request.POST
    given: dict[str, Any] = {"task": task.pk, "outcome": typed.get("outcome", ""), "opinion": typed.get("opinion", "")}
    problems: list[Any] = []
    data = None
    if task.form and spec.name == "complete":
        entered = forms.read(forms.current(task.form), typed, request.FILES, actor=request.actor)
        data, problems = entered.data, list(entered.problems)
        given["data"] = json.dumps(data, default=str)
    if not problems:
        try:
            spec.call(request.actor, given)
            return after(request, spec, case)
        except Refused:
            raise
        except LudaoError as error:
            problems = list(error.problems) if isinstance(error, Problems) else [error]
    task.case = case
    panel = _panel(request, case, task) | doing(request, task, data, problems, typed)
    return render(request, "case/_panel.html", {"panel": panel, "case": case, **panel}, status=422)


def _done(request: HttpRequest, spec: Action, given: dict[str, Any], form: django_forms.Form) -> bool:
    try:
        spec.call(request.actor, given)
    except Refused:
        raise
    except LudaoError as error:
        for problem in error.problems if isinstance(error, Problems) else [error]:
            kit._blame(form, problem)
        return False
    return True


def after(request: HttpRequest, spec: Action, case: Case) -> HttpResponseBase:
    """The case as it stands now, in place of what was there; a whole page where there is no script."""
    if not request.headers.get("HX-Request"):
        return redirect(f"/case/case/{case.pk}/")
    fresh = Case.objects.select_related("organisation", "office", "holder", "area", "person", "agent").get(pk=case.pk)
    answer = render(request, "case/_case.html", context(request, fresh, done=str(spec.title)))
    answer["HX-Retarget"], answer["HX-Reswap"] = "#case", "outerHTML"
    return answer


# — what stands below, and the papers ——————————————————————————————————————————————————————————————————


def tab(request: HttpRequest, case: Case) -> dict[str, Any]:
    may_audit = bool(rights.reach(request.actor, "base.read_audit"))
    keys = [key for key in TABS if (key != "audit" or may_audit) and (key != "process" or case.instance)]
    current = request.GET.get("tab") if request.GET.get("tab") in keys else keys[0]
    found: dict[str, Any] = {
        "tabs": [
            {"key": key, "title": TABS[key], "url": f"/case/case/{case.pk}/?tab={key}", "current": key == current}
            for key in keys
        ]
    }
    match current:
        case "opinions":
            return found | {"opinions": showing.opinions(case), "shown": "opinions"}
        case "process":
            return found | {"shown": "process", **showing.process(case)}
        case "audit":
            return found | {"shown": "audit", "audit": _audit(case)}
    return found | {"shown": "story", "timeline": showing.timeline(case, unmask=is_unmasked(request, case))}


def _audit(case: Case) -> list[dict[str, Any]]:
    """Who did what to the case and to its steps, and who looked at it."""
    steps = [str(pk) for pk in case.tasks.values_list("pk", flat=True)]
    lines = AuditLine.objects.filter(thing_type="case.case", thing_id=str(case.pk)) | AuditLine.objects.filter(
        thing_type="case.task", thing_id__in=steps
    )
    return [
        {
            "at": line.at,
            "who": line.name,
            "address": line.address,
            "title": line.what,
            "channel": line.channel,
            "request_id": line.request_id,
            "detail": line.detail,
        }
        for line in lines.order_by("-at", "-id")[:100]
    ]


def file(request: HttpRequest, pk: int, key: int) -> HttpResponseBase:
    """A file of the form, for whoever may see the case."""
    found = document.of(f"case:{pk}").filter(pk=key).first()
    if found is None or found.current is None or not _may_see(request, Case.objects.get(pk=pk)):
        raise Http404
    return document.download(request, found.current)


def _may_see(request: HttpRequest, case: Case) -> bool:
    return (
        of_mine(request.actor).filter(pk=case.pk).exists()
        or rights.may(request.actor, "case.read", case)
        or _has_step(request, case)
    )


def paper(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A paper's file, for whoever may see its case: officers and the applicant."""
    material = _material(request, pk)
    assert material.document is not None and material.document.current is not None
    return document.download(request, material.document.current)


def paper_page(request: HttpRequest, pk: int, page: int, width: int) -> HttpResponse:
    """One page of it as a picture, to be read beside the application."""
    material = _material(request, pk)
    assert material.document is not None and material.document.current is not None
    made = document.picture(material.document.current, page, width)
    answer = HttpResponse(made, content_type="image/webp")
    answer["Cache-Control"] = "private, max-age=600"
    return answer


def _material(request: HttpRequest, pk: int) -> Material:
    found = Material.objects.select_related("case", "document").filter(pk=pk, document__state="kept").first()
    if found is None or found.document is None or found.document.current is None:
        raise Http404
    if not _may_see(request, found.case):
        raise Http404
    return found

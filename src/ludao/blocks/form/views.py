"""The pages that the kit cannot say: a form while it is filled in, its trial, its versions beside one another."""

import json
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ludao.base import rights, uses
from ludao.base.errors import LudaoError
from ludao.base.text import from_pair, t
from ludao.blocks.identity.public import Person

from . import public
from .drawing import KEY
from .engine.editing import differences
from .models import Form, Version


def refill(request: HttpRequest, pk: int) -> HttpResponse:
    """The fields again, after a button of the form itself or an answer on which others depend."""
    version = _fillable(request, pk)
    entered = public.read(version, request.POST, request.FILES, actor=request.actor)
    kept = _keep(request, version, entered)
    problems = [one for one in entered.problems if entered.step]
    return render(request, "form/_fields.html", public.fields(
        version, entered.typed, problems=problems, filled=entered.filled, request=request, about=entered.about,
        kept_at=kept.kept_at if kept else None, key=_key(request)))


def _key(request: HttpRequest) -> str:
    key = request.POST.get("_key", "")
    return key if key.isascii() and key.isalpha() and len(key) <= 20 else KEY


def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """What is typed, kept while it is typed."""
    version = _fillable(request, pk)
    kept = _keep(request, version, public.read(version, request.POST))
    return render(request, "form/_kept.html", {"kept_at": kept.kept_at if kept else None,
                                                   "filling": {"key": _key(request)}})


def _keep(request: HttpRequest, version: Version, entered: public.Entered) -> Any:
    return public.keep_draft(request.actor, entered.about, version, entered.typed) if entered.about else None


def _fillable(request: HttpRequest, pk: int) -> Version:
    """Any version that was ever in force; a draft only for who edits it."""
    if request.method != "POST":
        raise Http404
    version = Version.objects.select_related("form").filter(pk=pk).first()
    if version is None or (not version.is_published and not rights.reach(request.actor, "form.revise")):
        raise Http404
    return version




def trial(request: HttpRequest, pk: int) -> HttpResponse:
    """Fill a version in as people would, and see what would be sent; nothing is kept."""
    version = _shown(request, pk)
    context: dict[str, Any] = {"sections": None}
    if request.method == "POST":
        entered = public.read(version, request.POST, request.FILES)
        shown = public.fields(version, entered.typed, problems=entered.problems, filled=entered.filled, request=request)
        if entered.is_complete:
            context = {"sections": public.facts(version, entered.data, unmask=True),
                       "data": json.dumps(entered.data, ensure_ascii=False, indent=1)}
    else:
        filled = _held(request, version) if request.GET.get("held") else {}
        shown = public.fields(version, public.begun(filled, public.blank(version)), filled=filled, request=request)
    title = from_pair(version.design.title)
    return render(request, "form/trial.html", {
        **shown, **context, "title": t(f"试填：{title}", f"Try: {title}"),
        "lead": t("这里填写的内容不会保存，也不会发出。", "What you fill in here is neither kept nor sent."),
        "version": version, "crumbs": crumbs(version, t("试填", "Try")),
    }, status=422 if shown["filling"]["problems"] else 200)


def _held(request: HttpRequest, version: Version) -> dict[str, public.Filled]:
    """What is held of the officer who tries it."""
    me = Person.objects.get(pk=request.actor.person)
    subject = public.Subject(person_id=me.pk, name=me.name, id_number=me.id_number)
    return public.prefill(version, request.actor, subject, str(t("试填表单", "Trying a form")))


def download(request: HttpRequest, pk: int) -> HttpResponse:
    """A version as the file that it could have come from."""
    version = _shown(request, pk)
    answer = HttpResponse(version.text, content_type="application/json; charset=utf-8")
    name = f"{version.form_id.rpartition('.')[2]}.form.json"
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


def _shown(request: HttpRequest, pk: int) -> Version:
    version = Version.objects.select_related("form").filter(pk=pk).first()
    if version is None:
        raise Http404
    return version


def crumbs(version: Version, title: str) -> list[dict[str, Any]]:
    return [{"title": t("表单", "Forms"), "url": "/form/"},
            {"title": str(version.form), "url": version.form.get_absolute_url()},
            {"title": str(version), "url": version.get_absolute_url()},
            {"title": title, "url": ""}]


def form_facts(request: HttpRequest, form: Form) -> dict[str, Any]:
    """Beside the kit's facts: the form as it is asked now, and where to go on."""
    current = form.versions.filter(state=Version.PUBLISHED).order_by("-number").first()
    draft = form.versions.filter(state=Version.DRAFT).first()
    return {"version": current, "draft": draft, "uses": uses.of(request.actor, form.pk),
            **(_preview(current) if current else {}),
            "may_revise": bool(rights.reach(request.actor, "form.revise")) and not form.is_tool}


def version_facts(request: HttpRequest, version: Version) -> dict[str, Any]:
    """The version as it is asked, and what it says differently from another one."""
    others = list(version.form.versions.exclude(pk=version.pk).order_by("-number")[:100])
    chosen = request.GET.get("with", "")
    other = next((one for one in others if str(one.number) == chosen),
                 next((one for one in others if one.number < version.number), None))
    return {"version": version, "uses": uses.of(request.actor, version.form_id),
            "others": others, "other": other, **_preview(version),
            "changes": differences(other.text, version.text) if other else [],
            "may_revise": version.is_draft and bool(rights.reach(request.actor, "form.revise"))}


def _preview(version: Version) -> dict[str, Any]:
    try:
        return public.fields(version, public.blank(version))
    except LudaoError:
        return {}

"""The pages that the kit cannot say: a form while it is filled in, its editor, its trial."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ludao.base import rights

from . import public
from .models import Version


def refill(request: HttpRequest, pk: int) -> HttpResponse:
    """The fields again, after a button of the form itself or an answer on which others depend."""
    version = _fillable(request, pk)
    entered = public.read(version, request.POST, request.FILES, actor=request.actor)
    kept = _keep(request, version, entered)
    problems = [one for one in entered.problems if entered.step]
    return render(request, "form/_fields.html", public.fields(
        version, entered.typed, problems=problems, filled=entered.filled, request=request, about=entered.about,
        kept_at=kept.kept_at if kept else None))


def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """What is typed, kept while it is typed."""
    version = _fillable(request, pk)
    kept = _keep(request, version, public.read(version, request.POST))
    return render(request, "form/_kept.html", {"kept_at": kept.kept_at if kept else None})


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



"""One question on a small card: an action's form, its errors by field, and where to go when it is done."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from ludao.base import actions
from ludao.base.errors import LudaoError, Problems, Refused
from ludao.base.pages.forms import form_for

CARD = "ludao/card.html"
AUTOCOMPLETE = {"username": "username", "password": "current-password", "old": "current-password",
                "new": "new-password", "code": "one-time-code", "token": "one-time-code", "name": "name",
                "email": "email", "phone": "tel"}


def ask(
    request: HttpRequest, address: str, then: Callable[[Any, Form], HttpResponse], *, template: str = CARD,
    known: dict[str, Any] | None = None, **context: Any,
) -> HttpResponse:
    """Show the action's form; when it is sent and done, answer with `then(result, form)`. `known` is not asked."""
    spec = actions.get(address)
    form = form_for(spec, request, [])
    for name in known or {}:
        form.fields.pop(name, None)
    _say_what_it_is(form, is_first=address == "identity.register")
    if request.method == "POST" and form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if value not in (None, "", [])}
        try:
            return then(spec.call(request.actor, {**given, **(known or {})}), form)
        except Refused:
            raise
        except LudaoError as error:
            blame(form, error)
    return card(request, form, template=template, **{"title": spec.title, **context})


def _say_what_it_is(form: Form, is_first: bool) -> None:
    """So that browsers and password keepers fill it in, and phones show the right keys (WCAG 1.3.5)."""
    for name, field in form.fields.items():
        meant = "new-password" if is_first and name == "password" else AUTOCOMPLETE.get(name)
        if meant:
            field.widget.attrs["autocomplete"] = meant


def card(request: HttpRequest, form: Form | None, *, template: str = CARD, **context: Any) -> HttpResponse:
    status = 422 if form is not None and form.is_bound and form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)


def blame(form: Form, error: LudaoError) -> None:
    for problem in error.problems if isinstance(error, Problems) else [error]:
        name = problem.field.split(".")[0]
        form.add_error(name if name in form.fields else None, str(problem))


def next_of(request: HttpRequest, default: str) -> str:
    """Where the person wanted to go, when that is in this house."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else default


def with_next(path: str, wanted: str) -> str:
    return f"{path}?{urlencode({'next': wanted})}" if wanted else path


def hidden_next(request: HttpRequest) -> Sequence[tuple[str, str]]:
    wanted = next_of(request, "")
    return [("next", wanted)] if wanted else []

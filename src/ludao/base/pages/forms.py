"""The form of an action, from its type hints; errors come back by field and keep what was typed."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import partial
from typing import Any, Literal, get_args, get_origin

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from pydantic import SecretStr

from ludao.base import actions, rights
from ludao.base.actions import Action, Parameter
from ludao.base.actor import Actor
from ludao.base.errors import LudaoError, Problems, Refused
from ludao.base.pages.tables import address_of
from ludao.base.text import t

LONG = 200


@dataclass(frozen=True)
class Choices:
    """The words of a choice, for Annotated[Literal["a", "b"], Choices({"a": t(…), "b": t(…)})]."""

    words: dict[str, str]


@dataclass(frozen=True)
class Kind:
    """How a field is asked for where its type does not say: text (many lines), radio, secret."""

    name: str


@dataclass(frozen=True)
class Rows:
    """Which rows a field offers of those within reach (`among` narrows them, knowing the things the action is done to),
    the key of the one it begins with, and under which words a long list is grouped. A field that offers one row
    begins with it."""

    among: Callable[[models.QuerySet[Any], list[models.Model]], models.QuerySet[Any]] | None = None
    first: Callable[[Actor], str] | None = None
    group: Callable[[Any], str] | None = None


OWN = Rows(first=lambda actor: actor.organisation)


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files in one field."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if not given:
            super().clean(None, initial)
        return [super(FilesField, self).clean(one, initial) for one in given]


def view(request: HttpRequest, address: str) -> HttpResponseBase:
    """Ask for what an action needs, then do it; `item` names the row or rows it is done to."""
    spec = actions.get(address)
    actor = request.actor
    if not rights.reach(actor, spec.right):
        raise Refused(t("没有找到，或您无权办理", "Not found, or not yours to do"))
    things = subjects(request, spec)
    form = form_for(spec, request, things)
    if request.method == "POST" and form.is_valid() and not _changed_meanwhile(request, form, spec, things):
        answer = _do(request, spec, form, things)
        if answer is not None:
            return answer
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "ludao/form.html", _context(request, spec, form, things), status=status)


def subjects(request: HttpRequest, spec: Action) -> list[models.Model]:
    """The rows named in the address, within reach; any that is not is simply not found."""
    keys = request.POST.getlist("item") or request.GET.getlist("item")
    if not keys or spec.subject is None or spec.subject.model is None:
        return []
    model = spec.subject.model
    try:
        wanted = [model._meta.pk.to_python(key) for key in keys]
    except (ValidationError, ValueError):
        raise Refused(t("没有找到", "Not found")) from None
    found = rights.narrow(request.actor, spec.right, model._default_manager.all()).in_bulk(wanted)
    if missing := [key for key in wanted if key not in found]:
        raise Refused(t(f"没有找到：{missing[0]}", f"Not found: {missing[0]}"))
    return [found[key] for key in wanted]


def form_for(spec: Action, request: HttpRequest, things: list[models.Model]) -> forms.Form:
    """The action's Django form. Fields named like a field of the one subject begin with its value."""
    asked = [p for p in spec.parameters if not (p is spec.subject and things)]
    made = {p.name: field_for(p, request, spec, things) for p in asked}
    initial = _firsts(asked, made, request.actor) | _initial(asked, things, request)
    kind = type("ActionForm", (forms.Form,), made)
    if request.method == "POST":
        bound: forms.Form = kind(request.POST, request.FILES, initial=initial)
        return bound
    fresh: forms.Form = kind(initial=initial)
    return fresh


def _initial(asked: list[Parameter], things: list[models.Model], request: HttpRequest) -> dict[str, Any]:
    initial = {p.name: p.default for p in asked if not p.is_required and p.default is not None}
    if len(things) == 1:
        names = {f.name for f in things[0]._meta.get_fields()}
        initial |= {p.name: _value_of(things[0], p.name) for p in asked if p.name in names}
    return initial | {p.name: request.GET[p.name] for p in asked if p.name in request.GET}


def _firsts(asked: list[Parameter], made: dict[str, forms.Field], actor: Actor) -> dict[str, Any]:
    """What a field of rows begins with; what is no choice of it is not chosen."""
    found: dict[str, Any] = {}
    for p in asked:
        rows = _extra(p, Rows)
        if rows is None or p.is_many:
            continue
        offered = made[p.name].queryset  # type: ignore[attr-defined]
        key = rows.first(actor) if rows.first else ""
        if key and offered.filter(pk=key).exists():
            found[p.name] = key
        elif p.is_required and len(only := list(offered[:2])) == 1:
            found[p.name] = only[0].pk
    return found


def _extra(p: Parameter, kind: type[Any]) -> Any:
    return next((m for m in getattr(p.annotation, "__metadata__", ()) if isinstance(m, kind)), None)


def _value_of(thing: models.Model, name: str) -> Any:
    value = getattr(thing, name)
    return list(value.all()) if hasattr(value, "all") else value


def field_for(
    p: Parameter, request: HttpRequest, spec: Action, things: list[models.Model] | None = None
) -> forms.Field:
    """One parameter as a form field: its type chooses the control, its annotation the words and bounds."""
    info = p.info
    words: dict[str, Any] = {"label": p.title, "required": p.is_required, "help_text": info.description or ""}
    if p.model:
        rows = rights.narrow(request.actor, spec.right, p.model._default_manager.select_related())
        narrowed = _extra(p, Rows)
        if narrowed is not None and narrowed.among:
            rows = narrowed.among(rows, things or [])
        field = (RowsChoice if p.is_many else RowChoice)(queryset=rows, **words)
        if narrowed is not None and narrowed.group:
            field.iterator = partial(Grouped, group=narrowed.group)  # type: ignore[assignment]
            field.queryset = rows  # the control's choices come from the iterator that was set
        return field
    if p.is_file:
        return FilesField(**words) if p.is_many else forms.FileField(**words)
    return _plain_field(p, words)


def _plain_field(p: Parameter, words: dict[str, Any]) -> forms.Field:
    named, asked = _extra(p, Choices), _extra(p, Kind)
    choices, asked_as = named.words if named else None, asked.name if asked else ""
    kinds = [k for k in actions.flat(p.annotation) if k is not type(None)]
    kind = next((k for k in kinds if k is not list), str)
    options = _options(p.annotation, kind)
    if choices or options:
        pairs = [(o, (choices or {}).get(o, o)) for o in options] if options else list((choices or {}).items())
        return _choice_field(p, pairs, asked_as, words)
    limits = _limits(p)
    match kind:
        case t_ if t_ is bool:
            return forms.BooleanField(**{**words, "required": False})
        case t_ if t_ is int:
            return forms.IntegerField(min_value=limits.get("ge"), max_value=limits.get("le"), **words)
        case t_ if t_ in (Decimal, float):
            number: Callable[..., forms.Field] = forms.DecimalField if t_ is Decimal else forms.FloatField
            return number(min_value=limits.get("ge"), max_value=limits.get("le"), **words)
        case t_ if t_ is datetime:
            return forms.DateTimeField(widget=forms.DateTimeInput, **words)
        case t_ if t_ is date:
            return forms.DateField(widget=forms.DateInput, **words)
        case t_ if t_ is SecretStr:
            return forms.CharField(widget=forms.PasswordInput, strip=False, **words)
    if p.is_many:
        return LinesField(widget=forms.Textarea, **words)
    length = limits.get("max_length")
    is_long = asked_as == "text" or (length or 0) > LONG
    return forms.CharField(max_length=length, min_length=limits.get("min_length"),
                           widget=forms.Textarea if is_long else forms.TextInput, **words)


class Grouped(forms.models.ModelChoiceIterator):  # type: ignore[type-arg]
    """Rows under the words of their group, in the order in which the groups come first."""

    def __init__(self, field: Any, group: Callable[[Any], str]) -> None:
        super().__init__(field)
        self.group = group

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        groups: dict[str, list[Any]] = {}
        for row in self.queryset:
            groups.setdefault(str(self.group(row)), []).append(self.choice(row))
        yield from groups.items()


class RowChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One row, named by its `choice_label` where its own name does not tell it from its neighbours."""

    def label_from_instance(self, obj: Any) -> str:
        return str(getattr(obj, "choice_label", obj))


class RowsChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several rows, named the same way."""

    def label_from_instance(self, obj: Any) -> str:
        return str(getattr(obj, "choice_label", obj))


class LinesField(forms.CharField):
    """Several texts, one a line."""

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> Any:
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]


def _choice_field(p: Parameter, pairs: list[Any], asked_as: str, words: dict[str, Any]) -> forms.Field:
    if p.is_many:
        return forms.MultipleChoiceField(choices=pairs, widget=forms.CheckboxSelectMultiple, **words)
    if asked_as == "radio":
        return forms.ChoiceField(choices=pairs, widget=forms.RadioSelect, **words)
    if not p.is_required:
        pairs = [("", t("不选", "None")), *pairs]
    return forms.ChoiceField(choices=pairs, **words)


def _options(annotation: Any, kind: Any) -> list[Any]:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [member.value for member in kind]
    return _literals(annotation)


def _literals(annotation: Any) -> list[Any]:
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    inner = [arg for arg in get_args(annotation) if not isinstance(arg, str | Choices | Kind | Rows)]
    return [option for arg in inner for option in _literals(arg)]


def _limits(p: Parameter) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in p.info.metadata:
        for name in ("ge", "gt", "le", "lt", "min_length", "max_length"):
            if (value := getattr(one, name, None)) is not None:
                found[name] = value
    return found


def _given(spec: Action, form: forms.Form) -> dict[str, Any]:
    """What was typed, as the action's outside values; an optional field left empty is left out."""
    given = {}
    for p in spec.parameters:
        if p.name not in form.cleaned_data:
            continue
        value = form.cleaned_data[p.name]
        if value in (None, "") and not p.is_required:
            continue
        given[p.name] = _outside(value)
    return given


def _outside(value: Any) -> Any:
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, models.QuerySet):
        return [row.pk for row in value]
    return value


def _do(request: HttpRequest, spec: Action, form: forms.Form, things: list[models.Model]) -> HttpResponse | None:
    """Once for all rows, or once for each when the action takes one: a row that fails never stops the others."""
    given = _given(spec, form)
    subject = spec.subject
    if subject is None or not things:
        return _once(request, spec, form, given, [])
    if subject.is_many or len(things) == 1:
        keys: Any = [thing.pk for thing in things]
        return _once(request, spec, form, {**given, subject.name: keys if subject.is_many else keys[0]}, things)
    return _each(request, spec, given, things)


def _once(
    request: HttpRequest, spec: Action, form: forms.Form, given: dict[str, Any], things: list[models.Model]
) -> HttpResponse | None:
    try:
        result = spec.call(request.actor, given)
    except Refused:
        raise
    except LudaoError as error:
        for problem in error.problems if isinstance(error, Problems) else [error]:
            _blame(form, problem)
        return None
    messages.success(request, t(f"已办理：{spec.title}", f"Done: {spec.title}"))
    return redirect(_after(request, spec, result, things))


def _each(
    request: HttpRequest, spec: Action, given: dict[str, Any], things: list[models.Model]
) -> HttpResponse:
    assert spec.subject is not None
    done = 0
    for thing in things:
        try:
            spec.call(request.actor, {**given, spec.subject.name: thing.pk})
            done += 1
        except LudaoError as error:
            messages.error(request, f"{thing}:{error}")
    if done:
        messages.success(request, t(f"{spec.title}:已办理 {done} 项", f"{spec.title}: {done} done"))
    return redirect(_after(request, spec, None, []))


def _blame(form: forms.Form, problem: LudaoError) -> None:
    name = problem.field.split(".")[0]
    form.add_error(name if name in form.fields else None, str(problem))


def _after(request: HttpRequest, spec: Action, result: Any, things: list[models.Model]) -> str:
    """Where to go when it is done: the thing made, the thing it was done to, or back where it began."""
    for thing in [result, *things]:
        if isinstance(thing, models.Model) and thing.pk and (url := address_of(thing)):
            return url
    return back_url(request, spec)


def back_url(request: HttpRequest, spec: Action) -> str:
    return "/" + spec.address.rsplit(".", 1)[0].replace(".", "/") + "/"


def _context(request: HttpRequest, spec: Action, form: forms.Form, things: list[models.Model]) -> dict[str, Any]:
    hidden: list[tuple[str, Any]] = [("item", thing.pk) for thing in things]
    if len(things) == 1:
        hidden.append(("_seen", _seen(form, spec, things)))
    return {
        "title": spec.title, "form": form, "confirm": spec.confirm, "lead": spec.lead,
        "tone": "danger" if spec.confirm else "primary",
        "things": [{"title": str(thing), "url": address_of(thing)} for thing in things], "hidden": hidden,
        "back_url": address_of(things[0]) if len(things) == 1 and address_of(things[0]) else back_url(request, spec),
    }


def _seen(form: forms.Form, spec: Action, things: list[models.Model]) -> str:
    """A digest of the values the person saw when the form was opened."""
    names = {f.name for f in things[0]._meta.concrete_fields}
    shown = {n: str(getattr(things[0], n)) for n in form.fields if n in names}
    return hashlib.sha256(json.dumps(shown, sort_keys=True, cls=DjangoJSONEncoder).encode()).hexdigest()[:16]


def _changed_meanwhile(request: HttpRequest, form: forms.Form, spec: Action, things: list[models.Model]) -> bool:
    """Somebody changed these values since the form was opened: say so, and let the person look before sending."""
    seen = request.POST.get("_seen")
    if not seen or len(things) != 1 or seen == _seen(form, spec, things):
        return False
    names = {f.name: f for f in things[0]._meta.concrete_fields}
    now = "; ".join(f"{names[n].verbose_name} = {getattr(things[0], n)}" for n in form.fields if n in names)
    form.add_error(None, t(f"您打开表单之后，别人改了它。现在是：{now}。请核对后再次提交。",
                           f"Somebody changed it after you opened the form. Now: {now}. Look, then send again."))
    return True

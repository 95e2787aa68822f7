"""The filters of a list as a django-filter FilterSet, from field names and types."""

from collections.abc import Sequence
from typing import Any

import django_filters as filters
from django import forms
from django.db import models
from django.db.models import Model, QuerySet
from django.http import QueryDict

from ludao.base.text import t

MANY = 200


def filter_set(model: type[Model], names: Sequence[str], data: QueryDict, queryset: QuerySet[Any]) -> Any:
    """One filter per field: choices as a select, dates as a range, text by its beginning."""
    made: dict[str, Any] = {}
    for name in names:
        made |= _filters(model, name)
    built: Any = type("KitFilterSet", (filters.FilterSet,), {
        **made, "Meta": type("Meta", (), {"model": model, "fields": []})})
    return built(data, queryset=queryset)


def _filters(model: type[Model], name: str) -> dict[str, filters.Filter]:
    field: Any = None
    where: Any = model
    for part in name.split("__"):
        field = where._meta.get_field(part)
        where = field.related_model
    title = str(field.verbose_name)
    if field.choices:
        return {name: filters.ChoiceFilter(field_name=name, choices=field.choices, label=title, empty_label=_any())}
    match field:
        case models.BooleanField():
            choices = [("", _any()), ("true", t("是", "Yes")), ("false", t("否", "No"))]
            return {name: filters.TypedChoiceFilter(field_name=name, choices=choices, label=title,
                                                    coerce=lambda v: v == "true")}
        case models.DateField():
            return _range(name, title, isinstance(field, models.DateTimeField))
        case models.ForeignKey():
            return {name: _choice(field, name, title)}
        case models.IntegerField() | models.DecimalField() | models.FloatField():
            return {name: filters.NumberFilter(field_name=name, label=title)}
    return {name: filters.CharFilter(field_name=name, lookup_expr="startswith", label=title)}


def _range(name: str, title: str, is_moment: bool) -> dict[str, filters.Filter]:
    path = f"{name}__date" if is_moment else name
    widget = forms.DateInput(attrs={"type": "date"})
    return {
        f"{name}_from": filters.DateFilter(field_name=path, lookup_expr="gte", label=t(f"{title} 从", f"{title} from"),
                                           widget=widget),
        f"{name}_to": filters.DateFilter(field_name=path, lookup_expr="lte", label=t(f"{title} 至", f"{title} to"),
                                         widget=widget),
    }


def _choice(field: Any, name: str, title: str) -> filters.Filter:
    """A select while the choices are few; the key typed when they are many, so that no page carries thousands."""
    rows = field.related_model._default_manager.all()
    if len(rows[: MANY + 1].values_list("pk")) <= MANY:
        return filters.ModelChoiceFilter(field_name=name, queryset=rows, label=title, empty_label=_any())
    return filters.CharFilter(field_name=f"{name}__pk", label=title)


def _any() -> str:
    return t("不限", "Any")


def in_force(built: Any, data: QueryDict, url: Any) -> list[dict[str, Any]]:
    """The filters that are set, in words, each with the address that takes it away."""
    chosen = []
    for name, bound in built.form.fields.items():
        value = data.get(name, "")
        if value:
            chosen.append({"title": bound.label, "value": _words(bound, value), "url": url(**{name: None})})
    return chosen


def _words(bound: forms.Field, value: str) -> str:
    if isinstance(bound, forms.ModelChoiceField):
        found = bound.queryset.filter(pk=value).first() if bound.queryset is not None else None
        return str(found or value)
    return str(dict(getattr(bound, "choices", [])).get(value, value))

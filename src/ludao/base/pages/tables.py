"""The rows of a list as a django-tables2 table, from the declared columns."""

from collections.abc import Callable
from functools import lru_cache, reduce
from typing import Any

import django_tables2 as tables
import django_tables2.utils
from django.db.models import Field, ForeignKey, Model
from django.urls import NoReverseMatch, reverse

from ludao.base.pages.declare import Column

_plain = django_tables2.utils.signature
_asked = lru_cache(512)(_plain)


def _signature(function: Callable[..., Any]) -> Any:
    """The library looks at the same few methods again for each cell, which takes a tenth of a page's time."""
    method = getattr(function, "__func__", None)
    if method is None:
        return _asked(function)
    arguments, catch_all = _asked(method)
    return arguments[1:], catch_all


django_tables2.utils.signature = _signature


class KitColumn(tables.Column):
    """Shows a value by its kind; a choice is shown by its words."""

    def __init__(self, declared: Column, model: type[Model], is_sortable: bool) -> None:
        super().__init__(verbose_name=declared.title_in(model), accessor=declared.name, orderable=is_sortable,
                         order_by=(declared.name,), empty_values=())
        self.kind = declared.kind or kind_of(model, declared.name)
        self.declared = declared

    def render(self, record: Any, value: Any) -> Any:
        """A light is shown by its sign, which has the word beside it; django-tables2 has made it words already."""
        if self.kind == "light":
            return lamp(record, self.declared.name)
        return shown(record, self.declared.name, value)


class Lamp(str):
    """A light's colour, with the word that its own thing has for it: late, failed, missed."""

    word = ""


def lamp(record: Any, name: str) -> Lamp:
    """`light_word` of the thing, or the words of the field's choices; none where the house's own words do."""
    *above, last = name.split("__")
    owner = reduce(lambda one, part: getattr(one, part, None), above, record)
    if owner is None or not getattr(owner, last, None):
        return Lamp("grey")
    said = getattr(owner, f"{last}_word", None) or getattr(owner, f"get_{last}_display", lambda: "")()
    found = Lamp(getattr(owner, last))
    found.word = str(said)
    return found


def kind_of(model: type[Model], name: str) -> str:
    """How a field shows itself when the declaration says nothing."""
    found = field_of(model, name)
    if found is None:
        return ""
    if found.name.endswith("_fen"):
        return "money"
    if found.choices:
        return "choice"
    return {"TextField": "lines", "DateTimeField": "moment", "DateField": "day", "FileField": "file",
            "FloatField": "number"}.get(
        found.get_internal_type(), "")


def field_of(model: type[Model], name: str) -> "Field[Any, Any] | None":
    where: Any = model
    found = None
    for part in name.split("__"):
        found = next((f for f in where._meta.get_fields() if f.name == part), None) if where else None
        where = getattr(found, "related_model", None)
    return found if isinstance(found, Field) else None


def shown(record: Any, name: str, value: Any) -> Any:
    """A choice by its words, everything else as it is."""
    owner = record
    *path, last = name.split("__")
    for part in path:
        owner = getattr(owner, part, None)
    words = getattr(owner, f"get_{last}_display", None)
    return words() if words else value


def table(
    model: type[Model], columns: list[Column], rows: list[Any], sort: Any = (), order: str = ""
) -> tables.Table:
    """A table over this page's rows only; nothing is counted, nothing more is asked."""
    built = {c.name: KitColumn(c, model, c.name in sort) for c in columns}
    kind = type("KitTable", (tables.Table,), built)
    return kind(rows, order_by=(order,), orderable=bool(sort), row_attrs={"data-href": address_of})


def relations(model: type[Model], columns: list[Column]) -> list[str]:
    """What to join so that no row asks the database again."""
    wanted = set()
    for column in columns:
        path = column.name.split("__")
        found = next((f for f in model._meta.get_fields() if f.name == path[0]), None)
        if isinstance(found, ForeignKey):
            wanted.add("__".join(path[:-1]) if len(path) > 1 else path[0])
    return sorted(wanted)


def address_of(record: Any = None, **_: Any) -> str:
    """Where a row's own page stands; "" when it has none."""
    address = getattr(record, "get_absolute_url", None)
    try:
        return str(address()) if address else ""
    except NoReverseMatch:  # a library's own table, whose pages we do not serve
        return ""


def name_of(model: type[Model]) -> str:
    """The model's word in an address."""
    return model._meta.model_name or ""


def detail_url(thing: Any) -> str:
    return reverse(f"{thing._meta.app_label}:{name_of(type(thing))}", args=[thing.pk])

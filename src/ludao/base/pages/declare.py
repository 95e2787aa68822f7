"""The words a subsystem declares its pages with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, QuerySet


@dataclass(frozen=True)
class Column:
    """One column of a list: a field, a path over relations (`owner__name`) or an attribute of the row.
    `kind` is the page's way to show it (money, light, progress, percent, lines …)."""

    name: str
    title: str = ""
    kind: str = ""

    def title_in(self, model: type[Model]) -> str:
        if self.title:
            return self.title
        where: Any = model
        label: Any = self.name
        for part in self.name.split("__"):
            try:
                found = where._meta.get_field(part)
                label = getattr(found, "verbose_name", part)
                where = found.related_model or where
            except FieldDoesNotExist:
                label = getattr(getattr(where, part, None), "title", part)
        return str(label)


@dataclass(frozen=True)
class List:
    """A list over a model: filtered, searched, sorted, paged by key, exported, bulk-acted upon.

    `sort` are the columns a person may sort by (each needs an index, so that no page grows with the table);
    `actions` are begun here, `bulk` are done to selected rows; both name actions of the house. `find` searches in
    a way of its own, `live` names what makes the list ask again; `context` adds to what the template is given.
    """

    model: type[Model]
    columns: Sequence[str | Column]
    filters: Sequence[str] = ()
    search: Sequence[str] = ()
    sort: Sequence[str] = ()
    order: str = "-pk"
    actions: Sequence[str] = ()
    bulk: Sequence[str] = ()
    hidden: Sequence[str] = ()
    title: str = ""
    lead: str = ""
    empty: str = ""
    right: str = "read"
    path: str = ""
    icon: str = "list"
    in_nav: bool = True
    size: int = 50
    rows: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None
    related: Sequence[str] = ()
    find: Callable[[QuerySet[Any], str], QuerySet[Any]] | None = None
    live: str = ""
    template: str = "ludao/list.html"
    context: Callable[..., dict[str, Any]] | None = None

    @property
    def shown(self) -> list[Column]:
        return [c if isinstance(c, Column) else Column(c) for c in self.columns]


@dataclass(frozen=True)
class Related:
    """A tab of a detail page: the rows that point at this one through the reverse relation `name`."""

    name: str
    columns: Sequence[str | Column] = ()
    order: str = "-pk"
    actions: Sequence[str] = ()
    title: str = ""


@dataclass(frozen=True)
class Detail:
    """One row's page: facts, what may be done, what points at it, what happened to it, who did it."""

    model: type[Model]
    fields: Sequence[str | Column] = ()
    related: Sequence[Related | str] = ()
    actions: Sequence[str] = ()
    right: str = "read"
    lead: str = ""
    template: str = "ludao/detail.html"
    context: Callable[..., dict[str, Any]] | None = None


@dataclass(frozen=True)
class Form:
    """An action that begins here rather than at a row; `/…/do/<action>/` exists for every action anyway."""

    action: str
    in_nav: bool = True
    icon: str = "plus"


@dataclass(frozen=True)
class Page:
    """A page the kit cannot say: a plain Django view under a path, with a right all the same.
    `right=""` opens it to everyone, and must be meant. `is_desk` makes it what the workbench opens with,
    `is_screen` lists it among the walls' screens, of which the one of the lowest `rank` is shown first.
    `finds` is asked by the search of the shell for (what was said, how many at the most): it gives title, text and
    address of each, and whoever wants more opens this page with `?q=`."""

    path: str
    view: Callable[..., Any]
    title: str
    right: str = "read"
    icon: str = "layout-dashboard"
    in_nav: bool = True
    words: Sequence[str] = field(default=())
    finds: Callable[[str, int], Sequence[tuple[str, str, str]]] | None = None
    is_desk: bool = False
    is_screen: bool = False
    rank: int = 9


Declared = List | Detail | Form | Page

"""A list page: narrowed to what the person may see, then filtered, searched, sorted and paged by key."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from ludao.base import actions, grams, rights
from ludao.base.errors import Refused
from ludao.base.models import SavedView
from ludao.base.pages import exports, filters, tables
from ludao.base.pages.declare import Column, List
from ludao.base.pages.keyset import paginate
from ludao.base.registry import Manifest
from ludao.base.text import t


def view(request: HttpRequest, manifest: Manifest, declared: List) -> HttpResponseBase:
    """Answers the whole page, or only its rows to HTMX, or a file when `export` is asked."""
    right = f"{manifest.address}.{declared.right}"
    if not rights.reach(request.actor, right):
        raise Refused(t("没有找到，或您无权查看", "Not found, or not yours to see"))
    found = _Found(request, manifest, declared, right)
    if kind := request.GET.get("export"):
        return exports.export(request, "xlsx" if kind == "xlsx" else "csv", declared.model, found.columns,
                              found.sorted_rows())
    part = "ludao/_table.html" if request.headers.get("HX-Target") == "results" else declared.template
    more = declared.context(request) if declared.context else {}
    return render(request, part, found.context() | more)


class _Found:
    """What one request asks of a list."""

    def __init__(self, request: HttpRequest, manifest: Manifest, declared: List, right: str) -> None:
        self.request, self.manifest, self.declared = request, manifest, declared
        self.model = declared.model
        rows = rights.narrow(request.actor, right, self.model._default_manager.all())
        rows = declared.rows(rows) if declared.rows else rows
        self.filters = filters.filter_set(self.model, declared.filters, request.GET, rows)
        self.rows: QuerySet[Any] = self.filters.qs
        self.words = request.GET.get("q", "").strip()
        if self.words and declared.search:
            self.rows = (declared.find(self.rows, self.words) if declared.find else
                         self.rows.filter(grams.condition(self.model, list(declared.search), self.words)))
        wanted = request.GET.getlist("columns")
        every = declared.shown
        self.columns = [c for c in every if (c.name in wanted if wanted else c.name not in declared.hidden)] or every
        self.rows = self.rows.select_related(*tables.relations(self.model, self.columns), *declared.related)

    @property
    def order(self) -> str:
        """Only what the list offers; anything else is its own order."""
        asked = self.request.GET.get("sort", "")
        return asked if asked.lstrip("-") in self.declared.sort else self.declared.order

    def sorted_rows(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.rows.order_by(self.order, "pk")
        return rows

    def url(self, **changes: Any) -> str:
        """This page with other parameters, from its first rows; None takes a parameter away."""
        query = self.request.GET.copy()
        for name in ("after", "before", "count", "export"):
            query.pop(name, None)
        for name, value in changes.items():
            if value is None:
                query.pop(name, None)
            else:
                query[name] = value
        return f"{self.request.path}?{query.urlencode()}"

    def context(self) -> dict[str, Any]:
        get = self.request.GET
        page = paginate(self.rows, self.order, self.declared.size, get.get("after", ""), get.get("before", ""))
        chosen = filters.in_force(self.filters, get, self.url)
        if self.words:
            chosen.insert(0, {"title": t("查找", "Search"), "value": self.words, "url": self.url(q=None)})
        begin = buttons(self.request, self.manifest, self.declared.actions)
        return {
            "title": title_of(self.declared), "lead": self.declared.lead, "actions": begin,
            "search": self.words if self.declared.search else None,
            "filter": self.filters.form if self.declared.filters else None,
            "chosen": chosen, "clear_url": self.request.path if chosen else "",
            "columns": [{"name": c.name, "title": c.title_in(self.model), "shown": c in self.columns}
                        for c in self.declared.shown],
            "exports": [{"title": "CSV", "url": self.url(export="csv")},
                        {"title": "Excel", "url": self.url(export="xlsx")}],
            "bulk": buttons(self.request, self.manifest, self.declared.bulk),
            "table": tables.table(self.model, self.columns, page.rows, self.declared.sort, self.order),
            "page": {
                "newer": self.url(before=page.newer) if page.newer else "",
                "older": self.url(after=page.older) if page.older else "",
                "count": self.rows.count() if "count" in get else None,
                "count_url": self.url(count="1"), "size": self.declared.size,
            },
            "empty": {"text": self.declared.empty, "actions": begin},
            "live": self.declared.live or self.manifest.address,
            **self._views(),
        }

    def _views(self) -> dict[str, Any]:
        """The person's saved views of this list."""
        person = self.request.actor.person
        if not person:
            return {"views": [], "save_view_url": None}
        saved = SavedView.objects.filter(person=person, page=self.request.path).order_by("name")
        here = self.request.GET.urlencode()
        views = [{"title": v.name, "url": f"{self.request.path}?{v.query}", "current": v.query == here,
                  "remove_url": reverse("pages:drop_view", args=[v.pk])} for v in saved]
        save = reverse("pages:save_view") + f"?page={self.request.path}"
        return {"views": views, "save_view_url": save, "view_chosen": any(v["current"] for v in views)}


def title_of(declared: List) -> str:
    return declared.title or str(declared.model._meta.verbose_name)


def full_address(manifest: Manifest, name: str) -> str:
    """`report` in assurance/plan's pages means assurance.plan.report."""
    return name if "." in name else f"{manifest.address}.{name}"


def buttons(request: HttpRequest, manifest: Manifest, names: Any, thing: Any = None) -> list[dict[str, Any]]:
    """The actions among these that the person may do (to this thing, in its present state)."""
    shown: list[dict[str, Any]] = []
    for name in names:
        spec = actions.get(full_address(manifest, name))
        if not rights.may(request.actor, spec.right, thing) or not (thing is None or spec.is_possible(thing)):
            continue
        item = f"?item={thing.pk}" if thing is not None else ""
        shown.append({"title": spec.title, "url": action_url(spec.address) + item, "icon": spec.icon,
                      "tone": "danger" if spec.confirm else "" if shown else "primary"})
    return shown


def action_url(address: str) -> str:
    owner, name = address.rsplit(".", 1)
    return f"/{owner.replace('.', '/')}/do/{name}/"


__all__ = ["Column", "action_url", "buttons", "full_address", "title_of", "view"]

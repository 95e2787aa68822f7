"""A detail page: what a thing is, what may be done to it, what points at it, what happened and who did it."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from ludao.base import audit, history, rights
from ludao.base.errors import Refused
from ludao.base.models import AuditLine, History
from ludao.base.pages import tables
from ludao.base.pages.declare import Column, Detail, Related
from ludao.base.pages.keyset import paginate
from ludao.base.pages.lists import buttons
from ludao.base.registry import Manifest
from ludao.base.text import t

LINES = 50


def view(request: HttpRequest, manifest: Manifest, declared: Detail, pk: str) -> HttpResponseBase:
    right = f"{manifest.address}.{declared.right}"
    columns = _columns(declared)
    rows = rights.narrow(request.actor, right, declared.model._default_manager.all())
    thing = rows.select_related(*tables.relations(declared.model, columns)).filter(pk=_key(declared.model, pk)).first()
    if thing is None:
        raise Refused(t("没有找到，或您无权查看", "Not found, or not yours to see"))
    context = {
        "title": str(thing), "lead": declared.lead, "thing": thing,
        "light": tables.lamp(thing, "light") if getattr(thing, "light", None) else None,
        "crumbs": [{"title": manifest.title["zh"] if not manifest.title.get("en") else
                    t(manifest.title["zh"], manifest.title["en"]), "url": f"/{manifest.path}"},
                   {"title": str(thing), "url": ""}],
        "actions": buttons(request, manifest, declared.actions, thing),
        "facts": [_fact(thing, c) for c in columns],
        **_tabs(request, manifest, declared, thing, right),
        **(declared.context(request, thing) if declared.context else {}),
    }
    part = "ludao/_tab.html" if request.headers.get("HX-Target") == "tab" else declared.template
    return render(request, part, context)


def _key(model: type[Model], pk: str) -> Any:
    try:
        return model._meta.pk.to_python(pk)
    except (ValidationError, ValueError):
        raise Refused(t("没有找到", "Not found")) from None


def _columns(declared: Detail) -> list[Column]:
    names = declared.fields or [f.name for f in declared.model._meta.concrete_fields if f.name != "id"]
    return [c if isinstance(c, Column) else Column(c) for c in names]


def _fact(thing: Model, column: Column) -> dict[str, Any]:
    value: Any = thing
    for part in column.name.split("__"):
        value = getattr(value, part, None) if value is not None else None
    if callable(value) and not hasattr(value, "all"):
        value = value()
    kind = column.kind or tables.kind_of(type(thing), column.name)
    value = tables.lamp(thing, column.name) if kind == "light" else tables.shown(thing, column.name, value)
    return {"title": column.title_in(type(thing)), "value": value, "kind": kind}


def _tabs(request: HttpRequest, manifest: Manifest, declared: Detail, thing: Model, right: str) -> dict[str, Any]:
    related = [r if isinstance(r, Related) else Related(r) for r in declared.related]
    may_audit = bool(rights.reach(request.actor, "base.read_audit"))
    keys = [*[r.name for r in related], "timeline", *(["audit"] if may_audit else [])]
    current = request.GET.get("tab") if request.GET.get("tab") in keys else keys[0]
    titles = {r.name: r.title or str(_reverse(thing, r.name).related_model._meta.verbose_name) for r in related}
    titles |= {"timeline": t("经过", "Timeline"), "audit": t("审计", "Audit")}
    tabs = [{"key": key, "title": titles[key], "url": f"?tab={key}", "current": key == current, "count": None}
            for key in keys]
    if current == "timeline":
        return {"tabs": tabs, "timeline": timeline(thing, [c.name for c in _columns(declared)])}
    if current == "audit":
        return {"tabs": tabs, "audit": [_audited(line) for line in _lines(thing)]}
    chosen = next(r for r in related if r.name == current)
    return {"tabs": tabs, "related": _related(request, manifest, chosen, thing, right)}


def _reverse(thing: Model, name: str) -> Any:
    return next(r for r in thing._meta.related_objects if r.get_accessor_name() == name)


def _related(request: HttpRequest, manifest: Manifest, chosen: Related, thing: Model, right: str) -> dict[str, Any]:
    """The rows that point here, narrowed by the same right, a page of them."""
    relation = _reverse(thing, chosen.name)
    model = relation.related_model
    columns = [c if isinstance(c, Column) else Column(c) for c in chosen.columns] or [
        Column(f.name) for f in model._meta.concrete_fields if f.name not in ("id", relation.field.name)]
    rows = rights.narrow(request.actor, right, getattr(thing, chosen.name).all())
    get = request.GET
    page = paginate(rows.select_related(*tables.relations(model, columns)), chosen.order, LINES,
                    get.get("after", ""), get.get("before", ""))
    url = f"?tab={chosen.name}"
    return {
        "table": tables.table(model, columns, page.rows), "bulk": [], "empty": {},
        "actions": buttons(request, manifest, chosen.actions, thing),
        "page": {"newer": page.newer and f"{url}&before={page.newer}",
                 "older": page.older and f"{url}&after={page.older}", "count": None, "count_url": ""},
    }


def _lines(thing: Model) -> list[AuditLine]:
    lines = AuditLine.objects.filter(thing_type=audit.kind_of(thing), thing_id=str(thing.pk))
    return list(lines.order_by("-at", "-id")[:LINES])


def _audited(line: AuditLine) -> dict[str, Any]:
    return {"at": line.at, "who": line.name, "address": line.address, "title": line.what,
            "channel": line.channel, "request_id": line.request_id, "detail": line.detail}


def timeline(thing: Model, names: Iterable[str]) -> list[dict[str, Any]]:
    """What was done, newest first, each with what it changed of the fields that this page shows."""
    changes = _changes(thing, {f for f in thing._meta.concrete_fields if f.name in names})
    return [
        {"at": line.at, "title": line.what, "who": line.name, "organisation": "",
         "tone": "bad" if line.outcome == "refused" else "sea", "changes": changes.get(line.transaction, [])}
        for line in _lines(thing)
    ]


def _changes(thing: Model, fields: set[Any]) -> dict[int | None, list[dict[str, Any]]]:
    """Transaction → the fields it changed: each old row against the one that came after it."""
    after = {f: f.value_from_object(thing) for f in fields}
    found: dict[int | None, list[dict[str, Any]]] = {}
    for past in history.of(thing):
        before = {f: _value(f, past) for f in fields if f.column in (past.row or {})}
        changed = [f for f in before if before[f] != after.get(f)]
        found.setdefault(past.transaction, []).extend(
            {"title": str(f.verbose_name), "before": _said(f, before[f]), "after": _said(f, after.get(f))}
            for f in changed)
        after = before
    return found


def _value(field: Any, past: History) -> Any:
    """The column's value then, in Python's terms, from the row as it was kept."""
    value = (past.row or {})[field.column]
    return value if isinstance(value, list | dict) else getattr(field, "target_field", field).to_python(value)


def _said(field: Any, value: Any) -> Any:
    """A choice by its words, another row by its name."""
    if field.choices:
        return dict(field.flatchoices).get(value, value)
    if field.is_relation and value is not None:
        return str(field.related_model._default_manager.filter(pk=value).first() or value)
    return value

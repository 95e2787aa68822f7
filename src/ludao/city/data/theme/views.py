"""Pages that the kit cannot say: the themes at a glance, what a table is made of, the editor with its preview."""

from typing import Any

from django.db.models import F, Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from ludao.base import actions, clock, rights
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.pages.forms import form_for, subjects
from ludao.base.pages.lists import buttons
from ludao.base.registry import by_address
from ludao.base.sql import located
from ludao.base.text import t
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.lake import public as lake

from .definition import check, readable
from .definition import inputs as inputs_of
from .models import Definition, Table, Theme

BEGIN = """\
-- title: { zh: 表的名称, en: Title }
-- row: { zh: 一行是什么, en: what one row is }
-- key: [id]
-- fresh: daily
-- columns:
--   id: { zh: 编号, en: Number }
select
from
"""
SHOWN = 20
VERSIONS = 10


def home(request: HttpRequest) -> HttpResponse:
    """Every theme with its tables: what a row is, how many, how fresh."""
    active = Table.objects.select_related("theme").order_by("place", "pk")
    themes = list(Theme.objects.select_related("owner").prefetch_related(Prefetch("tables", active)))
    every = [table for theme in themes for table in theme.tables.all()]
    failed = [table for table in every if table.light == "red"]
    figures = [
        {"title": t("主题", "Themes"), "value": len(themes)},
        {"title": t("在用的表", "Tables in use"), "value": sum(table.is_active for table in every),
         "url": "/data/theme/table/"},
        {"title": t("行数", "Rows"), "value": sum(table.records or 0 for table in every), "as_of": clock.now()},
        {"title": t("刷新失败", "Refresh failed"), "value": len(failed), "tone": "bad" if failed else "ok",
         "url": failed[0].get_absolute_url() if failed else ""},
    ]
    return render(request, "data_theme/home.html", {
        "title": t("主题库", "Thematic databases"),
        "lead": t("把各部门的数据按主题组成可直接使用的表，按期刷新，每一列都能查到来处。",
                  "Departments' data put together by subject, refreshed on schedule, every column traced."),
        "themes": themes, "figures": figures,
        "actions": buttons(request, by_address()["data.theme"], ("add", "found")),
    })


def about(request: HttpRequest, table: Table) -> dict[str, Any]:
    """What a table's page shows beside its facts: what it is made of, its latest refresh, its versions, rows."""
    text = table.definition.text
    can_edit = rights.may(request.actor, "data.theme.save") and table.is_active
    edit_url = f"/data/theme/edit/{table.pk}/"
    begin = buttons(request, by_address()["data.theme"], ("refresh", "retire", "revive"), table)
    if can_edit:
        begin.insert(1, {"title": t("修改定义", "Edit"), "url": edit_url, "icon": "edit", "tone": ""})
    return {
        "actions": begin, "work": table.work, "error": table.error, "text": text, "columns": columns(table),
        "inputs": inputs(text), "used_by": used_by(table), "is_stale": table.refreshed_number != table.number,
        "stored": lake.versions(table.address)[:VERSIONS] if lake.exists(table.address) else [],
        "sample_url": f"/data/theme/sample/{table.pk}/" if lake.exists(table.address) else "",
        "crumbs": [{"title": t("主题库", "Thematic databases"), "url": "/data/theme/"},
                   {"title": str(table.theme), "url": table.theme.get_absolute_url()},
                   {"title": str(table), "url": ""}],
    }


def columns(table: Table) -> list[dict[str, Any]]:
    """The catalogue's columns with where each comes from."""
    entry = catalogue.get(table.address)
    sources: dict[str, list[catalogue.Edge]] = {}
    for edge in catalogue.Edge.objects.filter(address=table.address):
        sources.setdefault(edge.column, []).append(edge)
    return [
        {"name": c.name, "title": str(c), "grade": c.get_grade_display(), "from": sources.get(c.name, ())}
        for c in (entry.columns.order_by("place") if entry else ())
    ]


def inputs(text: str) -> list[dict[str, Any]]:
    """The tables that a definition selects from, each with its title, its owner and how fresh it is."""
    addresses = sorted(inputs_of(text))
    entries = catalogue.Entry.objects.select_related("owner").in_bulk(addresses)
    return [{"address": address, "entry": entries.get(address)} for address in addresses]


def used_by(table: Table) -> list[Table]:
    """The tables whose definition in force selects from this one; asked in one statement."""
    standing = Definition.objects.filter(number=F("table__number"), table__is_active=True).exclude(table=table)
    return [one.table for one in standing.select_related("table__theme").order_by("table")
            if table.address in inputs_of(one.text)]


def sample(request: HttpRequest, pk: int) -> HttpResponse:
    """A few rows, as this reader may see them; asked for by the table's page once it stands."""
    table = Table.objects.select_related("theme").filter(pk=pk).first()
    if table is None or not lake.exists(table.address):
        raise Http404
    allowed = catalogue.allowed(request.actor, table.address)
    chosen = ", ".join(allowed.columns) if allowed else "*"
    found = rows_of(request.actor, f"select {chosen} from {table.address} limit {SHOWN}", [table.address])
    return render(request, "data_theme/_rows.html", {"sample": found})


def rows_of(actor: Actor, sql: str, addresses: Any, *written: Any) -> dict[str, Any]:
    """The first rows of a query, within what the catalogue allows this reader; the reason where it refuses, with its
    place in the text that was `written` (text, field, where the query begins)."""
    allowed = {address: may for address in addresses if (may := catalogue.allowed(actor, address)) is not None}
    if missing := sorted(set(addresses) - set(allowed)):
        return {"refused": t(f"您无权查看：{'、'.join(missing)}", f"Not yours to see: {', '.join(missing)}")}
    try:
        answer = lake.sandbox(sql, allowed, most_rows=SHOWN)
    except Problem as error:
        told = located(error, *written) if written else error
        return {"refused": str(told), **told.more}
    return {"names": answer.columns, "rows": [list(row.values()) for row in answer.rows()]}


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The definition in a form, with what one may select from beside it; saved as a new version."""
    table = Table.objects.select_related("theme").filter(pk=pk, is_active=True).first()
    if table is None:
        raise Http404
    spec = actions.get("data.theme.save")
    form = form_for(spec, request, [table])
    form.initial["text"] = table.definition.text
    return _editor(request, spec, form, {"table": table.pk}, table)


def add(request: HttpRequest) -> HttpResponse:
    """A new table of a theme, in the same editor."""
    spec = actions.get("data.theme.add")
    themes = subjects(request, spec)
    form = form_for(spec, request, themes)
    form.initial["text"] = BEGIN
    return _editor(request, spec, form, {"theme": themes[0].pk} if themes else {}, None)


def _editor(request: HttpRequest, spec: Any, form: Any, about: dict[str, Any], table: Table | None) -> HttpResponse:
    form.fields["text"].widget.attrs |= {"rows": "28", "spellcheck": "false", "data-query": ""}
    mistake: Problem | None = None
    if request.method == "POST" and form.is_valid():
        given = {name: getattr(value, "pk", value) for name, value in form.cleaned_data.items()}
        try:
            return redirect(spec.call(request.actor, {**given, **about}).get_absolute_url())
        except Problem as error:
            mistake = error
            form.add_error(error.field if error.field in form.fields else None, str(error))
    crumbs = [{"title": t("主题库", "Thematic databases"), "url": "/data/theme/"}]
    if table:
        crumbs.append({"title": str(table), "url": table.get_absolute_url()})
    title = t("修改定义", "Edit the definition") if table else spec.title
    context = {
        "title": t(f"修改定义：{table.title_zh}", f"Edit: {table.title_en}") if table else spec.title,
        "form": form, "mistake": mistake, "tables": _tables(), "preview_url": reverse("data_theme:preview"),
        "back_url": table.get_absolute_url() if table else "/data/theme/",
        "submit": t("保存为新版本", "Save as a new version") if table else t("增加", "Add"),
        "crumbs": [*crumbs, {"title": title, "url": ""}],
    }
    return render(request, "data_theme/edit.html", context, status=422 if form.errors else 200)


def _tables() -> Any:
    """What a definition may select from, with its columns."""
    return catalogue.Entry.objects.filter(address__in=readable()).prefetch_related("columns").order_by("address")


def preview(request: HttpRequest) -> HttpResponse:
    """The first rows of a definition that is still being written; nothing is kept."""
    if request.method != "POST":
        return redirect("/data/theme/")
    text = request.POST.get("text", "").replace("\r\n", "\n")
    try:
        checked = check(text)
        found = rows_of(request.actor, checked.sql, checked.inputs, text, "text", checked.start)
    except Problem as error:
        found = {"refused": str(error), **error.more}
    return render(request, "data_theme/_rows.html", {"sample": found})

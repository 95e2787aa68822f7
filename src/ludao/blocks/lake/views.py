"""The pages of the lake: all tables as they stand now, and one table with its columns and versions."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ludao.base import rights
from ludao.base.pages.lists import action_url
from ludao.base.text import t
from ludao.blocks.lake import place, versions
from ludao.blocks.lake import table as tables

PAGE = 50


def every_table(request: HttpRequest) -> HttpResponse:
    """Found by a part of the address, fifty a page, by address."""
    words, after = request.GET.get("q", "").strip()[:120], request.GET.get("after", "")[:120]
    found = [address for address in place.addresses() if words.lower() in address]
    rest = [address for address in found if address > after]
    shown = [tables.now(address) for address in rest[:PAGE]]
    context = {"title": t("数据湖", "Lake"), "tables": shown, "q": words, "count": len(found),
               "next": shown[-1].address if len(rest) > PAGE else ""}
    return render(request, "lake/tables.html", context)


def one_table(request: HttpRequest) -> HttpResponse:
    """Its columns, its versions, and what may be done."""
    address = request.GET.get("address", "")
    if not address:
        return redirect("/lake/")
    if not tables.exists(address):
        raise Http404
    table = tables.now(address)
    may_undo = rights.may(request.actor, "lake.undo")
    context = {
        "title": table.title or address, "table": table, "key": table.key,
        "columns": [(field.name, str(field.type)) for field in table.schema],
        "versions": [_line(version, address, may_undo and version.number < table.version)
                     for version in versions.versions(address, PAGE)],
        "may_compact": rights.may(request.actor, "lake.compact"),
        "compact_url": f"{action_url('lake.compact')}?address={address}",
    }
    return render(request, "lake/table.html", context)


def _line(version: versions.Version, address: str, may_undo: bool) -> dict[str, Any]:
    counted = "，".join(f"{word} {version.more[key]}" for key, word in (
        ("insert", "+"), ("revive", "↺"), ("update", "≠"), ("delete", "−")) if version.more.get(key))
    return {"number": version.number, "at": version.at, "operation": version.word,
            "rows": version.rows, "counted": counted, "run": version.run,
            "undo": f"{action_url('lake.undo')}?address={address}&to={version.number}" if may_undo else ""}

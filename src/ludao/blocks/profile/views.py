"""Pages that the kit cannot say: what weighs how much, how each source fared, the records that found nobody."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ludao.base import rights
from ludao.base.masks import mask
from ludao.base.pages.lists import buttons
from ludao.base.registry import by_address
from ludao.base.text import t
from ludao.blocks.catalogue.public import Entry
from ludao.blocks.lake import public as lake
from ludao.blocks.profile import definition, weighing
from ludao.blocks.profile.files import LEVELS
from ludao.blocks.profile.models import NAMES, Doubt, Run, Weights

PAGE = 50
MASKS = {"resident_id": "id_number", "credit_code": "id_number", "person_name": "name", "phone": "phone",
         "address": "address", "day": "all"}


def doubt_facts(request: HttpRequest, doubt: Doubt) -> dict[str, Any]:
    """Both files, for whoever has to tell whether they are of one."""
    address = definition.get(doubt.definition).address
    judge = buttons(request, by_address()["profile"], ("accept", "reject"), doubt)
    if not rights.may(request.actor, f"{address}.open"):
        return {"actions": judge}
    sides = ((t("档案甲", "One's file"), doubt.left_entity), (t("档案乙", "Other's file"), doubt.right_entity))
    home = f"/{address.replace('.', '/')}/file"
    return {"actions": [*judge, *({"title": title, "url": f"{home}/{entity}/", "icon": "id", "tone": ""}
                                  for title, entity in sides)]}


def chosen(request: HttpRequest) -> str:
    asked = request.GET.get("of", "")
    return asked if asked in dict(NAMES) else "person"


def tabs(request: HttpRequest) -> list[dict[str, Any]]:
    return [{"key": key, "title": title, "is_here": key == chosen(request)} for key, title in NAMES]


def weights(request: HttpRequest) -> HttpResponse:
    """How much each agreement speaks for one person, and each difference against: bars to the right and left."""
    name = chosen(request)
    newest = Weights.objects.filter(definition=name).order_by("-version").first()
    rows = weighing.weights(newest.model) if newest else []
    fields = definition.get(name).fields if newest else {}
    most = max((abs(row["weight"]) for row in rows), default=1)
    bars = []
    for number, row in enumerate(rows):
        width = abs(row["weight"]) / most * 240
        bars.append({**row, "title": fields[row["field"]].title, "word": LEVELS.get(row["level"], row["level"]),
                     "y": number * 26, "text_y": number * 26 + 16, "width": round(width, 1),
                     "x": round(460 if row["weight"] >= 0 else 460 - width, 1),
                     "tone": "for" if row["weight"] >= 0 else "against",
                     "end": round(466 + width if row["weight"] >= 0 else 454 - width, 1)})
    return render(request, "profile/weights.html", {
        "title": t("权重模型", "Weights"), "tabs": tabs(request), "weights": newest, "bars": bars,
        "height": len(bars) * 26 + 8,
        "lead": t("每一比特使“同一人”的可能翻倍；负值相反。",
                  "Each bit doubles the odds of being one; below zero, halves them.")})


def rates(request: HttpRequest) -> HttpResponse:
    name = chosen(request)
    run = Run.objects.filter(definition=name).exclude(ended_at=None).order_by("-pk").first()
    found = list(run.rates.order_by("pk")) if run else []
    named = Entry.objects.in_bulk({rate.source for rate in found})
    return render(request, "profile/rates.html", {
        "title": t("来源归并率", "Sources"), "tabs": tabs(request), "run": run,
        "rates": [(named.get(rate.source, rate.source), rate) for rate in found], "of": name,
        "as_of": run.ended_at if run else None})


def unlinked(request: HttpRequest) -> HttpResponse:
    """Records that no other record agrees with, a page at a time, personal values masked."""
    name = chosen(request)
    one = definition.get(name)
    source, after = request.GET.get("source", ""), request.GET.get("after", "")
    rows: list[dict[str, Any]] = []
    shown = [f for f in one.fields.values() if f.name in [one.id, *(c.field for c in one.compare)] and not f.many]
    if source in one.addresses and lake.exists(one.table("record")):
        columns = ", ".join(f's."{f.name}"' for f in shown)
        rows = lake.sql(f"""
            select r.part, r.record_key, {columns} from {one.table('record')} r
            join {one.table('standard')} s using (source, part, record_key)
            where r.source = $source and r."by" = 'alone' and r.record_key > $after
            order by r.record_key limit {PAGE + 1}""", {"source": source, "after": after}).rows()
    lines = [[row["record_key"], row["part"],
              *(mask(MASKS[f.kind], str(row[f.name])) if row[f.name] and f.kind in MASKS else row[f.name] or ""
                for f in shown)] for row in rows[:PAGE]]
    return render(request, "profile/unlinked.html", {
        "title": t("未归并记录", "Unlinked records"), "tabs": tabs(request), "of": name, "source": source,
        "sources": one.addresses, "lines": lines, "titles": [f.title for f in shown],
        "next": rows[PAGE - 1]["record_key"] if len(rows) > PAGE else ""})

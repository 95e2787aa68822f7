"""Grades at large: how many columns have which grade and category, how many a person has confirmed."""

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ludao.base import clock
from ludao.base.text import t
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.catalogue.public import Column

from .engine.proposing import rules
from .models import Proposal


def overview(request: HttpRequest) -> HttpResponse:
    columns = Column.objects.filter(entry__is_withdrawn=False)
    counts = {row["grade"]: row for row in columns.values("grade").annotate(
        n=Count("pk"), done=Count("pk", filter=Q(confirmed_at__isnull=False)))}
    total, done = sum(r["n"] for r in counts.values()), sum(r["done"] for r in counts.values())
    waiting = Proposal.objects.filter(state=Proposal.OPEN).count()
    by_category = columns.exclude(category="").values("category").annotate(n=Count("pk")).order_by("-n")
    words = catalogue.categories()
    context = {
        "title": t("分级概况", "Grades at large"),
        "figures": [
            {"title": t("列", "Columns"), "value": total, "as_of": clock.today()},
            {"title": t("已由人确认", "Confirmed by a person"), "value": done, "as_of": clock.today(), "tone": "ok"},
            {"title": t("待确认", "Open"), "value": waiting, "as_of": clock.today(),
             "tone": "warn" if waiting else "ok", "url": "/data/classification/proposal/?state=open"},
        ],
        "grades": [(title, counts.get(name, {"n": 0, "done": 0})) for name, title in catalogue.GRADES],
        "categories": [(words.get(r["category"], r["category"]), r["n"]) for r in by_category], "total": total,
        "rules": [{**r, "title": catalogue.meaning(r["means"]).title} for r in rules()],
    }
    return render(request, "data_classification/overview.html", context)

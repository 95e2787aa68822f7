"""The ranking of a month, how each number came, and the month as an official sheet."""

import json
from pathlib import Path
from typing import Any

import typst
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ludao.base import clock, health, registry
from ludao.base.errors import Problem
from ludao.base.pages.lists import buttons
from ludao.base.text import from_pair, t

from .models import Assessment, Mark, Objection
from .weighing import dimensions

SHEET = Path(__file__).parent / "content" / "report.typ"
DIMENSIONS = ("contribution", "quality", "sharing", "use")


def manifest() -> Any:
    return registry.by_address()["data.assessment"]


def chosen(request: HttpRequest) -> Assessment | None:
    """?month=2026-10, else the latest."""
    asked = request.GET.get("month", "")
    rows = list(Assessment.objects.order_by("-month")[:36])
    found = next((a for a in rows if str(a) == asked), None)
    if asked and found is None:
        raise Http404
    return found or (rows[0] if rows else None)


def ranking(request: HttpRequest) -> HttpResponse:
    assessment = chosen(request)
    marks = list(assessment.marks.select_related("organisation").order_by("place")) if assessment else []
    for mark in marks:
        mark.figures = [(title, getattr(mark, name)) for name, title in titles()]  # type: ignore[attr-defined]
    context = {
        "title": t("评估排名", "Ranking"), "assessment": assessment, "marks": marks,
        "months": Assessment.objects.order_by("-month")[:36], "words": [title for _, title in titles()],
        "actions": buttons(request, manifest(), ("compute",)) + (
            buttons(request, manifest(), ("close",), assessment) if assessment else []),
    }
    return render(request, "data_assessment/ranking.html", context)


def titles() -> list[tuple[str, str]]:
    return [(name, from_pair(dimensions()[name])) for name in DIMENSIONS]


def drilled(request: HttpRequest, mark: Mark) -> dict[str, Any]:
    """Each figure behind a mark, what it was measured against and the points it brought; and the months before."""
    weights = mark.assessment.weights or dimensions()
    sections = [{
        "title": from_pair(weights[name]), "points": getattr(mark, name), "weight": weights[name]["weight"],
        "parts": [{**p, "title": from_pair(weights[name]["parts"][p["name"]]),
                   "against": weights[name]["parts"][p["name"]]["against"]} for p in mark.parts.get(name, ())],
    } for name in DIMENSIONS]
    before = Mark.objects.filter(organisation=mark.organisation).select_related("assessment").order_by(
        "-assessment__month")[:24]
    return {"drill": sections, "before": before, "lead": t(f"第{mark.place}名，总分{mark.total}",
                                                           f"Place {mark.place}, {mark.total} points")}


def report(request: HttpRequest) -> HttpResponse:
    assessment = chosen(request)
    if assessment is None:
        raise Http404
    answer = HttpResponse(pdf(assessment), content_type="application/pdf")
    answer["Content-Disposition"] = f"inline; filename*=utf-8''data-assessment-{assessment}.pdf"
    return answer


def pdf(assessment: Assessment) -> bytes:
    """The sheet set by typst with the system's Chinese fonts (fonts-noto-cjk)."""
    if not health.has_chinese_type():
        raise Problem(t("服务器上没有中文字体，请运维人员安装 fonts-noto-cjk",
                        "The server has no Chinese type: the operator installs fonts-noto-cjk"))
    data = json.dumps(facts(assessment), ensure_ascii=False)
    made = typst.compile(SHEET.read_bytes(), format="pdf", sys_inputs={"data": data})
    assert isinstance(made, bytes)
    return made


def facts(assessment: Assessment) -> dict[str, Any]:
    marks = list(assessment.marks.select_related("organisation").order_by("place"))
    month, day = assessment.month, clock.day_of(assessment.closed_at or assessment.computed_at or clock.now())
    objections = Objection.objects.filter(mark__assessment=assessment).select_related("mark__organisation")
    weights = assessment.weights or dimensions()
    method = "，".join(f"{weights[n]['zh']}{weights[n]['weight']}分" for n in DIMENSIONS)
    return {
        "office": "厦门市大数据管理局", "day": f"{day.year}年{day.month}月{day.day}日",
        "title": f"{month.year}年{month.month}月数据工作评估" + ("" if assessment.is_open else "通报"),
        "lead": f"本月对{len(marks)}个提供数据的单位进行评估"
                + (f"，总分最高的是{marks[0].organisation.name}（{marks[0].total}分）。" if marks else "。")
                + ("本表尚未定稿。" if assessment.is_open else ""),
        "rows": [[str(m.place), m.organisation.name, *(str(getattr(m, n)) for n in DIMENSIONS), str(m.total)]
                 for m in marks],
        "method": f"满分100分：{method}。计数类指标与当月最高单位按对数比较，占比类指标直接计入。",
        "objections": [[o.mark.organisation.name, o.text, o.answer or "待答复"] for o in objections],
    }

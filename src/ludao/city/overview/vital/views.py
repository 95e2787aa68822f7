"""The city at a glance: every theme's indicators as cards, by area, each with its date, source and light."""

from collections import Counter
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from ludao.base import clock, rights
from ludao.base.text import t
from ludao.blocks.document.public import Document, download
from ludao.blocks.identity.public import Area
from ludao.blocks.indicator import public as indicator

from . import checkup, live, situation, yearbook
from .engine import faults

FIRST = 12  # cards of a theme on the first page


def overview(request: HttpRequest) -> HttpResponse:
    area = area_of(request)
    theme = request.GET.get("theme", "")
    here = indicator.known().definitions
    titles = dict(indicator.THEMES)
    if theme and theme not in titles:
        raise Http404
    sections: list[dict[str, Any]] = []
    for key, title in indicator.THEMES:
        if theme in ("", key):
            codes = sorted(shown_in(key, area, here), key=lambda code: here[code].method == "reported")
            cards = indicator.cards(codes if theme else codes[: FIRST * 3], area.pk)
            cards = sorted(cards, key=lambda card: card.value is None)
            sections.append(
                {
                    "key": key,
                    "title": title,
                    "cards": drawn(cards if theme else cards[:FIRST]),
                    "count": sum(d.theme == key for d in here.values()),
                }
            )
    lights = Counter(card["card"].light for section in sections for card in section["cards"])
    return render(
        request,
        "overview_vital/overview.html",
        {
            "title": t("城市生命体征", "City vital signs"),
            "sections": sections,
            "area": area,
            "areas": areas(),
            "theme": theme,
            "themes": indicator.THEMES,
            "lights": lights,
            "count": len(here),
            "computed": sum(d.method in ("computed", "formula") for d in here.values()),
        },
    )


def shown_in(theme: str, area: Area, here: Any) -> list[str]:
    """Its indicators in the order of their files, what the area has."""
    return [code for code, d in here.items() if d.theme == theme and d.depth >= len(area.pk)]


def drawn(cards: list[indicator.Card]) -> list[dict[str, Any]]:
    return [{"card": card, "spark": indicator.spark([p.value for p in card.points])} for card in cards]


def area_of(request: HttpRequest) -> Area:
    found = Area.objects.filter(pk=request.GET.get("area", indicator.CITY)).first()
    if found is None:
        raise Http404
    return found


def areas() -> list[Area]:
    return list(Area.objects.filter(level__in=("city", "district")))


def checked(request: HttpRequest) -> HttpResponse:
    """The health check: the score, its radar, themes against before, districts, the worst, the most changed."""
    area = area_of(request)
    found = checkup.check(area)
    here = indicator.known().definitions
    titles = dict(indicator.THEMES)
    rated = [(key, r) for key, r in found.themes.items()]
    return render(
        request,
        "overview_vital/checkup.html",
        {
            "title": t(f"{area}：城市体检", f"{area}: health check"),
            "lead": checkup.content()["basis"]["zh"]
            and t(checkup.content()["basis"]["zh"], checkup.content()["basis"]["en"]),
            "found": found,
            "area": area,
            "areas": areas(),
            "radar": indicator.radar([(str(titles[k]), r.score) for k, r in rated], none=str(t("未评", "not scored"))),
            "themes": [
                {"key": k, "title": titles[k], "result": r, "weight": checkup.content()["themes"][k]} for k, r in rated
            ],
            "districts": [
                {"area": one, "score": score}
                for one, score in sorted(found.districts, key=lambda pair: -(pair[1] or 0))
            ],
            "report": [
                (title, [{"text": s.text, "links": [(c, here[c]) for c in s.codes[:3]]} for s in some])
                for title, some in checkup.report(found)
            ],
            "unscored": [{**row, "theme": titles[row["mark"].theme]} for row in checkup.unscored(found)],
            "kept": checkup.kept(area),
            "may_keep": bool(rights.reach(request.actor, "overview.vital.issue")),
            "rows": [
                {"one": one, "card": found.cards[one.mark.code], "theme": titles[one.mark.theme]}
                for one in sorted(found.whole.scored, key=lambda one: (one.mark.theme, one.score))
            ],
        },
    )


def checked_pdf(request: HttpRequest) -> HttpResponse:
    """The report as a sheet to print and to keep."""
    area = area_of(request)
    answer = HttpResponse(checkup.pdf(checkup.check(area)), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="checkup-{area.pk}-{clock.today()}.pdf"'
    return answer


def kept_report(request: HttpRequest, number: int) -> HttpResponseBase:
    """A report as it was kept."""
    found = Document.objects.filter(pk=number, about__startswith="overview.vital:").first()
    version = found.versions.order_by("-pk").first() if found else None
    if version is None:
        raise Http404
    return download(request, version)


def situated(request: HttpRequest) -> HttpResponse:
    area, theme = area_of(request), request.GET.get("theme", "")
    if theme and theme not in dict(indicator.THEMES):
        raise Http404
    return render(
        request,
        "overview_vital/situation.html",
        {
            "title": t("态势分析", "Situation"),
            "area": area,
            "areas": areas(),
            "theme": theme,
            "themes": indicator.THEMES,
            "lead": t(
                "比上期变化最大的指标，以及是谁、是什么使它变化。",
                "What moved most since the period before, and what moved it.",
            ),
            "moves": situation.moves(area, theme),
        },
    )


def living(request: HttpRequest) -> HttpResponse:
    """Figures of this second; the page asks again when a system speaks, and every few seconds."""
    return render(
        request,
        "overview_vital/live.html",
        {
            "title": t("实时体征", "Live"),
            "figures": live.figures(),
            "as_of": clock.now(),
            "lead": t(
                "直接数自业务表，有变化时自动刷新。", "Counted from the systems' own tables; refreshed by themselves."
            ),
        },
    )


FAULTS = {  # what touches a value first
    "transposed": t("数字颠倒", "Digits transposed"),
    "twice": t("一年两值", "Two values a year"),
    "apart": t("偏离前后年份", "Apart from its neighbours"),
    "renamed": t("名称或口径变化", "Name or scope changed"),
    "unsourced": t("来源不明", "No source"),
    "dragged": t("来源被拖拽", "Source dragged"),
}


def gathered(request: HttpRequest) -> HttpResponse:
    """What was loaded from the yearbooks, and what its checks found."""
    rows, kind = yearbook.rows(), request.GET.get("kind", "")
    every = sorted(faults.find(rows), key=lambda f: list(FAULTS).index(f.kind))
    counts = Counter(f.kind for f in every)
    found = [
        {"series": f.series, "name": f.name, "kind": FAULTS[f.kind], "years": f.years, "words": t(f.zh, f.en)}
        for f in every
        if kind in ("", f.kind)
    ]
    return render(
        request,
        "overview_vital/yearbook.html",
        {
            "title": t("统计年鉴", "Yearbooks"),
            "faults": found,
            "kinds": [(key, title, counts[key]) for key, title in FAULTS.items() if counts[key]],
            "kind": kind,
            "count": len({row.series for row in rows}),
            "lead": t(
                "历年统计序列及其来源；数值保持原样，疑点逐条列出。",
                "Series of past years with their sources; values stay as they came, doubts are listed.",
            ),
        },
    )

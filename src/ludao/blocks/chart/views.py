"""A chart on its own, a board of them, the places where both are made, and what a shared link opens."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.http import urlencode
from django.utils.safestring import mark_safe

from ludao.base import actions, audit, rights
from ludao.base.actor import Actor
from ludao.base.errors import LudaoError, Refused
from ludao.base.pages.exports import export_table
from ludao.base.sealed import Broken, unseal
from ludao.base.text import t
from ludao.blocks.identity.public import Area, Post, actor_for

from . import boards, judging, keeping
from .drawing import draw, statement, within, words
from .engine.asking import ALL, DIGITS, Kept, View, asked_of, kept_of
from .engine.spec import Spec
from .figures import Figure
from .models import Board, Brief, Chart, Favourite, Share, Version

audit.words |= {"chart.open_shared": t("打开分享的图表", "Opened a shared chart")}
DISTRICT = 6  # digits of its code
TEMPLATE = """domain = ""
kind = "column"          # line area column stack bar pie radar heat table number
data = "source.market.enterprise"
where = "status = '存续'"
area = "area_code"
by = "district"
order = "value"
title = { zh = "存续企业", en = "Enterprises in being" }

[dimensions.district]
sql = "area_code"
kind = "area"
zh = "区域"
en = "Area"

[dimensions.year]
sql = "extract(year from founded_on)"
kind = "year"
zh = "成立年份"
en = "Year founded"

[[measures]]
sql = "count(*)"
zh = "户数"
en = "Enterprises"
unit = { zh = "户", en = "enterprises" }
"""


def see(request: HttpRequest, address: str) -> HttpResponseBase:
    """One chart: looked at by what one chooses, into parts by a tap, as a table, as a file."""
    chart = get_object_or_404(Chart, pk=address, ended_at=None)
    spec = chart.spec
    by, split, area = request.GET.get("by", ""), request.GET.get("split"), request.GET.get("area", "")
    kept = kept_of(request.GET.dict())
    figure = draw(spec, request.actor, by=by, split=split, area=area, kept=kept, link=_drill(spec, chart, kept))
    if request.GET.get("as") in ("csv", "xlsx"):
        return file_of(request, figure, request.GET["as"])
    here = within(request.actor, area)
    asked = {"by": by, "split": split or "", "area": area, **asked_of(kept)}
    context = {
        "title": str(chart), "chart": chart, "figure": figure, "spec": spec, "area": here,
        "trail": _trail(request.actor, here), "kept": _kept(request.actor, "chart", address),
        "brief": Brief.objects.filter(person_id=int(request.actor.person), kind="chart", address=address).first(),
        "card": judging.judged([spec.indicator], here).get(spec.indicator) if spec.indicator else None,
        "chosen": {"by": by or spec.by, "split": spec.split if split is None else split},
        "told": told(spec, kept, here),
        "kept_rows": kept, "asked": urlencode(asked_of(kept)), "filters": _filters(request.actor, spec, here, kept),
        "parts": _parts(request.actor, here) if spec.area else [],
        "sql": statement(spec, request.actor, by=by, split=split, area=area, kept=kept),
        "file_query": urlencode({k: v for k, v in asked.items() if v}),
        "may_edit": bool(rights.reach(request.actor, "chart.draw")),
        "may_share": bool(rights.reach(request.actor, "chart.share")),
        "crumbs": [{"title": t("图表", "Charts"), "url": "/chart/chart/"}, {"title": str(chart)}],
    }
    return render(request, "chart/see.html", context)


def _filters(actor: Actor, spec: Spec, area: str, kept: Kept) -> list[dict[str, Any]]:
    """A choice for each dimension that is neither a time nor an area."""
    chosen = dict(kept.picks)
    return [{"name": name, "title": str(one), "chosen": chosen.get(name, ""),
             "words": words(spec, actor, name, area, kept)}
            for name, one in spec.dimensions.items() if one.kind == "text"]


def _parts(actor: Actor, here: str) -> list[tuple[str, str]]:
    """The areas that one can turn to: those in the area looked at, or beside it where it has no parts."""
    if len(here) >= 9:
        here = here[:6]
    level = Area.STREET if len(here) == 6 else Area.DISTRICT
    found = Area.objects.filter(level=level, pk__startswith=here).order_by("pk").defer("polygon")
    return [(area.pk, str(area)) for area in found if within(actor, area.pk) == area.pk]


def _drill(spec: Spec, chart: Chart, kept: Kept = ALL) -> Any:
    """Where a tap on a category leads: into an area that has parts; "" where it leads nowhere."""

    def link(view: View, raw: str) -> str:
        is_area = view.by and spec.dimensions[view.by].kind == "area"
        if is_area and spec.area and raw.isdigit() and len(raw) in DIGITS and len(raw) < 12:
            return f"{chart.get_absolute_url()}?{urlencode({'area': raw, 'by': view.by, **asked_of(kept)})}"
        return ""

    return link


def _trail(actor: Actor, area: str) -> list[dict[str, str]]:
    """The areas above the one looked at, from what the person may see down."""
    codes = [area[:n] for n in sorted(DIGITS) if n <= len(area)] if area else []
    named = {a.pk: str(a) for a in Area.objects.filter(pk__in=codes).defer("polygon")}
    return [{"code": code, "title": named.get(code, code)} for code in codes if within(actor, code) == code]


def _kept(actor: Actor, kind: str, address: str) -> Favourite | None:
    if not actor.person:
        return None
    return Favourite.objects.filter(person_id=int(actor.person), kind=kind, address=address).first()


def file_of(request: HttpRequest, figure: Figure, kind: str) -> HttpResponseBase:
    """The chart's table as CSV or XLSX, with the moment and the source of its numbers under it."""
    rows: list[list[Any]] = [[name, *(s.values[n] for s in figure.series)] for n, name in enumerate(figure.categories)]
    rows.append([" · ".join(str(part) for part in (t("数据截至", "As of"), figure.as_of, figure.source) if part)])
    return export_table(request, kind, "chart", [figure.by, *figure.heads], rows)


def board(request: HttpRequest, key: str) -> HttpResponse:
    """A published board, in the area that is looked at."""
    found = Board.objects.select_related("published", "owner").filter(key=key).first()
    if found is None or found.published is None or not boards.is_seen(request.actor, found):
        raise Http404
    area = within(request.actor, request.GET.get("area", ""))
    kept, version = kept_of(request.GET.dict()), found.published
    charts = boards.charts_of(version)
    brief = Brief.objects.filter(person_id=int(request.actor.person), kind="board", address=found.key).first()

    def body() -> str:
        choices = boards.filters(charts, request.actor, area, kept)
        return render_to_string("chart/_board.html", {
            "area": area, "kept_rows": kept, "filters": choices, "areas": _reached(request.actor, area),
            "tiles": boards.tiles(version, request.actor, area, kept, charts), "chosen": _chosen(area, kept, choices),
            "has_time": any(chart.spec.time for chart in charts.values())})

    view = (area, within(request.actor, ""), kept)
    return render(request, "chart/board.html", {
        "title": str(found), "lead": found.lead, "board": found,
        "body": mark_safe(boards.remembered(version, charts, view, body)),
        "kept": _kept(request.actor, "board", found.key),
        "brief": brief, "may_compose": rights.may(request.actor, "chart.compose", found)})


def _chosen(area: str, kept: Kept, choices: list[boards.Filter]) -> str:
    """What the board is kept to, in a few words."""
    place = str(Area.objects.filter(pk=area).defer("polygon").first() or "") if area else ""
    days = f"{kept.since or '…'} – {kept.until or '…'}" if kept.since or kept.until else ""
    said = [dict(one.words).get(one.chosen, one.chosen) for one in choices if one.chosen]
    return " · ".join(part for part in (place, days, *said) if part)


def _reached(actor: Actor, area: str) -> list[tuple[str, str]]:
    """The areas that a board can be turned to: the districts, and the streets of the one looked at."""
    found = [(one.pk, str(one)) for one in _districts(actor)]
    return found + [(code, f"　{name}") for code, name in (_parts(actor, area) if len(area) >= DISTRICT else [])]


def _districts(actor: Actor) -> list[Area]:
    return [a for a in Area.objects.filter(level=Area.DISTRICT).defer("polygon") if within(actor, a.pk) == a.pk]


def composer(request: HttpRequest, pk: int) -> HttpResponse:
    """The board's draft: charts dragged into order, made wider or narrower, added and taken away."""
    found = get_object_or_404(rights.narrow(request.actor, "chart.compose", Board.objects.all()), pk=pk)
    if request.method == "POST":
        lines = [line for line in request.POST.get("tiles", "").splitlines() if line.strip()]
        actions.get("chart.compose").call(request.actor, {"board": found.pk, "tiles": lines})
        if "publish" in request.POST:
            return redirect(f"/chart/do/publish_board/?item={found.pk}")
        return redirect(request.path)
    version = found.versions.filter(state=Version.DRAFT).first() or found.published
    held = version.tiles if version else []
    here = judging.titles()
    titles = keeping.titles([tile["chart"] for tile in held]) | {boards.INDICATOR + k: v for k, v in here.items()}
    return render(request, "chart/composer.html", {
        "title": t("编排看板", "Compose the board"), "board": found, "version": version,
        "tiles": [{**tile, "title": titles.get(tile["chart"], tile["chart"])} for tile in held],
        "charts": Chart.objects.filter(ended_at=None).order_by("domain", "address"),
        "indicators": [(boards.INDICATOR + code, title) for code, title in here.items()],
        "preview": boards.tiles(version, request.actor) if version else [],
        "crumbs": [{"title": t("看板", "Boards"), "url": "/chart/board/"},
                   {"title": str(found), "url": f"/chart/board/{found.pk}/"},
                   {"title": t("编排", "Compose")}]})


def editor(request: HttpRequest, address: str = "") -> HttpResponse:
    """Declare a chart, with its picture beside it while one writes."""
    chart = Chart.objects.filter(pk=address).first()
    text = request.POST.get("text", chart.text if chart else TEMPLATE)
    named = request.POST.get("address", address or "overview.chart.")
    problem: LudaoError | None = None
    if request.method == "POST" and "save" in request.POST:
        try:
            made = actions.get("chart.draw").call(request.actor, {"address": named, "text": text})
            return redirect(made.get_absolute_url())
        except Refused:
            raise
        except LudaoError as error:
            problem = error
    context = {"title": t("定义图表", "Declare a chart"), "chart": chart, "text": text, "address": named,
               "crumbs": [{"title": t("图表", "Charts"), "url": "/chart/chart/"}, {"title": t("定义", "Declare")}],
               **previewed(request, text, problem)}
    if request.headers.get("HX-Request"):
        return render(request, "chart/_preview.html", context)
    return render(request, "chart/editor.html", context)


def previewed(request: HttpRequest, text: str, problem: LudaoError | None = None) -> dict[str, Any]:
    """The picture of a declaration that is being written; or what is wrong with it."""
    spec, wrong = keeping.reading(text)
    figure = None
    if spec is not None and problem is None:
        try:
            figure = draw(spec, request.actor)
        except LudaoError as error:
            wrong = error
    return {"figure": figure, "problem": problem or wrong}


def shared(request: HttpRequest, token: str) -> HttpResponse:
    """What a shared link opens, for whoever holds it; every opening leaves a line."""
    try:
        found = Share.objects.select_related("chart", "person").filter(pk=unseal(token, "chart.share")).first()
    except Broken:
        found = None
    if found is None or not found.is_open or found.chart.ended_at is not None:
        raise Http404
    giver = _giver(found)
    kept = kept_of(found.view)
    figure = draw(found.chart.spec, giver, by=found.view.get("by", ""), area=found.area, kept=kept)
    boards.count_opening(found)
    audit.write(request.actor, "chart.open_shared", found)
    return render(request, "chart/shared.html", {"title": str(found.chart), "figure": figure, "share": found,
                                                 "told": told(found.chart.spec, kept, found.area)})


def told(spec: Spec, kept: Kept, area: str = "") -> str:
    """In words, which rows a view is kept to."""
    place = str(Area.objects.filter(pk=area).defer("polygon").first() or "") if area else ""
    days = f"{kept.since or '…'} – {kept.until or '…'}" if kept.since or kept.until else ""
    return " · ".join(part for part in (place, days, *(f"{spec.dimensions[n]}：{word}" for n, word in kept.picks
                                                       if n in spec.dimensions)) if part)


def _giver(share: Share) -> Actor:
    """The link shows what its giver may see today; who left their posts shares nothing any more."""
    post = Post.objects.current().filter(person=share.person_id).order_by("pk").first()
    giver = actor_for(str(share.person_id), str(post.pk)) if post else None
    if giver is None or within(giver, share.area) != share.area:
        raise Http404
    return giver

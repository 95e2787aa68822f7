"""Boards: who sees one, its draft, and its tiles drawn."""

import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Max
from django.template.loader import render_to_string
from django.utils.http import urlencode
from django.utils.translation import get_language

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.errors import LudaoError, Problem
from ludao.base.text import t
from ludao.blocks.identity.public import ancestors

from . import judging
from .drawing import draw, within, words
from .engine.asking import ALL, Kept, asked_of
from .engine.spec import Spec
from .figures import Figure
from .judging import Card
from .models import Board, Chart, Share, Version
from .sourcing import LIVE_SECONDS, source_of

INDICATOR = "indicator:"
MOST_FILTERS, MOST_ASKED, MOST_BODIES = 5, 6, 300


@dataclass(frozen=True)
class Tile:
    """A chart on a board, drawn as HTML; or why it cannot be."""

    chart: Chart | None
    width: int
    html: str = ""
    problem: str = ""
    card: Card | None = None  # the indicator that judges it, or the tile itself
    told: str = ""

    @property
    def is_judged(self) -> bool:
        return self.card is not None and (self.card.target is not None or self.card.light != "grey")


def placed(line: str) -> dict[str, Any]:
    """A tile as it is typed or sent: `overview.chart.firms 2 year`."""
    chart, width, by = (*line.split(), "1", "")[:3] if len(line.split()) < 2 else (*line.split(), "")[:3]
    if width not in ("1", "2", "3"):
        raise Problem(t(f"宽度应为1至3：{line}", f"The width is 1 to 3: {line}"), field="tiles")
    return {"chart": chart, "width": int(width), "by": by}


def draft(board: Board, by: str) -> Version:
    """The board's draft; a new one begins as what is published."""
    there = board.versions.filter(state=Version.DRAFT).first()
    if there:
        return there
    last = board.versions.aggregate(last=Max("number"))["last"] or 0
    tiles = board.published.tiles if board.published else []
    return Version.objects.create(board=board, number=last + 1, tiles=tiles, by=by)


def is_seen(actor: Actor, board: Board) -> bool:
    """Whether it is published and meant for the actor's organisation."""
    if actor.is_system:
        return True
    meant = set(board.readers.values_list("pk", flat=True))
    units = {actor.organisation, *ancestors(actor.organisation)} if actor.organisation else set()
    return board.published_id is not None and (not meant or bool(meant & units))


def seen(actor: Actor) -> list[Board]:
    """The boards this person may open."""
    every = Board.objects.exclude(published=None).prefetch_related("readers").select_related("published")
    units = {actor.organisation, *ancestors(actor.organisation)} if actor.organisation else set()
    return [b for b in every if not (meant := {o.pk for o in b.readers.all()}) or meant & units]


def code_of(name: str) -> str:
    """The indicator that a tile names, `indicator:hotline.calls`; "" where it names a chart."""
    return name.removeprefix(INDICATOR) if name.startswith(INDICATOR) else ""


def charts_of(version: Version) -> dict[str, Chart]:
    """The charts in use that it names, by one statement."""
    return Chart.objects.filter(ended_at=None).in_bulk({tile["chart"] for tile in version.tiles})


_bodies: OrderedDict[tuple[Any, ...], str] = OrderedDict()


def remembered(version: Version, charts: dict[str, Chart], view: tuple[Any, ...], make: Callable[[], str]) -> str:
    """A board's whole body as HTML, for all who look at it the same way, while its data, charts and language stay the
    same; and never longer than live figures stand: a crowd that opens one board has it drawn once."""
    marks = []
    for chart in charts.values():
        with suppress(LudaoError):
            marks.append((chart.pk, chart.changed_at, source_of(chart.spec).mark))
    key = (version.pk, view, get_language(), int(time.monotonic() // LIVE_SECONDS), *marks)
    return _once(_bodies, MOST_BODIES, key, make)


def _once(held: OrderedDict[tuple[Any, ...], str], most: int, key: tuple[Any, ...], make: Callable[[], str]) -> str:
    """Made once while it is among the last that were."""
    if key not in held:
        held[key] = make()
        while len(held) > most:
            held.popitem(last=False)
    return held[key]


def tiles(version: Version, actor: Actor, area: str = "", kept: Kept = ALL,
          charts: dict[str, Chart] | None = None) -> list[Tile]:
    """Every tile drawn; one that cannot be says why and does not hold up the others."""
    charts = charts_of(version) if charts is None else charts
    there = [tile for tile in version.tiles if code_of(tile["chart"]) or tile["chart"] in charts]
    codes = [code_of(tile["chart"]) or charts[tile["chart"]].spec.indicator for tile in there]
    judged = judging.judged(list(dict.fromkeys(code for code in codes if code)), area)
    found = (_tile(charts.get(tile["chart"]), tile, actor, area, kept, judged.get(code))
             for tile, code in zip(there, codes, strict=True))
    return [tile for tile in found if tile]


def cards(held: Sequence[dict[str, Any]]) -> Sequence[Card]:
    """The indicators that stand on a board by themselves."""
    return judging.cards([code for tile in held if (code := code_of(tile["chart"]))])


def _tile(chart: Chart | None, tile: dict[str, Any], actor: Actor, area: str, kept: Kept,
          card: Card | None) -> Tile | None:
    width = tile.get("width", 1)
    if chart is None:
        return Tile(None, width, card=card) if card else None
    try:
        return Tile(chart, width, _picture(chart, tile, actor, area, kept), card=card, told=_unkept(chart.spec, kept))
    except LudaoError as error:
        return Tile(chart, width, problem=str(error))


def _unkept(spec: Spec, kept: Kept) -> str:
    """What a chart cannot be kept to, in words: it says so rather than look as if it were."""
    names = [str(t("时间", "time"))] if (kept.since or kept.until) and not spec.time else []
    names += [name for name, _ in kept.picks if name not in spec.dimensions]
    return str(t("此图不分所选的时间或类别", "not divided by the time or kind chosen")) if names else ""


_pictures: OrderedDict[tuple[Any, ...], str] = OrderedDict()
MOST_PICTURES = 2000


def _picture(chart: Chart, tile: dict[str, Any], actor: Actor, area: str, kept: Kept) -> str:
    """The chart as HTML, remembered while its data, its declaration, the view and the language stay the same."""
    by, split, here = tile.get("by", ""), tile.get("split"), within(actor, area)
    key = (chart.pk, chart.changed_at, by, split, here, kept, get_language(), source_of(chart.spec).mark)

    def drawn() -> str:
        asked = urlencode({**({"area": area} if area else {}), **asked_of(kept)})
        url = chart.get_absolute_url() + (f"?{asked}" if asked else "")
        figure = draw(chart.spec, actor, by=by, split=split, area=area, kept=kept, url=url)
        return render_to_string("chart/_chart.html", {"figure": figure})

    return _once(_pictures, MOST_PICTURES, key, drawn)


@dataclass(frozen=True)
class Filter:
    """A choice that keeps all charts of a board which know it."""

    name: str
    title: str
    chosen: str
    words: list[tuple[str, str]]


def filters(charts: dict[str, Chart], actor: Actor, area: str, kept: Kept) -> list[Filter]:
    """The dimensions of the board's charts by words, those that most of them share first. A name stands for one
    thing: of two charts that call different things by it, what more of them mean is offered."""
    specs = [chart.spec for chart in charts.values()]
    meant = Counter((name, one.zh) for spec in specs for name, one in spec.dimensions.items() if one.kind == "text")
    chosen, found = dict(kept.picks), dict[str, Filter]()
    for (name, zh), _ in meant.most_common():
        if name in found or len(found) == MOST_FILTERS:
            continue
        of = [spec for spec in specs if name in spec.dimensions and spec.dimensions[name].zh == zh]
        said: dict[str, str] = {}
        for spec in of[:MOST_ASKED]:
            with suppress(LudaoError):
                said |= {raw: word for raw, word in words(spec, actor, name, area) if raw not in said}
        if len(said) > 1:
            found[name] = Filter(name, str(of[0].dimensions[name]), chosen.get(name, ""), list(said.items()))
    return list(found.values())


def figures(version: Version, actor: Actor) -> Iterator[Figure]:
    """The figures of a board, for whoever tells them in words."""
    charts = charts_of(version)
    for tile in version.tiles:
        if chart := charts.get(tile["chart"]):
            with suppress(LudaoError):
                yield draw(chart.spec, actor, by=tile.get("by", ""), split=tile.get("split"))


def count_opening(share: Share) -> None:
    """How often a shared link was opened, and when last."""
    Share.objects.filter(pk=share.pk).update(opened=F("opened") + 1, opened_at=clock.now())


def found(actor: Actor, key: str, title_zh: str, title_en: str, lead: str, lines: Sequence[str]) -> None:
    """A board that a folder brings: opened, composed of what is there, published; once."""
    from .actions import compose, open_board, publish_board

    known = set(Chart.objects.filter(ended_at=None).values_list("pk", flat=True))
    known |= {INDICATOR + code for code in judging.titles()}
    tiles = [line for line in lines if line.split()[0] in known]
    if tiles and not Board.objects.filter(key=key).exists():
        board = open_board(actor, key=key, title_zh=title_zh, title_en=title_en, lead=lead)
        compose(actor, board=board, tiles=tiles)
        publish_board(actor, board=board)

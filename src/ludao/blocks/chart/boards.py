"""Boards: who sees one, its draft, and its tiles drawn."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Max
from django.template.loader import render_to_string
from django.utils.translation import get_language

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.errors import LudaoError, Problem
from ludao.base.text import t
from ludao.blocks.identity.public import ancestors

from .drawing import draw, within
from .figures import Figure
from .models import Board, Chart, Share, Version
from .sourcing import source_of


@dataclass(frozen=True)
class Tile:
    """A chart on a board, drawn as HTML; or why it cannot be."""

    chart: Chart
    width: int
    html: str = ""
    problem: str = ""


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


def tiles(version: Version, actor: Actor, area: str = "") -> list[Tile]:
    """Every tile drawn; one that cannot be says why and does not hold up the others."""
    charts = Chart.objects.in_bulk({tile["chart"] for tile in version.tiles})
    return [_tile(charts[tile["chart"]], tile, actor, area) for tile in version.tiles
            if tile["chart"] in charts and charts[tile["chart"]].ended_at is None]


def _tile(chart: Chart, tile: dict[str, Any], actor: Actor, area: str) -> Tile:
    width = tile.get("width", 1)
    try:
        return Tile(chart, width, _picture(chart, tile, actor, area))
    except LudaoError as error:
        return Tile(chart, width, problem=str(error))


_pictures: OrderedDict[tuple[Any, ...], str] = OrderedDict()
MOST_PICTURES = 2000


def _picture(chart: Chart, tile: dict[str, Any], actor: Actor, area: str) -> str:
    """The chart as HTML, remembered while its data, its declaration, the area and the language stay the same."""
    by, split, here = tile.get("by", ""), tile.get("split"), within(actor, area)
    key = (chart.pk, chart.changed_at, by, split, here, get_language(), source_of(chart.spec).mark)
    if key not in _pictures:
        url = chart.get_absolute_url() + (f"?area={area}" if area else "")
        figure = draw(chart.spec, actor, by=by, split=split, area=area, url=url)
        _pictures[key] = render_to_string("chart/_chart.html", {"figure": figure})
        while len(_pictures) > MOST_PICTURES:
            _pictures.popitem(last=False)
    return _pictures[key]


def figures(version: Version, actor: Actor) -> Iterator[Figure]:
    """The figures of a board, for whoever tells them in words."""
    charts = Chart.objects.in_bulk({tile["chart"] for tile in version.tiles})
    for tile in version.tiles:
        if (chart := charts.get(tile["chart"])) and chart.ended_at is None:
            with suppress(LudaoError):
                yield draw(chart.spec, actor, by=tile.get("by", ""), split=tile.get("split"))


def count_opening(share: Share) -> None:
    """How often a shared link was opened, and when last."""
    Share.objects.filter(pk=share.pk).update(opened=F("opened") + 1, opened_at=clock.now())


def found(actor: Actor, key: str, title_zh: str, title_en: str, lead: str, lines: Sequence[str]) -> None:
    """A board that a folder brings: opened, composed of what is there, published; once."""
    from .actions import compose, open_board, publish_board

    known = set(Chart.objects.filter(ended_at=None).values_list("pk", flat=True))
    tiles = [line for line in lines if line.split()[0] in known]
    if tiles and not Board.objects.filter(key=key).exists():
        board = open_board(actor, key=key, title_zh=title_zh, title_en=title_en, lead=lead)
        compose(actor, board=board, tiles=tiles)
        publish_board(actor, board=board)

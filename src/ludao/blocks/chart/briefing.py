"""The morning brief: a board's first figures in words, or single charts and indicators, once a working day."""

from collections import defaultdict
from contextlib import suppress

from django.db import transaction

from ludao.base import clock, tasks
from ludao.base.actor import Actor
from ludao.base.errors import LudaoError
from ludao.base.text import t
from ludao.blocks.identity.public import actor_for
from ludao.blocks.notice import public as notice

from . import boards, judging
from .drawing import draw
from .figures import Figure, figure_text
from .models import Brief, Chart

MOST_LINES = 12


@tasks.daily("07:30", "chart.brief")
def send_all() -> int:
    """How many were sent. A brief that cannot be made does not hold up the others."""
    today = clock.today()
    if not clock.is_working_day(today):
        return 0
    due = Brief.objects.exclude(sent_on=today).select_related("board__published", "person").order_by("pk")
    singles = defaultdict(list)
    for one in due.filter(board=None):
        singles[one.person_id].append(one)
    of_boards = sum(send(brief) for brief in due.exclude(board=None))
    return of_boards + sum(send_singles(found) for found in singles.values())


@transaction.atomic
def send(brief: Brief) -> bool:
    """One person's board, as she may see it; who may see it no longer is sent nothing."""
    actor, board = actor_for(str(brief.person_id), str(brief.post or "")), brief.board
    if actor is None or board is None or board.published is None or not boards.is_seen(actor, board):
        return False
    lines = [line_of(figure) for figure in boards.figures(board.published, actor)]
    lines += [line_of_card(card) for card in boards.cards(board.published.tiles)]
    return _told([brief], str(board), board.shown_at, lines, f"chart-brief-{brief.pk}")


@transaction.atomic
def send_singles(briefs: list[Brief]) -> bool:
    """The charts and indicators that one person asked for one by one, in one notice."""
    actor = actor_for(str(briefs[0].person_id), str(briefs[0].post or ""))
    if actor is None:
        return False
    cards = {card.code: card for card in judging.cards([b.address for b in briefs if b.kind == "indicator"])}
    charts = Chart.objects.filter(ended_at=None).in_bulk([b.address for b in briefs if b.kind == "chart"])
    lines = []
    for one in briefs:
        if card := cards.get(one.address) if one.kind == "indicator" else None:
            lines.append(line_of_card(card))
        elif chart := charts.get(one.address) if one.kind == "chart" else None:
            with suppress(LudaoError):
                lines.append(line_of(draw(chart.spec, actor)))
    about = briefs[0].get_absolute_url() if len(briefs) == 1 else "/overview/chart/"
    return bool(lines) and _told(briefs, str(t("我的订阅", "What I follow")), about, lines,
                                 f"chart-follow-{briefs[0].person_id}")


def _told(briefs: list[Brief], title: str, about: str, lines: list[str], once: str) -> bool:
    today = clock.today()
    notice.send(Actor.system("chart"), [briefs[0].person], key="chart.brief", about=about,
                data={"board": title, "day": f"{today:%Y-%m-%d}", "lines": "\n".join(lines[:MOST_LINES])},
                once=f"{once}-{today}")
    Brief.objects.filter(pk__in=[one.pk for one in briefs]).update(sent_on=today)
    return True


def line_of_card(card: judging.Card) -> str:
    """An indicator's newest value, its change, its target, its light."""
    if card.value is None:
        return f"{card.title}：{t('还没有数据', 'no data yet')}"
    target = f"{t('目标', 'target')} {figure_text(card.target, card.precision)}" if card.target is not None else ""
    parts = (f"{card.period} {card.text} {card.unit}".strip(), card.change_text, target,
             card.light_word if card.light in ("green", "amber", "red") else "")
    return f"{card.title}：" + "，".join(part for part in parts if part)


def line_of(figure: Figure) -> str:
    """The newest of a time, the largest of others; with what it was before."""
    if figure.is_empty:
        return f"{figure.title}：{t('还没有数据', 'no data yet')}"
    one = figure.series[0]
    value, where = one.values[-1], figure.categories[-1]
    if figure.kind not in ("line", "area"):
        place = max(range(len(one.values)), key=lambda n: one.values[n] or 0)
        value, where = one.values[place], figure.categories[place]
    return f"{figure.title}：{where} {figure_text(value, one.precision)} {one.unit}".strip()

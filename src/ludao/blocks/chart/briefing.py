"""The morning brief: a board's first figures in words, to whoever subscribed, once a working day."""

from django.db import transaction

from ludao.base import clock, tasks
from ludao.base.actor import Actor
from ludao.base.text import t
from ludao.blocks.identity.public import actor_for
from ludao.blocks.notice import public as notice

from . import boards
from .figures import Figure, figure_text
from .models import Brief

MOST_LINES = 8


@tasks.daily("07:30", "chart.brief")
def send_all() -> int:
    """How many were sent. A brief that cannot be made does not hold up the others."""
    today = clock.today()
    if not clock.is_working_day(today):
        return 0
    due = Brief.objects.exclude(sent_on=today).select_related("board__published", "person")
    return sum(send(brief) for brief in due)


@transaction.atomic
def send(brief: Brief) -> bool:
    """One person's brief, as she may see it; who may see the board no longer is sent nothing."""
    actor = actor_for(str(brief.person_id), str(brief.post or ""))
    board = brief.board
    if actor is None or board.published is None or not boards.is_seen(actor, board):
        return False
    lines = [line_of(figure) for figure in boards.figures(board.published, actor)]
    today = clock.today()
    notice.send(Actor.system("chart"), [brief.person], key="chart.brief", about=board.shown_at,
                data={"board": str(board), "day": f"{today:%Y-%m-%d}", "lines": "\n".join(lines[:MOST_LINES])},
                once=f"chart-brief-{brief.pk}-{today}")
    brief.sent_on = today
    brief.save(update_fields=["sent_on"])
    return True


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

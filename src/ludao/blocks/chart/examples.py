"""What the contract tests type into the forms, where any value will not do."""

from typing import Any

from ludao.base.actor import Actor

from .actions import compose
from .demo import FIRST
from .models import Board, Favourite, Version


def _composed(actor: Actor) -> dict[str, Any]:
    board = Board.objects.get(key="first")
    compose(Actor.system("example"), board=board, tiles=["chart.by_district 3"])
    return {"board": board}


def _kept(actor: Actor) -> dict[str, Any]:
    kept = Favourite.objects.create(person_id=int(actor.person), kind="chart", address="chart.by_district")
    return {"favourite": kept}


EXAMPLES: dict[str, Any] = {
    "draw": {"address": "overview.chart.example", "text": FIRST},
    "open_board": {"key": "example", "title_zh": "示例", "title_en": "Example"},
    "compose": {"tiles": ["chart.by_district 2"]},
    "publish_board": _composed,
    "restore_version": lambda actor: {"version": Version.objects.exclude(state=Version.DRAFT)[0]},
    "follow": {"kind": "chart", "address": "chart.by_district"},
    "keep": {"kind": "chart", "address": "chart.by_district"},
    "share": {"reason": "给座谈会", "area": "", "by": "district"},
    "unkeep": _kept,
}

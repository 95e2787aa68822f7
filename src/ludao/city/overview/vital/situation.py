"""What moved most since the period before, and why: by areas for counts, by what it is made of for formulas."""

from typing import Any

from ludao.blocks.identity.public import Area
from ludao.blocks.indicator import public as indicator

FEW = 8
LEAST = 20.0  # a base below which a percentage says nothing


def moves(area: Area, theme: str = "") -> list[dict[str, Any]]:
    """The largest moves, good ones and bad ones, each with its parts."""
    here = indicator.known().definitions
    codes = [
        c
        for c, d in here.items()
        if d.method == "computed"
        and d.additive
        and d.depth >= len(area.pk)
        and d.period in ("month", "quarter", "year")
        and theme in ("", d.theme)
    ]
    cards = [card for card in indicator.cards(codes, area.pk, 13) if _says_something(card)]
    ranked = sorted(cards, key=lambda card: -abs(card.change or 0))[:FEW]
    parts = indicator.moved(ranked, area)
    return [
        {"card": card, "spark": indicator.spark([p.value for p in card.points]), "parts": parts.get(card.code, [])[:4]}
        for card in ranked
    ]


def _says_something(card: indicator.Card) -> bool:
    return (
        card.change is not None
        and card.value is not None
        and card.step is not None
        and (min(abs(card.value), abs(card.value - card.step)) >= LEAST)
    )

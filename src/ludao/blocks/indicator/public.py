"""The door of indicators: read values and series, define, compute, keep what was loaded."""

from ludao.blocks.indicator.computing import Computed, compute
from ludao.blocks.indicator.engine import periods
from ludao.blocks.indicator.engine.compiling import CITY
from ludao.blocks.indicator.engine.definition import Definition, define
from ludao.blocks.indicator.engine.drawing import radar, spark
from ludao.blocks.indicator.house import known
from ludao.blocks.indicator.loading import Series, take
from ludao.blocks.indicator.models import THEMES, Alert, Indicator, Run, Task, Value, shown
from ludao.blocks.indicator.reading import Card, Point, across, card, cards, cards_in, light, series, value
from ludao.blocks.indicator.shipping import keep, ship
from ludao.blocks.indicator.tracing import moved
from ludao.blocks.indicator.watching import tell

__all__ = [
    "CITY",
    "THEMES",
    "Alert",
    "Card",
    "Computed",
    "Definition",
    "Indicator",
    "Point",
    "Run",
    "Series",
    "Task",
    "Value",
    "across",
    "card",
    "cards",
    "cards_in",
    "compute",
    "define",
    "keep",
    "known",
    "light",
    "moved",
    "periods",
    "radar",
    "series",
    "ship",
    "shown",
    "spark",
    "take",
    "tell",
    "value",
]

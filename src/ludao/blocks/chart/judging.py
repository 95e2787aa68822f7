"""What judges a figure: an indicator with its target and its light. Indicators stand above charts in the house, so who
knows them says so (`judge_by`); until then nothing judges."""

import time
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from django.utils.translation import get_language

from .sourcing import LIVE_SECONDS

MOST = 500


class Card(Protocol):
    """An indicator's newest value as a board shows it."""

    @property
    def code(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def value(self) -> float | None: ...
    @property
    def text(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def precision(self) -> int: ...
    @property
    def period(self) -> str: ...
    @property
    def change_text(self) -> str: ...
    @property
    def target(self) -> float | None: ...
    @property
    def light(self) -> str: ...
    @property
    def light_word(self) -> str: ...
    @property
    def as_of(self) -> date | None: ...
    @property
    def source(self) -> str: ...


class Judge(Protocol):
    """Whoever knows indicators."""

    def cards(self, codes: Sequence[str], area: str) -> Sequence[Card]:
        """In their order; `area` "" is the whole city."""

    def titles(self) -> Mapping[str, str]:
        """Every indicator by its code, in the reader's language."""


_judges: list[Judge] = []
_known: dict[tuple[Any, ...], tuple[float, dict[str, Card]]] = {}


def judge_by(judge: Judge) -> None:
    _judges[:] = [judge]


def titles() -> Mapping[str, str]:
    return _judges[0].titles() if _judges else {}


def cards(codes: Sequence[str], area: str = "") -> Sequence[Card]:
    return _judges[0].cards(codes, area) if _judges and codes else []


def judged(codes: Sequence[str], area: str = "") -> dict[str, Card]:
    """Those that have a value, by code; asked at most every few seconds for all readers."""
    key = (*codes, area, get_language())
    known = _known.get(key)
    if known is None or time.monotonic() - known[0] > LIVE_SECONDS:
        if len(_known) > MOST:
            _known.clear()
        found = {card.code: card for card in cards(codes, area) if card.value is not None}
        known = _known[key] = time.monotonic(), found
    return known[1]

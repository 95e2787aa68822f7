"""Which values of a series are unlikely: robust z against what was expected, by season where it is known; and breaks.

Expected is the median step from the values before (by STL where the season is known); how far a value may stand off is
told by the median absolute deviation of those steps (1.4826 MAD estimates a standard deviation), by the square root of
a count (its own noise), and is never less than a twentieth of the usual level.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

FAR = 5.0  # robust standard deviations
FEW = 6  # values below which nothing is judged
LEAST = 0.05  # of the level: a smaller stray is never unlikely
SEASONS = {"day": 7, "week": 52, "month": 12, "quarter": 4, "year": 1}
ROUNDS = 3


@dataclass(frozen=True)
class Expected:
    """What the next value should be, and between what it is likely."""

    middle: float
    low: float
    high: float

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


def expected(history: Sequence[float], kind: str, is_count: bool = False) -> Expected | None:
    """For the value after the history, of periods of this kind; None where too little is known."""
    known = np.asarray(history, float)
    if len(known) < FEW:
        return None
    season = SEASONS[kind]
    if season > 1 and len(known) >= ROUNDS * season:
        middle, strays = _seasonal(known, season)
    else:
        steps = np.diff(known)
        middle, strays = float(known[-1] + np.median(steps)), steps - np.median(steps)
    spread = 1.4826 * float(np.median(np.abs(strays - np.median(strays))))
    noise = 3 * float(np.sqrt(abs(middle))) if is_count else 0.0
    room = max(FAR * spread, LEAST * float(np.median(np.abs(known))), noise, 1e-9)
    return Expected(middle, middle - room, middle + room)


def _seasonal(known: Any, season: int) -> tuple[float, Any]:
    from statsmodels.tsa.seasonal import STL

    parts = STL(known, period=season, robust=True).fit()
    steps = np.diff(parts.trend[-season:])
    return float(parts.trend[-1] + np.median(steps) + parts.seasonal[-season]), np.diff(known - parts.seasonal)


def breaks(series: Sequence[float], is_count: bool = False) -> list[int]:
    """Where a series leaves its course for good: places at which its level, a straight trend taken off, changes by five
    times its noise and a twentieth of the level (PELT with an L2 cost)."""
    import ruptures

    known = np.asarray(series, float)
    if len(known) < 2 * FEW:
        return []
    places = np.arange(len(known))
    slope = float(np.median(np.diff(known)))
    level = known - slope * places
    steps = np.diff(level)
    noise = 1.4826 * float(np.median(np.abs(steps - np.median(steps))))
    least = max(
        FAR * noise,
        LEAST * float(np.median(np.abs(known))),
        3 * float(np.sqrt(np.median(np.abs(known)))) if is_count else 0.0,
    )
    if least == 0 or np.ptp(level) < least:
        return []
    penalty = 2 * max(noise, least / FAR) ** 2 * np.log(len(known))
    found = ruptures.Pelt(model="l2", min_size=3, jump=1).fit(level).predict(pen=penalty)
    edges = [0, *found]
    means = [float(level[a:b].mean()) for a, b in zip(edges, edges[1:], strict=False)]
    return [edges[n + 1] for n in range(len(means) - 1) if abs(means[n + 1] - means[n]) > least]

"""Which values of a series are unlikely: robust z against what was expected, seasonal where a year is known, breaks.

Expected is the median step from the values before (seasonal where two years are held, by STL); how far a value may
stand off is told by the median absolute deviation of those steps (1.4826 MAD estimates a standard deviation).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

FAR = 5.0  # robust standard deviations
FEW = 5  # values below which nothing is judged
LEAST = 0.02  # a step of 2 per cent is never unlikely


@dataclass(frozen=True)
class Expected:
    """What the next value should be, and between what it is likely."""

    middle: float
    low: float
    high: float

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


def expected(history: Sequence[float], season: int) -> Expected | None:
    """For the value after the history; None where too little is known."""
    known = np.asarray(history, float)
    if len(known) < FEW:
        return None
    if season > 1 and len(known) >= 2 * season:
        return _seasonal(known, season)
    steps = np.diff(known)
    middle = known[-1] + float(np.median(steps))
    return _around(middle, steps - np.median(steps), known)


def _seasonal(known: np.ndarray, season: int) -> Expected:
    from statsmodels.tsa.seasonal import STL

    parts = STL(known, period=season, robust=True).fit()
    steps = np.diff(parts.trend[-season:])
    middle = parts.trend[-1] + float(np.median(steps)) + float(parts.seasonal[-season])
    return _around(middle, np.asarray(parts.resid), known)


def _around(middle: float, strays: np.ndarray, known: np.ndarray) -> Expected:
    spread = 1.4826 * float(np.median(np.abs(strays - np.median(strays))))
    room = max(FAR * spread, LEAST * float(np.median(np.abs(known))), 1e-9)
    return Expected(middle, middle - room, middle + room)


def breaks(series: Sequence[float]) -> list[int]:
    """Where the level of a series changes for good (PELT with an L2 cost, penalty by its noise): places in it."""
    import ruptures

    known = np.asarray(series, float)
    if len(known) < 2 * FEW:
        return []
    noise = 1.4826 * float(np.median(np.abs(np.diff(known) - np.median(np.diff(known))))) / np.sqrt(2)
    if noise == 0:
        noise = float(np.std(known)) or 1.0
    found = ruptures.Pelt(model="l2", min_size=3, jump=1).fit(known).predict(pen=12 * noise**2 * np.log(len(known)))
    return list(found[:-1])

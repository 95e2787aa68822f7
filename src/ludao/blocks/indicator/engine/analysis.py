"""What a series says beyond its last value: where it goes, with what it moves, and what moved it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

AHEAD = {1: 3, 4: 4, 12: 6, 52: 8, 365: 14}  # periods looked ahead, by periods a year
ENOUGH = 6


def forecast(history: Sequence[float], season: int, level: float = 0.8) -> list[tuple[float, float, float]]:
    """(low, middle, high) of the coming periods by exponential smoothing (ETS, damped trend), as likely as `level`.
    Seasonal where two whole years are known. Nothing for a short or a flat series."""
    import warnings

    import pandas as pd
    from statsmodels.tools.sm_exceptions import ConvergenceWarning
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    known = np.asarray(history, float)
    if len(known) < ENOUGH or not np.ptp(known):
        return []
    cycle = season if 1 < season <= 12 and len(known) >= 2 * season + 1 else 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        try:
            fitted = ETSModel(
                pd.Series(known),
                error="add",
                trend="add",
                damped_trend=True,
                seasonal="add" if cycle else None,
                seasonal_periods=cycle or None,
            ).fit(disp=False, maxiter=200)
            steps = AHEAD.get(season, 4)
            table = fitted.get_prediction(start=len(known), end=len(known) + steps - 1).summary_frame(alpha=1 - level)
        except (ValueError, np.linalg.LinAlgError):
            return []
    low = 0.0 if known.min() >= 0 else -np.inf  # what cannot be negative is not foretold so
    return [
        (max(low, float(row.iloc[1])), max(low, float(row.iloc[0])), float(row.iloc[2]))
        for _, row in table[["mean", "pi_lower", "pi_upper"]].iterrows()
    ]


@dataclass(frozen=True)
class Share:
    """How much of a move a part explains, in the indicator's own unit and as a share of the whole move."""

    name: str
    before: float | None
    after: float | None
    moved: float
    share: float | None


def parts(before: Mapping[str, float], after: Mapping[str, float]) -> list[Share]:
    """Of a sum: each part's own change. The largest moves first."""
    names = list(dict.fromkeys([*before, *after]))
    moves = {name: after.get(name, 0.0) - before.get(name, 0.0) for name in names}
    whole = sum(moves.values())
    found = [Share(n, before.get(n), after.get(n), m, m / whole * 100 if whole else None) for n, m in moves.items()]
    return sorted(found, key=lambda share: -abs(share.moved))


def factors(
    formula: Callable[[Sequence[float]], float], before: Sequence[float], after: Sequence[float], names: Sequence[str]
) -> list[Share]:
    """Of a formula: each operand's part in the move, averaged over all orders in which they could have changed
    (Shapley), so that the parts add up to the whole. Of more than five nothing is told."""
    from itertools import permutations

    known = before, after

    def at(taken: frozenset[int]) -> float:
        return formula([known[1 if n in taken else 0][n] for n in range(len(names))])

    if len(names) > 5:
        return []
    orders = list(permutations(range(len(names))))
    cache: dict[frozenset[int], float] = {}
    sums = [0.0] * len(names)
    for order in orders:
        taken: frozenset[int] = frozenset()
        for n in order:
            here = cache.setdefault(taken, at(taken))
            taken = taken | {n}
            sums[n] += cache.setdefault(taken, at(taken)) - here
    moves = [one / len(orders) for one in sums]
    whole = sum(moves)
    if not np.isfinite(whole):
        return []
    return sorted(
        (
            Share(name, before[n], after[n], moves[n], moves[n] / whole * 100 if whole else None)
            for n, name in enumerate(names)
        ),
        key=lambda share: -abs(share.moved),
    )


def correlated(one: Sequence[float], others: Mapping[str, Sequence[float]]) -> list[tuple[str, float, int, float]]:
    """Spearman's rank correlation with each other series (nan where not known): (name, r, n, p), strongest first.
    Less than eight common values say nothing."""
    from scipy.stats import spearmanr

    mine, found = np.asarray(one, float), []
    for name, series in others.items():
        theirs = np.asarray(series, float)
        both = np.isfinite(mine) & np.isfinite(theirs)
        n = int(both.sum())
        if n < 8 or not np.ptp(mine[both]) or not np.ptp(theirs[both]):
            continue
        result = spearmanr(mine[both], theirs[both])
        found.append((name, float(result.statistic), n, float(result.pvalue)))
    return sorted(found, key=lambda row: -abs(row[1]))

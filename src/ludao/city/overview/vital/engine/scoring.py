"""Scores of the health check: each value between its worst and its best mark, themes and the whole by weight."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    """How one indicator is scored."""

    code: str
    theme: str
    weight: float
    worst: float
    best: float

    def score(self, value: float) -> float:
        """0 at the worst mark, 100 at the best, in proportion between, never beyond."""
        share = (value - self.worst) / (self.best - self.worst)
        return max(0.0, min(100.0, share * 100))


@dataclass(frozen=True)
class Scored:
    mark: Mark
    value: float
    score: float
    before: float | None = None
    score_before: float | None = None

    @property
    def moved(self) -> float | None:
        return None if self.score_before is None else self.score - self.score_before


@dataclass(frozen=True)
class Result:
    """A theme's or the whole's score; None where nothing could be scored."""

    score: float | None
    before: float | None
    scored: tuple[Scored, ...]
    unscored: int

    @property
    def moved(self) -> float | None:
        return None if self.score is None or self.before is None else self.score - self.before


def scored(marks: Sequence[Mark], now: Mapping[str, float], before: Mapping[str, float]) -> list[Scored]:
    found = []
    for mark in marks:
        if (value := now.get(mark.code)) is not None:
            then = before.get(mark.code)
            found.append(Scored(mark, value, mark.score(value), then, None if then is None else mark.score(then)))
    return found


def of_theme(theme: str, marks: Sequence[Mark], found: Sequence[Scored]) -> Result:
    """By the weights of what has a value. The score before counts only what has both, so that a new figure is no move:
    it is the score now less the weighted move of those."""
    mine = tuple(one for one in found if one.mark.theme == theme)
    score = _mean([(one.score, one.mark.weight) for one in mine])
    moved = _mean([(one.moved, one.mark.weight) for one in mine if one.moved is not None])
    before = None if score is None or moved is None else score - moved
    return Result(score, before, mine, sum(m.theme == theme for m in marks) - len(mine))


def whole(themes: Mapping[str, Result], weights: Mapping[str, float]) -> Result:
    """By the weights of the themes that could be scored."""
    score = _mean([(r.score, weights[t]) for t, r in themes.items() if r.score is not None])
    moved = _mean([(r.moved, weights[t]) for t, r in themes.items() if r.moved is not None])
    every = tuple(one for r in themes.values() for one in r.scored)
    return Result(
        score,
        None if score is None or moved is None else score - moved,
        every,
        sum(r.unscored for r in themes.values()),
    )


def _mean(pairs: Sequence[tuple[float | None, float]]) -> float | None:
    known = [(value, weight) for value, weight in pairs if value is not None]
    total = sum(weight for _, weight in known)
    return sum(value * weight for value, weight in known) / total if total else None

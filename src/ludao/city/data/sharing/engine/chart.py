"""Columns of a small chart in the units of its view box: requests by hour or day, errors on top."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, FOOT = 720, 150, 22


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    width: float
    y: float
    height: float
    bad_y: float
    bad_height: float
    label: str
    good: int
    bad: int
    is_named: bool


@dataclass(frozen=True, slots=True)
class Chart:
    width: int
    height: int
    base: int
    top: int
    bars: tuple[Bar, ...]


def bars(values: Sequence[tuple[str, int, int]]) -> Chart:
    """(label, all, errors) each → columns; about eight labels are written, wherever the rest is too."""
    top = max((number for _, number, _ in values), default=0)
    step = WIDTH / max(len(values), 1)
    every = max(1, len(values) // 8)
    room = HEIGHT - FOOT - 12
    made = []
    for at, (label, number, bad) in enumerate(values):
        tall = round(room * number / top, 1) if top else 0.0
        red = round(room * bad / top, 1) if top else 0.0
        y = HEIGHT - FOOT - tall
        made.append(
            Bar(
                round(at * step + step * 0.12, 1),
                round(step * 0.76, 1),
                round(y, 1),
                tall,
                round(y, 1),
                red,
                label,
                number - bad,
                bad,
                at % every == 0,
            )
        )
    return Chart(WIDTH, HEIGHT, HEIGHT - FOOT, top, tuple(made))


STEPS = (1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1000, 2000, 5000, 10000)


def step_of(ms: float) -> str:
    """The upper bound of the step in which an answer's time falls, as a key."""
    return next((str(step) for step in STEPS if ms <= step), "60000")


def percentile(steps: dict[str, int], part: float) -> float | None:
    """The upper bound of the step in which this part of the answers lies; nothing of nothing."""
    total = sum(steps.values())
    seen = 0
    for bound in sorted(steps, key=int):
        seen += steps[bound]
        if total and seen >= part * total:
            return float(bound)
    return None

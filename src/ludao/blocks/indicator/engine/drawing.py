"""Lines of figures as the coordinates of an SVG: no colours, no styles, only where things stand."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Drawn:
    """A line in a box: its path and the dots (x, y, what, tone)."""

    width: int
    height: int
    path: str
    dots: tuple[tuple[float, float, str, str], ...]


def spark(values: Sequence[float], width: int = 120, height: int = 32) -> Drawn | None:
    """A small line without axes; None for less than two values."""
    if len(values) < 2:
        return None
    xs, y = _across(len(values), 2, width - 2), _scale(values, 3, height - 3)
    path = _path(list(zip(xs, map(y, values), strict=True)))
    return Drawn(width, height, path, ((xs[-1], y(values[-1]), "", ""),))


def radar(scores: Sequence[tuple[str, float | None]], size: int = 320, none: str = "—") -> dict[str, object]:
    """Axes of 0 to 100 around a centre: the polygon, the rings, and where each name stands. What has no score keeps
    its axis, and the polygon passes it by."""
    from math import cos, pi, sin

    middle, reach, n = size / 2, size / 2 - 46, len(scores)

    def at(place: int, share: float) -> tuple[float, float]:
        turn = 2 * pi * place / n - pi / 2
        return round(middle + reach * share * cos(turn), 1), round(middle + reach * share * sin(turn), 1)

    def ring(share: float) -> str:
        return " ".join(f"{x},{y}" for x, y in (at(i, share) for i in range(n)))

    known = [at(i, score / 100) for i, (_, score) in enumerate(scores) if score is not None]
    return {
        "size": size,
        "polygon": " ".join(f"{x},{y}" for x, y in known),
        "rings": [ring(share) for share in (0.2, 0.4, 0.6, 0.8, 1.0)],
        "middle": middle,
        "axes": [
            {
                "x": at(i, 1)[0],
                "y": at(i, 1)[1],
                "tx": at(i, 1.2)[0],
                "ty": at(i, 1.2)[1],
                "name": name,
                "score": none if score is None else f"{score:.0f}",
            }
            for i, (name, score) in enumerate(scores)
        ],
    }


def _across(number: int, left: float, right: float) -> list[float]:
    if number == 1:
        return [(left + right) / 2]
    return [round(left + (right - left) * n / (number - 1), 1) for n in range(number)]


def _scale(values: Sequence[float], top: float, bottom: float):  # type: ignore[no-untyped-def]
    low, high = min(values), max(values)
    if high == low:
        return lambda value: round((top + bottom) / 2, 1)
    return lambda value: round(bottom - (bottom - top) * (value - low) / (high - low), 1)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + " L".join(f"{x:g} {y:g}" for x, y in points)

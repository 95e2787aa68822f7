"""Lines of figures as the coordinates of an SVG: no colours, no styles, only where things stand."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Drawn:
    """A line in a box: its path, the dots, the ground line, marks of the value axis and of the periods."""

    width: int
    height: int
    path: str
    dots: tuple[tuple[float, float, str, str], ...]  # x, y, what, tone
    band: str = ""
    ahead: str = ""
    rulers: tuple[tuple[float, str], ...] = ()
    labels: tuple[tuple[float, str, str], ...] = ()
    limits: tuple[tuple[float, str, str], ...] = ()
    left: int = 0


def spark(values: Sequence[float], width: int = 120, height: int = 32) -> Drawn | None:
    """A small line without axes; None for less than two values."""
    if len(values) < 2:
        return None
    xs, y = _across(len(values), 2, width - 2), _scale(values, 3, height - 3)
    path = _path(list(zip(xs, map(y, values), strict=True)))
    return Drawn(width, height, path, ((xs[-1], y(values[-1]), "", ""),))


def chart(
    names: Sequence[str],
    values: Sequence[float],
    shown: Sequence[str],
    *,
    tones: Sequence[str] = (),
    ahead: Sequence[tuple[str, float, float, float]] = (),
    limits: Sequence[tuple[float, str, str]] = (),
    width: int = 720,
    height: int = 260,
    format_: str = "{:g}",
) -> Drawn | None:
    """A line with rulers; `ahead` is a forecast (name, low, middle, high), `limits` lines across (at, words, tone)."""
    if not values:
        return None
    every = [*values, *(v for _, low, mid, high in ahead for v in (low, mid, high)), *(at for at, _, _ in limits)]
    low, high, step = _round(min(every), max(every))
    marks = [low + step * n for n in range(int(round((high - low) / step)) + 1)]
    left = 14 + 8 * max(len(format_.format(m)) for m in marks)
    y = _scale([low, high], 16, height - 30)
    xs = _across(len(values) + len(ahead), left, width - 14)
    points = list(zip(xs, map(y, values), strict=False))
    far = xs[len(values) :]
    band = ahead_path = ""
    if ahead:
        last = points[-1]
        upper = [last, *((x, y(h)) for x, (_, _, _, h) in zip(far, ahead, strict=True))]
        lower = [last, *((x, y(w)) for x, (_, w, _, _) in zip(far, ahead, strict=True))]
        band = _path([*upper, *reversed(lower)]) + " Z"
        ahead_path = _path([last, *((x, y(m)) for x, (_, _, m, _) in zip(far, ahead, strict=True))])
    labels = _labels([*names, *(name for name, *_ in ahead)], xs)
    return Drawn(
        width,
        height,
        _path(points),
        tuple(
            (round(px, 1), round(py, 1), f"{n} {s}", tones[i] if tones else "")
            for i, ((px, py), n, s) in enumerate(zip(points, names, shown, strict=True))
        ),
        band,
        ahead_path,
        tuple((round(y(m), 1), format_.format(m)) for m in marks),
        labels,
        tuple((round(y(at), 1), words, tone) for at, words, tone in limits),
        left,
    )


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


def _round(low: float, high: float) -> tuple[float, float, float]:
    """Round ends and a round step between four and seven marks."""
    from math import ceil, floor, log10

    if high == low:
        high, low = high + abs(high) * 0.1 + 1, low - abs(low) * 0.1
    if low > 0 and low / high < 0.6:
        low = 0
    raw = (high - low) / 5
    size = 10 ** floor(log10(raw))
    step = next(size * m for m in (1, 2, 2.5, 5, 10) if size * m >= raw)
    return floor(low / step) * step, ceil(high / step) * step, step


def _labels(names: Sequence[str], xs: Sequence[float]) -> tuple[tuple[float, str, str], ...]:
    """At most eight, with the first and the last."""
    if not names:
        return ()
    step = max(1, -(-len(names) // 8))
    chosen = list(range(len(names) - 1, -1, -step))[::-1]
    return tuple((xs[i], names[i], "end" if i == len(names) - 1 and len(names) > 1 else "middle") for i in chosen)

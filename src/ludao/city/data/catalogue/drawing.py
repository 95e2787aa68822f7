"""Charts as geometry for the templates' SVG: bars and lines over time. No Django."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT = 240, 64


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    title: str


def bars(values: Sequence[Sequence[Any]], width: int = WIDTH, height: int = HEIGHT) -> list[Bar]:
    """[from, to, rows] → upright bars."""
    most = max((row[2] for row in values), default=0) or 1
    step = width / max(len(values), 1)
    return [Bar(round(n * step, 1), round(height - max(rows / most * height, 1 if rows else 0), 1),
                round(max(step - 1, 1), 1), round(max(rows / most * height, 1 if rows else 0), 1),
                f"{low} – {high}: {rows:,}") for n, (low, high, rows) in enumerate(values)]


def shares(values: Sequence[Sequence[Any]], total: int) -> list[dict[str, Any]]:
    """[value, rows] → lying bars with their share of all rows."""
    most = max((rows for _, rows in values), default=0) or 1
    return [{"value": value, "rows": rows, "width": round(100 * rows / most, 1),
             "share": round(100 * rows / total, 1) if total else 0} for value, rows in values]


@dataclass(frozen=True)
class Line:
    name: str
    title: Any
    points: str
    dots: list[tuple[float, float, str]]


@dataclass(frozen=True)
class Trend:
    """Lines over time between a round lowest share and 100, so that what differs is seen; ticks are (y, share)."""

    lines: list[Line]
    ticks: list[tuple[float, str]]
    days: list[tuple[float, str]]


STEPS = (1, 2, 5, 10, 25, 50)


def trend(series: Mapping[str, tuple[Any, Sequence[tuple[str, float | None]]]], width: int = 640,
          height: int = 160) -> Trend:
    """Per cent over time: each series a polyline; a moment without a figure is left out."""
    shares = [share for _, values in series.values() for _, share in values if share is not None]
    span = 100 - min(shares, default=0)
    step = next((s for s in STEPS if s * 4 >= span), 25)
    low = max(100 - step * 4, 0)
    moments = [at for at, _ in next(iter(series.values()))[1]] if series else []
    apart = width / max(len(moments) - 1, 1)

    def down(share: float) -> float:
        return round((100 - share) / (100 - low) * height, 1)

    found = []
    for name, (title, values) in series.items():
        dots = [(round(n * apart, 1), down(share), f"{at} {share:g}%")
                for n, (at, share) in enumerate(values) if share is not None]
        if dots:
            found.append(Line(name, title, " ".join(f"{x},{y}" for x, y, _ in dots), dots))
    ticks = [(down(share), f"{share:g}") for share in range(100, low - 1, -step)]
    every = max(1, -(-len(moments) // 6))
    days = [(round(n * apart, 1), at) for n, at in enumerate(moments) if n % every == 0]
    return Trend(found, ticks, days)


def spark(shares: Sequence[float | None], width: int = 96, height: int = 20) -> str:
    """One rule's shares in a row of a table, as a polyline's points: the lowest at the foot, 100 at the head."""
    known = [(n, share) for n, share in enumerate(shares) if share is not None]
    low = min([share for _, share in known], default=0.0)
    span, apart = max(100 - low, 0.5), width / max(len(shares) - 1, 1)
    return " ".join(f"{round(n * apart, 1)},{round((100 - share) / span * height, 1)}" for n, share in known)

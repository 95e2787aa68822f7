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


def lines(series: Mapping[str, tuple[Any, Sequence[tuple[str, float | None]]]], width: int = 640,
          height: int = 160) -> list[Line]:
    """Per cent over time: each series a polyline; a moment without a figure is left out."""
    found = []
    for name, (title, values) in series.items():
        step = width / max(len(values) - 1, 1)
        dots = [(round(n * step, 1), round(height - share / 100 * height, 1), f"{at} {share:g}%")
                for n, (at, share) in enumerate(values) if share is not None]
        if dots:
            found.append(Line(name, title, " ".join(f"{x},{y}" for x, y, _ in dots), dots))
    return found

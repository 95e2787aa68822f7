"""Charts as geometry for the templates' SVG: bars, lines over time, and the graph of lineage. No Django."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
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


@dataclass
class Node:
    address: str
    title: str
    level: int
    url: str
    tone: str = ""
    columns: list[str] = field(default_factory=list)
    x: float = 0
    y: float = 0
    height: float = 0

    @property
    def lines(self) -> list[tuple[str, float]]:
        """Each column's name with the height it stands at."""
        return [(name, self.y + 42 + ROW * n + ROW / 2) for n, name in enumerate(self.columns)]


NODE, GAP, ROW, COLUMN_GAP = 190, 14, 18, 70


def graph(nodes: Iterable[Node], edges: Iterable[tuple[str, str, str, str]]) -> dict[str, Any]:
    """Nodes in levels from left (sources) to right; edges (from, column, to, column) as curves between them."""
    levels: dict[int, list[Node]] = defaultdict(list)
    for node in nodes:
        levels[node.level].append(node)
    first = min(levels, default=0)
    tallest = max((_height_of(level) for level in levels.values()), default=0)
    for level, here in levels.items():
        y = (tallest - _height_of(here)) / 2 + GAP
        for node in here:
            node.x, node.y = (level - first) * (NODE + COLUMN_GAP) + 4, y
            node.height = _tall(node)
            y += node.height + GAP
    at = {node.address: node for here in levels.values() for node in here}
    paths = [_curve(at[a], a_column, at[b], b_column) for a, a_column, b, b_column in edges if a in at and b in at]
    return {"nodes": list(at.values()), "paths": list(dict.fromkeys(paths)), "node_width": NODE,
            "width": len(range(first, max(levels, default=0) + 1)) * (NODE + COLUMN_GAP) - COLUMN_GAP + 8,
            "height": tallest + 2 * GAP}


def _tall(node: Node) -> float:
    return 42 + ROW * len(node.columns)


def _height_of(nodes: Sequence[Node]) -> float:
    return sum(_tall(n) + GAP for n in nodes)


def _curve(a: Node, a_column: str, b: Node, b_column: str) -> str:
    x1, y1, x2, y2 = a.x + NODE, _line_of(a, a_column), b.x, _line_of(b, b_column)
    middle = (x1 + x2) / 2
    return f"M{x1:.1f} {y1:.1f} C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"


def _line_of(node: Node, column: str) -> float:
    return node.y + (42 + ROW * node.columns.index(column) + ROW / 2 - 4 if column in node.columns else 21)

"""Where something comes from as geometry for an SVG: boxes in levels from left to right, curves between. No Django."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Node:
    address: str
    title: str
    level: int
    url: str
    tone: str = ""
    columns: list[str] = field(default_factory=list)
    line: str = ""  # under the title; the address, where nothing else is said
    x: float = 0
    y: float = 0
    height: float = 0

    @property
    def under(self) -> str:
        return self.line or self.address

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

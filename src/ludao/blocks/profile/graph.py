"""A picture of relations: one in the middle, the others around it by kind, as figures for a server-side SVG."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 880
BOX_WIDTH, BOX_HEIGHT = 176, 52
ROW = 68  # between two boxes of one side


@dataclass(frozen=True)
class Node:
    """Somebody or something related."""

    title: str
    kind: str
    text: str = ""
    url: str = ""
    shape: str = "person"  # person, company, property
    is_over: bool = False


@dataclass(frozen=True)
class Placed:
    """A box and the line that leads to it; the label stands at a third of the way from the box."""

    node: Node
    x: int
    y: int
    from_x: int
    from_y: int
    to_x: int
    to_y: int
    label_x: int
    label_y: int


@dataclass(frozen=True)
class Picture:
    width: int
    height: int
    middle: Node
    x: int
    y: int
    placed: tuple[Placed, ...]
    box: tuple[int, int] = (BOX_WIDTH, BOX_HEIGHT)

    @property
    def middle_x(self) -> int:
        return self.width // 2

    @property
    def middle_y(self) -> int:
        return self.height // 2 + 5


def draw(middle: Node, others: Sequence[Node]) -> Picture:
    """Persons to the left, companies and property to the right; a side that is empty is filled from the other."""
    left = [n for n in others if n.shape == "person"]
    right = [n for n in others if n.shape != "person"]
    if not left or not right:
        every = left or right
        left, right = list(every[: math.ceil(len(every) / 2)]), list(every[math.ceil(len(every) / 2):])
    height = max(len(left), len(right), 1) * ROW + 24
    x, y = (WIDTH - BOX_WIDTH) // 2, (height - BOX_HEIGHT) // 2
    placed = [*_side(left, 8, height, is_left=True, y=y),
              *_side(right, WIDTH - BOX_WIDTH - 8, height, is_left=False, y=y)]
    return Picture(WIDTH, height, middle, x, y, tuple(placed))


def _side(nodes: Sequence[Node], x: int, height: int, *, is_left: bool, y: int) -> list[Placed]:
    top = (height - len(nodes) * ROW) // 2 + (ROW - BOX_HEIGHT) // 2
    edge = x + BOX_WIDTH if is_left else x
    centre = WIDTH // 2 + (-BOX_WIDTH // 2 if is_left else BOX_WIDTH // 2)
    middle = y + BOX_HEIGHT // 2
    found = []
    for place, node in enumerate(nodes):
        box_y = top + place * ROW
        to_y = box_y + BOX_HEIGHT // 2
        found.append(Placed(node, x, box_y, centre, middle, edge, to_y,
                            edge + (centre - edge) * 3 // 10, to_y + (middle - to_y) * 3 // 10 - 5))
    return found

"""Roofs over a block's rectangle: gabled, hipped, a tent, a lean-to, steps. For a demonstration: none is surveyed."""

from hashlib import blake2b

import numpy as np
from shapely.affinity import scale
from shapely.geometry import Polygon

from .raising import EAST_M, NORTH_M
from .roofs import Piece, Surface, pieces

LOW = ("gabled", "hipped", "gabled", "lean-to", "hipped")  # up to HIGH storeys
TALL = ("stepped", "tent", "stepped", "tower")
HIGH = 6
PITCH = 0.55  # rise of a roof against half its depth, about 29°


def kind_of(code: str, floors: int) -> str:
    """The same for the same house."""
    chance = int.from_bytes(blake2b(code.encode(), digest_size=2).digest(), "big")
    among = LOW if floors <= HIGH else TALL
    return among[chance % len(among)]


def roof(kind: str, block: Polygon, eaves_m: float) -> list[Piece]:
    """Level pieces of a roof over a rectangle whose walls end at `eaves_m`."""
    if kind in ("stepped", "tower"):
        steps = ((1.0, 0.0), (0.72, 3.0), (0.45, 6.0)) if kind == "stepped" else ((1.0, 0.0), (0.5, 9.0), (0.2, 14.0))
        return [Piece(scale(block, share, share), eaves_m + more) for share, more in steps]
    a, b, c, d = _long_first(np.array(block.exterior.coords)[:4])
    rise = round(_metres(b, c) / 2 * PITCH, 2)
    return [Piece(block, eaves_m), *pieces(_surfaces(kind, (a, b, c, d), eaves_m, rise), 0.0)]


def _surfaces(kind: str, corners: tuple[np.ndarray, ...], low: float, rise: float) -> list[Surface]:
    a, b, c, d = corners
    top, west, east = low + rise, (d + a) / 2, (b + c) / 2
    if kind == "lean-to":
        return [_surface((a, b, c, d), (low, low, top, top))]
    if kind == "tent":
        apex = (a + b + c + d) / 4
        sides = ((a, b), (b, c), (c, d), (d, a))
        return [_surface((p, q, apex), (low, low, top)) for p, q in sides]
    if kind == "gabled":
        return [_surface((a, b, east, west), (low, low, top, top)), _surface((c, d, west, east), (low, low, top, top))]
    west, east = west + (east - west) * 0.28, east + (west - east) * 0.28
    return [
        _surface((a, b, east, west), (low, low, top, top)),
        _surface((c, d, west, east), (low, low, top, top)),
        _surface((b, c, east), (low, low, top)),
        _surface((d, a, west), (low, low, top)),
    ]


def _surface(corners: tuple[np.ndarray, ...], heights: tuple[float, ...]) -> Surface:
    return Surface((np.array([*corners, corners[0]]),), np.array([*heights, heights[0]]))


def _long_first(corners: np.ndarray) -> np.ndarray:
    """So that the first edge is the longer one: the ridge runs along it."""
    is_long = _metres(corners[0], corners[1]) >= _metres(corners[1], corners[2])
    return corners if is_long else np.roll(corners, -1, axis=0)


def _metres(p: np.ndarray, q: np.ndarray) -> float:
    return float(np.hypot(*((q - p) * (EAST_M, NORTH_M))))

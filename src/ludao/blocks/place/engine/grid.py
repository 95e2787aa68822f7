"""Web Mercator as whole numbers: 2³¹ steps a side, and the Z-order key under which neighbours stand together.

A tile is then a range of keys, so a tile of a million sorted points is found by two binary searches.
"""

import numpy as np

BITS = 31
SIDE = 1 << BITS
LIMIT = 85.05112877980659  # degrees of latitude where Web Mercator is square (EPSG:3857)
EXTENT = 4096


def project(longitude: np.ndarray, latitude: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Degrees → steps from the north-west corner."""
    phi = np.radians(np.clip(latitude, -LIMIT, LIMIT))
    x = (np.asarray(longitude) + 180) / 360
    y = (1 - np.arcsinh(np.tan(phi)) / np.pi) / 2
    return _steps(x), _steps(y)


def _steps(share: np.ndarray) -> np.ndarray:
    steps: np.ndarray = np.clip(np.asarray(share, dtype=np.float64) * SIDE, 0, SIDE - 1).astype(np.uint32)
    return steps


def degrees(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Steps → degrees, at the middle of the step."""
    longitude = (np.asarray(x, dtype=np.float64) + 0.5) / SIDE * 360 - 180
    latitude = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * (np.asarray(y, dtype=np.float64) + 0.5) / SIDE))))
    return longitude, latitude


def key(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The bits of x and y by turns (Morton order)."""
    found: np.ndarray = _spread(x) | (_spread(y) << np.uint64(1))
    return found


def _spread(value: np.ndarray) -> np.ndarray:
    v = np.asarray(value).astype(np.uint64)
    for shift, mask in (
        (16, 0x0000FFFF0000FFFF),
        (8, 0x00FF00FF00FF00FF),
        (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333),
        (1, 0x5555555555555555),
    ):
        v = (v | (v << np.uint64(shift))) & np.uint64(mask)
    return v


def range_of(z: int, x: int, y: int) -> tuple[int, int]:
    """The keys of a tile: from, up to but without."""
    first = int(key(np.array([x]), np.array([y]))[0])
    shift = 2 * (BITS - z)
    return first << shift, (first + 1) << shift


def bounds(z: int, x: int, y: int) -> tuple[float, float, float, float]:
    """West, south, east, north of a tile in degrees."""
    side = SIDE >> z
    edge = np.array([x, x + 1], dtype=np.float64) * side - 0.5, np.array([y + 1, y], dtype=np.float64) * side - 0.5
    longitude, latitude = degrees(*edge)
    return float(longitude[0]), float(latitude[0]), float(longitude[1]), float(latitude[1])


def exists(z: int, x: int, y: int, deepest: int = 20) -> bool:
    return 0 <= z <= deepest and 0 <= x < 1 << z and 0 <= y < 1 << z

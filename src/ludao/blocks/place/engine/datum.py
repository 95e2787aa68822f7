"""China's coordinates: WGS 84, CGCS2000, GCJ-02 (obfuscated, of public maps) and BD-09 (Baidu's), each into the other.

CGCS2000 and WGS 84 differ by centimetres (Yang, "Chinese Geodetic Coordinate System 2000", Chinese Science Bulletin 54,
2009) and are taken as one here. GCJ-02's polynomial is the one published in "eviltransform"
(github.com/googollee/eviltransform), as Krasovsky 1940; the way back is found by iteration, to about a centimetre.
BD-09 turns and shifts GCJ-02 by the formula of the same collection.
"""

from collections.abc import Callable

import numpy as np

Pair = tuple[np.ndarray, np.ndarray]
A, EE = 6378245.0, 0.00669342162296594323  # Krasovsky 1940
TURN = np.pi * 3000 / 180
NAMES = ("wgs84", "cgcs2000", "gcj02", "bd09")


def convert(longitude: np.ndarray, latitude: np.ndarray, source: str, target: str) -> Pair:
    """Degrees of one system → degrees of another; arrays of any shape."""
    pair = np.asarray(longitude, dtype=np.float64), np.asarray(latitude, dtype=np.float64)
    return _FROM[target](*_TO[source](*pair))


def is_outside(longitude: np.ndarray, latitude: np.ndarray) -> np.ndarray:
    """Where GCJ-02 is not shifted: outside the rectangle around mainland China."""
    return (longitude < 72.004) | (longitude > 137.8347) | (latitude < 0.8293) | (latitude > 55.8271)


def wgs84_to_gcj02(longitude: np.ndarray, latitude: np.ndarray) -> Pair:
    east, north = _shift(longitude - 105.0, latitude - 35.0)
    phi = np.radians(latitude)
    magic = 1 - EE * np.sin(phi) ** 2
    north = north * 180 / (A * (1 - EE) / (magic * np.sqrt(magic)) * np.pi)
    east = east * 180 / (A / np.sqrt(magic) * np.cos(phi) * np.pi)
    here = ~is_outside(longitude, latitude)
    return longitude + np.where(here, east, 0), latitude + np.where(here, north, 0)


def _shift(x: np.ndarray, y: np.ndarray) -> Pair:
    waves = (20 * np.sin(6 * x * np.pi) + 20 * np.sin(2 * x * np.pi)) * 2 / 3
    root = np.sqrt(np.abs(x))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + waves
    north += (20 * np.sin(y * np.pi) + 40 * np.sin(y / 3 * np.pi)) * 2 / 3
    north += (160 * np.sin(y / 12 * np.pi) + 320 * np.sin(y * np.pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + waves
    east += (20 * np.sin(x * np.pi) + 40 * np.sin(x / 3 * np.pi)) * 2 / 3
    east += (150 * np.sin(x / 12 * np.pi) + 300 * np.sin(x / 30 * np.pi)) * 2 / 3
    return east, north


def gcj02_to_wgs84(longitude: np.ndarray, latitude: np.ndarray) -> Pair:
    x, y = longitude.copy(), latitude.copy()
    for _ in range(6):  # the shift changes slowly, so each turn leaves about a thousandth of the error
        east, north = wgs84_to_gcj02(x, y)
        x, y = x - (east - longitude), y - (north - latitude)
    return x, y


def gcj02_to_bd09(longitude: np.ndarray, latitude: np.ndarray) -> Pair:
    z = np.hypot(longitude, latitude) + 0.00002 * np.sin(latitude * TURN)
    theta = np.arctan2(latitude, longitude) + 0.000003 * np.cos(longitude * TURN)
    return z * np.cos(theta) + 0.0065, z * np.sin(theta) + 0.006


def bd09_to_gcj02(longitude: np.ndarray, latitude: np.ndarray) -> Pair:
    x, y = longitude - 0.0065, latitude - 0.006
    for _ in range(6):
        east, north = gcj02_to_bd09(x, y)
        x, y = x - (east - longitude), y - (north - latitude)
    return x, y


def _same(longitude: np.ndarray, latitude: np.ndarray) -> Pair:
    return longitude, latitude


_TO: dict[str, Callable[[np.ndarray, np.ndarray], Pair]] = {
    "wgs84": _same,
    "cgcs2000": _same,
    "gcj02": gcj02_to_wgs84,
    "bd09": lambda x, y: gcj02_to_wgs84(*bd09_to_gcj02(x, y)),
}
_FROM: dict[str, Callable[[np.ndarray, np.ndarray], Pair]] = {
    "wgs84": _same,
    "cgcs2000": _same,
    "gcj02": wgs84_to_gcj02,
    "bd09": lambda x, y: gcj02_to_bd09(*wgs84_to_gcj02(x, y)),
}

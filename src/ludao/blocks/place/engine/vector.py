"""Writes Mapbox Vector Tiles 2.1 (https://github.com/mapbox/vector-tile-spec): points by columns, outlines one by one.

A thousand points are written as one matrix of numbers, each as a protobuf varint, by numpy; a loop over features in
Python would cost more than all the rest of a request.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from shapely.geometry.base import BaseGeometry

EXTENT = 4096
POINT, LINE, POLYGON = 1, 2, 3
ABSENT = np.uint32(0xFFFFFFFF)  # a value that a feature has not


def tile(layers: Sequence[bytes]) -> bytes:
    """A tile of encoded layers."""
    return b"".join(b"\x1a" + _varint(len(layer)) + layer for layer in layers if layer)


def points(name: str, x: np.ndarray, y: np.ndarray, columns: dict[str, tuple[np.ndarray, list[Any]]]) -> bytes:
    """One layer of points. `x`, `y`: steps of the tile's 4096. `columns`: name → (index into the values or ABSENT,
    the values: texts, whole numbers, numbers, truths)."""
    if not len(x):
        return b""
    keys, values, tags = [], list[bytes](), []
    for number, (key, (codes, words)) in enumerate(columns.items()):
        keys.append(key)
        tags.append((np.full(len(x), number, np.uint32), np.where(codes == ABSENT, ABSENT, codes + len(values))))
        values += [_value(word) for word in words]
    return _layer(name, _points(x, y, tags), keys, values)


def _points(x: np.ndarray, y: np.ndarray, tags: list[tuple[np.ndarray, np.ndarray]]) -> bytes:
    """Features as rows of varints: 0x12 length (0x12 length tags…) 0x18 1 0x22 length 9 x y."""
    count = len(x)
    one = np.ones(count, np.uint32)
    pairs = [part.astype(np.uint32) for key, value in tags for part in (np.where(value == ABSENT, ABSENT, key), value)]
    place = [one * 9, _zigzag(x), _zigzag(y)]
    sizes = [_size(part) for part in pairs]
    tag_bytes = np.sum(sizes, axis=0) if sizes else np.zeros(count, np.int64)
    place_bytes = np.sum([_size(part) for part in place], axis=0)
    head = [one * 0x12, tag_bytes.astype(np.uint32)] if pairs else []
    body = [*head, *pairs, one * 0x18, one * POINT, one * 0x22, place_bytes.astype(np.uint32), *place]
    length = np.sum([_size(part) for part in body], axis=0).astype(np.uint32)
    return _varints(np.column_stack([one * 0x12, length, *body]))


def _zigzag(value: np.ndarray) -> np.ndarray:
    v = np.asarray(value, dtype=np.int64)
    return ((v << 1) ^ (v >> 31)).astype(np.uint32)


def _size(value: np.ndarray) -> np.ndarray:
    """Bytes of each number as a varint; an absent one takes none."""
    size = 1 + (value >= 1 << 7).astype(np.int64) + (value >= 1 << 14) + (value >= 1 << 21) + (value >= 1 << 28)
    return np.where(value == ABSENT, 0, size)


def _varints(matrix: np.ndarray) -> bytes:
    """All numbers of a matrix, row after row, as varints."""
    flat = matrix.ravel()
    size = _size(flat)
    begin = np.cumsum(size) - size
    out = np.empty(int(size.sum()), np.uint8)
    for byte in range(int(size.max(initial=0))):
        has = size > byte
        more = np.where(size[has] > byte + 1, 0x80, 0).astype(np.uint8)
        out[begin[has] + byte] = ((flat[has] >> np.uint32(7 * byte)) & 0x7F).astype(np.uint8) | more
    return out.tobytes()


def shapes(
    name: str,
    geometries: Sequence[BaseGeometry],
    attributes: Sequence[dict[str, Any]],
    ids: Sequence[int] | None = None,
) -> bytes:
    """One layer of lines or outlines whose coordinates are steps of the tile already, clipped to it."""
    keys: dict[str, int] = {}
    values: dict[bytes, int] = {}
    features = []
    for number, (geometry, about) in enumerate(zip(geometries, attributes, strict=True)):
        kind, commands = _commands(geometry)
        if not commands:
            continue
        tags = []
        for key, word in about.items():
            if word is not None:
                tags += [keys.setdefault(key, len(keys)), values.setdefault(_value(word), len(values))]
        numbers = _list(tags)
        feature = b"\x12" + _varint(len(numbers)) + numbers if tags else b""
        if ids is not None:
            feature = b"\x08" + _varint(ids[number]) + feature
        drawn = _list(commands)
        feature += b"\x18" + _varint(kind) + b"\x22" + _varint(len(drawn)) + drawn
        features.append(b"\x12" + _varint(len(feature)) + feature)
    return _layer(name, b"".join(features), list(keys), list(values)) if features else b""


def _commands(geometry: BaseGeometry) -> tuple[int, list[int]]:
    at, commands = [0, 0], list[int]()

    def draw(points_: np.ndarray, is_ring: bool) -> None:
        steps = points_.round().astype(np.int64)
        kept = np.ones(len(steps), bool)
        kept[1:] = np.any(steps[1:] != steps[:-1], axis=1)
        steps = steps[kept]
        if is_ring and len(steps) > 1 and (steps[0] == steps[-1]).all():
            steps = steps[:-1]
        if len(steps) < (3 if is_ring else 2):
            return
        moves = np.diff(np.vstack([at, steps]), axis=0)
        zigzag = ((moves << 1) ^ (moves >> 63)).ravel().tolist()
        commands.extend([9, *zigzag[:2], (len(steps) - 1) << 3 | 2, *zigzag[2:]])
        if is_ring:
            commands.append(15)
        at[:] = steps[-1].tolist()

    kind = LINE
    for part in getattr(geometry, "geoms", [geometry]):
        if part.geom_type == "Polygon" and not part.is_empty:
            kind = POLYGON
            draw(_turned(np.asarray(part.exterior.coords)[:, :2], True), True)
            for hole in part.interiors:
                draw(_turned(np.asarray(hole.coords)[:, :2], False), True)
        elif part.geom_type == "Point" and not part.is_empty:
            kind = POINT
            step = np.round([part.x, part.y]).astype(np.int64)
            moves = step - at
            commands.extend([9, *((moves << 1) ^ (moves >> 63)).tolist()])
            at[:] = step.tolist()
        elif part.geom_type == "LineString" and not part.is_empty:
            draw(np.asarray(part.coords)[:, :2], False)
    return kind, commands


def _turned(ring: np.ndarray, is_outer: bool) -> np.ndarray:
    """Outer rings have a positive area where y points down, holes a negative one."""
    area = float(np.sum(ring[:-1, 0] * ring[1:, 1] - ring[1:, 0] * ring[:-1, 1]))
    return ring if (area > 0) == is_outer else ring[::-1]


def _layer(name: str, features: bytes, keys: list[str], values: list[bytes]) -> bytes:
    title = name.encode()
    parts = [b"\x0a", _varint(len(title)), title, features]
    for key in keys:
        raw = key.encode()
        parts += [b"\x1a", _varint(len(raw)), raw]
    for value in values:
        parts += [b"\x22", _varint(len(value)), value]
    return b"".join([*parts, b"\x28", _varint(EXTENT), b"\x78\x02"])


def _value(word: Any) -> bytes:
    if isinstance(word, bool | np.bool_):
        return b"\x38" + _varint(int(word))
    if isinstance(word, int | np.integer):
        return b"\x30" + _varint((int(word) << 1) ^ (int(word) >> 63))
    if isinstance(word, float | np.floating):
        return b"\x19" + np.float64(word).tobytes()
    raw = str(word).encode()
    return b"\x0a" + _varint(len(raw)) + raw


def _list(numbers: list[int]) -> bytes:
    return b"".join(map(_varint, numbers))


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)

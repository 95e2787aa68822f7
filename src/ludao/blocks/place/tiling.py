"""Live vector tiles of a layer: points gathered into cells where they crowd, outlines cut to the tile."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from ludao.blocks.place.engine import grid, vector
from ludao.blocks.place.index import Index
from ludao.blocks.place.seeing import Seen

CELLS = {"points": 5, "heat": 6}  # a tile's side in cells, as a power of two
FEW = 20_000  # rows of a tile that are gathered anew each time; more are gathered once for all tiles of a level
MOST_PYRAMIDS = 24
MARGIN = 64  # steps around a tile in which lines and outlines go on


@dataclass(frozen=True)
class Cells:
    """Cells with points in them, by key: how many, where their middle is, and the row where there is only one."""

    keys: np.ndarray
    count: np.ndarray
    x: np.ndarray
    y: np.ndarray
    row: np.ndarray

    def part(self, begin: int, end: int) -> "Cells":
        return Cells(
            self.keys[begin:end], self.count[begin:end], self.x[begin:end], self.y[begin:end], self.row[begin:end]
        )


_pyramids: "OrderedDict[tuple[Any, ...], Cells]" = OrderedDict()
_lock = Lock()


def tile(seen: Seen, z: int, x: int, y: int) -> bytes:
    """The tile as MVT; b"" where nothing stands in it."""
    layer = seen.layer
    if layer.kind in ("shapes", "buildings", "tracks") and "_shape" in seen.index.table.column_names:
        return vector.tile([_shapes(seen, z, x, y)])
    cells = gathered(seen, z, x, y, CELLS.get(layer.kind, 5))
    side = grid.SIDE >> z
    local = [
        ((at - base * side) * grid.EXTENT / side).astype(np.int64).clip(0, grid.EXTENT - 1)
        for at, base in ((cells.x, x), (cells.y, y))
    ]
    return vector.tile([vector.points(layer.kind, local[0], local[1], _attributes(seen.index, cells))])


def gathered(seen: Seen, z: int, x: int, y: int, bits: int) -> Cells:
    part = seen.index.tile(z, x, y)
    level = min(z + bits, grid.BITS)
    if part.stop - part.start <= FEW:
        return _gather(seen.index, seen.in_slice(part), level)
    whole = _pyramid(seen, level)
    first, end = grid.range_of(z, x, y)
    shift = np.uint64(2 * (grid.BITS - level))
    begin, stop = np.searchsorted(whole.keys, np.array([first, end], np.uint64) >> shift).tolist()
    return whole.part(begin, stop)


def _pyramid(seen: Seen, level: int) -> Cells:
    key = (seen.layer.address, seen.key, level)
    with _lock:
        if key in _pyramids:
            _pyramids.move_to_end(key)
            return _pyramids[key]
    made = _gather(seen.index, seen.numbers, level)
    with _lock:
        _pyramids[key] = made
        while len(_pyramids) > MOST_PYRAMIDS:
            _pyramids.popitem(last=False)
    return made


def _gather(index: Index, rows: np.ndarray, level: int) -> Cells:
    """Runs of rows with the same key prefix: rows are sorted by key, so a cell is one run."""
    keys = index.keys[rows] >> np.uint64(2 * (grid.BITS - level))
    if not len(rows):
        return Cells(keys, *(np.zeros(0, np.int64) for _ in range(4)))
    starts = np.concatenate([[0], np.flatnonzero(keys[1:] != keys[:-1]) + 1])
    count = np.diff(np.append(starts, len(rows)))
    middle = (np.add.reduceat(at[rows].astype(np.float64), starts) / count for at in (index.x, index.y))
    x, y = middle
    return Cells(keys[starts], count, x, y, np.where(count == 1, rows[starts], -1))


def _attributes(index: Index, cells: Cells) -> dict[str, tuple[np.ndarray, list[Any]]]:
    """How many, and of a single one its row, its name and what colours it."""
    single = np.flatnonzero(cells.row >= 0)
    counts, codes = np.unique(cells.count, return_inverse=True)
    found: dict[str, tuple[np.ndarray, list[Any]]] = {"n": (codes.astype(np.uint32), counts.tolist())}
    rows = np.full(len(cells.row), vector.ABSENT, np.uint32)
    rows[single] = np.arange(len(single))
    found["r"] = (rows, cells.row[single].tolist())
    layer = index.layer
    for name, column in (("name", layer.label), ("tint", layer.tint)):
        if column and column in index.columns:
            found[name] = _column(index.table.column(column).take(pa.array(cells.row[single])), single, len(cells.row))
    return found


def _column(values: pa.ChunkedArray, at: np.ndarray, size: int) -> tuple[np.ndarray, list[Any]]:
    encoded = pc.dictionary_encode(pc.cast(values, pa.string())).combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.chunk(0) if encoded.num_chunks else pa.array([], pa.string()).dictionary_encode()
    codes = np.full(size, vector.ABSENT, np.uint32)
    codes[at] = np.asarray(pc.fill_null(pc.cast(encoded.indices, pa.int64()), int(vector.ABSENT)), dtype=np.uint32)
    return codes, encoded.dictionary.to_pylist()


def _shapes(seen: Seen, z: int, x: int, y: int) -> bytes:
    drawn, tree = outlines_of(seen.index)
    west, south, east, north = grid.bounds(z, x, y)
    wide, high = (east - west) * MARGIN / grid.EXTENT, (north - south) * MARGIN / grid.EXTENT
    rows = np.sort(tree.query(shapely.box(west - wide, south - high, east + wide, north + high)))
    if seen.mask is not None:
        rows = rows[seen.mask[rows]]
    if not len(rows):
        return b""
    step = grid.SIDE >> z

    def local(points: np.ndarray) -> np.ndarray:
        lat = np.clip(points[:, 1], -grid.LIMIT, grid.LIMIT)
        px = (points[:, 0] + 180) / 360 * grid.SIDE
        py = (1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2 * grid.SIDE
        return np.column_stack([(px - x * step) * grid.EXTENT / step, (py - y * step) * grid.EXTENT / step])

    moved = shapely.transform(drawn[rows], local)
    cut = shapely.clip_by_rect(moved, -MARGIN, -MARGIN, grid.EXTENT + MARGIN, grid.EXTENT + MARGIN)
    simple = shapely.simplify(cut, 1.0)
    layer = seen.layer
    wanted = [name for name in (layer.label, layer.tint, layer.height) if name and name in seen.index.columns]
    attributes = [
        {
            "r": int(row),
            **{
                ("name" if k == layer.label else "tint" if k == layer.tint else "height"): _plain(v)
                for k, v in about.items()
            },
        }
        for row, about in zip(rows, seen.index.rows(rows, wanted) if wanted else [{}] * len(rows), strict=True)
    ]
    return vector.shapes(layer.kind, list(simple), attributes, [int(row) for row in rows])


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool | int | float | str | None) else str(value)


def outlines_of(index: Index) -> tuple[np.ndarray, shapely.STRtree]:
    """The drawn geometries and their tree, made once for each state."""
    if not hasattr(index, "_outlines"):
        texts = index.table.column("_shape").to_pylist()
        lon, lat = grid.degrees(index.x, index.y) if len(index.x) else (np.zeros(0), np.zeros(0))
        drawn = shapely.from_geojson([text or None for text in texts])
        if len(lon):
            drawn = np.where(shapely.is_missing(drawn), shapely.points(lon, lat), drawn)
        index._outlines = drawn, shapely.STRtree(drawn)  # type: ignore[attr-defined]
    found: tuple[np.ndarray, shapely.STRtree] = index._outlines  # type: ignore[attr-defined]
    return found


def outlines_or_points(index: Index, numbers: Any) -> np.ndarray:
    """The geometries of rows: as drawn where they are drawn, else their points; degrees."""
    if "_shape" in index.table.column_names:
        drawn: np.ndarray = outlines_of(index)[0][numbers]
        return drawn
    if not len(index.x):
        return np.full(len(numbers), shapely.Point(), dtype=object)
    lon, lat = grid.degrees(index.x[numbers], index.y[numbers])
    found: np.ndarray = shapely.points(np.round(lon, 7), np.round(lat, 7))
    return found

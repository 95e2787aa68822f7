"""A layer's rows in the order of the ground: an Arrow file that every process maps, made anew when its data move.

Points stand under their Z-order key, so a tile's rows are one slice. What a person may see and has filtered are
conditions that DuckDB answers once for each state of the data; a tile only cuts the answer.
"""

import json
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

import h3.api.basic_str as h3
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ludao.base import clock, datasets, files
from ludao.blocks.lake import public as lake
from ludao.blocks.place import declared, registers, renewing
from ludao.blocks.place.declared import Layer
from ludao.blocks.place.engine import grid
from ludao.blocks.place.models import Feature

LIVE_SECONDS = 5  # how long a copy of a live dataset serves at least
MOST_MASKS, MOST_ANSWERS = 48, 400
HOUSE = r"^(.+?[0-9]+号)"
OWN = ("_key", "_x", "_y", "_x2", "_y2", "_shape")


@dataclass
class Index:
    """The rows as they stood at `as_of`. `keys`, `x`, `y` are numpy views of the mapped file, sorted by key."""

    layer: Layer
    stamp: str
    table: pa.Table
    as_of: datetime
    placed: int  # rows that have a place
    given: int  # rows that the query gave
    masks: "OrderedDict[tuple[Any, ...], np.ndarray]" = field(default_factory=OrderedDict)
    answers: dict[tuple[Any, ...], list[dict[str, Any]]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    copied: renewing.Copy | None = None  # of a live dataset, what the next look begins with

    def __post_init__(self) -> None:
        self.keys, self.x, self.y = (self._numbers(name) for name in OWN[:3])

    def _numbers(self, name: str) -> np.ndarray:
        return self.table.column(name).combine_chunks().to_numpy() if name in self.table.column_names else np.zeros(0)

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @property
    def columns(self) -> list[str]:
        return [name for name in self.table.column_names if name not in OWN]

    def mask(self, where: str, parameters: Mapping[str, Any]) -> np.ndarray | None:
        """Which rows meet the condition (SQL over the columns); None is all of them."""
        if not where:
            return None

        def meets() -> np.ndarray:
            met = self.sql(f"select coalesce(({where}), false) as met from rows", parameters).column("met")
            found: np.ndarray = met.combine_chunks().to_numpy(zero_copy_only=False)
            return found

        return self.remembered((where, json.dumps(dict(parameters), sort_keys=True, default=str)), meets)

    def remembered(self, asked: tuple[Any, ...], make: Callable[[], np.ndarray]) -> np.ndarray:
        """The mask that answers a question, made once while it is among the last that were asked for."""
        with self.lock:
            if asked in self.masks:
                self.masks.move_to_end(asked)
                return self.masks[asked]
        found = make()
        with self.lock:
            self.masks[asked] = found
            while len(self.masks) > MOST_MASKS:
                self.masks.popitem(last=False)
        return found

    def sql(self, query: str, parameters: Mapping[str, Any] | None = None, rows: pa.Table | None = None) -> pa.Table:
        """A SELECT over `rows`, in their order. Names are those of the declaration; values are bound."""
        if not hasattr(_thread, "work"):
            _thread.work = lake.session("1GB", 1)
        _thread.work.register("rows", self.table if rows is None else rows)
        return _thread.work.arrow(query, parameters)

    def answer(self, query: str, rows: pa.Table, key: tuple[Any, ...]) -> list[dict[str, Any]]:
        """The same, remembered for this state of the data and this condition."""
        if (query, key) not in self.answers:
            if len(self.answers) >= MOST_ANSWERS:
                self.answers.clear()
            self.answers[query, key] = self.sql(query, rows=rows).to_pylist()
        return self.answers[query, key]

    def within(self, west: float, south: float, east: float, north: float) -> np.ndarray:
        """Row numbers inside a box."""
        x, y = grid.project(np.array([west, east]), np.array([north, south]))
        return np.flatnonzero((self.x >= x[0]) & (self.x <= x[1]) & (self.y >= y[0]) & (self.y <= y[1]))

    def tile(self, z: int, x: int, y: int) -> slice:
        first, end = grid.range_of(z, x, y)
        return slice(*np.searchsorted(self.keys, np.array([first, end], dtype=np.uint64)).tolist())

    def rows(self, numbers: Sequence[int] | np.ndarray, columns: Sequence[str]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.table.select(list(columns)).take(pa.array(numbers, pa.int64())).to_pylist()
        return found


_known: "OrderedDict[str, tuple[float, Index]]" = OrderedDict()
_making = threading.Lock()
_thread = threading.local()


def of(layer: Layer) -> Index:
    """The newest state; looking costs two glances at the disk for each table of the lake."""
    where = str(_folder(layer))
    known = _known.get(where)
    is_live = not layer.sql and not layer.drawn and _is_live(layer)
    if known and is_live and time.monotonic() < known[0]:
        return known[1]
    stamp = "" if is_live else _stamp(layer)
    if known and stamp and known[1].stamp == stamp:
        return known[1]
    with _making:
        known = _known.get(where)
        if known and stamp and known[1].stamp == stamp:
            return known[1]
        began = time.monotonic()
        index = _mapped(layer, stamp) if stamp else _renewed(layer, known[1] if known else None)
        cost = time.monotonic() - began  # a copy that was dear to make serves the longer
        _known[where] = (time.monotonic() + max(LIVE_SECONDS, 20 * cost), index)
        while len(_known) > 200:
            _known.popitem(last=False)
    return index


def is_ready(layer: Layer) -> bool:
    """Whether every table that it reads is in the lake: a department may not have handed over yet."""
    if layer.drawn or _is_live(layer):
        return True
    register = declared.register("addresses") if "address" in layer.place else ""
    return all(lake.exists(name) for query in (layer.query, register) for name in declared.tables_of(query))


def _is_live(layer: Layer) -> bool:
    return any(d.address == layer.dataset and d.fresh == "live" for d in datasets.every())


def _stamp(layer: Layer) -> str:
    """Changes when the data, the addresses, the outlines or the declaration do."""
    tables = (
        {
            address: (lake.describe(address).version, str(lake.describe(address).updated_at))
            for address in lake.addresses_in(layer.query)
        }
        if not layer.drawn
        else {}
    )
    register = registers.versions()
    said = [layer.drawn, layer.version, layer.query, dict(layer.place), layer.kept, layer.kind, dict(layer.value)]
    text = json.dumps([tables, register, said], sort_keys=True, default=str)
    return blake2b(text.encode(), digest_size=12).hexdigest()


def _folder(layer: Layer) -> Path:
    return files.folder("place") / layer.address


def _mapped(layer: Layer, stamp: str) -> Index:
    """From the file of this state, which whoever comes first writes."""
    path = _folder(layer) / f"{stamp}.arrow"
    if not path.exists():
        built = _built(layer, stamp)
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        about = {b"as_of": built.as_of.isoformat().encode(), b"given": str(built.given).encode()}
        with pa.OSFile(str(draft), "wb") as sink, pa.ipc.new_file(sink, built.table.schema) as writer:
            writer.write_table(built.table)
        path.with_suffix(".json").write_text(json.dumps({k.decode(): v.decode() for k, v in about.items()}))
        draft.rename(path)
        _forget(path)
    about_file = json.loads(path.with_suffix(".json").read_text())
    with pa.memory_map(str(path)) as source:
        table = pa.ipc.open_file(source).read_all()
    return Index(
        layer, stamp, table, datetime.fromisoformat(about_file["as_of"]), table.num_rows, int(about_file["given"])
    )


def _renewed(layer: Layer, before: Index | None) -> Index:
    """A live layer: the same index where its dataset has not moved."""
    asked = [*layer.kept, *(layer.place.get(k, "") for k in ("longitude", "latitude", "cell", "geometry"))]
    wanted = list(dict.fromkeys(name for name in asked if isinstance(name, str) and name))
    copied = renewing.copy(layer.dataset, wanted, before.copied if before else None)
    if before and copied is before.copied and before.layer == layer:
        before.as_of = clock.now()
        return before
    made = _built(layer, f"live-{time.time_ns()}", copied.rows.select(wanted))
    made.copied = copied
    return made


def _forget(path: Path) -> None:
    """States before the last two go; who maps one keeps it until he lets go."""
    old = sorted(path.parent.glob("*.arrow"), key=lambda p: p.stat().st_mtime)[:-2]
    for one in old:
        one.unlink(missing_ok=True)
        one.with_suffix(".json").unlink(missing_ok=True)


def _built(layer: Layer, stamp: str, live: pa.Table | None = None) -> Index:
    table, as_of = _drawn(layer) if layer.drawn else _live(layer, live) if live is not None else _queried(layer)
    given = table.num_rows
    table = _placed(layer, table)
    if "_x" in table.column_names:
        x, y = (table.column(name).combine_chunks().to_numpy() for name in ("_x", "_y"))
        keys = grid.key(x, y)
        table = table.append_column("_key", pa.array(keys)).take(pa.array(np.argsort(keys, kind="stable")))
    return Index(layer, stamp, table.combine_chunks(), as_of, table.num_rows, given)


def _queried(layer: Layer) -> tuple[pa.Table, datetime]:
    """From the lake, each row with its place where the declaration names an address."""
    names = ", ".join(f'q."{name}"' for name in layer.kept)
    query = f"select {names}{_more(layer)} from ({layer.query}) q"
    register = declared.register("addresses")
    if column := layer.place.get("address"):
        if not register:
            raise LookupError(
                f"{layer.address} stands at addresses, but no folder's content/register.toml says where they are"
            )
        query = (
            f"select {names}, a.longitude as _lon, a.latitude as _lat from ({layer.query}) q join"
            f" (select full_name, longitude, latitude from ({register})) a"
            f" on a.full_name = regexp_extract(q.\"{column}\", '{HOUSE}', 1)"
        )
    with lake.session() as work:
        table = work.arrow(query)
    moments = [lake.describe(address).updated_at for address in lake.addresses_in(layer.query)]
    return table, max(moments, default=clock.now())


def _more(layer: Layer) -> str:
    place = layer.place
    if "longitude" in place:
        return f', cast(q."{place["longitude"]}" as double) as _lon, cast(q."{place["latitude"]}" as double) as _lat'
    if "cell" in place:
        return f', q."{place["cell"]}" as _cell'
    if "geometry" in place:
        return f', q."{place["geometry"]}" as _shape'
    return ""


def _live(layer: Layer, table: pa.Table) -> tuple[pa.Table, datetime]:
    """A live dataset as the house sees it; how far a reader's right reaches is asked at every reading."""
    for own, name in (("_lon", "longitude"), ("_lat", "latitude")):
        if name in layer.place and layer.place[name] in table.column_names:
            table = table.append_column(own, pc.cast(table.column(layer.place[name]), pa.float64()))
    if "cell" in layer.place and layer.place["cell"] in table.column_names:
        table = table.append_column("_cell", table.column(layer.place["cell"]))
    if (shape := layer.place.get("geometry")) and shape in table.column_names:
        texts = table.column(shape)
        table = (table if shape in layer.kept else table.drop_columns([shape])).append_column("_shape", texts)
    return table, clock.now()


def _drawn(layer: Layer) -> tuple[pa.Table, datetime]:
    """An officer's features; a point as a point, anything else by its outline."""
    from shapely import to_geojson
    from shapely.geometry import shape

    rows = []
    for one in Feature.objects.filter(layer_id=layer.drawn).order_by("pk").iterator():
        drawn = shape(one.geometry)
        middle = drawn.representative_point()
        about = {name: one.properties.get(name) for name in layer.kept if name not in ("_id", "name", "at")}
        rows.append(
            {
                "_id": one.pk,
                "name": one.name,
                "at": one.at,
                **{k: v if v is None else str(v) for k, v in about.items()},
                "_lon": middle.x,
                "_lat": middle.y,
                "_shape": "" if drawn.geom_type == "Point" else to_geojson(drawn),
            }
        )
    schema = {
        "_id": pa.int64(),
        "name": pa.string(),
        "at": pa.timestamp("us", "UTC"),
        **{n: pa.string() for n in layer.kept if n not in ("_id", "name", "at")},
        "_lon": pa.float64(),
        "_lat": pa.float64(),
        "_shape": pa.string(),
    }
    return pa.Table.from_pylist(rows, schema=pa.schema(list(schema.items()))), clock.now()


def _placed(layer: Layer, table: pa.Table) -> pa.Table:
    """Degrees, cells or areas → steps of the grid; a row without a place is counted, and not shown."""
    if "_cell" in table.column_names:
        spots = {
            cell: h3.cell_to_latlng(cell)
            for cell in pc.unique(table.column("_cell")).to_pylist()
            if cell and h3.is_valid_cell(cell)
        }
        table = _at(table, "_cell", {cell: (lon, lat) for cell, (lat, lon) in spots.items()})
    elif "_lon" not in table.column_names and isinstance(area := layer.place.get("area"), str):
        table = _at(table.append_column("_area", table.column(area)), "_area", registers.spots())
    if "_lon" not in table.column_names:
        return table
    ok = pc.and_(pc.is_valid(table.column("_lon")), pc.is_valid(table.column("_lat")))
    table = table.filter(ok)
    lon, lat = (np.asarray(table.column(name), dtype=np.float64) for name in ("_lon", "_lat"))
    x, y = grid.project(lon, lat)
    return table.drop_columns(["_lon", "_lat"]).append_column("_x", pa.array(x)).append_column("_y", pa.array(y))


def _at(table: pa.Table, column: str, spots: Mapping[str, tuple[float, float]]) -> pa.Table:
    codes = pa.array(list(spots), pa.string())
    found = pc.index_in(pc.cast(table.column(column), pa.string()), value_set=codes)
    lon, lat = (
        pa.array([spot[n] for spot in spots.values()], pa.float64()).take(pc.cast(found, pa.int64())) for n in (0, 1)
    )
    return table.drop_columns([column]).append_column("_lon", lon).append_column("_lat", lat)

"""Claim: live vector tiles of a million points, with filter and right, cost about what static ones do.

Requests through the whole stack of middlewares, one client, no cache of tiles on our side. Peer: the same tiles,
written into a PMTiles file beforehand and read by ranges from the same server in the same run; it knows no filter and
no right.
"""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import numpy as np

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ludao.config.settings")
POINTS, REQUESTS = 1_000_000, 600
TABLE, LAYER = "bench.place.point", "bench.place"
DISTRICTS = ("350203", "350205", "350206", "350211", "350212", "350213")
WEST, SOUTH, EAST, NORTH = 117.9, 24.42, 118.4, 24.9


def run(scale: float) -> Iterator[dict[str, Any]]:
    import django

    django.setup()
    from django.conf import settings

    from ludao.base.testing.databases import copy, drop, template, using

    os.environ["DATA"] = str(settings.DATA)
    name, points = "ludao_bench_tile", max(20_000, int(POINTS * scale))
    copy(template("bench_tile", prepare), name)
    try:
        with using(name):
            fill(points)
            tiles = some_tiles()
            ours, peer = measure(tiles)
    finally:
        drop(name)
    note = (
        f"{points:,} points, filter and right over one district; {len(tiles)} tiles of zoom 9 to 15 twice; one client"
    )
    for figure, unit, of in (("req_per_s", "requests/s", lambda t: len(t) / sum(t)), ("p95_ms", "ms", p95_ms)):
        yield {
            "name": f"tile.{figure}",
            "value": of(ours),
            "unit": unit,
            "peer": "the same tiles from a static PMTiles file",
            "peer_value": of(peer),
            "ratio": of(ours) / of(peer),
            "scale": scale,
            "note": note,
        }


def prepare() -> None:
    """Tables and the cast, without what departments hold."""
    from ludao.base import registry
    from ludao.base.actor import Actor
    from ludao.base.testing.databases import migrate

    migrate()
    for name in ("identity", "permission"):
        part = registry.by_address()[name].part("demo")
        assert part is not None
        part.load(Actor.system("bench", channel="demo"), 0.0)


def fill(points: int) -> None:
    """Points gathered around a hundred places, as people are; a layer over them."""
    import pyarrow as pa

    from ludao.base.rights import Scope
    from ludao.blocks.lake import public as lake
    from ludao.blocks.place.public import Layer, shipped

    rng = np.random.default_rng(2022)
    centre = rng.integers(0, 100, points)
    lon = np.clip(rng.uniform(WEST, EAST, 100)[centre] + rng.normal(0, 0.02, points), WEST, EAST)
    lat = np.clip(rng.uniform(SOUTH, NORTH, 100)[centre] + rng.normal(0, 0.02, points), SOUTH, NORTH)
    rows = pa.table(
        {
            "point_id": pa.array(np.arange(points)),
            "kind": pa.array(np.array(["甲", "乙", "丙", "丁"])[rng.integers(0, 4, points)]),
            "seen_on": pa.array(np.datetime64("2020-01-01") + rng.integers(0, 1500, points)),
            "area_code": pa.array(np.array(DISTRICTS)[rng.integers(0, 6, points)]),
            "lon": pa.array(lon),
            "lat": pa.array(lat),
        }
    )
    lake.create(TABLE, rows.schema, key=["point_id"], title="bench")
    lake.replace(TABLE, rows)
    shipped()[LAYER] = Layer(
        LAYER,
        {"zh": "基准", "en": "Bench"},
        "points",
        "overview.map.read",
        sql=f"select * from {TABLE}",
        place={"longitude": "lon", "latitude": "lat"},
        label="kind",
        tint="kind",
        at="seen_on",
        scope=Scope(area="area_code"),
        filters=("kind",),
        columns={"kind": {"zh": "类别", "en": "Kind"}},
    )


def some_tiles() -> list[tuple[int, int, int]]:
    """Tiles as people look: anywhere in the city, at zooms 9 to 15; each once."""
    rng = np.random.default_rng(1)
    found: dict[tuple[int, int, int], None] = {}
    while len(found) < REQUESTS // 2:
        z = int(rng.integers(9, 16))
        lon, lat = rng.uniform(WEST, EAST), np.radians(rng.uniform(SOUTH, NORTH))
        x, y = (lon + 180) / 360, (1 - np.arcsinh(np.tan(lat)) / np.pi) / 2
        found[z, int(x * 2**z), int(y * 2**z)] = None
    return list(found)


def measure(tiles: list[tuple[int, int, int]]) -> tuple[list[float], list[float]]:
    """Seconds of every request: ours, and the peer's; by turns, so that a busy machine is busy for both."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client(headers={"Accept-Encoding": "gzip"})
    person = get_user_model().objects.get(username="chenqu")
    client.force_login(person, backend="ludao.blocks.identity.public.PersonBackend")
    query = f"?kind={'甲'}&seen_on__lte={date(2023, 6, 30)}"

    def live(tile: tuple[int, int, int]) -> Any:
        z, x, y = tile
        return client.get(f"/place/tiles/{LAYER}/{z}/{x}/{y}.mvt{query}")

    first = {tile: live(tile) for tile in tiles}  # and so the index is made before the clock runs
    if bad := [answer.status_code for answer in first.values() if answer.status_code not in (200, 204)]:
        raise RuntimeError(f"a tile answered {bad[0]}")
    spans = written({tile: answer.content for tile, answer in first.items() if answer.status_code == 200})
    ours, peer = [], []
    for tile in [*spans, *spans]:
        ours.append(timed(lambda tile=tile: live(tile)))
        begin, length = spans[tile]
        peer.append(
            timed(
                lambda begin=begin, length=length: client.get(
                    "/place/static/bench_tile.pmtiles", headers={"Range": f"bytes={begin}-{begin + length - 1}"}
                )
            )
        )
    return ours, peer


def written(tiles: dict[tuple[int, int, int], bytes]) -> dict[tuple[int, int, int], tuple[int, int]]:
    """The tiles as a PMTiles file in the house's folder; where each stands in it."""
    import gzip

    from pmtiles.reader import MmapSource, Reader
    from pmtiles.tile import Compression, TileType, zxy_to_tileid
    from pmtiles.writer import Writer

    from ludao.base import files

    path = files.folder("place") / "bench_tile.pmtiles"
    plain = {tile: gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data for tile, data in tiles.items()}
    ordered = sorted(plain, key=lambda tile: zxy_to_tileid(*tile))
    with path.open("wb") as file:
        writer = Writer(file)
        for tile in ordered:
            writer.write_tile(zxy_to_tileid(*tile), gzip.compress(plain[tile], 6, mtime=0))
        writer.finalize(
            {
                "tile_type": TileType.MVT,
                "tile_compression": Compression.GZIP,
                "min_lon_e7": int(WEST * 1e7),
                "min_lat_e7": int(SOUTH * 1e7),
                "max_lon_e7": int(EAST * 1e7),
                "max_lat_e7": int(NORTH * 1e7),
                "center_zoom": 10,
                "center_lon_e7": int(1181e6),
                "center_lat_e7": int(246e6),
            },
            {},
        )
    offset = Reader(MmapSource(path.open("rb"))).header()["tile_data_offset"]
    spans, seen = {}, dict[bytes, tuple[int, int]]()
    at = offset
    for tile in ordered:
        data = gzip.compress(plain[tile], 6, mtime=0)
        if data not in seen:
            seen[data] = at, len(data)
            at += len(data)
        spans[tile] = seen[data]
    return spans


def timed(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    answer = work()
    taken = time.perf_counter() - began
    if answer.status_code not in (200, 206):
        raise RuntimeError(f"answered {answer.status_code}")
    b"".join(answer.streaming_content) if answer.streaming else answer.content
    return taken


def p95_ms(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1] * 1000

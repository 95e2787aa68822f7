"""Claim: telling the district of a million points costs little more than the bare tree of Shapely.

Peer: Shapely's STRtree over the same outlines, queried with the same points, in the same run.
"""

import os
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

POINTS = 1_000_000
BOX = (117.85, 24.39, 118.42, 24.92)


def run(scale: float) -> Iterator[dict[str, Any]]:
    import django

    django.setup()
    import shapely

    from ludao.blocks.identity.public import Area
    from ludao.blocks.place.public import AreasOf

    rng = np.random.default_rng(2022)
    count = max(10_000, int(POINTS * scale))
    longitude, latitude = rng.uniform(BOX[0], BOX[2], count), rng.uniform(BOX[1], BOX[3], count)
    rows = Area.objects.filter(level=Area.DISTRICT).order_by("code")
    outlines = np.array([shapely.from_geojson(_text(row.polygon)) for row in rows], dtype=object)
    codes = [row.code for row in rows]

    tree = shapely.STRtree(outlines)
    peer = min(_timed(lambda: tree.query(shapely.points(longitude, latitude), predicate="within")) for _ in range(3))
    ours = AreasOf(codes, outlines)
    taken = min(_timed(lambda: ours.of(longitude, latitude)) for _ in range(3))
    at, area = tree.query(shapely.points(longitude, latitude), predicate="within")
    same = bool((ours.of(longitude, latitude)[at] == np.array(codes)[area]).all())
    yield {
        "name": "geocode.seconds",
        "value": taken,
        "unit": "s",
        "peer": "bare Shapely STRtree",
        "peer_value": peer,
        "ratio": taken / peer,
        "scale": scale,
        "note": f"{count:,} points, {len(codes)} districts; the same answer: {same}",
    }


def _timed(work: Any) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _text(polygon: Any) -> str:
    import json

    return json.dumps(polygon)


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ludao.config.settings")

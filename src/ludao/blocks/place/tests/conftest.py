"""A small layer over a table of the lake's own making: points with a kind, a day, and whose they are."""

from collections.abc import Iterator
from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from ludao.base.rights import Scope
from ludao.blocks.lake import public as lake
from ludao.blocks.place.declared import Layer

TABLE = "test.place.thing"
ROWS = 4000


def things(rows: int = ROWS) -> pa.Table:
    rng = np.random.default_rng(7)
    areas = np.array(["350203001001", "350206004001", "350212"])[rng.integers(0, 3, rows)]
    return pa.table(
        {
            "thing_id": pa.array([f"T{n}" for n in range(rows)]),
            "kind": pa.array(np.array(["甲", "乙", None])[rng.integers(0, 3, rows)]),
            "seen_on": pa.array([date(2020 + int(n) % 4, 1 + int(n) % 12, 1) for n in range(rows)]),
            "area_code": pa.array(areas),
            "lon": pa.array(118.0 + rng.random(rows) * 0.3),
            "lat": pa.array(24.45 + rng.random(rows) * 0.3),
        }
    )


@pytest.fixture
def layer(db: None) -> Iterator[Layer]:
    lake.create(TABLE, things().schema, key=["thing_id"], title="试验")
    lake.replace(TABLE, things())
    titles = {"zh": "试验", "en": "Trial"}
    yield Layer(
        "test.place",
        titles,
        "points",
        "place.read",
        sql=f"select * from {TABLE}",
        place={"longitude": "lon", "latitude": "lat"},
        label="thing_id",
        id="thing_id",
        tint="kind",
        at="seen_on",
        scope=Scope(area="area_code"),
        filters=("kind",),
        columns={"thing_id": {"zh": "编号", "en": "Number"}, "kind": {"zh": "类别", "en": "Kind"}},
    )

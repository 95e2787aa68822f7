"""The blocks of the demonstration city: one for each standard address, as high as its flats say."""

import json
from typing import Any

import numpy as np
import shapely
from django.db import connection, transaction

from ludao.base import clock
from ludao.base.text import t
from ludao.base.work import Progress, work
from ludao.blocks.lake import public as lake

from .engine import raising
from .models import DERIVED

COLUMNS = (
    "code",
    "name",
    "area_id",
    "address_code",
    "floors",
    "height_m",
    "longitude",
    "latitude",
    "footprint",
    "attributes",
    "roof",
    "origin",
    "changed_at",
)
SOURCES = ("source.land.address", "source.police.household", "source.market.enterprise", "source.land.property")
# A flat's number is its storey and its door: 402 is the fourth. Homes, companies and property tell of storeys.
STOREYS = """
select a.address_code, a.full_name, a.area_code, a.longitude, a.latitude,
       greatest(coalesce(max(f.floor), 1), 1) as floors
from source.land.address a left join (
    select regexp_extract(address, '^(.+?[0-9]+号)', 1) as house,
           try_cast(regexp_extract(address, '号([0-9]+)[0-9]{2}室', 1) as integer) as floor
    from (select address from source.police.household union all select address from source.market.enterprise
          union all select address from source.land.property) every_address
) f on f.house = a.full_name
group by all order by a.address_code
"""


@work("infrastructure.cim.raise_blocks", title=t("由地址生成建筑体块", "Raise blocks from addresses"))
def raise_blocks(progress: Progress) -> dict[str, Any]:
    """Those raised before give way; imported buildings stay."""
    rows = 0
    if not all(lake.exists(address) for address in SOURCES):
        return {"buildings": 0}  # the departments have handed nothing over yet
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("delete from infrastructure_cim_building where origin = %s", [DERIVED])
        with cursor.copy(f"copy infrastructure_cim_building ({', '.join(COLUMNS)}) from stdin") as copy:
            for batch in lake.sql(STOREYS).reader(20_000):
                rows += batch.num_rows
                for row in _rows(batch):
                    copy.write_row(row)
                progress.tell(rows)
    return {"buildings": rows}


def _rows(batch: Any) -> Any:
    codes = batch.column("address_code").to_pylist()
    longitude, latitude, floors = (
        np.asarray(batch.column(name), dtype=np.float64) for name in ("longitude", "latitude", "floors")
    )
    drawn = shapely.to_geojson(raising.footprints(codes, longitude, latitude, floors))
    heights, now = raising.heights(floors), clock.now().isoformat()
    names, areas = batch.column("full_name").to_pylist(), batch.column("area_code").to_pylist()
    for n, code in enumerate(codes):
        yield (
            f"B{code}",
            names[n],
            areas[n] or "",
            code,
            int(floors[n]),
            float(heights[n]),
            float(longitude[n]),
            float(latitude[n]),
            drawn[n],
            json.dumps({}),
            json.dumps([]),
            DERIVED,
            now,
        )

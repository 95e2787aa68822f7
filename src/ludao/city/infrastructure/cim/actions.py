"""What is done with the model: buildings imported from CityJSON or CityGML, raised from addresses, removed."""

from typing import Annotated

import shapely
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from pydantic import BaseModel, Field

from ludao.base import clock
from ludao.base.actions import action
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.models import Work
from ludao.base.text import t
from ludao.blocks.place import public as place

from . import raising
from .engine import citygml, cityjson, roofs
from .models import IMPORTED, Building

NEAR_M = 60.0
MOST = 50_000
File = Annotated[UploadedFile, Field(title=t("CityJSON 或 CityGML 文件", "CityJSON or CityGML file"))]


class Imported(BaseModel):
    """How many buildings came, and how many of them found a standard address."""

    buildings: int
    addressed: int


@action(
    "infrastructure.cim.import_city",
    title=t("导入城市模型", "Import a city model"),
    icon="upload",
    lead=t(
        "CityJSON 或 CityGML，体块（LoD1）与带屋顶的（LoD2）都可以。"
        "同编码的建筑以新文件为准；附近 60 米内最近的标准地址会关联上。",
        "CityJSON or CityGML, blocks (LoD1) or with roofs (LoD2). A building of the same code is replaced; the nearest "
        "standard address within 60 m is linked.",
    ),
)
def import_city(actor: Actor, file: File) -> Imported:
    try:
        data = file.read()
        blocks = citygml.read(data) if data.lstrip()[:1] == b"<" else cityjson.read(data)
    except cityjson.NotCityJSON as error:
        raise Problem(
            t(f"不是可用的城市模型：{error}", f"No city model that can be used: {error}"), field="file"
        ) from error
    if not blocks or len(blocks) > MOST:
        raise Problem(
            t(
                f"文件应有 1 至 {MOST:,} 栋建筑，实有 {len(blocks):,} 栋",
                f"1 to {MOST:,} buildings; there are {len(blocks):,}",
            ),
            field="file",
        )
    rows = [_building(block) for block in blocks]
    names = (
        "name",
        "area_id",
        "address_code",
        "floors",
        "height_m",
        "longitude",
        "latitude",
        "footprint",
        "roof",
        "attributes",
        "origin",
        "changed_at",
    )
    with transaction.atomic():
        Building.objects.bulk_create(
            rows, batch_size=1000, update_conflicts=True, unique_fields=["code"], update_fields=list(names)
        )
    return Imported(buildings=len(rows), addressed=sum(bool(row.address_code) for row in rows))


def _building(block: cityjson.Block) -> Building:
    import json

    middle = block.footprint.representative_point()
    near = next((one for one in place.reverse(middle.x, middle.y, most=1) if one.distance_m <= NEAR_M), None)
    floors = block.attributes.get("storeysAboveGround")
    return Building(
        code=block.code[:80],
        name=str(block.attributes.get("name") or (near.address if near else block.code))[:200],
        area_id=near.area if near else place.area_of(middle.x, middle.y),
        address_code=near.code if near else "",
        floors=floors if isinstance(floors, int) else None,
        height_m=block.height_m,
        longitude=round(middle.x, 7),
        latitude=round(middle.y, 7),
        footprint=json.loads(shapely.to_geojson(block.footprint)),
        roof=roofs.plain(block.roof),
        attributes=block.attributes,
        origin=IMPORTED,
        changed_at=clock.now(),
    )


@action(
    "infrastructure.cim.raise_blocks",
    title=t("由地址生成体块", "Raise blocks from addresses"),
    icon="buildings",
    confirm=t(
        "原先由地址推算的体块会被替换，导入的建筑不变。", "Blocks derived before are replaced; imported ones stay."
    ),
)
def raise_blocks(actor: Actor) -> Work:
    return raising.raise_blocks.start(actor, about="infrastructure.cim")


@action(
    "infrastructure.cim.remove",
    title=t("删除建筑", "Remove buildings"),
    icon="trash",
    confirm=t("删除后不能恢复，审计记录保留。", "They cannot be brought back; the audit log keeps the line."),
)
def remove(actor: Actor, buildings: list[Building]) -> None:
    Building.objects.filter(pk__in=[one.pk for one in buildings]).delete()

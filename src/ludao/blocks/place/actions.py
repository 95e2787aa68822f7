"""What is done with places: layers made, imported and withdrawn, features drawn and changed, addresses gathered."""

import json
from datetime import datetime
from typing import Annotated, Any, Literal

from django.core.files.uploadedfile import UploadedFile
from django.db.models import F
from pydantic import Field
from shapely.errors import ShapelyError
from shapely.geometry import shape

from ludao.base import clock, datasets
from ludao.base.actions import action
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.models import Work
from ludao.base.pages.forms import Choices, Kind
from ludao.base.text import t
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.lake import public as lake
from ludao.blocks.place import formats, osm
from ludao.blocks.place.declared import KINDS, LEVELS
from ludao.blocks.place.gathering import gather as gathering
from ludao.blocks.place.models import Feature, Layer

MOST_POINTS = 20_000
Name = Annotated[str, Field(title=t("名称", "Name"), min_length=1, max_length=80)]
English = Annotated[str, Field(title=t("英文名称", "Name in English"), max_length=160)]
Note = Annotated[str, Field(title=t("说明", "Note"), max_length=300)]
File = Annotated[
    UploadedFile,
    Field(
        title=t("文件", "File"),
        description=t(
            "GeoJSON、GeoPackage、Shapefile（打包为 zip）、KML、GPX、OSM（pbf），或有“经度”“纬度”列的 CSV",
            "GeoJSON, GeoPackage, Shapefile (zipped), KML, GPX, OSM (pbf), or a CSV with longitude and latitude",
        ),
    ),
]
System = Annotated[
    Literal["wgs84", "cgcs2000", "gcj02", "bd09"],
    Field(title=t("坐标系", "Coordinates")),
    Choices(
        {
            "wgs84": t("WGS 84（GPS）", "WGS 84 (GPS)"),
            "cgcs2000": t("CGCS2000（国家大地坐标系）", "CGCS2000"),
            "gcj02": t("GCJ-02（互联网地图）", "GCJ-02 (public maps)"),
            "bd09": t("BD-09（百度）", "BD-09 (Baidu)"),
        }
    ),
]
LayerKind = Annotated[
    Literal["points", "heat", "choropleth", "shapes", "tracks"],
    Field(title=t("类型", "Kind")),
    Choices({k: v for k, v in KINDS.items() if k in ("points", "heat", "choropleth", "shapes", "tracks")}),
]
Geometry = Annotated[
    str,
    Field(
        title=t("几何（GeoJSON）", "Geometry (GeoJSON)"),
        min_length=10,
        max_length=2_000_000,
        description=t("在地图上画出，或粘贴 GeoJSON", "Drawn on the map, or GeoJSON pasted here"),
    ),
    Kind("text"),
]
Column = Annotated[str, Field(title=t("列", "Column"), max_length=80)]


def is_in_use(layer: Layer) -> bool:
    return layer.state == Layer.IN_USE


@action(
    "place.add_layer",
    title=t("新建图层", "New layer"),
    icon="plus",
    lead=t(
        "不填数据集，就是一张可以自己画的空图层；填了，就把那个数据集按坐标或区划放上地图。",
        "Without a dataset it is an empty layer to draw on; with one, its rows stand there by coordinates or area.",
    ),
)
def add_layer(
    actor: Actor,
    name: Name,
    kind: LayerKind = "shapes",
    name_en: English = "",
    dataset: Annotated[str, Field(title=t("数据集地址", "Dataset's address"), max_length=120)] = "",
    longitude: Annotated[str, Field(title=t("经度列", "Column of longitude"), max_length=80)] = "",
    latitude: Annotated[str, Field(title=t("纬度列", "Column of latitude"), max_length=80)] = "",
    area: Annotated[str, Field(title=t("区划代码列", "Column of the area's code"), max_length=80)] = "",
    level: Annotated[
        Literal["district", "street", "community"],
        Field(title=t("设色层级", "Level of areas")),
        Choices(
            {"district": t("区", "Districts"), "street": t("街道", "Streets"), "community": t("社区", "Communities")}
        ),
    ] = "street",
    note: Note = "",
) -> Layer:
    said = _over(actor, dataset, longitude, latitude, area, level) if dataset else {}
    if kind == "choropleth" and not area:
        raise Problem(t("分区设色需要区划代码列", "Areas by colour need the column of the area's code"), field="area")
    return Layer.objects.create(
        name=name,
        name_en=name_en,
        kind=kind,
        dataset=dataset,
        said=said,
        note=note,
        owner_id=actor.organisation or None,
        by=actor.name,
    )


def _over(actor: Actor, dataset: str, longitude: str, latitude: str, area: str, level: str) -> dict[str, Any]:
    """How a dataset's rows are placed; only columns that the editor may read plainly, and the rest only as counts."""
    may = catalogue.allowed(actor, dataset)
    is_there = lake.exists(dataset) or any(d.address == dataset and d.fresh == "live" for d in datasets.every())
    if may is None or not is_there:
        raise Problem(
            t("没有这个数据集，或您无权读取", "There is no such dataset, or it is not yours to read"), field="dataset"
        )
    plain = [name for name in may.columns if name not in may.masks]
    for field, column in (("longitude", longitude), ("latitude", latitude), ("area", area)):
        if column and column not in plain:
            raise Problem(
                t(f"数据集没有可用的列 {column}", f"The dataset has no column {column} that may be used"), field=field
            )
    if not area and not (longitude and latitude):
        raise Problem(
            t("请给出经度和纬度列，或区划代码列", "Name the columns of longitude and latitude, or of the area"),
            field="longitude",
        )
    place = (
        {"area": area}
        if not longitude
        else {"longitude": longitude, "latitude": latitude, **({"area": area} if area else {})}
    )
    shown = [name for name in plain if name not in (longitude, latitude)][:12]
    return {
        "place": place,
        "level": level if level in LEVELS else "street",
        "columns": shown,
        "label": shown[0] if shown else "",
    }


@action("place.import_layer", title=t("导入文件", "Import a file"), icon="upload")
def import_layer(
    actor: Actor, file: File, name: Name, system: System = "wgs84", kind: LayerKind = "shapes", note: Note = ""
) -> Layer:
    name_of = str(file.name).lower()
    if name_of.endswith(osm.ENDINGS):
        extract = osm.read(name_of, file.read())
        rows, note = extract.rows, note or extract.note
    else:
        rows = formats.read(name_of, file.read(), system)
    columns = list(dict.fromkeys(key for _, _, about in rows[:1000] for key in about if key.isidentifier()))[:30]
    layer = Layer.objects.create(
        name=name,
        kind=kind,
        note=note,
        owner_id=actor.organisation or None,
        by=actor.name,
        said={"columns": columns},
        features_count=len(rows),
    )
    Feature.objects.bulk_create(
        [
            Feature(layer=layer, name=title, geometry=geometry, properties=about, at=_at(about))
            for title, geometry, about in rows
        ],
        batch_size=2000,
    )
    return layer


def _at(about: dict[str, Any]) -> datetime | None:
    """The feature's time, where it has one under a usual name (GPX calls it time)."""
    for key in ("time", "at", "时间"):
        if text := str(about.get(key) or ""):
            try:
                found = datetime.fromisoformat(text.replace("/", "-").replace("Z", "+00:00"))
            except ValueError:
                return None
            return found if found.tzinfo else found.replace(tzinfo=clock.SHANGHAI)
    return None


@action("place.change_layer", title=t("修改图层", "Change the layer"), icon="edit", when=is_in_use)
def change_layer(
    actor: Actor, layer: Layer, name: Name, name_en: English = "", kind: LayerKind = "shapes", note: Note = ""
) -> Layer:
    layer.name, layer.name_en, layer.kind, layer.note = name, name_en, kind, note
    return _touched(actor, layer)


@action(
    "place.withdraw_layer",
    title=t("停用", "Withdraw"),
    icon="eye-off",
    confirm=t("停用后地图上不再显示，要素仍保留。", "It is no longer shown on maps; its features stay."),
)
def withdraw_layer(actor: Actor, layers: list[Layer]) -> None:
    for layer in layers:
        layer.state = Layer.WITHDRAWN
        _touched(actor, layer)


@action("place.restore_layer", title=t("恢复使用", "Put back in use"), icon="refresh")
def restore_layer(actor: Actor, layers: list[Layer]) -> None:
    for layer in layers:
        layer.state = Layer.IN_USE
        _touched(actor, layer)


@action("place.add_feature", title=t("添加要素", "Add a feature"), icon="map-pin-plus")
def add_feature(
    actor: Actor,
    layer: Layer,
    name: Annotated[str, Field(title=t("名称", "Name"), min_length=1, max_length=200)],
    geometry: Geometry,
) -> Feature:
    if layer.dataset:
        raise Problem(
            t("这张图层来自数据集，不能在上面画", "This layer shows a dataset; nothing can be drawn on it"),
            field="layer",
        )
    made = Feature.objects.create(layer=layer, name=name, geometry=_drawn(geometry))
    layer.features_count = F("features_count") + 1
    _touched(actor, layer)
    return made


@action("place.change_feature", title=t("修改要素", "Change the feature"), icon="edit")
def change_feature(
    actor: Actor,
    feature: Feature,
    name: Annotated[str, Field(title=t("名称", "Name"), min_length=1, max_length=200)],
    geometry: Geometry,
) -> Feature:
    feature.name, feature.geometry = name, _drawn(geometry)
    feature.save(update_fields=["name", "geometry"])
    _touched(actor, feature.layer)
    return feature


@action(
    "place.remove_feature",
    title=t("删除要素", "Remove features"),
    icon="trash",
    confirm=t("删除后不能恢复，审计记录保留。", "They cannot be brought back; the audit log keeps the line."),
)
def remove_feature(actor: Actor, features: list[Feature]) -> None:
    for layer in Layer.objects.filter(pk__in={one.layer_id for one in features}):
        gone = [one.pk for one in features if one.layer_id == layer.pk]
        Feature.objects.filter(pk__in=gone).delete()
        layer.features_count = F("features_count") - len(gone)
        _touched(actor, layer)


def _touched(actor: Actor, layer: Layer) -> Layer:
    layer.version, layer.changed_at, layer.by = F("version") + 1, clock.now(), actor.name
    layer.save()
    layer.refresh_from_db()
    return layer


def _drawn(text: str) -> dict[str, Any]:
    """A GeoJSON geometry (or feature) that is one: valid, on earth, of a bounded size."""
    wrong = t(
        '应为 GeoJSON 几何，如 {"type": "Point", "coordinates": [118.1, 24.5]}',
        'Give a GeoJSON geometry such as {"type": "Point", "coordinates": [118.1, 24.5]}',
    )
    try:
        said = json.loads(text)
        said = said.get("geometry", said) if isinstance(said, dict) else said
        drawn = shape(said)
        bounds = drawn.bounds
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, ShapelyError, RecursionError) as error:
        raise Problem(wrong, field="geometry") from error
    if drawn.is_empty or not (bounds[0] >= -180 and bounds[2] <= 180 and bounds[1] >= -90 and bounds[3] <= 90):
        raise Problem(wrong, field="geometry")
    if not drawn.is_valid:
        raise Problem(t("线条自相交，请重新画", "The outline crosses itself; draw it again"), field="geometry")
    if len(text) > MOST_POINTS * 60:
        raise Problem(t("几何的点太多，请简化", "Too many points; simplify it"), field="geometry")
    return dict(drawn.__geo_interface__)


@action(
    "place.gather",
    title=t("汇集地址", "Gather addresses"),
    icon="refresh",
    lead=t(
        "从部门的标准地址库和区划范围读入；没有变化的不重读。",
        "From the departments' registers; what has not moved is not read again.",
    ),
)
def gather(actor: Actor) -> Work:
    return gathering.start(actor, about="place")

"""Places in and out of files: GeoJSON, GeoPackage, zipped Shapefile, GPX, KML, CSV with coordinates; through GDAL."""

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import CRS, Transformer

from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.place.engine import datum

MOST = 50_000
DRIVERS = {"geojson": "GeoJSON", "gpkg": "GPKG", "shp.zip": "ESRI Shapefile", "fgb": "FlatGeobuf"}
TYPES = {
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
    "shp.zip": "application/zip",
    "fgb": "application/flatgeobuf",
    "csv": "text/csv; charset=utf-8",
}
READ = (".geojson", ".json", ".gpkg", ".zip", ".gpx", ".kml", ".fgb", ".csv")
LONGITUDE = ("longitude", "lon", "lng", "x", "经度")
LATITUDE = ("latitude", "lat", "y", "纬度")
Rows = list[tuple[str, dict[str, Any], dict[str, Any]]]  # name, GeoJSON geometry, properties


def read(name: str, data: bytes, system: str = "wgs84") -> Rows:
    """What a file holds, in WGS 84. Raises Problem that says what is wrong with the file."""
    ending = Path(name.lower()).suffix
    if ending not in READ:
        raise Problem(
            t(f"不认识这种文件，可用：{' '.join(READ)}", f"Not a file we know; these serve: {' '.join(READ)}"),
            field="file",
        )
    geometries, attributes = _csv(data) if ending == ".csv" else _ogr(ending, data)
    if len(geometries) > MOST:
        raise Problem(
            t(
                f"一次最多 {MOST:,} 个要素，文件里有 {len(geometries):,} 个",
                f"At most {MOST:,} features; there are {len(geometries):,}",
            ),
            field="file",
        )
    if not len(geometries):
        raise Problem(t("文件里没有要素", "The file holds no features"), field="file")
    if system not in ("wgs84", "cgcs2000"):
        geometries = shapely.transform(
            geometries, lambda p: np.column_stack(datum.convert(p[:, 0], p[:, 1], system, "wgs84"))
        )
    if not _is_on_earth(geometries):
        raise Problem(
            t(
                "坐标超出经纬度范围：请检查文件的坐标系说明（.prj）",
                "The coordinates are no degrees: see to the file's coordinate system (.prj)",
            ),
            field="file",
        )
    kept = shapely.force_2d(geometries)
    return [
        (_name(about, n), json.loads(text), about)
        for n, (text, about) in enumerate(zip(shapely.to_geojson(kept), attributes, strict=True))
        if text and '"coordinates": []' not in text
    ]


def _is_on_earth(geometries: np.ndarray) -> bool:
    west, south, east, north = shapely.total_bounds(geometries)
    return bool(west >= -180 and east <= 180 and south >= -90 and north <= 90)


def _ogr(ending: str, data: bytes) -> tuple[np.ndarray, list[dict[str, Any]]]:
    import pyogrio  # brings pandas: a third of a second that not every start should pay

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"given{ending}"
        path.write_bytes(data)
        where = _unzipped(path) if ending == ".zip" else path
        try:
            layers = [str(one[0]) for one in pyogrio.list_layers(where)]
            parts = [pyogrio.raw.read(where, layer=one, max_features=MOST + 1) for one in layers]
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, RuntimeError, ValueError) as error:
            raise Problem(
                t("读不出这个文件：它不是有效的地理数据", "The file cannot be read: it is no valid geographic data"),
                field="file",
            ) from error
    geometries, attributes = [np.zeros(0, dtype=object)], list[dict[str, Any]]()
    for meta, _, shapes, columns in parts:
        if shapes is None or not len(shapes):
            continue
        drawn = shapely.from_wkb(shapes)
        keep = ~shapely.is_missing(drawn)
        geometries.append(_degrees(drawn[keep], meta.get("crs")))
        values = [column[keep] for column in columns]
        attributes += [
            {str(k): _plain(v[n]) for k, v in zip(meta["fields"], values, strict=True)} for n in range(int(keep.sum()))
        ]
    return np.concatenate(geometries), attributes


def _unzipped(path: Path) -> Path:
    """A zipped Shapefile unpacked beside; only flat names of its own kind, and no bomb."""
    folder = path.with_suffix("")
    folder.mkdir()
    try:
        with zipfile.ZipFile(path) as archive:
            members = [
                m
                for m in archive.infolist()
                if Path(m.filename).suffix.lower() in (".shp", ".shx", ".dbf", ".prj", ".cpg")
            ]
            if sum(m.file_size for m in members) > 500 * 2**20:
                raise Problem(t("压缩包展开后太大", "The archive is too large when unpacked"), field="file")
            for member in members:
                (folder / Path(member.filename).name).write_bytes(archive.read(member))
    except zipfile.BadZipFile as error:
        raise Problem(t("压缩包读不出来", "The archive cannot be read"), field="file") from error
    found = sorted(folder.glob("*.[sS][hH][pP]"))
    if not found:
        raise Problem(t("压缩包里没有 .shp 文件", "The archive holds no .shp file"), field="file")
    return found[0]


def _degrees(drawn: np.ndarray, crs: str | None) -> np.ndarray:
    """Into WGS 84 degrees; without a word of the system they are taken for degrees."""
    if not crs:
        return drawn
    source = CRS.from_user_input(crs)
    if source.to_epsg() in (4326, 4490):
        return drawn
    move = Transformer.from_crs(source, "OGC:CRS84", always_xy=True)
    found: np.ndarray = shapely.transform(drawn, lambda p: np.column_stack(move.transform(p[:, 0], p[:, 1])))
    return found


def _csv(data: bytes) -> tuple[np.ndarray, list[dict[str, Any]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", errors="replace")
    rows = list(csv.DictReader(io.StringIO(text)))
    head = {name.strip().lower(): name for name in (rows[0] if rows else {})}
    lon, lat = (next((head[n] for n in names if n in head), "") for names in (LONGITUDE, LATITUDE))
    if not lon or not lat:
        raise Problem(t("CSV 需要“经度”和“纬度”两列", "A CSV needs columns longitude and latitude"), field="file")
    points, about = [], []
    for number, row in enumerate(rows, 2):
        try:
            points.append(shapely.Point(float(row.pop(lon)), float(row.pop(lat))))
        except (ValueError, TypeError):
            raise Problem(
                t(f"第 {number} 行的经纬度不是数", f"Line {number}: longitude and latitude are no numbers"),
                field="file",
            ) from None
        about.append({str(k): v for k, v in row.items()})
    return np.array(points, dtype=object), about


def _plain(value: Any) -> Any:
    if value is None or (isinstance(value, float | np.floating) and np.isnan(value)):
        return None
    if isinstance(value, np.generic):
        value = value.item()
    return value if isinstance(value, bool | int | float | str) else str(value)


def _name(about: dict[str, Any], number: int) -> str:
    for key in ("name", "名称", "NAME", "title", "标题", "Name"):
        if about.get(key):
            return str(about[key])[:200]
    return str(number + 1)


def write(form: str, name: str, geometries: np.ndarray, rows: Sequence[dict[str, Any]]) -> bytes:
    """One layer as a file, in WGS 84."""
    import pyogrio

    columns = list(rows[0]) if rows else []
    fields = [np.array([None if row[c] is None else str(row[c]) for row in rows], dtype=object) for c in columns]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"layer.{'shp' if form == 'shp.zip' else form}"
        kind = "Unknown" if len({g.geom_type for g in geometries}) != 1 else str(geometries[0].geom_type)
        options = {"ENCODING": "UTF-8"} if form == "shp.zip" else {}
        pyogrio.raw.write(
            path,
            shapely.to_wkb(geometries),
            fields,
            columns,
            driver=DRIVERS[form],
            geometry_type=kind,
            crs="EPSG:4326",
            layer=name if form == "gpkg" else None,
            layer_options=options,
        )
        if form != "shp.zip":
            return path.read_bytes()
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for one in sorted(Path(folder).iterdir()):
                archive.write(one, f"{name}{one.suffix}")
        return out.getvalue()

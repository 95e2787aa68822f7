"""OGC API – Features (17-069r4 Core and GeoJSON, 18-058r1 CRS by reference) and OGC API – Tiles (20-057): /place/ogc/.

Every layer is a collection, within the caller's rights; areas by colour are the outlines with their values. Behind the
same door as the API: a session or a bearer token.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import numpy as np
import shapely
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from pyproj import Transformer
from shapely.geometry import shape

from ludao.base.api.door import door
from ludao.base.datasets import Malformed
from ludao.base.errors import Refused
from ludao.base.pages.urls import guarded
from ludao.base.text import t
from ludao.blocks.place import seeing, summing, tiling
from ludao.blocks.place.declared import Layer
from ludao.blocks.place.engine import grid, vector
from ludao.blocks.place.mapping import BOUNDS
from ludao.blocks.place.models import Outline
from ludao.blocks.place.seeing import Seen

OGC = "http://www.opengis.net/spec"
CONFORMANCE = [
    f"{OGC}/ogcapi-common-1/1.0/conf/core",
    f"{OGC}/ogcapi-common-2/1.0/conf/collections",
    f"{OGC}/ogcapi-features-1/1.0/conf/core",
    f"{OGC}/ogcapi-features-1/1.0/conf/oas30",
    f"{OGC}/ogcapi-features-1/1.0/conf/geojson",
    f"{OGC}/ogcapi-features-2/1.0/conf/crs",
    f"{OGC}/ogcapi-tiles-1/1.0/conf/core",
    f"{OGC}/ogcapi-tiles-1/1.0/conf/tileset",
    f"{OGC}/ogcapi-tiles-1/1.0/conf/tilesets-list",
    f"{OGC}/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    f"{OGC}/ogcapi-tiles-1/1.0/conf/mvt",
]
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
SYSTEMS = {CRS84: "OGC:CRS84", **{f"{EPSG}{code}": f"EPSG:{code}" for code in (4326, 4490, 3857, 4548)}}
MERCATOR = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
DEEPEST = 18
OWN = {"bbox", "bbox-crs", "crs", "datetime", "limit", "offset", "f", "within", "radius", "area"}


def landing(request: HttpRequest) -> HttpResponse:
    return _json(
        {
            "title": str(t("鹭岛地理数据", "Ludao geodata")),
            "description": str(t("城市图层，按您的权限", "The city's layers, as your rights allow")),
            "links": [
                _link(request, "", "self"),
                _link(request, "api", "service-desc", "application/vnd.oai.openapi+json;version=3.0"),
                _link(request, "conformance", "conformance"),
                _link(request, "collections", "data"),
                _link(request, "tileMatrixSets", "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes"),
            ],
        }
    )


def conformance(request: HttpRequest) -> HttpResponse:
    return _json({"conformsTo": CONFORMANCE})


def collections(request: HttpRequest) -> HttpResponse:
    found = [_collection(request, layer) for layer in seeing.every(request.actor) if _is_served(layer)]
    return _json({"collections": found, "links": [_link(request, "collections", "self")]})


def collection(request: HttpRequest, address: str) -> HttpResponse:
    return _json(_collection(request, _layer(request, address)))


def items(request: HttpRequest, address: str) -> HttpResponse:
    layer = _layer(request, address)
    seen = seeing.see(request.actor, layer, _asked(request, layer))
    limit, offset = _whole(request, "limit", 10, 1, 10_000), _whole(request, "offset", 0, 0, 10**9)
    crs = _system(request, "crs")
    geometries, rows, ids, matched = _found(request, seen, offset, limit)
    drawn = _moved(geometries, "OGC:CRS84", SYSTEMS[crs])
    features = [
        {"type": "Feature", "id": one, "geometry": json.loads(text), "properties": _plain(row)}
        for one, text, row in zip(ids, shapely.to_geojson(drawn), rows, strict=True)
    ]
    links = [
        _link(request, f"collections/{address}/items", "self", "application/geo+json", request.GET.dict()),
        _link(request, f"collections/{address}", "collection"),
    ]
    for rel, begin in (("next", offset + limit), ("prev", max(0, offset - limit))):
        if (rel == "next" and begin < matched) or (rel == "prev" and offset):
            asked = {**request.GET.dict(), "offset": str(begin), "limit": str(limit)}
            links.append(_link(request, f"collections/{address}/items", rel, "application/geo+json", asked))
    return _json(
        {
            "type": "FeatureCollection",
            "features": features,
            "numberMatched": matched,
            "numberReturned": len(features),
            "timeStamp": seen.index.as_of.isoformat(),
            "links": links,
        },
        "application/geo+json",
        {"Content-Crs": f"<{crs}>"},
    )


def item(request: HttpRequest, address: str, number: str) -> HttpResponse:
    layer = _layer(request, address)
    seen = seeing.see(request.actor, layer)
    crs = _system(request, "crs")
    geometries, rows, ids, _ = _found(request, seen, 0, 1, number)
    if not ids:
        raise Refused(t("没有这个要素", "There is no such feature"))
    drawn = _moved(geometries, "OGC:CRS84", SYSTEMS[crs])
    return _json(
        {
            "type": "Feature",
            "id": ids[0],
            "geometry": json.loads(shapely.to_geojson(drawn[0])),
            "properties": _plain(rows[0]),
            "links": [
                _link(request, f"collections/{address}/items/{number}", "self", "application/geo+json"),
                _link(request, f"collections/{address}", "collection"),
            ],
        },
        "application/geo+json",
        {"Content-Crs": f"<{crs}>"},
    )


Found = tuple[np.ndarray, list[dict[str, Any]], list[str], int]


def _found(request: HttpRequest, seen: Seen, offset: int, limit: int, number: str = "") -> Found:
    box = _box(request) if not number else None
    return (
        _areas(seen, box, offset, limit, number)
        if seen.layer.kind == "choropleth"
        else _rows(seen, box, offset, limit, number)
    )


def _rows(seen: Seen, box: tuple[float, ...] | None, offset: int, limit: int, number: str) -> Found:
    index, column = seen.index, seen.layer.id or ""
    numbers = seen.numbers
    if number and column in index.columns:
        mask = index.mask(f'cast("{column}" as varchar) = $one', {"one": number})
        numbers = numbers[mask[numbers]] if mask is not None else numbers
    elif number:
        numbers = numbers[numbers == int(number)] if number.isdigit() else numbers[:0]
    if box:
        numbers = np.intersect1d(numbers, _inside(seen, box), assume_unique=True)
    if seen.drawn:
        numbers = seen.drawn.nearest(index, numbers)
    here = numbers[offset : offset + limit]
    columns = list(
        dict.fromkeys(
            [*([column] if column in index.columns else []), *(n for n in seen.layer.columns if n in index.columns)]
        )
    )
    rows = index.rows(here, columns)
    ids = [str(row[column]) for row in rows] if column in index.columns else [str(n) for n in here]
    if seen.drawn and len(here):
        far = seen.drawn.metres(index, here)
        rows = [row | {"distance_m": round(float(m), 1)} for row, m in zip(rows, far, strict=True)]
    return tiling.outlines_or_points(index, here), rows, ids, len(numbers)


def _inside(seen: Seen, box: tuple[float, ...]) -> np.ndarray:
    if "_shape" in seen.index.table.column_names:
        return np.sort(tiling.outlines_of(seen.index)[1].query(shapely.box(*box), predicate="intersects"))
    return seen.index.within(*box)


def _areas(seen: Seen, box: tuple[float, ...] | None, offset: int, limit: int, number: str) -> Found:
    values = {row["code"]: row for row in summing.by_area(seen) if not number or row["code"] == number}
    outlines = [(one, shape(one.geometry)) for one in Outline.objects.filter(pk__in=values).order_by("code")]
    if box:
        outlines = [(one, drawn) for one, drawn in outlines if drawn.intersects(shapely.box(*box))]
    here = outlines[offset : offset + limit]
    rows = [
        {"code": one.code, "name": str(one), "value": values[one.code]["value"], "count": values[one.code]["count"]}
        for one, _ in here
    ]
    return np.array([drawn for _, drawn in here], dtype=object), rows, [one.code for one, _ in here], len(outlines)


def tilesets(request: HttpRequest, address: str) -> HttpResponse:
    layer = _layer(request, address)
    return _json(
        {"tilesets": [_tileset(request, layer)], "links": [_link(request, f"collections/{address}/tiles", "self")]}
    )


def tileset(request: HttpRequest, address: str) -> HttpResponse:
    return _json(_tileset(request, _layer(request, address)))


def tile(request: HttpRequest, address: str, z: int, row: int, column: int) -> HttpResponse:
    layer = _layer(request, address)
    if not grid.exists(z, column, row, DEEPEST):
        raise Refused(t("没有这个瓦片", "There is no such tile"))
    seen = seeing.see(request.actor, layer, _asked(request, layer))
    data = _area_tile(seen, z, column, row) if layer.kind == "choropleth" else tiling.tile(seen, z, column, row)
    return HttpResponse(data, content_type="application/vnd.mapbox-vector-tile", status=200 if data else 204)


def _area_tile(seen: Seen, z: int, x: int, y: int) -> bytes:
    west, south, east, north = grid.bounds(z, x, y)
    geometries, rows, _, _ = _areas(seen, (west, south, east, north), 0, 10_000, "")
    side = grid.SIDE >> z

    def local(points: np.ndarray) -> np.ndarray:
        steps = grid.project(points[:, 0], points[:, 1])
        return (
            np.column_stack([(steps[0].astype(np.float64) - x * side), (steps[1].astype(np.float64) - y * side)])
            * grid.EXTENT
            / side
        )

    drawn = shapely.clip_by_rect(shapely.transform(geometries, local), -64, -64, grid.EXTENT + 64, grid.EXTENT + 64)
    return vector.tile([vector.shapes("areas", list(drawn), [_plain(row) for row in rows])])


def matrix_sets(request: HttpRequest) -> HttpResponse:
    return _json(
        {
            "tileMatrixSets": [
                {
                    "id": "WebMercatorQuad",
                    "title": "Google Maps Compatible for the World",
                    "uri": MERCATOR,
                    "links": [_link(request, "tileMatrixSets/WebMercatorQuad", "self")],
                }
            ]
        }
    )


def matrix_set(request: HttpRequest) -> HttpResponse:
    half = 20037508.342789244
    matrices = [
        {
            "id": str(z),
            "scaleDenominator": 559082264.0287178 / 2**z,
            "cellSize": 2 * half / 256 / 2**z,
            "tileWidth": 256,
            "tileHeight": 256,
            "pointOfOrigin": [-half, half],
            "matrixWidth": 2**z,
            "matrixHeight": 2**z,
        }
        for z in range(DEEPEST + 1)
    ]
    return _json(
        {
            "id": "WebMercatorQuad",
            "title": "Google Maps Compatible for the World",
            "uri": MERCATOR,
            "crs": f"{EPSG}3857",
            "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
            "tileMatrices": matrices,
        }
    )


def api(request: HttpRequest) -> HttpResponse:
    """The OpenAPI description; collections are found at run time, so that it tells a stranger nothing."""

    def get(what: str, kind: str = "application/json") -> dict[str, Any]:
        return {
            "get": {
                "summary": what,
                "responses": {
                    "200": {"description": "OK", "content": {kind: {"schema": {}}}},
                    "404": {"description": "not there, or not yours"},
                },
            }
        }

    paths = {
        "/": get("Landing page"),
        "/conformance": get("Conformance"),
        "/collections": get("Collections"),
        "/collections/{collectionId}": get("One collection"),
        "/collections/{collectionId}/items": get(
            "Features: bbox, bbox-crs, crs, datetime, limit, offset and filters; area=350203; within=WKT and radius in"
            " metres, the nearest first", "application/geo+json"
        ),
        "/collections/{collectionId}/items/{featureId}": get("One feature", "application/geo+json"),
        "/collections/{collectionId}/tiles": get("Tilesets"),
        "/collections/{collectionId}/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}": get(
            "A tile", "application/vnd.mapbox-vector-tile"
        ),
        "/tileMatrixSets": get("Tile matrix sets"),
    }
    for where, one in paths.items():
        names = [part[1:-1] for part in where.split("/") if part.startswith("{")]
        if names:
            one["get"]["parameters"] = [
                {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names
            ]
    return _json(
        {
            "openapi": "3.0.3",
            "info": {"title": "Ludao OGC API", "version": "1.0"},
            "paths": paths,
            "servers": [{"url": request.build_absolute_uri("/place/ogc")}],
        },
        "application/vnd.oai.openapi+json;version=3.0",
    )


def _is_served(layer: Layer) -> bool:
    return layer.kind not in ("flows", "tracks")


def _layer(request: HttpRequest, address: str) -> Layer:
    layer = seeing.find(request.actor, address)
    if not _is_served(layer):
        raise Refused(seeing.NOT_FOUND)
    return layer


def _collection(request: HttpRequest, layer: Layer) -> dict[str, Any]:
    where = f"collections/{layer.address}"
    return {
        "id": layer.address,
        "title": layer.title,
        "itemType": "feature",
        "crs": list(SYSTEMS),
        "storageCrs": CRS84,
        "extent": {"spatial": {"bbox": [list(BOUNDS)], "crs": CRS84}},
        "links": [
            _link(request, where, "self"),
            _link(request, f"{where}/items", "items", "application/geo+json"),
            _link(request, f"{where}/tiles", "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"),
        ],
    }


def _tileset(request: HttpRequest, layer: Layer) -> dict[str, Any]:
    where = f"collections/{layer.address}/tiles/WebMercatorQuad"
    base = request.build_absolute_uri(f"/place/ogc/{where}")
    return {
        "title": layer.title,
        "dataType": "vector",
        "crs": f"{EPSG}3857",
        "tileMatrixSetURI": MERCATOR,
        "links": [
            _link(request, where, "self"),
            _link(request, "tileMatrixSets/WebMercatorQuad", "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"),
            {
                "href": base + "/{tileMatrix}/{tileRow}/{tileCol}",
                "rel": "item",
                "type": "application/vnd.mapbox-vector-tile",
                "templated": True,
            },
        ],
    }


def _asked(request: HttpRequest, layer: Layer) -> dict[str, str]:
    """Filters of the layer, and `datetime` as a moment or an interval (../2022-01-01, a/b)."""
    given = {name: value for name, value in request.GET.dict().items() if name not in OWN}
    known = {*layer.filters, *([layer.at] if layer.at else []), *([layer.tint] if layer.tint else [])}
    if unknown := [name for name in given if name.split("__")[0] not in known]:
        raise Malformed(t(f"没有参数 {unknown[0]}", f"There is no parameter {unknown[0]}"), field=unknown[0])
    if (when := request.GET.get("datetime", "")) and layer.at:
        begin, slash, end = when.partition("/")
        for name, value in ((f"{layer.at}__gte", begin), (f"{layer.at}__lte", end if slash else begin)):
            if value not in ("", ".."):
                given[name] = value
    return given | {f"_{name}": request.GET.get(name, "") for name in ("within", "radius", "area")}


def _box(request: HttpRequest) -> tuple[float, ...] | None:
    if not (text := request.GET.get("bbox", "")):
        return None
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) == 6:
        numbers = [*numbers[:2], *numbers[3:5]]
    if len(numbers) != 4 or not np.isfinite(numbers).all():
        raise Malformed(t("bbox 应为四个数", "bbox takes four numbers"), field="bbox")
    system = _system(request, "bbox-crs")
    corners = _moved(np.array([shapely.box(*numbers)], dtype=object), SYSTEMS[system], "OGC:CRS84")
    found: tuple[float, ...] = tuple(float(edge) for edge in shapely.bounds(corners[0]))
    return found


def _system(request: HttpRequest, name: str) -> str:
    given = request.GET.get(name, CRS84)
    if given not in SYSTEMS:
        raise Malformed(t(f"不支持坐标系 {given}", f"The system {given} is not served"), field=name)
    return given


def _moved(drawn: np.ndarray, source: str, target: str) -> np.ndarray:
    """From one system to another, each in the order of axes that its definition has."""
    if source == target or not len(drawn):
        return drawn
    move = Transformer.from_crs(source, target)
    found: np.ndarray = shapely.transform(
        drawn, lambda points: np.column_stack(move.transform(points[:, 0], points[:, 1]))
    )
    return found


def _whole(request: HttpRequest, name: str, usual: int, least: int, most: int) -> int:
    given = request.GET.get(name, "")
    if not given:
        return usual
    if not given.isdigit() or int(given) < least:
        raise Malformed(
            t(f"{name} 应为不小于 {least} 的整数", f"{name} is a whole number of at least {least}"), field=name
        )
    return min(int(given), most)


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value if isinstance(value, bool | int | float | str | None) else str(value) for key, value in row.items()
    }


def _link(
    request: HttpRequest, where: str, rel: str, kind: str = "application/json", asked: Mapping[str, str] | None = None
) -> dict[str, str]:
    query = f"?{urlencode(asked)}" if asked else ""
    return {"href": request.build_absolute_uri(f"/place/ogc/{where}{query}"), "rel": rel, "type": kind}


def _json(value: Any, kind: str = "application/json", headers: Mapping[str, str] | None = None) -> HttpResponse:
    return JsonResponse(
        value, content_type=kind, json_dumps_params={"ensure_ascii": False}, headers=dict(headers or {})
    )


def _patterns() -> Iterator[Any]:
    one = "ogc/collections/<str:address>"
    for where, view in (
        ("ogc/", landing),
        ("ogc/conformance", conformance),
        ("ogc/api", api),
        ("ogc/collections", collections),
        (one, collection),
        (f"{one}/items", items),
        (f"{one}/items/<str:number>", item),
        (f"{one}/tiles", tilesets),
        (f"{one}/tiles/WebMercatorQuad", tileset),
        (f"{one}/tiles/WebMercatorQuad/<int:z>/<int:row>/<int:column>", tile),
        ("ogc/tileMatrixSets", matrix_sets),
        ("ogc/tileMatrixSets/WebMercatorQuad", matrix_set),
    ):
        yield path(where, door(guarded("place.read", view)), name=f"ogc-{view.__name__}")


urlpatterns = list(_patterns())

"""The pages of places: the map, what a layer's tiles and lists say, the search for addresses."""

import gzip
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import numpy as np
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from ludao.base import audit, rights
from ludao.base.datasets import Malformed
from ludao.base.errors import Refused
from ludao.base.text import t
from ludao.blocks.place import formats, geocoding, seeing, statics, summing, tiling
from ludao.blocks.place.engine import datum, grid
from ludao.blocks.place.mapping import map_of
from ludao.blocks.place.seeing import NOT_FOUND, Seen

MVT = "application/vnd.mapbox-vector-tile"
PAGE = 25
SUMMED = ("choropleth", "flows", "tracks")


def home(request: HttpRequest) -> HttpResponse:
    """The map with whatever layers the person chooses; the first three are shown."""
    layers = seeing.every(request.actor)
    chosen = [a for a in request.GET.get("layers", "").split(",") if a] or [one.address for one in layers[:1]]
    found = map_of(request, layers, shown=chosen, is_search=True)
    return render(request, "place/map.html", {"title": t("地图", "Map"), **found})


def tile(request: HttpRequest, address: str, z: int, x: int, y: int) -> HttpResponse:
    if not grid.exists(z, x, y):
        raise Refused(NOT_FOUND)
    seen = seeing.see(request.actor, seeing.find(request.actor, address), request.GET.dict())
    tag = f'"{blake2b(repr((seen.key, z, x, y)).encode(), digest_size=9).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Cookie, Accept-Encoding"}
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers=headers)
    data = b"" if seen.layer.kind in ("choropleth", "flows") else tiling.tile(seen, z, x, y)
    if not data:
        return HttpResponse(status=204, headers=headers)
    if len(data) > 600 and "gzip" in request.headers.get("Accept-Encoding", ""):
        data, headers["Content-Encoding"] = gzip.compress(data, 1, mtime=0), "gzip"
    return HttpResponse(data, content_type=MVT, headers=headers)


def figures(request: HttpRequest, address: str) -> HttpResponse:
    """What a map draws without tiles: values by area, flows, tracks; with totals and where they come from."""
    seen = _seen(request, address)
    layer, level = seen.layer, request.GET.get("_level", "")
    if level and level not in ("district", "street", "community"):
        raise Malformed(
            t("层级应为 district、street 或 community", "level is district, street or community"), field="_level"
        )
    found: dict[str, Any] = {
        "total": len(seen.numbers),
        "as_of": seen.index.as_of.isoformat(),
        "stamp": seen.index.stamp,
    }
    if layer.kind == "choropleth":
        names = summing.names()
        found["areas"] = [{**row, "name": names.get(row["code"], row["code"])} for row in summing.by_area(seen, level)]
    elif layer.kind == "flows":
        found |= _flows(seen, level)
    elif layer.kind == "tracks":
        found["tracks"] = summing.tracks(seen)
    return _json(found)


def _flows(seen: Seen, level: str) -> dict[str, Any]:
    from ludao.blocks.place.models import Outline

    rows = summing.flows(seen, level)
    codes = {row[name] for row in rows for name in ("source", "target")}
    spots = {o.code: [o.longitude, o.latitude, str(o)] for o in Outline.objects.filter(pk__in=codes)}
    return {"flows": [row for row in rows if row["source"] in spots and row["target"] in spots], "spots": spots}


def rows(request: HttpRequest, address: str) -> HttpResponse:
    """The list beside the map: what stands in the box that is shown, page by page."""
    seen = _seen(request, address)
    return render(request, "place/_list.html", {"list": rows_of(request, seen)})


def rows_of(request: HttpRequest, seen: Seen) -> dict[str, Any]:
    """Context for place/_list.html: rows where the layer shows rows, sums where it shows sums."""
    given = request.GET.get("_from", "0")
    begin = int(given) if given.isdigit() else 0
    found = _sums(seen) if seen.layer.kind in SUMMED else _rows(request, seen, begin)
    total = found["total"]
    shown = found["rows"][begin : begin + PAGE] if seen.layer.kind in SUMMED else found["rows"]
    return {
        "layer": seen.layer,
        "total": total,
        "first": begin + 1,
        "last": begin + len(shown),
        "heads": found["heads"],
        "rows": shown,
        "forms": [] if seen.layer.kind in SUMMED else ["geojson", "gpkg", "shp.zip", "csv"],
        "before": max(begin - PAGE, 0) if begin else None,
        "after": begin + PAGE if begin + PAGE < total else None,
        "as_of": seen.index.as_of,
        "sources": summing.sources(seen.layer),
        "is_box": found.get("is_box", False),
        "placed": seen.index.placed,
        "given": seen.index.given,
    }


def _rows(request: HttpRequest, seen: Seen, begin: int) -> dict[str, Any]:
    layer, box = seen.layer, request.GET.get("_box", "")
    numbers = in_box(seen, box)
    here = numbers[begin : begin + PAGE]
    columns = [name for name in layer.columns if name in seen.index.columns] or seen.index.columns[:6]
    spots = list(zip(*grid.degrees(seen.index.x[here], seen.index.y[here]), strict=True)) if len(seen.index.x) else []
    rows_ = [
        {
            "number": int(number),
            "cells": [(layer.title_of(k), v) for k, v in row.items()],
            "spot": f"{spots[n][0]:.6f},{spots[n][1]:.6f}" if spots else "",
        }
        for n, (number, row) in enumerate(zip(here, seen.index.rows(here, columns), strict=True))
    ]
    return {
        "heads": [layer.title_of(name) for name in columns],
        "rows": rows_,
        "total": len(numbers),
        "is_box": bool(box),
    }


def _sums(seen: Seen) -> dict[str, Any]:
    """Areas and flows are told as sums, never as the rows they sum."""
    names, value = summing.names(), summing.measure_title(seen.layer)
    if seen.layer.kind == "flows":
        heads = [t("从", "From"), t("到", "To"), value]
        cells = [
            [names.get(f["source"], f["source"]), names.get(f["target"], f["target"]), f["value"]]
            for f in summing.flows(seen)
        ]
    elif seen.layer.kind == "tracks":
        heads = [t("轨迹", "Track"), t("起", "From"), t("止", "Until"), t("点数", "Points")]
        cells = [[f["id"], f["since"], f["until"], len(f["points"])] for f in summing.tracks(seen)]
    else:
        heads = [t("区划", "Area"), value, t("记录数", "Records")]
        cells = [[names.get(a["code"], a["code"]), a["value"], a["count"]] for a in summing.by_area(seen)]
    rows_ = [{"number": n, "cells": list(zip(heads, row, strict=True)), "spot": ""} for n, row in enumerate(cells)]
    return {"heads": heads, "rows": rows_, "total": len(rows_)}


def in_box(seen: Seen, text: str) -> Any:
    """Numbers of the rows shown, of those in `west,south,east,north` where a box is given."""
    if not text or not len(seen.index.x):
        return seen.numbers
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise Malformed(t("范围应为 西,南,东,北", "A box is west,south,east,north"), field="_box") from None
    inside = seen.index.within(west, south, east, north)
    return inside if seen.mask is None else inside[seen.mask[inside]]


def one(request: HttpRequest, address: str, row: int) -> HttpResponse:
    """One row in full, as the layer shows it; what an address has around it is asked by its place."""
    seen = _seen(request, address)
    if row >= len(seen.index) or (seen.mask is not None and not seen.mask[row]):
        raise Refused(t("没有找到：数据可能已更新，请刷新地图", "Not found: the data may have moved; reload the map"))
    layer = seen.layer
    if layer.kind in SUMMED:
        raise Refused(NOT_FOUND)
    columns = [name for name in layer.columns if name in seen.index.columns]
    values = seen.index.rows([row], columns)[0]
    facts = [{"title": layer.title_of(name), "value": values[name]} for name in columns]
    return render(
        request,
        "place/_one.html",
        {
            "layer": layer,
            "facts": facts,
            "as_of": seen.index.as_of,
            "title": values.get(layer.label) or layer.title,
            "sources": summing.sources(layer),
        },
    )


def address_search(request: HttpRequest) -> HttpResponse:
    """Words → places, or a point → the addresses and areas around it. Also as JSON (Accept)."""
    words, point = request.GET.get("q", "").strip(), request.GET.get("point", "").strip()
    system = request.GET.get("system", "wgs84")
    found: list[geocoding.Found] = []
    area: list[str] = []
    if words:
        found = geocoding.geocode(words)
    elif point:
        longitude, latitude = _point(point)
        if system not in datum.NAMES:
            raise Malformed(
                t(f"坐标系应为 {'、'.join(datum.NAMES)}", f"A system is one of {', '.join(datum.NAMES)}"),
                field="system",
            )
        found = geocoding.reverse(longitude, latitude, system)
        area = _areas(longitude, latitude, system)
    if "application/json" in request.headers.get("Accept", ""):
        return _json({"found": [one.as_dict() for one in found], "areas": area})
    return render(
        request,
        "place/addresses.html",
        {
            "title": t("地址查询", "Find an address"),
            "words": words,
            "point": point,
            "system": system,
            "systems": datum.NAMES,
            "found": found,
            "areas": area,
            "is_asked": bool(words or point),
        },
    )


def _areas(longitude: float, latitude: float, system: str) -> list[str]:
    lon, lat = (float(v[0]) for v in datum.convert(np.array([longitude]), np.array([latitude]), system, "wgs84"))
    code, names = geocoding.area_of(lon, lat), summing.names()
    return [names[part] for part in (code[:6], code[:9], code[:12]) if part in names][
        : {6: 1, 9: 2, 12: 3}.get(len(code), 0)
    ]


def _point(text: str) -> tuple[float, float]:
    try:
        longitude, latitude = (float(part) for part in text.replace("，", ",").split(","))
    except ValueError:
        raise Malformed(
            t("点应为 经度,纬度，如 118.10,24.48", "A point is longitude,latitude such as 118.10,24.48"), field="point"
        ) from None
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise Malformed(t("经纬度超出范围", "No such longitude or latitude"), field="point")
    return longitude, latitude


def static(request: HttpRequest, name: str) -> HttpResponseBase:
    return statics.serve(request, name)


def _seen(request: HttpRequest, address: str) -> Seen:
    return seeing.see(request.actor, seeing.find(request.actor, address), request.GET.dict())


def _json(value: Mapping[str, Any]) -> JsonResponse:
    return JsonResponse(
        value, json_dumps_params={"ensure_ascii": False}, headers={"Cache-Control": "private, no-cache"}
    )


def may_edit(request: HttpRequest) -> bool:
    return bool(rights.reach(request.actor, "place.add_feature"))


def layer_facts(request: HttpRequest, layer: Any) -> dict[str, Any]:
    """An officer's layer on its own map, ready to be drawn on."""
    if layer.state != layer.IN_USE:
        return {}
    own = seeing.of_own(layer)
    if own.dataset:
        try:
            return map_of(request, [own])
        except Refused:
            return {}
    found = map_of(request, [own])
    if may_edit(request):
        found["map"]["draw"] = f"/place/do/add_feature/?item={layer.pk}"
    return found


def export(request: HttpRequest, address: str, form: str) -> HttpResponse:
    """What is shown of a layer as a file: geojson, gpkg, shp.zip, fgb or csv."""
    seen = _seen(request, address)
    if form not in formats.TYPES or seen.layer.kind in SUMMED:
        raise Refused(NOT_FOUND)
    numbers = in_box(seen, request.GET.get("_box", ""))
    if len(numbers) > formats.MOST:
        raise Malformed(
            t(f"一次最多导出 {formats.MOST:,} 条，请先筛选", f"At most {formats.MOST:,} rows at a time: filter first"),
            field="_box",
        )
    columns = [name for name in seen.layer.columns if name in seen.index.columns]
    rows_ = seen.index.rows(numbers, columns)
    audit.write(request.actor, "place.export", None, {"layer": address, "rows": len(numbers), "form": form})
    name = address.replace(".", "_")
    if form == "csv":
        data = _csv(seen, numbers, rows_, columns)
    else:
        data = formats.write(form, name, tiling.outlines_or_points(seen.index, numbers), rows_)
    return HttpResponse(
        data, content_type=formats.TYPES[form], headers={"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    )


def _csv(seen: Seen, numbers: Any, rows_: list[dict[str, Any]], columns: list[str]) -> bytes:
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*columns, "longitude", "latitude"])
    lon, lat = grid.degrees(seen.index.x[numbers], seen.index.y[numbers]) if len(seen.index.x) else (np.zeros(0),) * 2
    for n, row in enumerate(rows_):
        writer.writerow(
            [*(_safe(v) for v in row.values()), *([f"{lon[n]:.7f}", f"{lat[n]:.7f}"] if len(lon) else ["", ""])]
        )
    return ("\ufeff" + out.getvalue()).encode()


def _safe(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula gets an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t" else value

"""The pages of places: the map, what a layer's tiles and lists say, the search for addresses."""

import gzip
import json
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any
from urllib.parse import urlencode

import numpy as np
import shapely
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from ludao.base import audit, rights
from ludao.base.datasets import Malformed
from ludao.base.errors import Refused
from ludao.base.text import t
from ludao.blocks.place import formats, geocoding, seeing, statics, summing, tiling
from ludao.blocks.place.declared import Layer
from ludao.blocks.place.engine import datum, grid
from ludao.blocks.place.mapping import RADII, map_of
from ludao.blocks.place.seeing import NOT_FOUND, Seen

MVT = "application/vnd.mapbox-vector-tile"
PAGE = 25
SUMMED = ("choropleth", "flows", "tracks")
NEAREST = 5
DISTANCE = t("距离（米）", "Distance (m)")


def home(request: HttpRequest) -> HttpResponse:
    """The map with whatever layers the person chooses; the first three are shown."""
    layers = seeing.every(request.actor)
    chosen = [a for a in request.GET.get("layers", "").split(",") if a] or [one.address for one in layers[:1]]
    found = map_of(request, layers, shown=chosen, is_search=True, asked=asked_of(request.GET))
    return render(request, "place/map.html", {"title": t("地图", "Map"), **found})


ASKED = ("_area", "_since", "_until", "_within", "_radius")  # what every layer understands
PICK = "f."  # before a column of the layer whose list is shown


def asked_of(given: Mapping[str, str]) -> dict[str, str]:
    """What a shared address of the map keeps it to."""
    named = {name.removeprefix(PICK): given[name] for name in given if name.startswith(PICK)}
    return {name: value[:8000] for name, value in {**named, **{n: given.get(n, "") for n in ASKED}}.items() if value}


def filters(request: HttpRequest, address: str) -> HttpResponse:
    """The controls that fit a layer: area, and the words of its own columns."""
    seen = _seen(request, address)
    return render(request, "place/_filters.html", {"filters": filters_of(request, seen, request.GET.dict())})


def filters_of(request: HttpRequest, seen: Seen, asked: Mapping[str, str]) -> dict[str, Any]:
    layer, area = seen.layer, asked.get("_area", "")
    columns = [name for name in layer.filters if name in seen.index.columns]
    return {
        "layer": layer,
        "area": area,
        "areas": _areas_to_choose(area),
        "since": asked.get("_since", ""),
        "choices": [
            {"name": name, "title": layer.title_of(name), "chosen": asked.get(name, ""),
             "words": summing.words_of(layer, seen.index, name)}
            for name in columns
        ],
    }


def _areas_to_choose(area: str) -> list[tuple[str, str]]:
    """All districts, and under the one that is chosen its streets."""
    names = summing.names()
    found = []
    for code in sorted(code for code in names if len(code) == 6):
        found.append((code, names[code]))
        if area[:6] == code:
            found += [(one, f"　{names[one]}") for one in sorted(names) if len(one) == 9 and one.startswith(code)]
    return found


def around(request: HttpRequest) -> HttpResponse:
    """What lies around a place or in an outline, layer by layer: how many, and the nearest; HTML or JSON."""
    asked = asked_of(request.GET)
    given = request.GET.get("at", "").strip()
    spots = _spots(given) if given else []
    if spots:
        asked["_within"] = f"POINT({spots[0].longitude} {spots[0].latitude})"
        asked.setdefault("_radius", "500")
    layers = [one for one in seeing.every(request.actor) if one.kind != "heat"]
    named = {a for part in request.GET.getlist("layers") for a in part.split(",") if a}
    chosen = [one for one in layers if one.address in named] or layers
    found = around_of(request, chosen, asked) if asked.get("_within") else None
    if "application/json" in request.headers.get("Accept", ""):
        return _json(found["data"] if found else {"layers": []})
    if request.headers.get("HX-Request"):
        return render(request, "place/_around.html", {"around": found})
    context = {
        "title": t("周边查询", "What is around"), "around": found, "at": given, "spots": spots, "layers": layers,
        "named": named, "radius": asked.get("_radius", "500"), "radii": RADII, "is_asked": bool(given),
    }
    return render(request, "place/around.html", context)


def _spots(words: str) -> list[geocoding.Found]:
    """A point as it is typed, or the places that words tell of."""
    numbers = words.replace("，", ",").split(",")
    if len(numbers) == 2 and all(part.strip().replace(".", "", 1).lstrip("-").isdigit() for part in numbers):
        longitude, latitude = _point(words)
        return [geocoding.Found(f"{longitude},{latitude}", "", "", longitude, latitude, "house", 0.0)]
    return geocoding.geocode(words)


def around_of(request: HttpRequest, layers: Sequence[Any], asked: Mapping[str, str]) -> dict[str, Any]:
    """Context for place/_around.html; `data` is the same for machines."""
    from ludao.blocks.place import ground, touching

    chosen = ground.read(asked.get("_within", ""), asked.get("_radius", ""))
    shared = {name: asked[name] for name in ASKED if asked.get(name)}
    rows_, told = [], []
    for layer in layers:
        if chosen is None:
            continue
        if layer.kind in SUMMED:
            found = touching.around(request.actor, layer, asked, chosen)
            rows_.append({"layer": layer, **found, "query": urlencode({"layers": layer.address}), "export": ""})
            told.append({"layer": layer.address, "title": layer.title, "count": found["count"],
                         "nearest": found["nearest"], "as_of": found["as_of"].isoformat()})
            continue
        seen = seeing.see(request.actor, layer, asked)
        numbers = chosen.nearest(seen.index, seen.numbers)[:NEAREST]
        far = chosen.metres(seen.index, numbers).tolist() if len(numbers) else []
        label = layer.label if layer.label in seen.index.columns else ""
        names = [row[label] for row in seen.index.rows(numbers, [label])] if label else [layer.title] * len(numbers)
        nearest = [{"name": str(name or layer.title), "metres": round(float(m), 1)}
                   for name, m in zip(names, far, strict=True)]
        count = len(seen.numbers)
        rows_.append({"layer": layer, "count": count, "nearest": nearest, "as_of": seen.index.as_of,
                      "query": urlencode({**shared, "layers": layer.address}), "export": urlencode(shared)})
        told.append({"layer": layer.address, "title": layer.title, "count": count, "nearest": nearest,
                     "as_of": seen.index.as_of.isoformat()})
    rows_.sort(key=lambda row: -row["count"])
    shape_ = json.loads(shapely.to_geojson(chosen.outline)) if chosen else None
    return {"rows": rows_, "shape": shape_, "radius": chosen.radius_m if chosen else 0,
            "data": {"within": chosen.text if chosen else "", "radius_m": chosen.radius_m if chosen else 0,
                     "outline": shape_, "layers": told}}


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
        "is_drawn": found.get("is_drawn", False),
        "placed": seen.index.placed,
        "given": seen.index.given,
    }


def named(layer: Layer, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with its areas by name, not by code."""
    places = {layer.place.get("area"), layer.scope.area if layer.scope else ""}
    return {k: summing.names().get(v, v) if k in places and v else v for k, v in row.items()}


def _rows(request: HttpRequest, seen: Seen, begin: int) -> dict[str, Any]:
    layer, box = seen.layer, request.GET.get("_box", "")
    numbers = in_box(seen, "" if seen.drawn else box)
    if seen.drawn:
        numbers = seen.drawn.nearest(seen.index, numbers)
    here = numbers[begin : begin + PAGE]
    far = seen.drawn.metres(seen.index, here) if seen.drawn and len(here) else None
    columns = [name for name in layer.columns if name in seen.index.columns] or seen.index.columns[:6]
    spots = list(zip(*grid.degrees(seen.index.x[here], seen.index.y[here]), strict=True)) if len(seen.index.x) else []
    rows_ = [
        {
            "number": int(number),
            "cells": [
                *((layer.title_of(k), v) for k, v in named(layer, row).items()),
                *([(DISTANCE, f"{far[n]:,.0f}")] if far is not None else []),
            ],
            "spot": f"{spots[n][0]:.6f},{spots[n][1]:.6f}" if spots else "",
        }
        for n, (number, row) in enumerate(zip(here, seen.index.rows(here, columns), strict=True))
    ]
    return {
        "heads": [*(layer.title_of(name) for name in columns), *([DISTANCE] if far is not None else [])],
        "rows": rows_,
        "total": len(numbers),
        "is_box": bool(box) and not seen.drawn,
        "is_drawn": bool(seen.drawn),
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
    facts = [{"title": layer.title_of(k), "value": v} for k, v in named(layer, values).items()]
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

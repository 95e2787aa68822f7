"""What a page needs to draw a map: its layers with their looks, their legends, and the list beside it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from ludao.base import clock
from ludao.base.text import from_pair, pick
from ludao.blocks.place import seeing, statics, summing
from ludao.blocks.place.declared import KINDS, Layer
from ludao.blocks.place.seeing import Seen

RADII = (200, 500, 1000, 2000, 5000)
CENTRE, ZOOM = (118.13, 24.62), 9.6
BOUNDS = (117.85, 24.39, 118.42, 24.92)


def map_of(
    request: HttpRequest,
    layers: Sequence[Layer],
    shown: Sequence[str] = (),
    *,
    is_search: bool = False,
    is_quiet: bool = False,
    asked: dict[str, str] | None = None,
    stands: Mapping[str, datetime] | None = None,
    bounds: tuple[float, float, float, float] | None = None,
) -> dict[str, Any]:
    """Context for `{% include "place/_map.html" %}`. `shown`: the layers that are on at first, the first of them with
    its list. `is_quiet`: on a wall, without the controls. `stands`: of which moment layers are, by address.
    `bounds`: what it opens on, the whole city unless said otherwise."""
    on = sorted((one for one in layers if one.address in shown), key=lambda one: list(shown).index(one.address))
    on = on or list(layers[:1])
    first = on[0] if on else None
    seen = seeing.see(request.actor, first, asked or {}) if first else None
    said = [_said(layer, layer in on, (stands or {}).get(layer.address)) for layer in layers]
    config = {
        "bounds": bounds or BOUNDS,
        "layers": [one["config"] for one in said],
        "base": _base(),
        "quiet": is_quiet,
        "first": first.address if first else "",
        "asked": {name: value for name, value in (asked or {}).items() if name.startswith("_")},
        "own": {name: value for name, value in (asked or {}).items() if not name.startswith("_")},
        "words": {
            "count": pick("条", "rows"),
            "loading": pick("正在载入", "Loading"),
            "failed": pick("地图没有载入", "The map did not load"),
            "map": pick("地图", "Map"),
            "none": pick("无数据", "No data"),
            "as_of": pick("截至", "as of"),
            "one": pick("一处", "one"),
            "together": pick("几处相近，数字是个数", "several close by, with their number"),
            "few": pick("少", "few"),
            "many": pick("多", "many"),
            "low": pick("低", "low"),
            "high": pick("高", "high"),
            "wide": pick("越宽越多", "the wider, the more"),
            "draw": pick("点击地图选点；画面时双击结束", "Click the map; an outline ends with a double click"),
        },
        "language": pick("zh", "en"),
    }
    from ludao.blocks.place.views import around_of, filters_of, rows_of

    return {
        "map": {
            "config": config,
            "layers": said,
            "first": first,
            "is_search": is_search,
            "is_quiet": is_quiet,
            "list": rows_of(request, seen) if seen and not is_quiet else None,
            "filters": filters_of(request, seen, asked or {}) if seen and not is_quiet else None,
            "around": around_of(request, on, asked or {}) if (asked or {}).get("_within") else None,
            "radii": RADII,
            "time": {"until": (asked or {}).get("_until", ""), "first": f"{clock.today().year - 10}-01-01",
                     "name": "_until"},
        },
        "as_of": seen.index.as_of if seen else None,
    }


def _base() -> str:
    path = statics.path_of(statics.BASE)
    return f"/place/static/{statics.BASE}.pmtiles?v={path.stat().st_mtime_ns:x}" if path.exists() else ""


def _said(layer: Layer, is_on: bool, as_of: datetime | None) -> dict[str, Any]:
    config = {
        "address": layer.address,
        "title": layer.title,
        "kind": layer.kind,
        "tone": layer.tone,
        "on": is_on,
        "tiles": f"/place/tiles/{layer.address}/{{z}}/{{x}}/{{y}}.mvt",
        "figures": f"/place/figures/{layer.address}/",
        "rows": f"/place/rows/{layer.address}/",
        "one": f"/place/one/{layer.address}/",
        "level": layer.level,
        "label": layer.label,
        "tint": layer.tint,
        "unit": summing.unit(layer.value),
        "at": layer.at,
        "height": layer.height,
        "as_of": f"{as_of.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}" if as_of else "",
        "measure": str(from_pair(dict(layer.value["title"]))) if layer.value.get("title") else "",
    }
    return {
        "layer": layer,
        "config": config,
        "is_on": is_on,
        "kind": KINDS[layer.kind],
        "note": from_pair(dict(layer.note)) if layer.note else "",
    }


def tints(seen: Seen, most: int = 6) -> list[str]:
    """The words that colour a layer, the most frequent first."""
    layer = seen.layer
    return [row["word"] for row in summing.by_word(seen, layer.tint, most)] if layer.tint else []

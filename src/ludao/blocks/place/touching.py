"""What of areas, flows and tracks lies on ground that somebody chose: none has a single place to be counted."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import shapely

from ludao.base.actor import Actor
from ludao.base.text import pick
from ludao.blocks.place import geocoding, registers, seeing, summing
from ludao.blocks.place.declared import Layer
from ludao.blocks.place.ground import Ground

MOST = 5


def around(actor: Actor, layer: Layer, asked: Mapping[str, str], chosen: Ground) -> dict[str, Any]:
    """{count, nearest [{name, said, metres}], as_of}: the areas that the ground touches, each with its value and the
    share of it that lies inside; the flows that begin or end in them; the tracks that pass."""
    if layer.kind == "tracks":
        return _tracks(actor, layer, asked)
    whole = {name: value for name, value in asked.items() if name not in ("_within", "_radius")}
    seen = seeing.see(actor, layer, whole)
    shares = _touched(chosen, layer.level)
    found = _areas(seen, shares) if layer.kind == "choropleth" else _flows(seen, shares)
    return {"count": len(found), "nearest": found[:MOST], "as_of": seen.index.as_of}


def _touched(chosen: Ground, level: str) -> dict[str, float]:
    """Areas by code, with how much of each lies on the ground, the most covered first."""
    areas = geocoding.areas(level)
    numbers = areas.tree.query(chosen.outline, predicate="intersects")
    outlines = areas.outlines[numbers]
    inside = shapely.area(shapely.intersection(outlines, chosen.outline)) / shapely.area(outlines)
    pairs = zip(areas.codes[numbers].tolist(), inside.tolist(), strict=True)
    return dict(sorted(pairs, key=lambda pair: -pair[1]))


def _areas(seen: seeing.Seen, shares: Mapping[str, float]) -> list[dict[str, Any]]:
    values = {row["code"]: row["value"] for row in summing.by_area(seen)}
    return [_said(registers.names().get(code, code), _number(seen.layer, values[code]), share)
            for code, share in shares.items() if code in values]


def _said(name: str, value: str, share: float) -> dict[str, Any]:
    inside = pick(f"{share:.0%} 在范围内", f"{share:.0%} of it inside")
    return {"name": name, "said": f"{value} · {inside}", "metres": 0.0}


def _flows(seen: seeing.Seen, shares: Mapping[str, float]) -> list[dict[str, Any]]:
    names = registers.names()
    rows = [row for row in summing.flows(seen) if row["source"] in shares or row["target"] in shares]
    return [{"name": f"{names.get(row['source'], row['source'])} → {names.get(row['target'], row['target'])}",
             "said": _number(seen.layer, row["value"]), "metres": 0.0} for row in rows]


def _tracks(actor: Actor, layer: Layer, asked: Mapping[str, str]) -> dict[str, Any]:
    seen = seeing.see(actor, layer, asked)
    names = seen.index.table.column(layer.id).take(pa.array(seen.numbers, pa.int64()))
    passing = pc.unique(names).to_pylist()
    nearest = [{"name": str(name), "said": pick("经过", "passes"), "metres": 0.0} for name in passing[:MOST]]
    return {"count": len(passing), "nearest": nearest, "as_of": seen.index.as_of}


def _number(layer: Layer, value: Any) -> str:
    text = f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"
    return f"{text} {summing.unit(layer.value)}".strip()

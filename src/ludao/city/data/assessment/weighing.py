"""How a department's month becomes points: each part against the best or as a share, by the declared weights. Pure."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

WEIGHTS = Path(__file__).parent / "content" / "weights.toml"
Facts = Mapping[str, float]


@cache
def dimensions() -> dict[str, Any]:
    return dict(tomllib.loads(WEIGHTS.read_text("utf-8"))["dimensions"])


@dataclass(frozen=True)
class Part:
    """One figure, what it was measured against, and the points (of 100 of its dimension) it brought."""

    name: str
    value: float
    best: float
    points: float
    weight: float


def weigh(every: Mapping[str, Facts]) -> dict[str, dict[str, list[Part]]]:
    """Organisation → dimension → its parts. Facts by part's name; a share is between 0 and 100."""
    names = [part for dimension in dimensions().values() for part in dimension["parts"]]
    best = {name: max((facts[name] for facts in every.values()), default=0) for name in names}
    return {code: {name: [_part(p, said, facts[p], best[p]) for p, said in dimension["parts"].items()]
                   for name, dimension in dimensions().items()} for code, facts in every.items()}


def _part(name: str, said: Mapping[str, Any], value: float, best: float) -> Part:
    reached = value / 100 if said["against"] == "share" else math.log1p(value) / math.log1p(best) if best else 0
    return Part(name, value, 100 if said["against"] == "share" else best, round(said["weight"] * reached, 2),
                said["weight"])


def total(parts: Mapping[str, list[Part]]) -> float:
    """Of 100: each dimension's points by its weight."""
    return round(sum(dimensions()[name]["weight"] * points(found) / 100 for name, found in parts.items()), 2)


def points(parts: list[Part]) -> float:
    """Of 100, within one dimension."""
    return round(100 * sum(p.points for p in parts) / sum(p.weight for p in parts), 2)

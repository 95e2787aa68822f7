"""Where people live and work: the city's real communities, weighted as the census counts its districts."""

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

import ludao.blocks.identity
from ludao.demo.population.seeds import Chance, chance, pick

AREAS = Path(next(iter(ludao.blocks.identity.__path__))) / "content" / "areas.csv"
# Residents by the census of 2020.
CENSUS = {"350203": 1_073_315, "350205": 582_519, "350206": 1_036_974, "350211": 1_036_987, "350212": 855_920,
          "350213": 578_255}
ROADS = tomllib.loads((Path(__file__).parent / "content" / "roads.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Communities:
    """The city's communities and villages; `share` of the people who live in each."""

    codes: pa.Array
    names: pa.Array
    streets: pa.Array
    districts: pa.Array
    district: np.ndarray  # the last two digits of the district's code
    share: np.ndarray
    roads: np.ndarray  # indexes of six roads near each
    road_names: pa.Array

    def __len__(self) -> int:
        return len(self.codes)


@cache
def communities() -> Communities:
    rows = list(csv.DictReader(AREAS.open(encoding="utf-8")))
    names = {row["code"]: row["name"] for row in rows}
    codes = [row["code"] for row in rows if row["level"] == "community"]
    rng = chance(0, "places")
    road_names: list[str] = []
    near: dict[str, range] = {}
    for district, roads in ROADS.items():
        near[district] = range(len(road_names), len(road_names) + len(roads.split()))
        road_names += roads.split()
    return Communities(
        codes=pa.array(codes), names=pa.array([names[code] for code in codes]),
        streets=pa.array([names[code[:9]] for code in codes]),
        districts=pa.array([names[code[:6]] for code in codes]),
        district=np.array([int(code[4:6]) for code in codes]), share=_shares(codes, names, rng),
        roads=np.array([rng.choice(near[code[:6]], 6, replace=False) for code in codes]),
        road_names=pa.array(road_names),
    )


def _shares(codes: list[str], names: dict[str, str], rng: Chance) -> np.ndarray:
    """A district's people over its communities: towns denser than villages, farms nearly empty."""
    weight = rng.lognormal(0, 0.5, len(codes))
    for number, code in enumerate(codes):
        weight[number] *= 0.4 if "村" in names[code] else 1
        weight[number] *= 0.05 if code[6] == "4" else 1
    for district, people in CENSUS.items():
        of = [number for number, code in enumerate(codes) if code.startswith(district)]
        weight[of] *= people / weight[of].sum()
    return weight / weight.sum()


def settle(rng: Chance, size: int) -> np.ndarray:
    """Communities drawn as people live: indexes into `communities()`."""
    return pick(rng, communities().share, size)


def addresses(rng: Chance, community: np.ndarray, work: bool = False) -> pa.Array:
    """厦门市思明区莲前街道前埔中路123号402室: a road of the district, an invented number."""
    places, size = communities(), len(community)
    road = places.roads[community, pick(rng, np.array([5, 4, 3, 2, 1, 1]), size)]
    number = rng.integers(1, 400, size)
    floor, door = rng.integers(1, 19 if work else 13, size), rng.integers(1, 12 if work else 5, size)
    return pc.binary_join_element_wise(
        "厦门市", places.districts.take(pa.array(community)), places.streets.take(pa.array(community)),
        places.road_names.take(pa.array(road)), pc.cast(pa.array(number), pa.utf8()), "号",
        pc.cast(pa.array(floor * 100 + door), pa.utf8()), "室", "",
    )

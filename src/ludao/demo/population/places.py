"""Where people live and work: the city's real communities, weighted as the census counts its districts."""

import csv
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
ROADS = {
    "350203": "湖滨南路 湖滨北路 厦禾路 中山路 思明南路 思明北路 莲前西路 莲前东路 嘉禾路 文园路 白鹭洲路 环岛南路 前埔中路 前埔北路 "
              "台东路 吕岭路 金尚路 莲花南路 仙岳路 禾祥西路 禾祥东路 大学路 民族路 鹭江道 体育路 育秀路 洪文路 会展路 观音山路 曾厝垵北路",
    "350205": "沧林路 滨湖北路 滨湖西路 海沧大道 马青路 翁角路 新阳路 霞阳路 阳光路 兴港路 钟林路 滨湖东路 嵩屿南路 东孚西路 孚莲路 "
              "凤山路 洪塘路 鼎山路 后祥路 建港路",
    "350206": "湖里大道 兴隆路 华昌路 金湖路 枋湖东路 枋湖北路 高殿路 嘉禾路 吕岭路 金山路 云顶北路 环岛东路 五缘湾道 县后路 安岭路 "
              "岐山北路 华泰路 南山路 悦华路 祥店路 钟宅路 墩上路 环岛干道 泗水道",
    "350211": "集源路 石鼓路 乐海路 银江路 杏林湾路 杏东路 杏前路 珩山街 日东路 灌口大道 灌南路 后溪北路 天马路 岩内路 同集南路 孙坂路 "
              "滨水路 诚毅大街 集美大道 盛光路 理工路 锦园路",
    "350212": "同集路 环城东路 环城西路 银湖路 南门路 中山路 新民大道 祥平路 西柯大道 滨海西大道 美溪道 集安路 同新路 莲花大道 洪新路 "
              "凤山路 汀溪路 五显路 榜山路 朝元路",
    "350213": "马巷镇街 舫山南路 翔安南路 翔安西路 新店路 祥福路 祥吴路 洪钟大道 巷南路 内厝路 新圩路 大嶝北路 城场路 民安大道 新兴街 "
              "春江里路 火炬路 翔安北路 郭山路 沙美路",
}


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

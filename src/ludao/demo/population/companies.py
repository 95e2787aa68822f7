"""The city's companies and sole traders: trade, size, capital, age, home, and how they fare."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ludao.demo.population import industries, numbers, places
from ludao.demo.population.seeds import Chance, chance, falling, pick

ENTERPRISES = 800_000  # at scale 1
KINDS = ("有限责任公司", "股份有限公司", "外商投资企业", "个人独资企业", "农民专业合作社", "个体工商户")
SHARES = np.array([0.47, 0.01, 0.02, 0.03, 0.01, 0.46])
LIMITED, STOCK, FOREIGN, SOLE, COOPERATIVE, TRADER = range(6)
STATUSES = ("存续", "注销", "吊销", "迁出")
ENDINGS = ("有限公司", "股份有限公司", "（中国）有限公司", "工作室", "专业合作社", "店")
_MARKS = ("鹭海厦金嘉盛泰恒鑫隆瑞华信达宏源顺丰茂兴安和润福祥美佳创联智云天诚远东方新世纪洋旭腾飞"
          "科博雅优品尚万众合力中闽台")


@dataclass
class Companies:
    """One entry a company, all in the same order; days are numpy days, money is fen."""

    codes: pa.Array
    names: pa.Array
    kind: np.ndarray
    trade: np.ndarray
    capital: np.ndarray
    founded: np.ndarray
    status: np.ndarray
    community: np.ndarray
    addresses: pa.Array
    phones: pa.Array
    employees: np.ndarray
    revenue: np.ndarray  # fen, of a usual year
    is_science: np.ndarray
    ended: np.ndarray  # NaT while it exists
    legal: np.ndarray  # who represents it: an index of its own part of the city, set when people are there

    def __len__(self) -> int:
        return len(self.codes)


def found(seed: int, scale: float, as_of: np.datetime64, workers: float) -> Companies:
    """All companies of the city; `workers` is how many people they employ together."""
    rng, size = chance(seed, "companies"), max(20, round(ENTERPRISES * scale))
    kind = pick(rng, SHARES, size)
    sold, made = (pick(rng, industries.shares(traders), size) for traders in (True, False))
    trade = np.where(kind == TRADER, sold, made)
    founded = _founded(rng, size, as_of)
    status, ended = _fate(rng, kind, founded, as_of)
    employees = _employees(rng, kind, trade, status, workers)
    community = places.settle(rng, size)
    home = places.communities().district[community]
    return Companies(
        codes=numbers.credit_codes(np.select([kind == TRADER, kind == COOPERATIVE], [2, 3], 1), home,
                                   np.arange(1, size + 1)),
        names=_names(rng, kind, trade, community), kind=kind, trade=trade,
        capital=_capital(rng, kind, employees), founded=founded, status=status, community=community,
        addresses=places.addresses(rng, community, work=True),
        phones=numbers.mobiles(90_000_000 + np.arange(size)), employees=employees,
        revenue=_revenue(rng, trade, employees),
        is_science=industries.IS_SCIENCE[trade] & (kind < SOLE) & (rng.random(size) < 0.35) & (status == 0),
        ended=ended, legal=np.zeros(size, np.int64),
    )


def _founded(rng: Chance, size: int, as_of: np.datetime64) -> np.ndarray:
    """Half are younger than six years; the oldest opened with the special zone."""
    years = rng.exponential(8, size).clip(0, (as_of - np.datetime64("1981-01-01")).astype(int) / 365.25)
    return as_of - (years * 365.25).astype("m8[D]") - np.timedelta64(1, "D")


def _fate(rng: Chance, kind: np.ndarray, founded: np.ndarray, as_of: np.datetime64) -> tuple[np.ndarray, np.ndarray]:
    age = (as_of - founded).astype(np.int64)
    gone = rng.random(len(kind)) < np.where(kind == TRADER, 0.28, 0.20) * (1 - np.exp(-age / 1500))
    status = np.where(gone, 1 + pick(rng, np.array([0.8, 0.15, 0.05]), len(kind)), 0)
    ended = founded + (age * rng.uniform(0.3, 1, len(kind))).astype("m8[D]")
    return status, np.where(gone, ended, np.datetime64("NaT"))


def _employees(
    rng: Chance, kind: np.ndarray, trade: np.ndarray, status: np.ndarray, workers: float
) -> np.ndarray:
    """Log-normal round the trade's usual size, brought to the number of people who work."""
    companies = industries.SIZES[trade] * rng.lognormal(-0.6, 1.1, len(kind))
    raw = np.where(kind == TRADER, rng.geometric(0.45, len(kind)), companies * np.where(kind == STOCK, 4, 1))
    raw = np.where(status == 0, raw, 0)
    return np.maximum(np.round(raw * workers / max(1, raw.sum())), status == 0).astype(np.int64)


def _capital(rng: Chance, kind: np.ndarray, employees: np.ndarray) -> np.ndarray:
    """The round sums that people register, in fen; larger with the company, and often 1 million by habit."""
    usual = np.array([1, 3, 5, 10, 20, 50, 100, 100, 100, 200, 300, 500, 500, 1000, 1000, 2000, 5000, 10_000])
    level = rng.normal(7, 3, len(kind)) + np.log1p(employees) - 1
    million = usual[np.clip(np.round(level), 0, len(usual) - 1).astype(int)]
    small = usual[rng.integers(0, 6, len(kind))]
    return np.where(kind == TRADER, small, million * np.where(kind == STOCK, 10, 1)) * 10_000 * 100


def _revenue(rng: Chance, trade: np.ndarray, employees: np.ndarray) -> np.ndarray:
    yearly = np.maximum(employees, 1) * industries.MARGINS[trade] * rng.lognormal(-0.2, 0.7, len(trade))
    return (yearly * 10_000).astype(np.int64) * 100


def _names(rng: Chance, kind: np.ndarray, trade: np.ndarray, community: np.ndarray) -> pa.Array:
    """厦门鹭海信达茶业有限公司; a trader's shop is named with its district."""
    marks, size = np.array(list(_MARKS)), len(kind)
    shares = falling(len(marks), 0.3)
    letters = [marks[pick(rng, shares, size)] for _ in range(4)]
    four, three = rng.random(size) < 0.3, rng.random(size) < 0.4
    letters[3] = np.where(four, letters[3], "")
    letters[2] = np.where(four | three, letters[2], "")
    first, last = np.char.add(letters[0], letters[1]), np.char.add(letters[2], letters[3])
    mark = pa.array(np.char.add(first, last).astype(object), pa.utf8())
    district = places.communities().districts.take(pa.array(community))
    return pc.binary_join_element_wise(
        "厦门市", pc.if_else(pa.array(kind >= SOLE), district, ""), mark,
        pa.array(industries.WORDS).take(pa.array(trade)), pa.array(ENDINGS).take(pa.array(kind)), "",
    )

"""The city's people in their households: who lives with whom, how old, where, and what their lives are like."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ludao.demo.population import names as naming
from ludao.demo.population import numbers, places
from ludao.demo.population.seeds import Chance, pick

HEAD, SPOUSE, CHILD, PARENT = range(4)
RELATIONS = ("户主", "配偶", "子女", "父母")
ETHNICITIES = ("汉族", "畲族", "土家族", "苗族", "回族", "壮族", "高山族", "满族")
NOBODY = -1
DAY = np.timedelta64(1, "D")
_SLOTS = 7  # head, spouse, three children, two parents


@dataclass
class People:
    """One entry a person, all in the same order; people are named by their index, NOBODY where there is none."""

    household: np.ndarray
    role: np.ndarray
    born: np.ndarray
    is_male: np.ndarray
    is_local: np.ndarray  # registered here; the others hold residence permits
    is_alive: np.ndarray
    died: np.ndarray
    community: np.ndarray
    mother: np.ndarray
    father: np.ndarray
    spouse: np.ndarray
    head: np.ndarray
    came: np.ndarray  # since when the city knows this person
    ethnicity: np.ndarray
    ids: pa.Array
    names: pa.Array
    phones: pa.Array
    old_phones: pa.Array
    addresses: pa.Array
    old_addresses: pa.Array

    def __len__(self) -> int:
        return len(self.household)

    def age(self, as_of: np.datetime64) -> np.ndarray:
        return ((as_of - self.born).astype(np.int64) / 365.2425).astype(np.int64)


def settle(rng: Chance, size: int, first: int, window: int, windows: int, as_of: np.datetime64) -> People:
    """`size` people of one part of the city. `first` numbers them within it; `window` of `windows` keeps ids apart."""
    ages, there, male, local = _households(rng, size)
    who, slot = np.nonzero(there)
    born = as_of - (ages[who, slot] * 365.2425).astype("m8[D]")
    index = np.full(there.shape, NOBODY)
    index[who, slot] = np.arange(len(who))
    role = np.array([HEAD, SPOUSE, CHILD, CHILD, CHILD, PARENT, PARENT])[slot]
    is_male, is_local = male[who, slot], local[who]
    mother, father = _parents(index, male, who, slot)
    homes = places.settle(rng, len(there))
    alive, died = _deaths(rng, as_of, born, role)
    names = _names(rng, index, who, slot, mother, father, born, is_male, is_local)
    district = places.communities().district[homes[who]]
    home = np.where(is_local | ((as_of - born).astype(int) < 3000), district, rng.integers(40, 99, len(who)))
    home, sequence = numbers.free_sequences(home, born, is_male, window, windows)
    serial = first + np.arange(len(who))
    addresses, former = (places.addresses(rng, place).take(pa.array(who)) for place in (homes, _moved(rng, homes)))
    return People(
        household=who, role=role, born=born, is_male=is_male, is_local=is_local, is_alive=alive, died=died,
        community=homes[who], mother=mother, father=father, head=index[who, 0],
        spouse=np.select([slot == 0, slot == 1], [index[who, 1], index[who, 0]], NOBODY),
        came=_came(rng, as_of, born, is_local), ethnicity=pick(rng, np.array([965, 9, 6, 5, 4, 4, 3, 4]), len(who)),
        ids=numbers.resident_ids(home, born, sequence), names=names, phones=numbers.mobiles(serial * 2),
        old_phones=numbers.mobiles(serial * 2 + 1), addresses=addresses, old_addresses=former,
    )


def _households(rng: Chance, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Ages, presence and sex by household and place in it; cut where the number of people is reached.

    Aimed at the census of 2020: 17.1 % under 15, 9.6 % from 60 on, 2.6 people a household, 45 % from elsewhere.
    """
    n = size // 2 + 8
    local = rng.random(n) < 0.5
    ages = np.zeros((n, _SLOTS))
    old = rng.random(n) < 0.16
    settled = np.where(old, rng.normal(69, 8, n), rng.normal(42, 11, n))
    ages[:, 0] = np.where(local, settled, 19 + rng.gamma(3.2, 5.2, n))
    ages[:, 0] = ages[:, 0].clip(18.2, 99)
    head = ages[:, 0]
    male = np.zeros((n, _SLOTS), bool)
    male[:, 2:5] = rng.random((n, 3)) < 0.52
    male[:, 5], male[:, 6] = True, False
    there = np.zeros((n, _SLOTS), bool)
    there[:, 0] = True
    there[:, 1] = rng.random(n) < np.interp(head, [20, 25, 32, 45, 65, 80, 95], [0, 0.3, 0.78, 0.86, 0.8, 0.5, 0.1]) * \
        np.where(local, 1, 0.72)
    male[:, 0] = rng.random(n) < np.where(there[:, 1], 0.72, 0.53)
    male[:, 1] = ~male[:, 0]
    ages[:, 1] = (head - np.where(male[:, 0], 1, -1) * rng.normal(2, 2.5, n)).clip(18.1, 99)
    woman = np.where(male[:, 0], ages[:, 1], head)
    eldest = rng.normal(26.5, 3.6, n).clip(18, 38)
    has = there[:, 1] | (rng.random(n) < 0.12)
    for slot, chance_of in ((2, 0.93), (3, 0.60), (4, 0.16)):
        ages[:, slot] = woman - eldest - (slot - 2) * rng.uniform(1.6, 5, n)
        home = np.interp(ages[:, slot], [0, 16, 19, 24, 30], [1, 1, 0.6, 0.35, 0.04]) * np.where(local, 1, 0.7)
        there[:, slot] = has & (ages[:, slot] > 0.01) & (rng.random(n) < chance_of * home)
        has &= there[:, slot]
    for slot, chance_of in ((5, 0.5), (6, 0.8)):
        ages[:, slot] = (head + rng.normal(27 if slot == 5 else 25, 3, n).clip(19, 40)).clip(0, 102)
        there[:, slot] = (rng.random(n) < chance_of) & (head > 24) & (head < 60)
    asked = rng.random(n) < np.where(local, 0.13, 0.03)
    there[:, 5:] &= asked[:, None]
    keep = np.cumsum(there.sum(axis=1)) <= size
    rest = size - int(there[keep].sum())
    there = np.vstack([there[keep], np.eye(1, _SLOTS, dtype=bool).repeat(rest, 0)])
    kept = int(keep.sum())
    return ages[: kept + rest], there, male[: kept + rest], local[: kept + rest]


def _parents(index: np.ndarray, male: np.ndarray, who: np.ndarray, slot: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A child's are head and spouse, a head's those who live with him."""
    is_child, is_head = (slot >= 2) & (slot <= 4), slot == 0
    head_male = male[who, 0]
    mother = np.select([is_child & head_male, is_child, is_head], [index[who, 1], index[who, 0], index[who, 6]], NOBODY)
    father = np.select([is_child & head_male, is_child, is_head], [index[who, 0], index[who, 1], index[who, 5]], NOBODY)
    return mother, father


def _names(
    rng: Chance, index: np.ndarray, who: np.ndarray, slot: np.ndarray, mother: np.ndarray, father: np.ndarray,
    born: np.ndarray, is_male: np.ndarray, is_local: np.ndarray,
) -> pa.Array:
    """Children bear the father's surname, one in twenty the mother's; so does the head whose father lives there."""
    surname = naming.surnames(rng, is_local)
    fathers = slot == 5
    surname[fathers] = surname[index[who[fathers], 0]]
    bearer = np.where((father == NOBODY) | (rng.random(len(who)) < 0.05), mother, father)
    children = (slot >= 2) & (slot <= 4) & (bearer != NOBODY)
    surname[children] = surname[bearer[children]]
    given = naming.given_names(rng, born.astype("M8[Y]").astype(np.int64) + 1970, is_male)
    return pc.binary_join_element_wise(pa.array(naming.SURNAMES).take(pa.array(surname)), given, "")


def _deaths(rng: Chance, as_of: np.datetime64, born: np.ndarray, role: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Some of the old died lately, and departments have not all heard of it."""
    age = (as_of - born).astype(np.int64) / 365.2425
    dead = (rng.random(len(born)) < np.interp(age, [60, 75, 90, 105], [0.002, 0.03, 0.15, 0.5])) & (role != HEAD)
    died = as_of - rng.integers(5, 1100, len(born)) * DAY
    return ~dead, np.where(dead, died, np.datetime64("NaT"))


def _came(rng: Chance, as_of: np.datetime64, born: np.ndarray, is_local: np.ndarray) -> np.ndarray:
    """By birth, or by moving here as an adult."""
    years = np.where(is_local, rng.exponential(14, len(born)), rng.exponential(4, len(born)))
    moved = as_of - (years * 365.25).astype("m8[D]") - rng.integers(1, 30, len(born)) * DAY
    born_here = is_local & (rng.random(len(born)) < 0.6)
    return np.where(born_here, born + rng.integers(3, 40, len(born)) * DAY, np.maximum(moved, born + 40 * DAY)).clip(
        max=as_of - DAY)


def _moved(rng: Chance, homes: np.ndarray) -> np.ndarray:
    """Where the household lived before: elsewhere in the city."""
    return np.where(rng.random(len(homes)) < 0.3, homes, places.settle(rng, len(homes)))


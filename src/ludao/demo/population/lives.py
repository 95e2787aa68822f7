"""What the city's people do: who learns, works, drives, owns, rents, is helped, is old or ill, and who is in debt."""

from dataclasses import dataclass

import numpy as np

from ludao.demo.population import companies as trading
from ludao.demo.population import industries
from ludao.demo.population.companies import Companies
from ludao.demo.population.people import DAY, HEAD, NOBODY, SPOUSE, People
from ludao.demo.population.seeds import Chance, pick

NO, OWNS, RENTS, PUBLIC = range(4)
AID_KINDS = ("低保", "特困", "低保边缘")
DISABILITIES = ("肢体", "视力", "听力", "言语", "智力", "精神", "多重")
PRIMARY, MIDDLE, HIGH = 1, 2, 3


@dataclass
class Lives:
    """One entry a person, in the order of `People`; a date that does not apply is NaT, a company that is none -1."""

    works: np.ndarray
    employer: np.ndarray  # an index of the city's companies; NOBODY for the freelance
    hired: np.ndarray
    salary: np.ndarray  # yuan a month
    unemployed: np.ndarray  # since when
    retired: np.ndarray
    stage: np.ndarray
    married: np.ndarray  # registered here on this day; said of both
    divorced: np.ndarray
    former: np.ndarray  # from whom
    housing: np.ndarray
    owned_since: np.ndarray  # the household's home, in the name of its head
    second_home: np.ndarray
    drives: np.ndarray  # first licence
    cars: np.ndarray
    disability: np.ndarray  # level, 0 for none
    aid: np.ndarray  # 1 + index of AID_KINDS, 0 for none
    debtor: np.ndarray
    fund: np.ndarray
    insured: np.ndarray
    born_here: np.ndarray


def lead(rng: Chance, people: People, companies: Companies, as_of: np.datetime64) -> Lives:
    age, n = people.age(as_of), len(people)
    adult, alive = age >= 18, people.is_alive
    works = alive & (age >= 19) & (age < 60) & (rng.random(n) < np.where(people.is_male, 0.84, 0.76))
    employer = np.where(works & (rng.random(n) < 0.9), _employers(rng, companies, n), NOBODY)
    hired = _since(rng, as_of, people, 19, 5)
    hired = np.where(employer != NOBODY, np.maximum(hired, companies.founded[employer] + 10 * DAY), hired)
    hired = np.minimum(hired, as_of - 40 * DAY)
    idle = alive & ~works & (age >= 20) & (age < 58) & (rng.random(n) < 0.18)
    married, divorced, former = _marriages(rng, people, as_of)
    housing, owned_since = _homes(rng, people, age, as_of)
    drives = alive & adult & (age < 72) & (rng.random(n) < np.where(people.is_male, 0.62, 0.4))
    first = _since(rng, as_of, people, 18, 9)
    stage = np.select([(age >= 6) & (age < 12), (age >= 12) & (age < 15), (age >= 15) & (age < 18)],
                      [PRIMARY, MIDDLE, HIGH], 0)
    disability = (rng.random(n) < np.interp(age, [0, 30, 60, 90], [0.004, 0.008, 0.025, 0.09])) * rng.integers(1, 5, n)
    salary = _salaries(rng, companies, employer, works)
    return Lives(
        works=works, employer=employer, hired=hired, salary=salary,
        unemployed=np.where(idle, as_of - rng.integers(20, 700, n) * DAY, np.datetime64("NaT")),
        retired=alive & (age >= np.where(people.is_male, 60, 55)) & ~works & (rng.random(n) < 0.8),
        stage=np.where(rng.random(n) < 0.95, stage, 0), married=married, divorced=divorced, former=former,
        housing=housing, owned_since=owned_since,
        second_home=(housing == OWNS) & (people.role == HEAD) & (rng.random(n) < 0.09),
        drives=np.where(drives, first, np.datetime64("NaT")),
        cars=drives & (rng.random(n) < 0.55) & (rng.random(n) < np.where(people.is_local, 1, 0.75)),
        disability=disability, aid=_aid(rng, people, works, disability, alive),
        debtor=adult & (age < 70) & (rng.random(n) < 0.004), born_here=people.is_local & (rng.random(n) < 0.97),
        fund=works & (employer != NOBODY) & (companies.kind[employer] < trading.SOLE) & (rng.random(n) < 0.7),
        insured=alive & (rng.random(n) < 0.97),
    )


def _since(rng: Chance, as_of: np.datetime64, people: People, from_age: int, years: float) -> np.ndarray:
    """A day in the last years, but not before an age."""
    earliest = people.born + np.int64(from_age * 365.2425 + 30).astype("m8[D]")
    day = as_of - (rng.exponential(years, len(people)) * 365.25 + 1).astype("m8[D]")
    return np.minimum(np.maximum(day, earliest), as_of - DAY)


def _employers(rng: Chance, companies: Companies, n: int) -> np.ndarray:
    return pick(rng, companies.employees.astype(float), n)


def _salaries(rng: Chance, companies: Companies, employer: np.ndarray, works: np.ndarray) -> np.ndarray:
    """Log-normal round 7,500 yuan; what brings more revenue an employee pays more."""
    margin = np.where(employer == NOBODY, 25, industries.MARGINS[companies.trade[employer]])
    pay = 7000 * (margin / 50) ** 0.18 * rng.lognormal(0, 0.45, len(works))
    return np.where(works, (pay.clip(2100, 120_000) / 50).round() * 50, 0).astype(np.int64)


def _marriages(
    rng: Chance, people: People, as_of: np.datetime64
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Couples who registered here, and the separated: heads with children but no spouse, in pairs."""
    n, coupled = len(people), people.role == SPOUSE
    nat = np.full(n, np.datetime64("NaT", "D"))
    married, divorced, former = nat.copy(), nat.copy(), np.full(n, NOBODY)
    one = np.flatnonzero(coupled & (rng.random(n) < np.where(people.is_local, 0.85, 0.3)))
    two = people.spouse[one]
    ready = np.maximum(people.born[one], people.born[two]) + 22 * 366 * DAY
    wedding = np.minimum(ready + rng.integers(1, 2500, len(one)) * DAY, as_of - rng.integers(3, 900, len(one)) * DAY)
    legal = wedding > ready
    married[one[legal]] = married[two[legal]] = wedding[legal]
    single = (people.role == HEAD) & (people.spouse == NOBODY) & (people.age(as_of) > 27) & (people.age(as_of) < 65)
    parted = single & (rng.random(n) < 0.4)
    men, women = np.flatnonzero(parted & people.is_male), np.flatnonzero(parted & ~people.is_male)
    pairs = min(len(men), len(women))
    men, women = men[np.argsort(people.born[men])][:pairs], women[np.argsort(people.born[women])][:pairs]
    wed = np.maximum(people.born[men], people.born[women]) + (22 * 366 + rng.integers(1, 1200, pairs)) * DAY
    end = wed + (rng.uniform(0.1, 1, pairs) * (as_of - wed).astype(np.int64)).astype("m8[D]")
    fine = wed < as_of - 400 * DAY
    for him, her in ((men, women), (women, men)):
        former[him[fine]] = her[fine]
        married[him[fine]], divorced[him[fine]] = wed[fine], end[fine]
    return married, divorced, former


def _homes(rng: Chance, people: People, age: np.ndarray, as_of: np.datetime64) -> tuple[np.ndarray, np.ndarray]:
    """How a household lives; one answer for all its members."""
    households = int(people.household.max()) + 1
    draw, local = rng.random(households), np.zeros(households, bool)
    local[people.household] = people.is_local
    housing = np.select(
        [draw < np.where(local, 0.72, 0.2), draw < np.where(local, 0.86, 0.66), draw < np.where(local, 0.89, 0.68)],
        [OWNS, RENTS, PUBLIC], NO,
    )
    since = _since(rng, as_of, people, 22, 9)
    return housing[people.household], since


def _aid(
    rng: Chance, people: People, works: np.ndarray, disability: np.ndarray, alive: np.ndarray
) -> np.ndarray:
    """Poor households: registered here, nobody in work or someone disabled."""
    households = int(people.household.max()) + 1
    earns, ill = np.zeros(households, bool), np.zeros(households, bool)
    np.logical_or.at(earns, people.household, works)
    np.logical_or.at(ill, people.household, (disability > 0) & (disability < 3))
    poor = rng.random(households) < np.where(earns, 0.002, 0.03) + np.where(ill, 0.12, 0)
    kind = 1 + pick(rng, np.array([0.7, 0.1, 0.2]), households)
    return np.where(alive & people.is_local, (poor * kind)[people.household], 0)

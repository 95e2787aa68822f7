"""The cast within the generated city: 李雷's and 韩梅梅's families, her shop, and a man whose records disagree."""

from dataclasses import dataclass, fields, replace
from functools import cache

import numpy as np
import pyarrow as pa

from ludao.blocks.identity import invented
from ludao.demo.population import lives as living
from ludao.demo.population import places
from ludao.demo.population.companies import LIMITED, Companies
from ludao.demo.population.industries import CODES
from ludao.demo.population.lives import Lives
from ludao.demo.population.people import CHILD, HEAD, NOBODY, PARENT, SPOUSE, People

LILEI, FATHER, HAN, CHEN = 0, 4, 5, 8
SHOP = 0  # index among the companies
# name, born, sex, household, role, street; who has an account bears the number of the account.
FAMILIES = (
    ("李雷", "1990-04-12", "male", 0, HEAD, "350203010"), ("王芳", "1991-08-20", "female", 0, SPOUSE, "350203010"),
    ("李晨曦", "2017-05-06", "female", 0, CHILD, "350203010"), ("李沐阳", "2023-03-15", "male", 0, CHILD, "350203010"),
    ("李建国", "1944-10-02", "male", 0, PARENT, "350203010"),
    ("韩梅梅", "1988-09-03", "female", 1, HEAD, "350203003"), ("周海涛", "1986-01-25", "male", 1, SPOUSE, "350203003"),
    ("周悦然", "2014-11-08", "female", 1, CHILD, "350203003"),
    ("陈志强", "1976-08-19", "male", 2, HEAD, "350206004"), ("黄美兰", "1978-02-11", "female", 2, SPOUSE, "350206004"),
    ("王科", "1985-06-21", "female", 3, HEAD, "350203009"), ("陈区", "1982-11-30", "male", 4, HEAD, "350203007"),
    ("林局", "1972-02-08", "male", 5, HEAD, "350203009"), ("数管", "1991-01-17", "female", 6, HEAD, "350206003"),
    ("运维", "1987-12-05", "male", 7, HEAD, "350211002"), ("沈计", "1979-03-16", "female", 8, HEAD, "350205003"),
)
# What is wrong about them in whose records; nothing else of theirs is soiled.
CONFLICTS = {
    ("source.medical.insured", CHEN): "wrong_birth",
    ("source.disabled.certificate", CHEN): "old_address",
    ("source.social.insurance", CHEN): "old_phone",
}


@dataclass(frozen=True)
class Known:
    """A member of the cast, with the numbers of the account if there is one."""

    name: str
    born: np.datetime64
    is_male: bool
    household: int
    role: int
    community: int
    id_number: str
    phone: str


@cache
def known() -> tuple[Known, ...]:
    accounts = {row[1]: number for number, row in enumerate(invented.CAST)}
    codes = places.communities().codes.to_pylist()
    found = []
    for name, born, sex, household, role, street in FAMILIES:
        phone, number = invented.numbers(accounts.get(name, name), born, sex)
        community = next(at for at, code in enumerate(codes) if code.startswith(street))
        found.append(Known(name, np.datetime64(born), sex == "male", household, role, community, number, phone))
    return tuple(found)


def shop() -> tuple[str, str]:
    """Credit code and name of 韩梅梅's shop, as in the demonstration's accounts."""
    return invented.shop_code(), invented.SHOP[0]


def found_shop(companies: Companies, day: np.datetime64) -> None:
    code, name = shop()
    companies.codes = pa.concat_arrays([pa.array([code]), companies.codes[1:]])
    companies.names = pa.concat_arrays([pa.array([name]), companies.names[1:]])
    companies.addresses = pa.concat_arrays([pa.array(["厦门市思明区中华街道中山路128号"]), companies.addresses[1:]])
    for field, value in {
        "kind": LIMITED, "trade": int(np.flatnonzero(CODES == "5226")[0]), "capital": 50_000_000, "status": 0,
        "founded": np.datetime64("2019-05-20"), "community": known()[HAN].community, "employees": 8,
        "revenue": 328_000_000, "is_science": False, "ended": np.datetime64("NaT"),
    }.items():
        getattr(companies, field)[SHOP] = value


def move_in(others: People, day: np.datetime64) -> People:
    """The cast first, then the others."""
    them, size = _people(day), len(FAMILIES)
    shift = {"household": int(them.household.max()) + 1, "mother": size, "father": size, "spouse": size, "head": size}
    joined = {}
    for field in fields(People):
        one, two = getattr(them, field.name), getattr(others, field.name)
        if isinstance(two, pa.Array):
            joined[field.name] = pa.concat_arrays([one, two])
            continue
        two = np.where(two == NOBODY, NOBODY, two + shift[field.name]) if field.name in shift else two
        joined[field.name] = np.concatenate([one, two])
    return replace(others, **joined)


def _people(day: np.datetime64) -> People:
    cast, size = known(), len(known())
    family = np.array([one.household for one in cast])
    role = np.array([one.role for one in cast])

    def of(wanted: int, male: bool | None = None) -> np.ndarray:
        """For each, the member of the family in this role, or NOBODY."""
        return np.array([next((at for at, other in enumerate(cast) if other.household == one.household
                               and other.role == wanted and male in (None, other.is_male)), NOBODY) for one in cast])

    def parent(male: bool) -> np.ndarray:
        couple = np.where(of(HEAD, male) == NOBODY, of(SPOUSE, male), of(HEAD, male))
        return np.select([role == CHILD, role == HEAD], [couple, of(PARENT, male)], NOBODY)

    community = np.array([one.community for one in cast])
    rng = np.random.default_rng(2022)
    born = np.array([one.born for one in cast])
    homes, former = (places.addresses(rng, community)[:].take(pa.array([int(np.argmax(family == f)) for f in family]))
                     for _ in range(2))
    return People(
        household=family, role=role, born=born, is_male=np.array([one.is_male for one in cast]),
        is_local=np.ones(size, bool), is_alive=np.ones(size, bool), died=np.full(size, np.datetime64("NaT", "D")),
        community=community, mother=parent(False), father=parent(True), head=of(HEAD),
        spouse=np.select([role == HEAD, role == SPOUSE], [of(SPOUSE), of(HEAD)], NOBODY),
        came=np.maximum(born + np.timedelta64(20, "D"), np.datetime64("2008-09-01")).clip(max=day),
        ethnicity=np.zeros(size, np.int64), ids=pa.array([one.id_number for one in cast]),
        names=pa.array([one.name for one in cast]), phones=pa.array([one.phone for one in cast]),
        old_phones=pa.array([invented.numbers(one.name + "former", "1990-01-01", "male")[0] for one in cast]),
        addresses=homes, old_addresses=former,
    )


def live(lives: Lives, companies: Companies, day: np.datetime64) -> None:
    """What the demonstration shows of them."""
    size = len(FAMILIES)
    firms = np.flatnonzero((companies.status == 0) & (companies.kind == LIMITED) & (companies.employees > 5))
    firms = firms[firms != SHOP] if len(firms) > 1 else np.array([SHOP])
    grown = np.array([one.role != CHILD and one.role != PARENT for one in known()])
    plain = {"works": grown, "employer": np.where(grown, firms[np.arange(size) % len(firms)], NOBODY),
             "hired": np.where(grown, day - np.timedelta64(2200, "D"), day), "salary": np.where(grown, 9800, 0),
             "unemployed": np.datetime64("NaT"), "retired": ~grown & np.array([k.role == PARENT for k in known()]),
             "housing": living.OWNS, "owned_since": np.datetime64("2017-06-18"), "second_home": False,
             "disability": 0, "aid": 0, "debtor": False, "fund": grown, "insured": True, "born_here": True,
             "divorced": np.datetime64("NaT"), "married": np.datetime64("NaT"), "former": NOBODY,
             "drives": np.where(grown, np.datetime64("2012-07-09"), np.datetime64("NaT")), "cars": False}
    for field, value in plain.items():
        getattr(lives, field)[:size] = value
    for people, changes in {
        (LILEI,): {"salary": 12_800, "cars": True, "hired": np.datetime64("2018-07-02")},
        (LILEI, LILEI + 1): {"married": np.datetime64("2016-05-20")},
        (LILEI + 1,): {"works": False, "employer": NOBODY, "salary": 0, "fund": False,
                       "unemployed": day - np.timedelta64(75, "D")},
        (FATHER,): {"disability": 2},
        (HAN, HAN + 1): {"married": np.datetime64("2013-09-09")},
        (HAN,): {"employer": SHOP, "hired": np.datetime64("2019-06-01"), "fund": False, "cars": True},
        (CHEN,): {"disability": 4}, (CHEN, CHEN + 1): {"married": np.datetime64("2002-10-01"), "housing": living.RENTS},
        (2,): {"stage": living.PRIMARY}, (7,): {"stage": living.PRIMARY if day < np.datetime64("2027-07-01") else 2},
    }.items():
        for field, value in changes.items():
            getattr(lives, field)[list(people)] = value
    staff = size + np.flatnonzero(lives.works[size:] & (lives.employer[size:] != NOBODY))[:7]
    lives.employer[staff], lives.hired[staff] = SHOP, day - np.timedelta64(500, "D")

"""Taxes: credit bands, what enterprises and people earned and paid, year by year."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ludao.demo.delivery.rows import Rows, choose, codes_of, names_of, person
from ludao.demo.population import cast
from ludao.demo.population.city import Part
from ludao.demo.population.companies import TRADER
from ludao.demo.population.numbers import BANKS, bank_cards
from ludao.demo.population.people import DAY

YEARS = 3
ACCOUNTS = 5 * 10**11  # serials of bank accounts that no person has
BANDS = ("A", "B", "M", "C", "D")
# Where the rate of income tax rises (yuan a year), and the rate, after the law of 2018.
STEPS = ((0, 0.03), (36_000, 0.10), (144_000, 0.20), (300_000, 0.25), (420_000, 0.30), (660_000, 0.35), (960_000, 0.45))


def _years(part: Part) -> np.ndarray:
    last = int(str(part.as_of)[:4]) - 1
    return np.arange(last - YEARS + 1, last + 1)


def _reported(year: np.ndarray, month: int) -> np.ndarray:
    """The month of the following year in which it is reported."""
    return (year - 1970 + 1).astype("M8[Y]").astype("M8[M]").astype("M8[D]") + (month - 1) * 30 * DAY


def _firms(part: Part) -> tuple[np.ndarray, np.ndarray]:
    """Companies (sole traders pay a fixed sum) in each year that they existed."""
    them = part.companies
    own = part.own[(them.kind[part.own] != TRADER)]
    years = _years(part)
    end = np.where(np.isnat(them.ended[own]), part.as_of, them.ended[own])
    born, died = (day.astype("M8[Y]").astype(np.int64) + 1970 for day in (them.founded[own], end))
    at, turn = np.nonzero((born[:, None] <= years) & (died[:, None] >= years))
    return own[at], years[turn]


def taxpayer(part: Part) -> Rows:
    company, year = _firms(part)
    rng = part.chance("bands")
    good = np.log1p(part.companies.employees[company]) + rng.normal(0, 1.5, len(company))
    young = year - (part.companies.founded[company].astype("M8[Y]").astype(np.int64) + 1970) < 2
    band = np.where(young, 2, np.select([good > 2.6, good > 0.3, good > -0.8], [0, 1, 3], 4))
    band = np.where(company == cast.SHOP, 0, band)
    columns = {"credit_code": codes_of(part, company), "year": pa.array(year), "name": names_of(part, company),
               "band": choose(BANDS, band)}
    return Rows(columns, _reported(year, 4), companies=company)


def payment(part: Part) -> Rows:
    """Revenue grows or shrinks by the year; what is technical spends on research."""
    company, year = _firms(part)
    rng = part.chance("taxes")
    growth = rng.lognormal(0.04, 0.15, len(company)) ** (year - _years(part)[-1])
    revenue = (part.companies.revenue[company] * growth / 100).astype(np.int64) * 100
    share = np.where(part.companies.is_science[company], rng.uniform(0.03, 0.14, len(company)), 0)
    tax = (revenue * rng.beta(2, 40, len(company))).astype(np.int64)
    columns = {"credit_code": codes_of(part, company), "year": pa.array(year), "revenue_fen": pa.array(revenue),
               "tax_fen": pa.array(tax), "rd_expense_fen": pa.array((revenue * share).astype(np.int64)),
               **_accounts(part, company)}
    return Rows(columns, _reported(year, 6), companies=company)


def _accounts(part: Part, company: np.ndarray) -> dict[str, pa.Array]:
    """From which taxes are drawn, as firm, bank and tax office agreed; a few pay at the counter."""
    rng, many = part.chance("accounts"), len(part.companies.founded)
    bank, none = rng.integers(0, len(BANKS), many)[company], (rng.random(many) > 0.93)[company]
    serial = ACCOUNTS + part.number * 10**7 + company
    return {"bank": pc.if_else(pa.array(none), None, choose(BANKS, bank)),
            "account": pc.if_else(pa.array(none), None, bank_cards(serial))}


def income(part: Part) -> Rows:
    """Who works above the free 60,000 yuan a year, or nearly."""
    lives, rng, years = part.lives, part.chance("income"), _years(part)
    workers = np.flatnonzero(lives.works & (lives.salary > 3500))
    began = lives.hired[workers].astype("M8[Y]").astype(np.int64) + 1970
    at, turn = np.nonzero(began[:, None] <= years)
    who, year = workers[at], years[turn]
    earned = (lives.salary[who] * 12 * 1.06 ** (year - years[-1]) * rng.uniform(0.95, 1.25, len(who))).astype(np.int64)
    taxed = np.maximum(earned * 0.82 - 60_000 - 12_000, 0)
    columns, about = person(part, who, "id_number", "name")
    columns |= {"year": pa.array(year), "credit_code": codes_of(part, lives.employer[who]),
                "income_fen": pa.array(earned * 100), "tax_fen": pa.array((_income_tax(taxed) * 100).astype(np.int64))}
    return Rows(columns, _reported(year, 3) + rng.integers(0, 100, len(who)) * DAY, [about],
                companies=lives.employer[who])


def _income_tax(taxed: np.ndarray) -> np.ndarray:
    """By steps, in yuan."""
    due = np.zeros(len(taxed))
    for (start, rate), (end, _) in zip(STEPS, [*STEPS[1:], (1e12, 0)], strict=True):
        due += (taxed.clip(start, end) - start) * rate
    return due.round(2)

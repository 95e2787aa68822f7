"""Human resources: who is insured with whom, what was paid month by month, who registered as unemployed."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ludao.demo.delivery.rows import Rows, choose, coded, codes_of, days, names_of, person
from ludao.demo.population.city import Part
from ludao.demo.population.numbers import BANKS, bank_cards, padded
from ludao.demo.population.people import DAY, NOBODY

KINDS = ("职工", "灵活就业", "城乡居民")
STATUSES = ("正常参保", "暂停缴费", "待遇领取")
REASONS = ("合同期满未续签", "用人单位裁员", "个人辞职", "毕业后未就业", "经营户歇业")
LOWEST, HIGHEST = 4_043_00, 22_128_00  # limits of the contribution base, fen
RATE = 32  # per cent of the base, employer and employee together
MONTHS = 24


def _insured(part: Part) -> np.ndarray:
    lives, age = part.lives, part.people.age(part.as_of)
    residents = part.people.is_local & (age >= 16) & (part.chance("social").random(len(age)) < 0.6)
    return np.flatnonzero(lives.insured & (lives.works | lives.retired | ~np.isnat(lives.unemployed) | residents)
                          & (age >= 16))


def _numbers(part: Part, who: np.ndarray) -> pa.Array:
    return padded(35_020_000_000_000 + part.first + who, 14)


def _base(part: Part, who: np.ndarray) -> np.ndarray:
    return np.where(part.lives.works[who], (part.lives.salary[who] * 100).clip(LOWEST, HIGHEST), LOWEST)


def insurance(part: Part) -> Rows:
    lives, people = part.lives, part.people
    who = _insured(part)
    columns, about = person(part, who, "id_number", "name", "sex", "birth_on", "phone")
    works, employer, retired = lives.works[who], lives.employer[who], lives.retired[who]
    began = np.where(employer != NOBODY, lives.hired[who], people.came[who] + 60 * DAY)
    began = np.minimum(np.maximum(began, people.born[who] + 16 * 366 * DAY), part.as_of - 2 * DAY)
    ended = np.where(np.isnat(lives.unemployed[who]), np.datetime64("NaT"), lives.unemployed[who])
    ended = np.where(ended > began, ended, np.datetime64("NaT"))
    columns |= {
        "ss_number": _numbers(part, who), "credit_code": codes_of(part, employer),
        "employer_name": names_of(part, employer), "base_fen": pa.array(_base(part, who)), "began_on": days(began),
        "ended_on": days(ended),
        "status": choose(STATUSES, np.select([retired, ~np.isnat(ended)], [2, 1], 0)),
        "kind": choose(KINDS, np.select([employer != NOBODY, works], [0, 1], 2)),
    }
    columns |= _cards(part, who)
    event = np.where(np.isnat(ended), began, ended)
    return Rows(columns, event, [about], companies=employer)


def _cards(part: Part, who: np.ndarray) -> dict[str, pa.Array]:
    """The card's bank and its account for money: most have opened theirs, which aid is paid to."""
    rng = part.chance("card")
    bank, none = rng.integers(0, len(BANKS), len(who)), rng.random(len(who)) > 0.88
    return {"card_bank": pc.if_else(pa.array(none), None, choose(BANKS, bank)),
            "card_account": pc.if_else(pa.array(none), None, bank_cards(part.first + who))}


def payment(part: Part) -> Rows:
    """The last two years' months of those who work."""
    lives, rng = part.lives, part.chance("payment")
    workers = _insured(part)
    workers = workers[lives.works[workers]]
    months = part.as_of.astype("M8[M]") - np.arange(MONTHS, 0, -1)
    began = np.maximum(lives.hired[workers], part.people.came[workers]).astype("M8[M]")
    paid = (began[:, None] <= months[None, :]) & (rng.random((len(workers), MONTHS)) > 0.01)
    at, month = np.nonzero(paid)
    who = workers[at]
    raised = 1 - 0.05 * (month < MONTHS - 16)  # the base grew with the new year
    base = (_base(part, who) * raised).astype(np.int64).clip(LOWEST)
    named = pa.array(np.datetime_as_string(months).astype(object), pa.utf8())
    columns = {
        "ss_number": _numbers(part, who), "month": named.take(pa.array(month)),
        "credit_code": codes_of(part, lives.employer[who]), "base_fen": pa.array(base),
        "paid_fen": pa.array(base * RATE // 100),
    }
    event = (months[month] + 1).astype("M8[D]") + 9 * DAY
    return Rows(columns, np.minimum(event, part.as_of - DAY), companies=lives.employer[who])


def unemployment(part: Part) -> Rows:
    lives, rng = part.lives, part.chance("unemployment")
    now = np.flatnonzero(~np.isnat(lives.unemployed))
    before = np.flatnonzero(lives.works & (rng.random(len(part.people)) < 0.04))
    before = before[before > 20] if part.number == 0 else before
    who = np.concatenate([now, before])
    columns, about = person(part, who, "id_number", "name")
    back = np.minimum(lives.hired[before], part.as_of - 30 * DAY)
    began = np.concatenate([lives.unemployed[now] + 10 * DAY, back - rng.integers(30, 400, len(before)) * DAY])
    ended = np.concatenate([np.full(len(now), np.datetime64("NaT")), back])
    columns |= {"record_number": coded("SY", part, len(who)), "registered_on": days(began), "ended_on": days(ended),
                "reason": choose(REASONS, rng.integers(0, len(REASONS), len(who)))}
    return Rows(columns, np.where(np.isnat(ended), began, ended), [about])

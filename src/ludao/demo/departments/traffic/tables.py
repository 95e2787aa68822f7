"""Traffic police: vehicles of people and enterprises, and driving licences."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ludao.demo.delivery.rows import About, Rows, choose, coded, codes_of, days, names_of, person
from ludao.demo.population.city import Part
from ludao.demo.population.numbers import texts
from ludao.demo.population.people import DAY, NOBODY
from ludao.demo.population.seeds import pick

_LETTERS = np.frombuffer(b"0123456789ABCDEFGHJKLMNPQRSTUVWXYZ", np.uint8)
ENERGIES = ("汽油", "柴油", "纯电动", "插电混合动力")
KINDS = ("小型轿车", "小型普通客车", "轻型货车")
PER_PART = 200_000


def _plates(serial: np.ndarray, electric: np.ndarray) -> pa.Array:
    """闽D and five characters, six for new energy, which begins with D or F; mixed so that they look as issued."""
    mixed = serial.astype(np.int64) * 7_654_321 % 34**5
    five = _LETTERS[mixed[:, None] // 34 ** np.arange(4, -1, -1) % 34]
    plain, green = texts(five), texts(np.column_stack([np.where(serial % 5 == 0, ord("F"), ord("D")), five]))
    return pc.binary_join_element_wise("闽D", pc.if_else(pa.array(electric), green, plain), "")


def vehicle(part: Part) -> Rows:
    rng, people, them = part.chance("vehicle"), part.people, part.companies
    drivers = np.flatnonzero(part.lives.cars)
    firms = part.own[(them.status[part.own] == 0) & (rng.random(len(part.own)) < 0.12)]
    who = np.concatenate([drivers, np.full(len(firms), NOBODY)])
    company = np.concatenate([np.full(len(drivers), NOBODY), firms])
    none = who == NOBODY
    energy = pick(rng, np.array([0.72, 0.05, 0.17, 0.06]), len(who))
    since = np.where(none, them.founded[np.maximum(company, 0)], part.lives.drives[np.maximum(who, 0)])
    registered = np.maximum(part.as_of - rng.integers(10, 4000, len(who)) * DAY, since + 30 * DAY)
    registered = np.minimum(registered, part.as_of - DAY)
    columns = {
        "plate": _plates(part.number * PER_PART + np.arange(len(who)), energy >= 2),
        "id_number": people.ids.take(pa.array(who, mask=none)), "credit_code": codes_of(part, company),
        "owner_name": pc.if_else(pa.array(none), names_of(part, company), people.names.take(pa.array(who, mask=none))),
        "kind": choose(KINDS, np.where(none, 2, pick(rng, np.array([0.7, 0.3]), len(who)))),
        "energy": choose(ENERGIES, energy), "registered_on": days(registered),
        "status": choose(("正常", "注销", "逾期未检验"), pick(rng, np.array([0.94, 0.02, 0.04]), len(who))),
    }
    about = About(who, {"id_number": "id_number"})
    return Rows(columns, registered, [about], companies=company)


def driver(part: Part) -> Rows:
    lives, rng = part.lives, part.chance("driver")
    who = np.flatnonzero(~np.isnat(lives.drives))
    columns, about = person(part, who, "id_number", "name")
    issued = lives.drives[who]
    years = (part.as_of - issued).astype(np.int64) // 365
    valid = np.where(years < 6, 6, np.where(years < 16, 16, 60))
    classes = pick(rng, np.array([0.72, 0.22, 0.05, 0.01]), len(who))
    columns |= {
        "licence_number": coded("3502", part, len(who), 8), "class": choose(("C1", "C2", "B2", "A2"), classes),
        "issued_on": days(issued), "expires_on": days(issued + (valid * 365.25).astype("m8[D]")),
        "points": pa.array(np.minimum(rng.poisson(0.8, len(who)) * rng.integers(0, 4, len(who)), 12)),
    }
    return Rows(columns, issued, [about])

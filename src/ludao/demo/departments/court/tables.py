"""The court: people and enterprises who can pay what a judgment says and do not; told as it happens."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ludao.demo.delivery.rows import About, Rows, choose, coded, codes_of, days
from ludao.demo.population import cast
from ludao.demo.population.city import Part
from ludao.demo.population.people import DAY, NOBODY


def dishonest(part: Part) -> Rows:
    rng, people = part.chance("dishonest"), part.people
    persons = np.flatnonzero(part.lives.debtor)
    firms = part.own[(rng.random(len(part.own)) < 0.006) & (part.own != cast.SHOP)]
    who = np.concatenate([persons, np.full(len(firms), NOBODY)])
    company = np.concatenate([np.full(len(persons), NOBODY), firms])
    is_person = pa.array(who != NOBODY)
    them = pa.array(who, mask=who == NOBODY)
    published = part.as_of - rng.integers(5, 1500, len(who)) * DAY
    paid = rng.random(len(who)) < 0.3
    removed = published + (rng.uniform(0.1, 0.9, len(who)) * (part.as_of - published).astype(np.int64)).astype("m8[D]")
    names = pc.if_else(is_person, people.names.take(them),
                       part.companies.names.take(pa.array(company, mask=company == NOBODY)))
    columns = {
        "case_number": pc.binary_join_element_wise("（执）", coded("闽02执", part, len(who)), "号", ""),
        "party_kind": choose(("enterprise", "person"), (who != NOBODY).astype(int)), "id_number": people.ids.take(them),
        "credit_code": codes_of(part, company), "name": names,
        "amount_fen": pa.array((rng.lognormal(11.5, 1.3, len(who))).astype(np.int64) * 100),
        "published_on": days(published), "removed_on": days(np.where(paid, removed, np.datetime64("NaT"))),
    }
    about = About(who, {"id_number": "id_number"})
    return Rows(columns, published, [about], companies=company)

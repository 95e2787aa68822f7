"""Housing security: contracts of public rental homes."""

import numpy as np
import pyarrow as pa

from ludao.demo.delivery.rows import Rows, coded, days, person
from ludao.demo.population.city import Part
from ludao.demo.population.lives import PUBLIC
from ludao.demo.population.people import DAY, HEAD


def rental(part: Part) -> Rows:
    people, rng = part.people, part.chance("rental")
    who = np.flatnonzero((part.lives.housing == PUBLIC) & (people.role == HEAD))
    columns, about = person(part, who, "id_number", "name", "address")
    began = part.as_of - rng.integers(20, 1800, len(who)) * DAY
    left = rng.random(len(who)) < 0.12
    ended = np.where(left, began + ((part.as_of - began).astype(np.int64) * 0.8).astype("m8[D]"), np.datetime64("NaT"))
    columns |= {"contract_number": coded("GZF", part, len(who)), "began_on": days(began), "ended_on": days(ended),
                "rent_fen": pa.array(rng.integers(20, 120, len(who)) * 1000)}
    return Rows(columns, np.where(left, ended, began), [about])

"""Construction: leases that were registered."""

import numpy as np
import pyarrow as pa

from ludao.demo.delivery.rows import Rows, coded, days, person
from ludao.demo.population import cast
from ludao.demo.population.city import Part
from ludao.demo.population.lives import RENTS
from ludao.demo.population.people import DAY, HEAD
from ludao.demo.population.places import communities


def lease(part: Part) -> Rows:
    people, rng = part.people, part.chance("lease")
    of_cast = (part.number == 0) & (np.arange(len(people)) < len(cast.FAMILIES))
    registers = of_cast | (rng.random(len(people)) < 0.7)
    who = np.flatnonzero((part.lives.housing == RENTS) & (people.role == HEAD) & registers)
    columns, about = person(part, who, address="address", id_number="tenant_id_number", person_name="tenant_name")
    began = np.maximum(people.came[who], part.as_of - rng.integers(10, 900, len(who)) * DAY)
    began = np.minimum(began, part.as_of - DAY)
    columns |= {
        "lease_number": coded("ZL", part, len(who)), "began_on": days(began), "ended_on": days(began + 364 * DAY),
        "area_code": communities().codes.take(pa.array(people.community[who])),
        "rent_fen": pa.array((rng.lognormal(7.7, 0.4, len(who)) / 50).round().astype(np.int64) * 5000),
    }
    return Rows(columns, began, [about])

"""The disabled persons' federation: certificates with kind and level."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ludao.demo.delivery.rows import Rows, choose, days, person
from ludao.demo.population.city import Part
from ludao.demo.population.lives import DISABILITIES
from ludao.demo.population.people import DAY
from ludao.demo.population.seeds import pick

CAUSES = ("先天", "疾病", "外伤或损伤", "交通事故", "工伤", "原因不明")


def certificate(part: Part) -> Rows:
    people, lives, rng = part.people, part.lives, part.chance("certificate")
    who = np.flatnonzero((lives.disability > 0) & people.is_local)
    columns, about = person(part, who, "id_number", "name", "phone", "address")
    kind = pick(rng, np.array([0.42, 0.11, 0.12, 0.02, 0.11, 0.16, 0.06]), len(who))
    issued = np.maximum(part.as_of - rng.integers(10, 3600, len(who)) * DAY, people.born[who] + 200 * DAY)
    issued = np.minimum(issued, part.as_of - DAY)
    columns |= {
        # The certificate's number is the holder's id number, kind and level, as the federation makes it.
        "certificate_number": pc.binary_join_element_wise(
            columns["id_number"], pc.cast(pa.array((kind + 1) * 10 + lives.disability[who]), pa.utf8()), ""),
        "kind": choose(DISABILITIES, kind), "level": pa.array(lives.disability[who]),
        "cause": choose(CAUSES, rng.integers(0, len(CAUSES), len(who))), "issued_on": days(issued),
        "expires_on": days(issued + 3652 * DAY),
    }
    return Rows(columns, issued, [about], older={"address": people.old_addresses.take(pa.array(who))})

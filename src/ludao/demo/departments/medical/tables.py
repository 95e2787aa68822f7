"""Healthcare security: who is insured against illness, the working and the residents."""

import numpy as np
import pyarrow as pa

from ludao.demo.delivery.rows import Rows, choose, days, person
from ludao.demo.population.city import Part
from ludao.demo.population.numbers import padded
from ludao.demo.population.people import DAY


def insured(part: Part) -> Rows:
    people, lives, rng = part.people, part.lives, part.chance("insured")
    who = np.flatnonzero((lives.insured | ~people.is_alive) & (rng.random(len(people)) < 0.995) | (
        (part.number == 0) & (np.arange(len(people)) < 20)))
    columns, about = person(part, who, "id_number", "name", "sex", "birth_on", "phone")
    dead = ~people.is_alive[who] & (rng.random(len(who)) < 0.6)
    began = np.minimum(people.came[who] + rng.integers(20, 90, len(who)) * DAY, part.as_of - DAY)
    columns |= {
        "card_number": padded(350_200_000_000_000 + part.first + who, 15),
        "kind": choose(("职工医保", "居民医保"), (~(lives.works | lives.retired)[who]).astype(int)),
        "began_on": days(began), "status": choose(("正常", "终止"), dead.astype(int)),
    }
    return Rows(columns, np.where(dead, np.minimum(people.died[who] + 30 * DAY, part.as_of - DAY), began), [about],
                older={"phone": people.old_phones.take(pa.array(who))})

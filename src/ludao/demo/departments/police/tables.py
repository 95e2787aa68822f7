"""Public security: registered residents, their households, and the residence permits of those from elsewhere."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ludao.demo.delivery.rows import About, Rows, choose, coded, days, person
from ludao.demo.population.city import Part
from ludao.demo.population.numbers import padded
from ludao.demo.population.people import DAY, ETHNICITIES, HEAD, RELATIONS
from ludao.demo.population.places import communities


def _household_ids(part: Part, who: np.ndarray) -> pa.Array:
    return pc.binary_join_element_wise("H", padded(part.number * 10**6 + part.people.household[who], 9), "")


def _areas(part: Part, who: np.ndarray) -> pa.Array:
    return communities().codes.take(pa.array(part.people.community[who]))


def resident(part: Part) -> Rows:
    people, rng = part.people, part.chance("resident")
    who = np.flatnonzero(people.is_local)
    columns, about = person(part, who, "id_number", "name", "sex", "birth_on", "address", "phone")
    heard = ~people.is_alive[who] & (rng.random(len(who)) < 0.85)  # of the others nobody told the police yet
    columns |= {
        "ethnicity": choose(ETHNICITIES, people.ethnicity[who]), "household_id": _household_ids(part, who),
        "relation": choose(RELATIONS, people.role[who]), "area_code": _areas(part, who),
        "status": choose(("正常", "死亡"), heard.astype(int)), "registered_on": days(people.came[who]),
    }
    event = np.where(heard, people.died[who] + rng.integers(3, 40, len(who)) * DAY, people.came[who])
    return Rows(columns, np.minimum(event, part.as_of - DAY), [about],
                older={"address": people.old_addresses.take(pa.array(who)),
                       "phone": people.old_phones.take(pa.array(who))})


def household(part: Part) -> Rows:
    people, rng = part.people, part.chance("household")
    who = np.flatnonzero((people.role == HEAD) & people.is_local)
    columns = {
        "household_id": _household_ids(part, who), "head_id_number": people.ids.take(pa.array(who)),
        "kind": choose(("家庭户", "集体户"), (rng.random(len(who)) < 0.04).astype(int)),
        "address": people.addresses.take(pa.array(who)), "area_code": _areas(part, who),
        "opened_on": days(people.came[who]),
    }
    return Rows(columns, people.came[who], [About(who, {"address": "address"}, "head")],
                older={"address": people.old_addresses.take(pa.array(who))})


def permit(part: Part) -> Rows:
    people, rng = part.people, part.chance("permit")
    grown = people.age(part.as_of) >= 16
    who = np.flatnonzero(~people.is_local & grown & (rng.random(len(people)) < 0.82))
    columns, about = person(part, who, "id_number", "name", "address", "phone")
    issued = np.maximum(people.came[who] + rng.integers(10, 200, len(who)) * DAY,
                        part.as_of - rng.integers(1, 700, len(who)) * DAY)
    issued = np.minimum(issued, part.as_of - DAY)
    columns |= {"permit_number": coded("3502", part, len(who)), "area_code": _areas(part, who),
                "issued_on": days(issued), "expires_on": days(issued + 365 * DAY)}
    return Rows(columns, issued, [about], older={"address": people.old_addresses.take(pa.array(who)),
                                                 "phone": people.old_phones.take(pa.array(who))})

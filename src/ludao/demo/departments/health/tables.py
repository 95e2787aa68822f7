"""Health: births in the city's hospitals, and vaccinations, which often know a child by name and birthday only."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ludao.demo.delivery.rows import About, Rows, choose, coded, days, person, sexes
from ludao.demo.population.city import Part
from ludao.demo.population.people import DAY, NOBODY
from ludao.demo.population.places import communities

HOSPITALS = (
    "厦门市妇幼保健院", "厦门大学附属第一医院", "厦门大学附属中山医院", "厦门市第二医院", "厦门市第三医院",
    "厦门市第五医院", "厦门长庚医院", "复旦大学附属中山医院厦门医院", "厦门弘爱医院", "厦门市海沧医院",
)
# vaccine, doses, age in months of the first, months between
SCHEDULE = (
    ("乙肝疫苗", 3, 0, 3), ("卡介苗", 1, 0, 1), ("脊灰疫苗", 3, 2, 1), ("百白破疫苗", 3, 3, 1),
    ("麻腮风疫苗", 2, 8, 10), ("乙脑减毒活疫苗", 2, 8, 16), ("A群流脑疫苗", 2, 6, 3), ("甲肝减毒活疫苗", 1, 18, 1),
)
FLU = "流感疫苗"


def birth(part: Part) -> Rows:
    """Children under twenty who were born here; the child has a number of its own only after registration."""
    people, rng = part.people, part.chance("birth")
    who = np.flatnonzero((people.mother != NOBODY) & (people.age(part.as_of) < 20) & part.lives.born_here)
    mother, father = people.mother[who], people.father[who]
    at, none = pa.array(who), father == NOBODY
    fathers = pa.array(father, mask=none)
    columns = {
        "certificate_number": coded("Q3502", part, len(who)), "child_name": people.names.take(at),
        "child_id_number": people.ids.take(pa.array(who, mask=rng.random(len(who)) < 0.5)),
        "sex": sexes(people.is_male[who]), "born_on": days(people.born[who]),
        "mother_name": people.names.take(pa.array(mother)), "mother_id_number": people.ids.take(pa.array(mother)),
        "father_name": people.names.take(fathers), "father_id_number": people.ids.take(fathers),
        "hospital": choose(HOSPITALS, rng.integers(0, len(HOSPITALS), len(who))),
        "weight_g": pa.array((rng.normal(325, 42, len(who)).clip(180, 480) // 1 * 10).astype(np.int64)),
    }
    return Rows(columns, np.minimum(people.born[who] + 3 * DAY, part.as_of - DAY), [
        About(who, {"person_name": "child_name", "birth_day": "born_on", "sex": "sex"}, "child"),
        About(mother, {"person_name": "mother_name", "id_number": "mother_id_number"}, "mother"),
        About(father, {"person_name": "father_name", "id_number": "father_id_number"}, "father"),
    ])


def vaccination(part: Part) -> Rows:
    """Children's doses by the schedule; a third of the old and ill take a flu shot."""
    people, rng = part.people, part.chance("vaccination")
    age = people.age(part.as_of)
    children = np.flatnonzero(age < 12)
    who, vaccine, dose, given = [], [], [], []
    for number, (_, doses, first, between) in enumerate(SCHEDULE):
        for turn in range(doses):
            day = people.born[children] + (first + turn * between) * 30 * DAY + rng.integers(0, 40, len(children)) * DAY
            took = (day < part.as_of) & (rng.random(len(children)) < 0.93) & (day >= people.came[children] - 400 * DAY)
            who.append(children[took])
            vaccine.append(np.full(took.sum(), number))
            dose.append(np.full(took.sum(), turn + 1))
            given.append(day[took])
    old = np.flatnonzero((age >= 60) & people.is_alive & (rng.random(len(age)) < 0.35))
    who.append(old)
    vaccine.append(np.full(len(old), len(SCHEDULE)))
    dose.append(np.ones(len(old), int))
    given.append(part.as_of - rng.integers(20, 700, len(old)) * DAY)
    them, when = np.concatenate(who), np.concatenate(given)
    columns, about = person(part, them, "id_number", "name", "sex", "birth_on", "phone", "address")
    guardian = np.where(age[them] >= 18, them, np.where(people.mother[them] != NOBODY, people.mother[them],
                                                        people.head[them]))
    streets = communities().streets.take(pa.array(people.community[them]))
    columns |= {
        "record_number": coded("JZ", part, len(them)), "phone": people.phones.take(pa.array(guardian)),
        "vaccine": choose([*(line[0] for line in SCHEDULE), FLU], np.concatenate(vaccine)),
        "dose": pa.array(np.concatenate(dose)), "given_on": days(when),
        "clinic": pc.binary_join_element_wise(streets, "社区卫生服务中心", ""),
    }
    about.columns.pop("phone")
    return Rows(columns, when, [about], older={"address": people.old_addresses.take(pa.array(them))})

"""Education: the pupils of primary, middle and high schools, with a guardian each."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ludao.demo.delivery.rows import About, Rows, choose, days, person
from ludao.demo.population.city import Part
from ludao.demo.population.numbers import padded
from ludao.demo.population.people import DAY, NOBODY
from ludao.demo.population.places import communities

STAGES = ("小学", "初中", "高中")
NAMES = ("实验小学", "第二中学", "第一高级中学")


def pupil(part: Part) -> Rows:
    people, stage, rng = part.people, part.lives.stage, part.chance("pupil")
    who = np.flatnonzero(stage > 0)
    columns, about = person(part, who, "id_number", "name", "sex", "birth_on", "address")
    of = stage[who] - 1
    age = people.age(part.as_of)[who]
    grade = (age - np.array([6, 12, 15])[of] + 1).clip(1, 6)
    year = part.as_of.astype("M8[Y]").astype(np.int64) + 1970 - (part.as_of < part.as_of.astype("M8[Y]") + 243 * DAY)
    enrolled = (year - grade + 1 - 1970).astype("M8[Y]").astype("M8[D]") + 243 * DAY
    guardian = np.where((people.mother[who] != NOBODY) & (rng.random(len(who)) < 0.6), people.mother[who],
                        people.father[who])
    guardian = np.where(guardian == NOBODY, people.head[who], guardian)
    left = rng.random(len(who)) < 0.02
    at, streets = pa.array(guardian), communities().streets.take(pa.array(people.community[who]))
    columns |= {
        "student_number": pc.binary_join_element_wise("G3502", padded(part.first + who, 10), ""),
        "school": pc.binary_join_element_wise(
            "厦门市", pc.replace_substring_regex(streets, "(街道|镇)$", ""), pa.array(NAMES).take(pa.array(of)), ""),
        "stage": choose(STAGES, of), "grade": pa.array(grade), "guardian_name": people.names.take(at),
        "guardian_phone": people.phones.take(at), "guardian_id_number": people.ids.take(at),
        "enrolled_on": days(enrolled), "left_on": days(np.where(left, part.as_of - 60 * DAY, np.datetime64("NaT"))),
    }
    event = np.where(left, part.as_of - 60 * DAY, enrolled + rng.integers(0, 60, len(who)) * DAY)
    guards = {"person_name": "guardian_name", "phone": "guardian_phone", "id_number": "guardian_id_number"}
    return Rows(columns, np.minimum(event, part.as_of - DAY), [about, About(guardian, guards, "guardian")],
                older={"address": people.old_addresses.take(pa.array(who))})

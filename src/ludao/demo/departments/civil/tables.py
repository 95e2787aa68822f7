"""Civil affairs: marriages and divorces, assistance to the poor, allowances of the old."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ludao.demo.delivery.rows import About, Rows, choose, coded, days, person
from ludao.demo.population.city import Part
from ludao.demo.population.lives import AID_KINDS
from ludao.demo.population.numbers import padded
from ludao.demo.population.people import DAY, HEAD
from ludao.demo.population.places import communities

CAUSES = ("因病", "因残", "缺乏劳动力", "失业", "突发事故")
MONTHLY = np.array([105_000, 168_000, 42_000])  # fen, by kind of aid


def marriage(part: Part) -> Rows:
    people, lives = part.people, part.lives
    wed = np.flatnonzero(~np.isnat(lives.married) & people.is_male)
    part_wives = np.where(lives.former[wed] >= 0, lives.former[wed], people.spouse[wed])
    ended = np.flatnonzero(~np.isnat(lives.divorced) & people.is_male)
    men, women = np.concatenate([wed, ended]), np.concatenate([part_wives, lives.former[ended]])
    day = np.concatenate([lives.married[wed], lives.divorced[ended]])
    kind = np.concatenate([np.zeros(len(wed), int), np.ones(len(ended), int)])
    columns = {
        "certificate_number": coded("J3502", part, len(men)), "kind": choose(("结婚", "离婚"), kind),
        "registered_on": days(day), "man_name": people.names.take(pa.array(men)),
        "man_id_number": people.ids.take(pa.array(men)), "woman_name": people.names.take(pa.array(women)),
        "woman_id_number": people.ids.take(pa.array(women)),
    }
    return Rows(columns, day, [About(men, {"person_name": "man_name", "id_number": "man_id_number"}, "man"),
                               About(women, {"person_name": "woman_name", "id_number": "woman_id_number"}, "woman")])


def aid(part: Part) -> Rows:
    """Households that are helped now, with some whose help has ended."""
    people, lives, rng = part.people, part.lives, part.chance("aid")
    who = np.flatnonzero((lives.aid > 0) & (people.role == HEAD))
    columns, about = person(part, who, "id_number", "name")
    kind = lives.aid[who] - 1
    began = part.as_of - rng.integers(30, 2500, len(who)) * DAY
    over = rng.random(len(who)) < 0.15
    ended = np.where(over, began + ((part.as_of - began).astype(np.int64) * 0.7).astype("m8[D]"), np.datetime64("NaT"))
    columns |= {
        "aid_number": coded("JZ3502", part, len(who)), "kind": choose(AID_KINDS, kind),
        "household_id": pc.binary_join_element_wise("H", padded(part.number * 10**6 + people.household[who], 9), ""),
        "monthly_fen": pa.array(MONTHLY[kind]), "began_on": days(began), "ended_on": days(ended),
        "area_code": communities().codes.take(pa.array(people.community[who])),
        "reason": choose(CAUSES, rng.integers(0, len(CAUSES), len(who))),
    }
    return Rows(columns, np.where(over, ended, began), [about])


def elderly(part: Part) -> Rows:
    """From 80 on 100, from 90 on 200, from 100 on 1,000 yuan a month; the dead are struck off late."""
    people, rng = part.people, part.chance("elderly")
    age = people.age(part.as_of)
    who = np.flatnonzero((age >= 80) & people.is_local & (rng.random(len(age)) < 0.93))
    columns, about = person(part, who, "id_number", "name", "birth_on")
    step = np.searchsorted([90, 100], age[who], side="right")
    began = people.born[who] + (80 * 365.2425 + 31) // 1 * DAY
    began = np.minimum(np.maximum(began, people.came[who]), part.as_of - 3 * DAY)
    ended = np.where(people.is_alive[who] | (rng.random(len(who)) < 0.1), np.datetime64("NaT"),
                     people.died[who] + rng.integers(5, 60, len(who)) * DAY)
    ended = np.where((ended > began) & (ended < part.as_of), ended, np.datetime64("NaT"))
    columns |= {
        "record_number": coded("GL", part, len(who)),
        "kind": choose(("80至89周岁", "90至99周岁", "100周岁以上"), step),
        "monthly_fen": pa.array(np.array([10_000, 20_000, 100_000])[step]), "began_on": days(began),
        "ended_on": days(ended),
    }
    return Rows(columns, np.where(np.isnat(ended), began, ended), [about])

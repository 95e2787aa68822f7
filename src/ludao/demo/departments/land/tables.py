"""Natural resources: who owns which home or shop."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ludao.demo.delivery.rows import About, Rows, choose, coded, codes_of, days, names_of
from ludao.demo.population import cast, places
from ludao.demo.population.city import Part
from ludao.demo.population.companies import TRADER
from ludao.demo.population.lives import OWNS
from ludao.demo.population.people import DAY, HEAD, NOBODY


def property(part: Part) -> Rows:
    rng, people, lives, them = part.chance("property"), part.people, part.lives, part.companies
    homes = np.flatnonzero((lives.housing == OWNS) & (people.role == HEAD))
    second = np.flatnonzero(lives.second_home)
    large = (them.kind[part.own] != TRADER) & (them.employees[part.own] > 10)
    firms = part.own[large & (rng.random(len(part.own)) < 0.3)]
    who = np.concatenate([homes, second, np.full(len(firms), NOBODY)])
    company = np.concatenate([np.full(len(homes) + len(second), NOBODY), firms])
    elsewhere = places.settle(rng, len(second))
    community = np.concatenate([people.community[homes], elsewhere, them.community[firms]])
    addresses = pa.concat_arrays([people.addresses.take(pa.array(homes)), places.addresses(rng, elsewhere),
                                  them.addresses.take(pa.array(firms))])
    since = np.concatenate([lives.owned_since[homes], part.as_of - rng.integers(30, 4000, len(second)) * DAY,
                            them.founded[firms] + 200 * DAY])
    since = np.minimum(since, part.as_of - 2 * DAY)
    none = who == NOBODY
    sold = (rng.random(len(who)) < 0.03) & ~((part.number == 0) & (who < len(cast.FAMILIES)))
    left = np.minimum(since + 700 * DAY, part.as_of - DAY)
    columns = {
        "unit_number": coded("350200", part, len(who), 9), "owner_id_number": people.ids.take(pa.array(who, mask=none)),
        "owner_name": pc.if_else(pa.array(none), names_of(part, company), people.names.take(pa.array(who, mask=none))),
        "credit_code": codes_of(part, company), "address": addresses,
        "area_code": places.communities().codes.take(pa.array(community)),
        "area_m2": pa.array(np.exp(rng.normal(np.where(none, 6, 4.45), np.where(none, 0.8, 0.3))).round(2)),
        "kind": choose(("住宅", "商业", "工业"), np.where(none, 1 + rng.integers(0, 2, len(who)), 0)),
        "registered_on": days(since),
        "ended_on": days(np.where(sold, left, np.datetime64("NaT"))),
    }
    about = About(who, {"id_number": "owner_id_number"}, "owner")
    return Rows(columns, np.where(sold, left, since), [about], companies=company)

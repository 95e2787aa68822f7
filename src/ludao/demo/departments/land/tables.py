"""Natural resources: who owns which home or shop; the register of standard addresses, and outlines."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from ludao.demo.delivery.rows import About, Rows, choose, coded, codes_of, days, names_of
from ludao.demo.population import cast, places
from ludao.demo.population.city import Part
from ludao.demo.population.companies import TRADER
from ludao.demo.population.geography import geography
from ludao.demo.population.lives import OWNS
from ludao.demo.population.numbers import padded
from ludao.demo.population.people import DAY, HEAD, NOBODY

REGISTERED = np.datetime64("2019-06-01")  # when the register was begun


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


def address(part: Part) -> Rows:
    """The house numbers at which this part's people and companies live and work, or lived."""
    people, them, known = part.people, part.companies, places.communities()
    texts = pa.concat_arrays([people.addresses, them.addresses.take(pa.array(part.own))])
    community = np.concatenate([people.community, them.community[part.own]])
    houses = pc.struct_field(pc.extract_regex(texts, r"^(?P<house>.+号)"), "house")
    first = _first_of_each(houses)
    houses, community = houses.take(pa.array(first)), community[first]
    number = pc.struct_field(pc.extract_regex(houses, r"(?P<number>\d+)号$"), "number").cast(pa.int64()).to_numpy()
    before = pc.binary_join_element_wise("厦门市", known.districts.take(pa.array(community)),
                                         known.streets.take(pa.array(community)), "")
    length = pc.utf8_length(before)
    names = [text[begin:].rstrip("0123456789号") for text, begin in zip(houses.to_pylist(), length.to_pylist(),
                                                                        strict=True)]
    of = known.road_names.to_pylist()
    road = np.array([next((n for n, one in enumerate(known.roads[at]) if of[one] == name), 0)
                     for at, name in zip(community, names, strict=True)])
    longitude, latitude = geography().houses(community, road, number)
    codes = known.codes.take(pa.array(community))
    columns = {
        "address_code": pc.binary_join_element_wise(codes, pc.cast(pa.array(road + 1), pa.utf8()),
                                                    padded(number, 3), ""),
        "full_name": houses, "road": pa.array(names, pa.utf8()), "house_number": pa.array(number), "area_code": codes,
        "longitude": pa.array(longitude), "latitude": pa.array(latitude),
        "registered_on": days(np.full(len(first), REGISTERED)),
    }
    return Rows(columns, np.full(len(first), REGISTERED))


def _first_of_each(texts: pa.Array) -> np.ndarray:
    codes = np.asarray(pc.dictionary_encode(texts).indices)
    return np.sort(np.unique(codes, return_index=True)[1])


def outline(part: Part) -> Rows:
    """Where streets and communities lie; handed over once, with the first part of the city."""
    drawn = geography().outlines if part.number == 0 else {}
    codes = sorted(code for code in drawn if len(code) > 6)
    columns = {
        "area_code": pa.array(codes, pa.utf8()),
        "level": pa.array(["街道" if len(code) == 9 else "社区" for code in codes], pa.utf8()),
        "geometry": pa.array([shapely.to_geojson(drawn[code]) for code in codes], pa.utf8()),
        "drawn_on": days(np.full(len(codes), REGISTERED)),
    }
    return Rows(columns, np.full(len(codes), REGISTERED))

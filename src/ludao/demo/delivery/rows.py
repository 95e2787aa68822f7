"""The rows of one table from one part of the city, and which people and companies they are really about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ludao.demo.population.city import Part

PERSONAL = ("id_number", "person_name", "phone", "address", "birth_day", "sex")


@dataclass
class About:
    """The person (an index within the part) that each row is about in one role, and the columns that say so."""

    who: np.ndarray
    columns: dict[str, str]  # what a value is → the column's name
    role: str = "self"


@dataclass
class Rows:
    """`event`: the day of which each row tells; the department wrote it then or, if long ago, when it digitised."""

    columns: dict[str, pa.Array]
    event: np.ndarray
    people: list[About] = field(default_factory=list)
    companies: np.ndarray | None = None
    company_column: str = "credit_code"
    older: dict[str, pa.Array] = field(default_factory=dict)  # what a changed row said before

    def __len__(self) -> int:
        return len(self.event)

    def keys(self, contract: Mapping[str, Any]) -> pa.Array:
        return pc.binary_join_element_wise(*[pc.cast(self.columns[name], pa.utf8()) for name in contract["key"]], "|")


def person(part: Part, who: np.ndarray, *wanted: str, **named: str) -> tuple[dict[str, pa.Array], About]:
    """Columns that tell of people: `person(part, who, "id_number", "name", person_name="tenant_name")`."""
    people, at = part.people, pa.array(who)
    usual = {"id_number": "id_number", "name": "person_name", "phone": "phone", "address": "address",
             "birth_on": "birth_day", "sex": "sex"}
    means = {**{usual[name]: name for name in wanted}, **named}
    known = {
        "id_number": lambda: people.ids.take(at), "person_name": lambda: people.names.take(at),
        "phone": lambda: people.phones.take(at), "address": lambda: people.addresses.take(at),
        "birth_day": lambda: pa.array(people.born[who]), "sex": lambda: sexes(people.is_male[who]),
    }
    return {column: known[what]() for what, column in means.items()}, About(who, means)


def sexes(is_male: np.ndarray) -> pa.Array:
    return choose(("女", "男"), is_male.astype(int))


def choose(words: tuple[str, ...] | list[str], index: np.ndarray) -> pa.Array:
    return pa.array(words, pa.utf8()).take(pa.array(index))


def days(values: np.ndarray) -> pa.Array:
    return pa.array(values.astype("M8[D]"))


def coded(prefix: str, part: Part, count: int, width: int = 7) -> pa.Array:
    """Record numbers that no other part of the city gives: prefix, part, running number."""
    from ludao.demo.population.numbers import padded

    return pc.binary_join_element_wise(prefix, padded(part.number * 10**width + np.arange(count), width + 3), "")


def codes_of(part: Part, company: np.ndarray) -> pa.Array:
    """Credit codes; empty where there is no company."""
    return part.companies.codes.take(pa.array(company, mask=company < 0))


def names_of(part: Part, company: np.ndarray) -> pa.Array:
    return part.companies.names.take(pa.array(company, mask=company < 0))

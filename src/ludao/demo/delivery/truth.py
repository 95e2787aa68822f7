"""The truth that linking, merging and cleaning are measured against: truth/*.parquet beside the departments' files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ludao.demo.delivery.dirt import STOPS, Planted
from ludao.demo.delivery.files import Parquet
from ludao.demo.delivery.rows import Rows, sexes
from ludao.demo.population.city import Part
from ludao.demo.population.numbers import padded
from ludao.demo.population.places import communities

DIRT = pa.schema([(name, pa.utf8()) for name in ("source", "record_key", "kind", "column", "clean", "dirty")]
                 + [("stops", pa.bool_())])


def person_names(part: Part, who: np.ndarray) -> pa.Array:
    """P00000001: the true person, nothing to do with any number the city gives."""
    return pc.binary_join_element_wise(
        "P", padded(np.maximum(part.first + who, 0), 8), "") if len(who) else pa.array([], pa.utf8())


def company_names(company: np.ndarray) -> pa.Array:
    return pc.binary_join_element_wise("C", padded(np.maximum(company, 0), 8), "")


class Truth:
    """Writes person, company, record, company_record and dirt, part after part."""

    def __init__(self, out: Path) -> None:
        out.mkdir(parents=True, exist_ok=True)
        self.soiled: list[pa.Table] = []
        self.files = {name: Parquet(out / f"{name}.parquet", zone=None)
                      for name in ("person", "company", "record", "company_record", "dirt")}

    def part(self, part: Part) -> None:
        self._people(part)
        them, own = part.companies, part.own
        self.files["company"].write(pa.table({
            "company": company_names(own), "credit_code": them.codes.take(pa.array(own)),
            "name": them.names.take(pa.array(own)), "is_open": pa.array(them.status[own] == 0),
            "legal_person": person_names(part, them.legal[own]),
        }))

    def _people(self, part: Part) -> None:
        people, everyone = part.people, np.arange(len(part.people))

        def other(index: np.ndarray) -> pa.Array:
            return pc.if_else(pa.array(index >= 0), person_names(part, index), None)

        self.files["person"].write(pa.table({
            "person": person_names(part, everyone), "id_number": people.ids, "name": people.names,
            "sex": sexes(people.is_male), "birth_on": pa.array(people.born), "phone": people.phones,
            "address": people.addresses, "area_code": communities().codes.take(pa.array(people.community)),
            "household": pa.array(part.number * 10**6 + people.household), "is_alive": pa.array(people.is_alive),
            "is_registered": pa.array(people.is_local), "mother": other(people.mother), "father": other(people.father),
            "spouse": other(people.spouse),
            "employer": pc.if_else(pa.array(part.lives.employer >= 0), company_names(part.lives.employer), None),
        }))

    def rows(self, contract: Mapping[str, Any], keys: pa.Array, rows: Rows, part: Part) -> None:
        source = contract["address"]
        for about in rows.people:
            there = np.flatnonzero(about.who >= 0)
            self.files["record"].write(pa.table({
                "source": pa.array([source] * len(there), pa.utf8()), "record_key": keys.take(pa.array(there)),
                "person": person_names(part, about.who[there]), "role": pa.array([about.role] * len(there), pa.utf8()),
            }))
        if rows.companies is not None:
            there = np.flatnonzero(rows.companies >= 0)
            role = "self" if rows.company_column in contract["key"] or not rows.people else rows.company_column
            self.files["company_record"].write(pa.table({
                "source": pa.array([source] * len(there), pa.utf8()), "record_key": keys.take(pa.array(there)),
                "company": company_names(rows.companies[there]), "role": pa.array([role] * len(there), pa.utf8()),
            }))

    def dirt(self, source: str, keys: pa.Array, planted: Planted) -> None:
        for at, kind, column, clean, dirty in zip(planted.rows, planted.kinds, planted.columns, planted.clean,
                                                  planted.dirty, strict=True):
            self._dirt(source, keys.take(pa.array(at)), kind, column, clean, dirty)

    def handed(self, source: str, keys: pa.Array, kinds: Mapping[str, np.ndarray]) -> None:
        for kind, at in kinds.items():
            nothing = pa.nulls(len(at), pa.utf8())
            self._dirt(source, keys.take(pa.array(at)), kind, "", nothing, nothing)

    def renamed(self, source: str, delivery: str, column: str, header: str) -> None:
        self._dirt(source, pa.array([delivery]), "renamed_column", column, pa.array([column]), pa.array([header]))

    def _dirt(self, source: str, keys: pa.Array, kind: str, column: str, clean: pa.Array, dirty: pa.Array) -> None:
        def same(value: str) -> pa.Array:
            return pa.array([value] * len(keys), pa.utf8())

        stops = pa.array([kind in STOPS] * len(keys), pa.bool_())
        if len(keys):
            self.soiled.append(pa.Table.from_arrays(
                [same(source), keys, same(kind), same(column), clean, dirty, stops], schema=DIRT))

    def flush(self) -> None:
        """After each part: what was soiled in it."""
        self.files["dirt"].write(pa.concat_tables([DIRT.empty_table(), *self.soiled]).combine_chunks())
        self.soiled = []

    def close(self) -> None:
        self.flush()
        for file in self.files.values():
            file.close()

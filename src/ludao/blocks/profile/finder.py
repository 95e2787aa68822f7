"""Finding in what linking made: several golden records at once, somebody by all that one knows, an entity's rows."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from ludao.blocks.lake import public as lake
from ludao.blocks.profile import definition as definitions
from ludao.blocks.profile import files
from ludao.blocks.profile.definition import Definition

MOST = 200
Record = dict[str, Any]


def many(definition: Definition, entities: Sequence[str]) -> dict[str, Record]:
    """Golden records by name; names that nobody has are left out."""
    wanted = list(dict.fromkeys(entities))
    if not wanted or not lake.exists(definition.golden_address):
        return {}
    rows = lake.lookup(definition.golden_address, [{definition.entity: name} for name in wanted])
    return {row[definition.entity]: row for row in rows}


def find(profile: str, asked: Mapping[str, Any]) -> list[Record]:
    """Those who agree with everything asked: numbers, names and phones by the index, the day of birth among them."""
    words = {word: str(value) for word, value in asked.items() if word in files.WORDS and value}
    found = files.find(profile, MOST, **words) if words else []
    born = asked.get("birth_on")
    return [row for row in found if not isinstance(born, date) or row.get("birth_on") == born]


def rows(definition: Definition, entity: str) -> list[Record]:
    """All rows as they were filed: {source, part, key, by, weight, reason, row}."""
    return rows_in(files.filed(definition, entity))


def rows_in(filed: Mapping[str, Any]) -> list[Record]:
    found: list[Record] = json.loads(filed.get("rows") or "[]")
    return found


def relations(profile: str, entity: str) -> list[Record]:
    """Nearest first: family, then work, then property; what is over comes last."""
    kinds = {relation.kind: n for n, relation in enumerate(definitions.get(profile).relations)}
    return sorted(files.relations(profile, entity),
                  key=lambda r: (bool(r.get("ended_on")), kinds.get(r["kind"], 99), r["kind"], r["other_id"]))

"""Relations: who belongs with whom, from the parts of one row, from what a column names, from a shared household."""

from typing import TYPE_CHECKING

from ludao.blocks.lake import public as lake
from ludao.blocks.profile.cleaning import literal
from ludao.blocks.profile.definition import Definition, Relation
from ludao.blocks.profile.gathering import key_of, quoted

if TYPE_CHECKING:
    from ludao.blocks.lake.public import Session

OTHERS = {"company": ("data.enterprise.company", "company_id", "credit_code")}


def relations(session: "Session", definition: Definition) -> str:
    """`home` → SQL of all relations: entity, other_id, other_kind, kind, source, record_key, ended as the row tells."""
    parts = [part for relation in definition.relations for part in _one(session, definition, relation)]
    parts += [_group(definition, group.source, group.column, group.kind) for group in definition.groups
              if lake.exists(group.source)]
    if not parts:
        return ""
    # Several rows may tell of one relation; the last one counts.
    return f"""
        select * from ({' union all '.join(parts)})
        qualify row_number() over (partition by "{definition.entity}", other_id, kind, source
                                   order by ended_on desc nulls first, record_key desc) = 1"""


def _one(session: "Session", definition: Definition, relation: Relation) -> list[str]:
    if not lake.exists(relation.source):
        return []
    one = _records(definition, relation.source, relation.part)
    if relation.column:
        return [_named(definition, relation, one)]
    other = _records(definition, relation.source, relation.other)

    def pair(first: str, second: str, kind: str) -> str:
        return f"""
            select x.entity as "{definition.entity}", y.entity as other_id, {literal(definition.name)} as other_kind,
                   {literal(kind)} as kind, {literal(relation.source)} as source, x.record_key,
                   null::date as ended_on
            from ({first}) x join ({second}) y on x.record_key = y.record_key where x.entity <> y.entity"""

    return [pair(one, other, relation.kind)] + ([pair(other, one, relation.back)] if relation.back else [])


def _records(definition: Definition, address: str, part: str) -> str:
    number = definition.number_of(address, part)
    return f"select record_key, entity from home where src = {number}"


def _named(definition: Definition, relation: Relation, records: str) -> str:
    ended = f"r.{quoted(relation.ended)}::date" if relation.ended else "null::date"
    key = lake.describe(relation.source).key
    named = f"r.{quoted(relation.column)}::varchar"
    other, joined = named, ""
    if relation.to in OTHERS and lake.exists(OTHERS[relation.to][0]):
        address, entity, column = OTHERS[relation.to]
        other, joined = f"o.{entity}", f"join {address} o on o.{column} = upper({named})"
    return f"""
        select x.entity as "{definition.entity}", {other} as other_id, {literal(relation.to)} as other_kind,
               {literal(relation.kind)} as kind, {literal(relation.source)} as source, x.record_key, {ended} as ended_on
        from ({records}) x join (select * from {relation.source}) r on {key_of(key, 'r')} = x.record_key {joined}
        where {named} <> ''"""


def _group(definition: Definition, address: str, column: str, kind: str) -> str:
    """Every two of a household; the value itself must be one of the cleaned fields or a column of the source."""
    number = definition.number_of(address)
    key = key_of(lake.describe(address).key, "r")
    members = f"""
        select h.entity, h.record_key, r.{quoted(column)} as shared
        from home h join (select * from {address}) r on {key} = h.record_key
        where h.src = {number} and r.{quoted(column)} <> ''"""
    return f"""
        select x.entity as "{definition.entity}", y.entity as other_id, {literal(definition.name)} as other_kind,
               {literal(kind)} as kind, {literal(address)} as source, x.record_key, null::date as ended_on
        from ({members}) x join ({members}) y on x.shared = y.shared and x.entity <> y.entity"""

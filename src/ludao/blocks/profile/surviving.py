"""Survivorship: one value of each field for each entity, and the other values that sources hold."""

from typing import TYPE_CHECKING

from ludao.blocks.profile import gathering
from ludao.blocks.profile.cleaning import literal
from ludao.blocks.profile.definition import Definition

if TYPE_CHECKING:
    from ludao.blocks.lake.public import Session


def golden(session: "Session", definition: Definition, where: str = "true") -> None:
    """`standard`, `assigned` (rid, entity), `correction` → `golden`, one row an entity.

    A record whose id is in question gives no id; an id that is not valid survives only where no other is known.
    """
    shown = [field for field in definition.fields.values() if field.shown]
    values = []
    for field in shown:
        where_id = "s.id_ok and a.doubt is null" if field.name == definition.id else "true"
        values.append(f'{gathering.best(definition, field.name, "s", where_id)} as "{field.name}"')
    session.connection.execute(f"""
        create or replace temp table golden as
        select a.entity as "{definition.entity}", {', '.join(values)},
               count(*)::integer as records, count(distinct s.src)::integer as sources, max(s."at") as newest_at
        from assigned a join standard s on s.rid = a.rid where {where} group by a.entity""")
    for field in shown:
        session.connection.execute(f"""
            update golden set "{field.name}" = c.value::{_kind(session, field.name)} from correction c
            where c.entity = golden."{definition.entity}" and c.field = {literal(field.name)}""")


def _kind(session: "Session", column: str) -> str:
    rows = session.connection.execute(f'select typeof("{column}") from golden limit 1').fetchall()
    return str(rows[0][0]) if rows else "varchar"


def conflicts(session: "Session", definition: Definition, where: str = "true") -> str:
    """SQL of the values that stand against one another: for each entity and field with more than one value, every
    record's value and whether it is the one that was chosen."""
    parts = []
    for field in definition.fields.values():
        if not (field.shown and field.conflict):
            continue
        key = f's."{field.name}"'
        valid = "and s.id_ok" if field.name == definition.id else ""
        parts.append(f"""
            select a.entity, {literal(field.name)} as field, {key}::varchar as value, s.src, s.record_key, s."at",
                   g."{field.name}"::varchar as golden
            from assigned a join standard s on s.rid = a.rid join golden g on g."{definition.entity}" = a.entity
            where {key} is not null {valid} and {where}
              and a.entity in (select a.entity from assigned a join standard s on s.rid = a.rid
                               join golden g on g."{definition.entity}" = a.entity
                               where {key} <> g."{field.name}" {valid})""")
    if not parts:
        return ""
    return f"""
        select v.entity as "{definition.entity}", v.field, v.value, f.source, v.record_key, f.part, v."at",
               v.value is not distinct from v.golden as chosen
        from ({' union all '.join(parts)}) v join feed f on f.src = v.src"""

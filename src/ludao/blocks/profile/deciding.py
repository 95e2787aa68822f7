"""What a clerk decides is put in force at once by the next linking; these are the records it is about."""

from typing import Any

from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.lake import public as lake
from ludao.blocks.profile.constraints import written
from ludao.blocks.profile.definition import Definition

MOST_RECORDS = 2000


def records(definition: Definition, entity: str) -> list[str]:
    """An entity's records as texts, the best authority's first. Raises Problem when there is no such entity."""
    address = definition.table("record")
    rows: list[dict[str, Any]] = lake.sql(
        f'select source, part, record_key from {address} where "{definition.entity}" = $entity'
        f" order by source, part, record_key limit {MOST_RECORDS}", {"entity": entity}).rows() if lake.exists(
            address) else []
    if not rows:
        raise Problem(t(f"没有编号为 {entity} 的档案", f"There is no entity {entity}"), field="entity")
    order = {(s.address, s.part): n for n, s in enumerate(definition.sources)}
    rows.sort(key=lambda row: (order.get((row["source"], row["part"]), 999), row["record_key"]))
    return [written(row["source"], row["record_key"], row["part"]) for row in rows]

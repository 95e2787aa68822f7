"""Names of entities: opaque, and the same from link to link."""

from typing import TYPE_CHECKING, Any

from django.conf import settings

from ludao.base.crypto import sm3_hmac
from ludao.blocks.profile.definition import Definition
from ludao.blocks.profile.nodes import source_name

if TYPE_CHECKING:
    from ludao.blocks.lake.public import Session


def name_of(definition: str, seed: str) -> str:
    """20 hexadecimal digits that tell nothing of the seed without the installation's secret."""
    key = sm3_hmac(settings.SECRET_KEY.encode(), f"ludao.profile.{definition}".encode())
    return sm3_hmac(key, seed.encode()).hex()[:20]


def names(session: "Session", definition: Definition, seeds: str) -> None:
    """`made` (root, entity) for the query `seeds` (root, seed)."""
    import pyarrow as pa

    key = sm3_hmac(settings.SECRET_KEY.encode(), f"ludao.profile.{definition.name}".encode())
    batches = []
    found: Any = session.connection.sql(seeds)
    for batch in found.to_arrow_reader(100_000):
        made = [sm3_hmac(key, seed.encode()).hex()[:20] for seed in batch.column(1).to_pylist()]
        batches.append(pa.record_batch([batch.column(0), pa.array(made, pa.string())], ["root", "entity"]))
    schema = pa.schema([("root", pa.int64()), ("entity", pa.string())])
    session.connection.register("naming", pa.Table.from_batches([b.cast(schema) for b in batches], schema))
    session.connection.execute("create or replace temp table made as select * from naming")
    session.connection.unregister("naming")


def settle(session: "Session", definition: Definition, is_full: bool) -> None:
    """`clustered` (node, root) and `prior` (rid, entity) → `named` (root, entity).

    A cluster keeps the name that most speaks for it: that of the record with its id, then that of most records. When a
    cluster parts, only one part keeps the name; a part without any gets its own, from its id or its first record.
    """
    run = session.connection.execute
    run("""
        create or replace temp table claim as
        select c.root, p.entity, count(*) as records,
               max(case when b.id is not null and n.kind < 2 then 1 else 0 end) as by_id
        from prior p join membership m on m.rid = p.rid join belongs b on b.rid = p.rid
        join clustered c on c.node = m.node join node n on n.node = m.node group by all""")
    order = "by_id desc, records desc, entity, root"
    run(f"""
        create or replace temp table kept as
        with best as (
            select *, row_number() over (partition by entity order by {order}) as for_entity from claim)
        select root, entity from (
            select *, row_number() over (partition by root order by {order}) as for_root from best where for_entity = 1)
        where for_root = 1""")
    run(f"""
        create or replace temp table seeding as
        select root, coalesce(min(id), min(first)) as seed from (
            select c.root, b.id, {source_name(definition)} || '|' || s.record_key as first
            from clustered c anti join kept k on k.root = c.root
            join membership m on m.node = c.node join belongs b on b.rid = m.rid join standard s on s.rid = m.rid)
        group by root""")
    names(session, definition, "select root, seed from seeding")
    taken = "select entity from kept"
    if not is_full:  # or by somebody elsewhere in the city
        name = definition.entity
        taken += f" union select {name} from old_record anti join prior p on p.entity = {name}"
    while run(f"update made set entity = entity || 'x' where entity in ({taken})").fetchall()[0][0]:
        pass
    run("create or replace temp table named as select root, entity from kept union all select root, entity from made")

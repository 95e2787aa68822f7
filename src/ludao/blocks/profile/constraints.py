"""What a clerk decided, and what no weight may join, as constraints on the nodes of a linking."""

from typing import TYPE_CHECKING, Any

from ludao.blocks.profile.definition import Definition
from ludao.blocks.profile.models import JOIN, SPLIT, held

if TYPE_CHECKING:
    from ludao.blocks.lake.public import Session



def written(source: str, key: str, part: str = "") -> str:
    """A record as one text."""
    return f"{source}#{part}|{key}"


def bring(session: "Session", definition: Definition) -> None:
    """`decided` (number, kind, side, rid), and `apart`: records that lose their id because a clerk parted them."""
    import pyarrow as pa

    rows = [(d.pk, d.kind, side, *record.split("|", 1)) for d in held(definition.name)
            for side, records in (("l", d.records), ("r", d.others)) for record in records]
    columns: list[Any] = list(zip(*rows, strict=True)) if rows else [[]] * 5
    types = [pa.int64(), pa.string(), pa.string(), pa.string(), pa.string()]
    arrays = [pa.array(list(c), k) for c, k in zip(columns, types, strict=True)]
    session.register("deciding", pa.table(arrays, names=["number", "kind", "side", "source", "record_key"]))
    session.connection.execute("""
        create or replace temp table decided as
        select d.number, d.kind, d.side, s.rid from deciding d
        join feed f on f.source || '#' || f.part = d.source join standard s
          on s.src = f.src and s.record_key = d.record_key""")
    session.connection.execute(f"""
        create or replace temp table apart as
        select distinct rid from decided where kind = '{SPLIT}' and side = 'l'""")


def place(session: "Session", definition: Definition) -> None:
    """`must` and `cannot` (number, l, r) between nodes. The parts of one row are never one: a mother is not her
    child."""
    run = session.connection.execute
    for table, kind in (("must", JOIN), ("cannot", SPLIT)):
        run(f"""
            create or replace temp table {table} as
            select distinct x.number, m.node as l, n.node as r
            from decided x join decided y on y.number = x.number and x.side = 'l' and y.side = 'r'
            join membership m on m.rid = x.rid join membership n on n.rid = y.rid
            where x.kind = '{kind}' and m.node <> n.node""")
    addresses = [source.address for source in definition.sources]
    if len(addresses) > len(set(addresses)):
        run("""
            insert into cannot
            select 0, least(m.node, n.node), greatest(m.node, n.node)
            from standard s join feed f on f.src = s.src
            join standard o on o.record_key = s.record_key and o.src > s.src
            join feed g on g.src = o.src and g.source = f.source
            join membership m on m.rid = s.rid join membership n on n.rid = o.rid join node a on a.node = m.node
            join node b on b.node = n.node
            where m.node <> n.node and (a.kind <> 0 or b.kind <> 0)""")



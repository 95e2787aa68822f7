"""Scope: the part of a city that new rows can touch, which is linked as if it were all; the rest stays as it was.

What a linking finds hangs together in few ways. A node is made of all records of one id. The weight of a pair depends
on its two nodes alone. A cluster depends on the nodes that edges, a clerk's word or a questioned id tie together. So
the rows that came, with all records of their ids, are made to nodes anew (`renewed`) and compared with whoever shares a
block with them; what is tied to any of these (`core`) is clustered again. docs/decisions/0018 tells what that leaves.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from ludao.base.errors import Problem
from ludao.blocks.lake import public as lake
from ludao.blocks.profile import blocking, gathering
from ludao.blocks.profile.cleaning import literal
from ludao.blocks.profile.definition import Definition
from ludao.blocks.profile.gathering import quoted
from ludao.blocks.profile.models import JOIN, Correction, Decision, Run, held
from ludao.blocks.profile.nodes import ATTESTED, NONE, number

if TYPE_CHECKING:
    from ludao.blocks.lake.public import Session

OVERLAP = timedelta(days=1)  # what a clerk decided may stand a little after the time that it bears
VIEWS = {"old_standard": "standard", "old_node": "compared", "old_edge": "weighed", "old_record": "record",
         "frequency": "frequency"}


# ---- what came

def gather(session: "Session", definition: Definition, versions: Mapping[str, int], last: Run) -> int:
    """`standard`: the rows that came or changed, with all records of the ids that they have or had. Gives how many
    are new."""
    run, before, since = session.connection.execute, last.versions, last.begun_at - OVERLAP
    for view, table in VIEWS.items():
        session.sql(f"create or replace temp view {view} as select * from {definition.table(table)}")
    run("create or replace temp table touched (source varchar, record_key varchar)")
    changed = {address: _changed(session, address, before.get(address), f"changed_{n}")
               for n, address in enumerate(definition.addresses)
               if address in versions and versions[address] != before.get(address)}
    new = gathering.gather(session, definition, "standard", changed)
    run("create or replace temp table seed as"
        " select node from old_standard semi join touched using (source, record_key)")
    _decided(session, definition, since)
    _renew(session, definition)
    _look_again(session, definition, versions, before, since)
    return new


def _changed(session: "Session", address: str, since: int | None, table: str) -> str:
    """The rows of an address that came or changed since a version, as a table; all where that is not known. Their keys
    and those of the rows that went are `touched`."""
    run, key = session.connection.execute, gathering.key_of(lake.describe(address).key)
    try:
        if since is None:
            raise Problem("")
        session.register("changing", lake.changes(address, since))
        run(f"create or replace temp table {table} as select *, {key} as record_key from changing")
        gone = f"select record_key from {table}"
    except Problem:  # it is new, or the versions between were cleared away
        session.sql(f"create or replace temp table {table} as"
                    f" select *, {key} as record_key, '' as _change from {address}")
        gone = (f"select record_key from {table} union"
                f" select record_key from old_standard where source = {literal(address)}")
    run(f"insert into touched select distinct {literal(address)}, record_key from ({gone})")
    run(f"delete from {table} where _change = 'delete'")
    return table


def _decided(session: "Session", definition: Definition, since: datetime) -> None:
    """The records of what a clerk decided or took back."""
    late = Decision.objects.filter(definition=definition.name).filter(Q(at__gte=since) | Q(undone_at__gte=since))
    records = [record for d in late for record in (*d.records, *d.others)]
    if records:
        session.connection.execute("insert into seed select node from old_standard"
                                   " where source || '#' || part || '|' || record_key in $1", [records])


def _renew(session: "Session", definition: Definition) -> None:
    """`renewed`: the nodes that are made anew; `standard` with all their records, and all that name their id."""
    run, key = session.connection.execute, f'"{definition.id}"'
    ids = "false"
    if definition.id:
        run(f"""
            create or replace temp table renewed_id as
            select {key} as id from standard where id_ok union
            select o.{key} from old_standard o where o.id_ok and o.node in (select node from seed) union
            select o.{key} from old_standard o semi join touched using (source, record_key) where o.id_ok""")
        ids = f"(o.id_ok and o.{key} in (select id from renewed_id))"
    run(f"""
        create or replace temp table renewed as
        select distinct node from old_standard o where node in (select node from seed) or {ids}""")
    columns = ", ".join(f'o."{name}"' for name in gathering.standard(definition) if name != "src")
    run(f"""
        insert into standard by name select f.src::smallint as src, {columns} from old_standard o
        join feed f on f.source = o.source and f.part = o.part
        anti join touched t on t.source = o.source and t.record_key = o.record_key
        where o.node in (select node from renewed)""")


def _look_again(session: "Session", definition: Definition, versions: Mapping[str, int], before: Mapping[str, int],
                since: datetime) -> None:
    """`again`: nodes whose file is to be written though nothing of them is linked anew: rows came or changed that only
    hang on a record, or a value was confirmed."""
    run = session.connection.execute
    run("create or replace temp table again (node bigint)")
    for one in definition.attached:
        if versions.get(one.address) == before.get(one.address) or not lake.exists(one.to):
            continue
        by, key = quoted(one.by), gathering.key_of(lake.describe(one.to).key, "r")
        try:
            session.register("changing", lake.changes(one.address, before.get(one.address, -1)))
            run(f"create or replace temp table hung as select distinct {by} from changing")
        except Problem:
            session.sql(f"create or replace temp table hung as select distinct {by} from {one.address}")
        session.sql(f"""
            insert into again select o.node from old_standard o
            join (select {key} as record_key from {one.to} r semi join hung using ({by})) r
            on o.source = {literal(one.to)} and o.record_key = r.record_key""")
    late = Correction.objects.filter(definition=definition.name).filter(Q(at__gte=since) | Q(ended_at__gte=since))
    if entities := list(late.values_list("entity", flat=True)):
        run(f"""insert into again select o.node from old_record r join old_standard o using (source, part, record_key)
                where r."{definition.entity}" in $1""", [entities])


# ---- with whom it is compared

def neighbours(session: "Session", definition: Definition) -> None:
    """After the renewed nodes were made, `node` with all others that share a block with one of them."""
    run = session.connection.execute
    run("insert into renewed select node from node where node not in (select node from renewed)")
    if not run("select 1 from renewed limit 1").fetchall():
        return
    run("create or replace temp view other_node as select *, false as is_new"
        " from old_node anti join renewed using (node)")
    _compare_again(session, definition)
    run("create or replace temp table beside (node bigint)")
    for rule in (*definition.block, definition.sole):
        if rule:
            mine, others = (blocking.keys(definition, rule, "true", table) for table in ("node", "other_node"))
            run(f"insert into beside select node from ({others}) o semi join ({mine}) m using (k)")
    run("insert into node by name select * from other_node semi join beside using (node)"
        " anti join (select node from node) n using (node)")


def _compare_again(session: "Session", definition: Definition) -> None:
    """What only one can have, another may have now, or no more: who goes by it alone is compared again."""
    if definition.sole:
        names = ", ".join(f'"{name}"' for name in definition.sole)
        session.connection.execute(f"""
            insert into node by name select o.* replace (true as is_new) from other_node o semi join (
                select {names} from node where kind = {ATTESTED} union
                select {names} from old_node semi join renewed using (node) where kind = {ATTESTED}) n using ({names})
            where o.kind = {NONE}""")


# ---- what is clustered again

def close(session: "Session", definition: Definition) -> None:
    """`core`: all nodes tied to one that was compared. `node`, `edge`, `standard`, `belongs`, `membership` then hold
    the core, whole, and nothing else."""
    run = session.connection.execute
    run("create or replace temp table compared as select node from node where is_new union select node from renewed")
    run("create or replace temp table core as select node from compared union select node from again")
    _tie(session, definition)
    while run("""
        insert into core select distinct t.r from tie t
        semi join core c on c.node = t.l anti join core d on d.node = t.r""").fetchall()[0][0]:
        pass
    run("delete from node where node not in (select node from core)")
    run("insert into node by name select *, false as is_new from old_node semi join core using (node)"
        " anti join compared using (node) anti join (select node from node) n using (node)")
    run("insert into edge select l, r, weight, reason from old_edge where l in (select node from core)"
        " and l not in (select node from compared) and r not in (select node from compared)")
    _take_records(session, definition)


def _tie(session: "Session", definition: Definition) -> None:
    """`tie` (l, r), both ways: edges as they were and are, what a clerk joined, a record and the id it was refused."""
    import pyarrow as pa

    run = session.connection.execute
    pairs = [(one, other) for d in held(definition.name).filter(kind=JOIN) for one in d.records for other in d.others]
    session.register("joined", pa.table({"one": pa.array([p[0] for p in pairs], pa.string()),
                                         "other": pa.array([p[1] for p in pairs], pa.string())}))
    run("""
        create or replace temp table joined_node as
        with sought as (select one as record from joined union select other from joined),
        here as (select f.source || '#' || f.part || '|' || s.record_key as record, m.node
                 from standard s join feed f on f.src = s.src join membership m on m.rid = s.rid
                 union all select source || '#' || part || '|' || record_key, node from old_standard)
        select record, node from here semi join sought using (record)""")
    run("""
        create or replace temp table must_tie as select a.node as l, b.node as r
        from joined j join joined_node a on a.record = j.one join joined_node b on b.record = j.other""")
    id_node = number("doubt")
    one_way = f"""select l, r from old_edge union all select l, r from edge union all select l, r from must_tie
        union all select node, {id_node} from old_standard where doubt is not null
        union all select node, {id_node} from membership where doubt is not null"""
    run(f"create or replace temp view tie as with t as ({one_way}) select l, r from t union all select r, l from t")


def _take_records(session: "Session", definition: Definition) -> None:
    """The records of the core's nodes that were not renewed, with the node that each has."""
    run = session.connection.execute
    columns = ", ".join(f'o."{name}"' for name in gathering.standard(definition) if name != "src")
    run(f"""
        create or replace temp table taken as
        select nextval('record_number') as rid, f.src::smallint as src, {columns}, o.node, o.doubt from old_standard o
        join feed f on f.source = o.source and f.part = o.part
        semi join core c on c.node = o.node anti join renewed n on n.node = o.node
        anti join touched t on t.source = o.source and t.record_key = o.record_key""")
    run("insert into standard by name select * exclude (node, doubt) from taken")
    run("insert into membership by name select rid, node, doubt from taken")
    key = f'case when id_ok and doubt is null then "{definition.id}" end' if definition.id else "null::varchar"
    run(f"insert into belongs by name select rid, {key} as id, doubt from taken")

"""Kin: whose relations change because somebody else's rows did. Their files are written anew with the others'."""

from typing import TYPE_CHECKING

from ludao.blocks.lake import public as lake
from ludao.blocks.profile import gathering
from ludao.blocks.profile.definition import Definition
from ludao.blocks.profile.gathering import key_of, quoted

if TYPE_CHECKING:
    from ludao.blocks.lake.public import Session


def take(session: "Session", definition: Definition) -> None:
    """To `chosen` those related to an entity whose rows came, moved or went; their records, of which nothing is linked
    anew, to `standard` and `assigned`."""
    run, entity = session.connection.execute, definition.entity
    run("""
        create or replace temp table stirred as
        select f.source, s.record_key, a.entity, p.entity as before from assigned a join standard s on s.rid = a.rid
        join feed f on f.src = s.src left join prior p on p.rid = a.rid
        left join touched t on t.source = f.source and t.record_key = s.record_key
        where p.rid is null or p.entity <> a.entity or t.source is not null""")
    whose = "select entity from stirred union select before from stirred union select entity from leaving"
    related = [f"select r.{entity} from old_record r semi join stirred using (source, record_key)",
               f"select r.{entity} from old_record r semi join touched using (source, record_key)"]
    if lake.exists(definition.table("relation")):
        related.append(f"select {entity} from {definition.table('relation')} where other_id in ({whose})")
    for name in _groups(session, definition, "select record_key from stirred where source = '{source}'"):
        related.append(f"select r.{entity} from old_record r join {name} g using (source, record_key)")
    session.sql(f"insert into chosen select e.{entity} from ({' union '.join(related)}) e"
                f" where e.{entity} not in (select entity from chosen)")
    columns = ", ".join(f'o."{name}"' for name in gathering.standard(definition) if name != "src")
    run(f"""
        create or replace temp table kin as
        select nextval('record_number') as rid, f.src::smallint as src, {columns}, r.{entity} as entity, r."by" as how,
               r.weight, r.reason, r.doubt
        from old_record r semi join chosen c on c.entity = r.{entity}
        join old_standard o using (source, part, record_key)
        join feed f on f.source = r.source and f.part = r.part anti join core on core.node = o.node""")
    run("insert into standard by name select * exclude (entity, how, weight, reason, doubt) from kin")
    run("insert into assigned by name select rid, entity, how, weight, reason, doubt from kin")


def home(session: "Session", definition: Definition, is_full: bool) -> None:
    """`home` (src, record_key, entity): where each record is at home that a relation of the chosen can lead to."""
    run = session.connection.execute
    here = "select s.src, s.record_key, a.entity from standard s join assigned a on a.rid = s.rid"
    if is_full:
        run(f"create or replace temp view home as {here}")
        return
    run("create or replace temp table row_of as select distinct f.source, s.record_key"
        " from standard s join feed f on f.src = s.src")
    sides = ["select source, record_key from row_of"]
    sides += [f"select source, record_key from {name}"
              for name in _groups(session, definition, "select record_key from row_of where source = '{source}'")]
    run(f"""
        create or replace temp table home as {here} union all
        select f.src, r.record_key, r.{definition.entity} from old_record r semi join ({' union '.join(sides)}) x
            using (source, record_key)
        join feed f on f.source = r.source and f.part = r.part
        anti join touched t on t.source = r.source and t.record_key = r.record_key
        anti join standard s on s.src = f.src and s.record_key = r.record_key""")


def _groups(session: "Session", definition: Definition, rows: str) -> list[str]:
    """For each grouping, a table of the rows (source, record_key) that share its value with one of `rows`."""
    made = []
    for n, group in enumerate(definition.groups):
        if lake.exists(group.source):
            key, value = key_of(lake.describe(group.source).key, "r"), quoted(group.column)
            session.sql(f"""
                create or replace temp table group_{n} as select '{group.source}' as source, {key} as record_key
                from {group.source} r where r.{value} <> '' and r.{value} in (
                    select r.{value} from {group.source} r
                    where {key} in ({rows.format(source=group.source)}))""")
            made.append(f"group_{n}")
    return made

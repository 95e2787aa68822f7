"""Storing: what a linking found goes to the lake, all of it or what changed; and what the next linking needs again."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ludao.base import clock
from ludao.base.errors import Problem
from ludao.blocks.lake import public as lake
from ludao.blocks.profile import filing, gathering, relating, surviving
from ludao.blocks.profile.cleaning import literal
from ludao.blocks.profile.definition import Definition
from ludao.blocks.profile.gathering import quoted
from ludao.blocks.profile.models import Correction, Run

if TYPE_CHECKING:
    from ludao.blocks.lake.public import Session

PER_BUCKET = 20_000
GROUPS = {"file": 128}  # rows of a row group, where they are wide
TITLES = {
    "golden": ("黄金记录", "golden record"), "record": ("记录与档案对照", "records by file"),
    "conflict": ("不一致的值", "conflicting values"), "relation": ("关系", "relations"),
    "file": ("整份档案", "whole files"), "index": ("档案检索", "index of files"),
    "standard": ("规整后的记录", "cleaned records"),
    "node": ("归并节点", "nodes of the linking"), "edge": ("归并连边", "edges of the linking"),
}
RECORD = ("source", "part", "record_key")


# ---- what the last linking left

def gather_new(session: "Session", definition: Definition, versions: dict[str, int]) -> int:
    """`standard` as the last linking kept it, with what changed since in its place. Gives how many records are new."""
    last = Run.objects.filter(definition=definition.name).exclude(ended_at=None).order_by("-pk").first()
    before = last.versions if last else {}
    touched: dict[str, str] = {}
    for number, (address, version) in enumerate(versions.items()):
        if address in definition.addresses and before.get(address) != version:
            touched[address] = _changed(session, address, before.get(address), f"changed_{number}")
    fresh = gathering.gather(session, definition, "fresh", touched)
    gathering.gather(session, definition, "standard", {})
    columns = ", ".join(f'k."{name}"' for name in gathering.standard(definition) if name != "src")
    gone = "".join(f" and not (k.source = {literal(address)} and k.record_key in (select record_key from {table}))"
                   for address, table in touched.items())
    session.sql(f"create or replace temp view kept_standard as select * from {definition.table('standard')}")
    rows = ", ".join(f"({n}, {literal(s.address)}, {literal(s.part)})" for n, s in enumerate(definition.sources))
    session.connection.execute(f"""
        insert into standard by name select f.src::smallint as src, {columns}
        from kept_standard k join (values {rows}) f(src, source, part) on f.source = k.source and f.part = k.part
        where true{gone}""")
    session.connection.execute("insert into standard by name select * from fresh")
    session.connection.execute("create or replace temp table touched (source varchar, record_key varchar)")
    for address, table in touched.items():
        session.connection.execute(f"insert into touched select {literal(address)}, record_key from {table}")
    _touch_attached(session, definition, before, versions)
    return fresh


def _touch_attached(session: "Session", definition: Definition, before: Mapping[str, int],
                    versions: Mapping[str, int]) -> None:
    """Rows that only hang on a record came or changed: nothing is linked anew, but that record's file is."""
    for number, one in enumerate(definition.attached):
        if versions.get(one.address) == before.get(one.address) or not lake.exists(one.to):
            continue
        by, hung = quoted(one.by), f"hung_{number}"
        _changed(session, one.address, before.get(one.address), hung, by)
        key = gathering.key_of(lake.describe(one.to).key, "r")
        session.sql(f"insert into touched select {literal(one.to)}, {key} from {one.to} r"
                    f" semi join {hung} h on h.record_key = r.{by}")


def _changed(session: "Session", address: str, since: int | None, table: str, key: str = "") -> str:
    """The keys of rows that were inserted, updated or deleted since a version; all rows where that is not known."""
    key = key or gathering.key_of(lake.describe(address).key)
    if since is not None:
        try:
            session.register("changing", lake.changes(address, since))
            session.connection.execute(f"create or replace temp table {table} as select distinct {key} as record_key"
                                       " from changing")
            return table
        except Problem:
            pass  # the versions between were cleared away
    stored = f"select {key} as record_key from {address}"
    session.sql(f"create or replace temp table {table} as {stored}")
    return table


def recall_names(session: "Session", definition: Definition) -> None:
    """`prior` (rid, entity …): how each record was assigned before."""
    address = definition.table("record")
    if not lake.exists(address):
        session.connection.execute("create or replace temp table prior (rid bigint, entity varchar, how varchar,"
                                   " weight double, reason varchar)")
        session.connection.execute("create or replace temp table leaving (entity varchar)")
        return
    session.sql(f"""
        create or replace temp table leaving as
        select distinct r.{definition.entity} as entity from {address} r
        left join feed f on f.source = r.source and f.part = r.part
        left join standard s on s.src = f.src and s.record_key = r.record_key where s.rid is null""")
    session.sql(f"""
        create or replace temp table prior as
        select s.rid, r.{definition.entity} as entity, r."by" as how, r.weight, r.reason from {address} r
        join feed f on f.source = r.source and f.part = r.part
        join standard s on s.src = f.src and s.record_key = r.record_key""")


def sign(session: "Session") -> str:
    """What a node looks like, as one number: a node with the same tag and sign needs no new comparison."""
    columns = [row[0] for row in session.connection.execute("describe node").fetchall()]
    said = ", ".join(f"coalesce(\"{name}\"::varchar, '')" for name in columns if name not in ("node", "is_new"))
    return f"(md5_number_lower(concat_ws('|', {said})) >> 1)::bigint"


def recall_nodes(session: "Session", definition: Definition) -> None:
    session.sql(f"create or replace temp table known as select tag, sign from {definition.table('node')}")
    session.connection.execute(
        f"update node set is_new = false where (tag, {sign(session)}) in (select tag, sign from known)")


def recall_edges(session: "Session", definition: Definition) -> None:
    """Edges between nodes that did not change hold on."""
    session.sql(f"""
        insert into edge
        select a.node, b.node, e.weight, e.reason from {definition.table('edge')} e
        join node a on a.tag = e.l_tag join node b on b.tag = e.r_tag where not a.is_new and not b.is_new""")


# ---- what this linking leaves

def store(session: "Session", definition: Definition, run: Run, is_full: bool) -> int:
    """Gives how many entities were written."""
    is_full = is_full or not lake.exists(definition.table("record"))
    _corrections(session, definition)
    _choose(session, is_full)
    put = _Put(session, definition, is_full, str(run.begun_at))
    entity = definition.entity
    surviving.golden(session, definition, "true" if is_full else "a.entity in (select entity from chosen)")
    put(definition.golden, "select * from golden", (entity,))
    if conflicts := surviving.conflicts(session, definition):
        session.sql(f"create or replace temp table conflicting as {conflicts}")
        put("conflict", "select * from conflicting", (entity, "field", *RECORD))
    if relations := relating.relations(session, definition):
        within = "" if is_full else f' where "{entity}" in (select entity from chosen)'
        session.sql(f"create or replace temp table relating as select * from ({relations}){within}")
        put("relation", "select * from relating", (entity, "other_id", "kind", "source"))
    beside = {name: table for name, table, is_there in (
        ("conflicts", "conflicting", conflicts), ("relations", "relating", relations)) if is_there}
    put("file", filing.files(session, definition, beside), (entity,))
    _index(put, session, definition, is_full)
    put.all("node", f"select tag, any_value({sign(session)}) as sign from node group by tag", ("tag",))
    put.all("edge", "select a.tag as l_tag, b.tag as r_tag, e.weight, e.reason from edge e"
                    " join node a on a.node = e.l join node b on b.node = e.r", ())
    _standard(put, definition, is_full)
    # last: who reads the assignment finds all the rest
    put("record", f"""
        select f.source, f.part, s.record_key, a.entity as "{entity}", a.weight, a.reason, a.how as "by", a.doubt,
               {literal(clock.now().isoformat())}::timestamptz as linked_at
        from assigned a join standard s on s.rid = a.rid join feed f on f.src = s.src
        where a.entity in (select entity from chosen)""", RECORD)
    return int(session.connection.execute("select count(*) from chosen").fetchall()[0][0])


def _choose(session: "Session", is_full: bool) -> None:
    """`chosen`: the entities that are to be written: all, or those with a record that is new, moved or gone."""
    if is_full:
        session.connection.execute("create or replace temp table chosen as select distinct entity from assigned")
        return
    session.connection.execute("""
        create or replace temp table chosen as
        select a.entity from assigned a left join prior p on p.rid = a.rid
        where p.rid is null or p.entity <> a.entity or p.how <> a.how or p.reason is distinct from a.reason
        union select p.entity from assigned a join prior p on p.rid = a.rid where p.entity <> a.entity
        union select a.entity from assigned a join standard s on s.rid = a.rid join feed f on f.src = s.src
              join touched t on t.source = f.source and t.record_key = s.record_key
        union select entity from leaving
        union select entity from correction""")


def _corrections(session: "Session", definition: Definition) -> None:
    """`correction`: confirmed values in force. One ends when its record no longer says what was wrong."""
    import pyarrow as pa

    rows = list(Correction.objects.filter(definition=definition.name, ended_at=None).values_list(
        "pk", "entity", "field", "value", "wrong", "source", "part", "record_key"))
    names = ["number", "entity", "field", "value", "wrong", "source", "part", "record_key"]
    columns: list[Any] = list(zip(*rows, strict=True)) if rows else [[]] * len(names)
    types = [pa.int64()] + [pa.string()] * 7
    session.register("correcting", pa.table(
        [pa.array(list(c), k) for c, k in zip(columns, types, strict=True)], names=names))
    says = " ".join(f"when '{name}' then s.\"{name}\"::varchar" for name in definition.fields)
    session.connection.execute(f"""
        create or replace temp table correction as
        select c.*, s.rid is not null and (case c.field {says} end) is distinct from c.wrong as is_over
        from correcting c left join feed f on f.source = c.source and f.part = c.part
        left join standard s on s.src = f.src and s.record_key = c.record_key""")
    over = session.connection.execute("select number from correction where is_over").fetchall()
    Correction.objects.filter(pk__in=[row[0] for row in over]).update(ended_at=clock.now())
    session.connection.execute("delete from correction where is_over")


def _standard(put: "_Put", definition: Definition, is_full: bool) -> None:
    columns = ", ".join(f's."{name}"' for name in gathering.standard(definition) if name != "src")
    every = f"select f.source, f.part, {columns} from standard s join feed f on f.src = s.src"
    if is_full:
        put.all("standard", every, RECORD)
    else:
        put.changed("standard", f"select * from ({every}) t semi join touched using (source, record_key)", RECORD,
                    "semi join touched using (source, record_key)")


def _index(put: "_Put", session: "Session", definition: Definition, is_full: bool) -> None:
    if is_full:
        put.all("index", filing.index(session, definition), ("word",))
        return
    session.sql(f"""
        create or replace temp table wording as
        select word from {definition.table('index')} where list_has_any(entities, (select list(entity) from chosen))
        union select word from ({filing.index(session, definition, 'semi join chosen c on c.entity = a.entity')})""")
    put.changed("index", f"select * from ({filing.index(session, definition)}) semi join wording using (word)",
                ("word",), "semi join wording using (word)")


def titles(definition: Definition, table: str) -> dict[str, str]:
    zh, en = TITLES.get(table, TITLES["golden"])
    return {"zh": f"{definition.zh}{zh}", "en": f"{definition.en}: {en}"}


class _Put:
    """Writes one table: whole, or the rows of the chosen entities with those that are gone."""

    def __init__(self, session: "Session", definition: Definition, is_full: bool, run: str) -> None:
        self.session, self.definition, self.is_full, self.run = session, definition, is_full, run

    def __call__(self, table: str, rows: Any, key: Sequence[str]) -> None:
        if self.is_full or not lake.exists(self.definition.table(table)):
            self.all(table, rows, key)
            return
        entity = self.definition.entity
        self.changed(table, rows, key, f'semi join chosen c on c.entity = t."{entity}"')

    def all(self, table: str, rows: Any, key: Sequence[str]) -> None:
        address = self.definition.table(table)
        nodes = self.session.connection.execute("select count(*) from node").fetchall()[0][0]
        buckets = max(1, min(256, nodes // PER_BUCKET))
        reader = self.session.sql(rows).reader() if isinstance(rows, str) else rows
        if not lake.exists(address) or table in GROUPS:
            lake.create(address, reader.schema, key=tuple(key), buckets=buckets if key else 1,
                        group=GROUPS.get(table, 0), title=titles(self.definition, table))
        lake.replace(address, reader, run=self.run)

    def changed(self, table: str, rows: Any, key: Sequence[str], scope: str) -> None:
        address = self.definition.table(table)
        if isinstance(rows, str):
            self.session.sql(f"create or replace temp table new_rows as {rows}")
        else:
            lake.create(address, rows.schema, key=tuple(key), group=GROUPS.get(table, 0))
            self.session.register("changing", rows.read_all())
            self.session.connection.execute("create or replace temp table new_rows as select * from changing")
        keys = ", ".join(f'"{name}"' for name in key)
        self.session.sql(f"create or replace temp table old_rows as select {keys} from {address} t {scope}")
        self.session.connection.execute(f"""
            create or replace temp table delta as
            select *, false as _gone from new_rows union all by name
            select {keys}, true as _gone from old_rows anti join new_rows using ({keys})""")
        changes = self.session.connection.sql("select * from delta").to_arrow_reader(100_000)
        lake.merge(address, changes, at=None, deletes="_gone", run=self.run)

"""Storing: what a linking found goes to the lake, all of it or what changed; and what the next linking needs again."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import connection

from ludao.base import clock
from ludao.base.errors import Problem
from ludao.blocks.lake import public as lake
from ludao.blocks.profile import filing, gathering, kin, relating, scope, surviving
from ludao.blocks.profile.cleaning import literal
from ludao.blocks.profile.definition import Definition
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
    "compared": ("比对单元", "what is compared"), "weighed": ("比对结果", "pairs that were weighed"),
    "frequency": ("姓名频度", "how common names are"),
}
RECORD = ("source", "part", "record_key")
STATE = ("standard", "compared", "weighed", "frequency")  # what only the next linking reads


# ---- what the last linking left

@contextmanager
def alone(definition: Definition) -> Iterator[None]:
    """One linking of a definition at a time: a second one would take the first, half-way, for one that was killed."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(hashtext('profile.link'), hashtext(%s))", [definition.name])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(hashtext('profile.link'), hashtext(%s))", [definition.name])


def own(definition: Definition) -> dict[str, int]:
    """The tables of a definition with their versions."""
    addresses = [definition.golden_address, *(definition.table(name) for name in TITLES if name != "golden")]
    return {address: lake.describe(address).version for address in addresses if lake.exists(address)}


def standing(definition: Definition) -> Run | None:
    """The last linking, where its tables stand for the next one to go on from. What a linking wrote that was killed
    half-way is taken back."""
    last = Run.objects.filter(definition=definition.name).exclude(ended_at=None).order_by("-pk").first()
    kept = [definition.table(name) for name in scope.VIEWS.values()]
    if last is None or not all(address in last.versions and lake.exists(address) for address in kept):
        return None
    wanted = {*gathering.standard(definition), "source", "part", "node", "doubt"} - {"src"}
    if wanted != set(lake.describe(definition.table("standard")).columns):
        return None  # the definition knows other fields now
    if {a for a in last.versions if not a.startswith(f"{definition.address}.")} - {*definition.read_from}:
        return None  # and no longer all the sources
    try:
        for address in own(definition):
            _take_back(address, last.versions.get(address, 0))
    except Problem:  # past retention
        return None
    return last


def _take_back(address: str, to: int) -> None:
    """Compactions are no change."""
    since = lake.versions(address, lake.describe(address).version - to) if lake.describe(address).version > to else []
    if any(version.operation != "compact" for version in since):
        lake.undo(address, to=to)


def recall_names(session: "Session", definition: Definition, is_full: bool) -> None:
    """`prior` (rid, entity …): how each record was assigned before, and `leaving`: entities that lost a record."""
    address, run = definition.table("record"), session.connection.execute
    if not lake.exists(address):
        run("create or replace temp table prior (rid bigint, entity varchar, how varchar, weight double,"
            " reason varchar)")
        run("create or replace temp table leaving (entity varchar)")
        return
    session.sql(f"create or replace temp view stood as select * from {address}")
    those = "" if is_full else "semi join touched using (source, record_key)"
    run(f"""
        create or replace temp table leaving as
        select distinct r.{definition.entity} as entity from (select * from stood {those}) r
        left join feed f on f.source = r.source and f.part = r.part
        left join standard s on s.src = f.src and s.record_key = r.record_key where s.rid is null""")
    run(f"""
        create or replace temp table prior as
        select s.rid, r.{definition.entity} as entity, r."by" as how, r.weight, r.reason from stood r
        join feed f on f.source = r.source and f.part = r.part
        join standard s on s.src = f.src and s.record_key = r.record_key""")


def entities_before(session: "Session") -> list[str]:
    """The entities that this linking looked at, as they were."""
    return [row[0] for row in session.connection.execute(
        "select entity from prior union select entity from leaving").fetchall()]


# ---- what this linking leaves

def store(session: "Session", definition: Definition, run: Run, is_full: bool) -> int:
    """Gives how many entities were written."""
    _corrections(session, definition)
    _choose(session, is_full)
    if not is_full:
        kin.take(session, definition)
    put = _Put(session, definition, is_full, str(run.begun_at))
    entity = definition.entity
    surviving.golden(session, definition, "true" if is_full else "a.entity in (select entity from chosen)")
    put(definition.golden, "select * from golden", (entity,))
    if conflicts := surviving.conflicts(session, definition):
        session.sql(f"create or replace temp table conflicting as {conflicts}")
        put("conflict", "select * from conflicting", (entity, "field", *RECORD))
    kin.home(session, definition, is_full)
    if relations := relating.relations(session, definition):
        within = "" if is_full else f' where "{entity}" in (select entity from chosen)'
        session.sql(f"create or replace temp table relating as select * from ({relations}){within}")
        put("relation", "select * from relating", (entity, "other_id", "kind", "source"))
    beside = {name: table for name, table, is_there in (
        ("conflicts", "conflicting", conflicts), ("relations", "relating", relations)) if is_there}
    put("file", filing.files(session, definition, beside), (entity,))
    _index(put, session, definition, is_full)
    _state(put, definition, is_full)
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
           or p.weight is distinct from a.weight
        union select p.entity from assigned a join prior p on p.rid = a.rid where p.entity <> a.entity
        union select a.entity from assigned a join standard s on s.rid = a.rid join feed f on f.src = s.src
              join touched t on t.source = f.source and t.record_key = s.record_key
        union select a.entity from assigned a join membership m on m.rid = a.rid semi join again g on g.node = m.node
        union select entity from leaving""")


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


def _state(put: "_Put", definition: Definition, is_full: bool) -> None:
    """What the next linking goes on from: cleaned records with their nodes, nodes as they are compared, edges, and how
    common names are."""
    columns = ", ".join(f's."{name}"' for name in gathering.standard(definition) if name != "src")
    standard = (f"select f.source, f.part, {columns}, m.node, m.doubt from standard s join feed f on f.src = s.src"
                " join membership m on m.rid = s.rid")
    node, edge = "select * exclude (is_new) from node", "select l, r, any_value(weight) as weight, any_value(reason)" \
        " as reason from edge group by l, r"
    if is_full:
        put.all("standard", standard, RECORD)
        put.all("compared", node, ("node",))
        put.all("weighed", edge, ("l", "r"))
        put.all("frequency", "select * from frequency", ("field", "value"))
        return
    renewed = "semi join renewed using (node)"
    put.changed("standard", f"select * from ({standard}) t {renewed}", RECORD, renewed)
    put.changed("compared", f"{node} {renewed}", ("node",), renewed)
    put.changed("weighed", edge, ("l", "r"), "where l in (select node from core) or r in (select node from core)")


def rates(definition: Definition) -> list[dict[str, Any]]:
    """How each source fared, of all its records."""
    return lake.sql(f"""
        select source, part, count(*) as records, count(*) filter ("by" = 'id') as by_id,
               count(*) filter ("by" = 'weight') as by_weight, count(*) filter ("by" = 'clerk') as by_clerk,
               count(*) filter ("by" = 'alone') as alone, count(*) filter (doubt is not null) as questioned
        from {definition.table("record")} group by all order by all""").rows()


def _index(put: "_Put", session: "Session", definition: Definition, is_full: bool) -> None:
    """Of the words of the chosen entities: who stood there and is not chosen, and who of the chosen has them now. Of a
    word that leads to more than the index tells, those who left are not replaced before all is linked anew."""
    if is_full:
        put.all("index", filing.index(session, definition), ("word",))
        return
    entity = definition.entity
    stood = (f"select o.*, r.doubt as was_doubted, r.{entity} as entity from old_standard o"
             f" join old_record r using (source, part, record_key) where r.{entity} in (select entity from chosen)")
    here = f"{filing.STANDING} where a.entity in (select entity from chosen)"
    session.connection.execute(f"create or replace temp table word_before as {filing.words(definition, stood)}")
    session.connection.execute(f"create or replace temp table word_now as {filing.words(definition, here)}")
    session.sql(f"""
        create or replace temp table wording as
        with word as (select word from word_before union select word from word_now),
        old as (select i.word, i.entities, i.total from {definition.table('index')} i semi join word using (word)),
        entity as (
            select word, entity from (select word, unnest(entities) as entity from old) o
            where entity not in (select entity from chosen) union select word, entity from word_now),
        number as (
            select word, sum(n) as total from (
                select word, total as n from old union all select word, -1 from word_before
                union all select word, 1 from word_now) group by word)
        select word, list_slice(list_sort(list(entity)), 1, {filing.MOST_OF_A_WORD}) as entities,
               any_value(total)::integer as total
        from entity join number using (word) group by word""")
    put.changed("index", "select * from wording", ("word",),
                "semi join (select word from word_before union select word from word_now) w using (word)")


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
        if table in STATE and lake.exists(address) and {*lake.describe(address).columns} != {*reader.schema.names}:
            lake.drop(address)  # it was left by an earlier house, or another definition
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

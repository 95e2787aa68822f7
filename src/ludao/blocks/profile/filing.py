"""Filing: all rows of an entity side by side, so that a whole file is read in one place; and an index to find it by.

docs/decisions/ tells why rows are kept twice rather than looked up in every source.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ludao.blocks.lake import public as lake
from ludao.blocks.profile.cleaning import literal
from ludao.blocks.profile.definition import Definition
from ludao.blocks.profile.gathering import key_of, quoted

if TYPE_CHECKING:
    import pyarrow as pa

    from ludao.blocks.lake.public import Session

AT_ONCE = 500_000          # records whose rows are put side by side at a time
SOUGHT = ("id_number", "credit_code", "name", "phone")
MOST_OF_A_WORD = 200       # entities kept under one word of the index: of a common name, the first by name


def files(session: "Session", definition: Definition, beside: Mapping[str, str]) -> "pa.RecordBatchReader":
    """entity, rows: JSON of all its records; beside them what else tells of it (column → table), as JSON too.
    Made part by part, so that memory does not grow with the city."""
    import pyarrow as pa

    run = session.connection.execute
    total = run("select count(*) from assigned a join chosen c on c.entity = a.entity").fetchall()[0][0]
    parts = max(1, total // AT_ONCE + 1)
    schema = pa.schema([(definition.entity, pa.string()), ("rows", pa.string()),
                        ("filed_at", pa.timestamp("us", "UTC")), *((name, pa.string()) for name in beside)])
    more = "".join(f", coalesce(any_value({name}.told), '[]') as {name}" for name in beside)

    def joined(part: int) -> str:
        return " ".join(f"""
            left join (select "{definition.entity}" as entity,
                              '[' || string_agg(to_json(x)::varchar, ',') || ']' as told from {table} x
                        where hash("{definition.entity}") % {parts} = {part} group by all) {name}
              on {name}.entity = s.entity""" for name, table in beside.items())

    def batches() -> Iterator["pa.RecordBatch"]:
        for part in range(parts):
            run(f"""
                create or replace temp table filed as
                select a.entity, s.src, s.record_key, a.weight, a.how, a.reason, s."at" from assigned a
                join chosen c on c.entity = a.entity
                join standard s on s.rid = a.rid where hash(a.entity) % {parts} = {part}""")
            run("create or replace temp table slip (entity varchar, row varchar)")
            for query in _slips(session, definition):
                session.sql(f"insert into slip {query}")
            filed: Any = session.connection.sql(f"""
                select s.entity as "{definition.entity}", '[' || string_agg(s.row, ',') || ']' as rows,
                       now() as filed_at{more}
                from slip s {joined(part)} group by s.entity order by s.entity""")
            yield from filed.to_arrow_table().cast(schema).to_batches()

    return pa.RecordBatchReader.from_batches(schema, batches())


def _slips(session: "Session", definition: Definition) -> Iterator[str]:
    """For each source: its rows as JSON, with how each came to this entity."""
    for number, source in enumerate(definition.sources):
        if lake.exists(source.address):
            key = key_of(lake.describe(source.address).key, "r")
            yield f"""
                select f.entity, json_object('source', {literal(source.address)}, 'part', {literal(source.part)},
                       'key', f.record_key, 'by', f.how, 'weight', f.weight, 'reason', f.reason, 'row', to_json(r))
                from filed f join (select * from {source.address}) r on {key} = f.record_key
                where f.src = {number}"""
    for attached in definition.attached:
        if lake.exists(attached.address) and lake.exists(attached.to):
            number = definition.number_of(attached.to)
            on, own = lake.describe(attached.to).key, lake.describe(attached.address).key
            yield f"""
                select distinct f.entity, json_object('source', {literal(attached.address)}, 'part', '',
                       'key', {key_of(own, 'w')}, 'by', f.how, 'weight', f.weight, 'reason', f.reason,
                       'row', to_json(w))
                from filed f join (select * from {attached.to}) r on {key_of(on, 'r')} = f.record_key
                join (select * from {attached.address}) w
                  on w.{quoted(attached.by)} = r.{quoted(attached.by)}
                where f.src = {number}"""


STANDING = "select s.*, a.doubt as was_doubted, a.entity from standard s join assigned a on a.rid = s.rid"


def index(session: "Session", definition: Definition) -> str:
    """SQL of the index: word (`id_number:…`, `name:…`, `phone:…`), the entities it leads to, and how many."""
    return f"""
        select word, list_slice(list_sort(list(entity)), 1, {MOST_OF_A_WORD}) as entities, count(*)::integer as total
        from ({words(definition, STANDING)}) group by word"""


def words(definition: Definition, rows: str) -> str:
    """SQL of word and entity, of cleaned records with `entity` and `was_doubted`."""
    parts = []
    for name in definition.fields:
        if name in SOUGHT:
            valid = "and id_ok and was_doubted is null" if name == definition.id else ""
            parts.append(f"select distinct '{name}:' || \"{name}\" as word, entity from ({rows})"
                         f' where "{name}" is not null {valid}')
    return " union all ".join(parts)

"""Nodes: what is compared. All records of one valid id are one node; every other record is its own.

A node is named by a number made of its id, or of its record, so that it is the same in every linking.
Kinds of a node: 0 its id is attested (a sure source, or two sources), 1 its id is valid but stands in one place only,
2 it has no id to go by. A record whose name contradicts the holder of its id is questioned: it loses the id.
"""

from typing import TYPE_CHECKING

from ludao.blocks.profile import cleaning, gathering
from ludao.blocks.profile.definition import Definition
from ludao.blocks.profile.pinyin import pinyin_of

if TYPE_CHECKING:
    from ludao.blocks.lake.public import Session

ATTESTED, CLAIMED, NONE = 0, 1, 2


def resolve_ids(session: "Session", definition: Definition) -> None:
    """`standard` → `belongs`: each record with its id where that holds, or `doubt`, the id that was questioned.
    `apart` names records that a clerk parted from their id."""
    run = session.connection.execute
    if not definition.id:
        run("create or replace temp table belongs as select rid, null::varchar as id, null::varchar as doubt"
            " from standard")
        run("create or replace temp table holder (id varchar, name varchar, attested boolean)")
        return
    has_name = "name" in definition.fields
    run(f"""
        create or replace temp table holder as
        select "{definition.id}" as id, {gathering.best(definition, 'name') if has_name else 'null::varchar'} as name,
               bool_or({gathering.sure(definition)}) or count(distinct src) > 1 as attested
        from standard where id_ok and not exists (select 1 from apart a where a.rid = standard.rid)
        group by 1""")
    run("create or replace temp table odd (rid bigint, id varchar, name varchar, holder varchar, born varchar)")
    if has_name:
        born = "strftime(s.birth_on, '%Y%m%d')" if "birth_on" in definition.fields else "null::varchar"
        run(f"""insert into odd select s.rid, h.id, s.name, h.name, {born} from standard s
                join holder h on h.id = s."{definition.id}" where s.id_ok and s.name <> h.name""")
    pinyin_of(session, "select name from odd union select holder from odd")
    changed = "coalesce(o.born = substr(o.id, 7, 8), false)"  # another name, but born on the day inside the id
    if definition.fields[definition.id].kind != "resident_id":
        changed = "false"
    run(f"""
        create or replace temp table belongs as
        with questioned as (
            select o.rid from odd o join pinyin p on p.name = o.name join pinyin h on h.name = o.holder
            where not ({near('o.name', 'o.holder', 'p.pinyin', 'h.pinyin')}) and not {changed}
            union select rid from apart)
        select s.rid, case when s.id_ok and q.rid is null then s."{definition.id}" end as id,
               case when q.rid is not null then s."{definition.id}" end as doubt
        from standard s left join questioned q on q.rid = s.rid""")


def near(one: str, other: str, one_pinyin: str, other_pinyin: str) -> str:
    """The same name typed otherwise: it sounds the same, one of three or more characters differs, or one stands
    inside the other."""
    return (f"{one} = {other} or {one_pinyin} = {other_pinyin}"
            f" or (greatest(length({one}), length({other})) >= 3 and damerau_levenshtein({one}, {other}) <= 1)"
            f" or (length({one}) = 2 and reverse({one}) = {other})"
            f" or (least(length({one}), length({other})) >= 4 and"
            f" (contains({one}, {other}) or contains({other}, {one})"
            f" or jaro_winkler_similarity({one}, {other}) > 0.9))")


def number(text: str) -> str:
    """63 bits of md5, which no version of the engine computes otherwise."""
    return f"(md5_number_lower({text}) >> 1)::bigint"


def make(session: "Session", definition: Definition) -> int:
    """`standard`, `belongs` → `node` and `membership` (record → node). Gives the number of nodes."""
    run = session.connection.execute
    run(f"create or replace temp table numbered as select id, {number('id')} as node"
        " from (select distinct id from belongs where id is not null)")
    alone = number(f"{source_name(definition)} || '|' || s.record_key")
    run(f"""
        create or replace temp table membership as
        select b.rid, n.node, b.doubt from belongs b join numbered n on n.id = b.id
        union all select b.rid, {alone} as node, b.doubt from belongs b join standard s on s.rid = b.rid
        where b.id is null""")
    names = {comparison.field for comparison in definition.compare} | {
        word.split(".")[0] for rule in (*definition.block, *definition.train) for word in rule}
    fields = [name for name in definition.fields if name in names and name != definition.id]
    scalars = [name for name in fields if not definition.fields[name].many]
    lists = [name for name in fields if definition.fields[name].many]
    chosen = [f'{gathering.best(definition, name, "s")} as "{name}"' for name in scalars]
    chosen += [f'list_sort(list(distinct s."{name}") filter (s."{name}" is not null)) as "{name}"' for name in lists]
    typed = f'any_value(s."{definition.id}") filter (m.doubt is null)' if definition.id else "null::varchar"
    run(f"""
        create or replace temp table node as
        select m.node, coalesce(max(n.id), {typed}) as "{definition.id or '_id'}",
               case when max(n.id) is null then {NONE} when bool_or(h.attested) then {ATTESTED} else {CLAIMED} end
               ::tinyint as kind, {grown(definition)} as grown_at,
               true as is_new{''.join(', ' + c for c in chosen)}
        from membership m join standard s on s.rid = m.rid
        left join numbered n on n.node = m.node left join holder h on h.id = n.id
        group by m.node""")
    for name in lists:
        run(f'update node set "{name}" = null where len("{name}") = 0')
    _from_id(session, definition, scalars)
    for name in {"name", *(c.field for c in definition.compare)} & set(fields):
        if definition.fields[name].kind in ("person_name", "company_name"):
            pinyin_of(session, f'select distinct "{name}" as name from node where "{name}" is not null')
            run(f'alter table node add column "{name}_pinyin" varchar')
            run(f'update node set "{name}_pinyin" = p.pinyin from pinyin p where p.name = node."{name}"')
    return int(run("select count(*) from node").fetchall()[0][0])


def grown(definition: Definition) -> str:
    """Of a record without an id, when who stands there was grown up."""
    numbers = ", ".join(str(n) for n, source in enumerate(definition.sources) if source.grown)
    when = f"s.src in ({numbers})" if numbers else "false"
    return f"max(coalesce(s.\"at\", now())) filter (n.id is null and {when})"


def source_name(definition: Definition) -> str:
    """A record's source as a text that no change of the definition's order changes."""
    cases = " ".join(f"when {n} then {cleaning.literal(one.name)}" for n, one in enumerate(definition.sources))
    return f"case s.src {cases} end"


def _from_id(session: "Session", definition: Definition, scalars: list[str]) -> None:
    """An attested id says when its holder was born and of which sex."""
    if not definition.id or definition.fields[definition.id].kind != "resident_id":
        return
    key = f'"{definition.id}"'
    if "birth_on" in scalars:
        session.connection.execute(
            f"update node set birth_on = try_strptime(substr({key}, 7, 8), '%Y%m%d')::date where kind = {ATTESTED}")
    if "sex" in scalars:
        session.connection.execute(
            f"update node set sex = case when ascii(substr({key}, 17, 1)) % 2 = 1 then '男' else '女' end"
            f" where kind = {ATTESTED}")

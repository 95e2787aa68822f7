"""Blocking: which nodes are looked at together. Counted before it is done, so that it cannot explode."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.profile.definition import Definition
from ludao.blocks.profile.nodes import ATTESTED, NONE

if TYPE_CHECKING:
    from ludao.blocks.lake.public import Session

NEAR = 3          # bits: a second one who weighs nearly as much
GROWN = 16        # years


@dataclass(frozen=True)
class Rule:
    """One rule as it went: pairs it gave, and blocks too large to be told apart by it (a clinic's phone)."""

    words: tuple[str, ...]
    pairs: int
    skipped_blocks: int
    skipped_pairs: int


def facet(definition: Definition, word: str, alias: str) -> str:
    """A word of a rule as SQL: `name`, `name.pinyin`, `name.first`, `birth_on.year`, `id_number.head`."""
    name, _, part = word.partition(".")
    column = f'{alias}."{name}"'
    match part:
        case "":
            return column
        case "pinyin":
            return f'{alias}."{name}_pinyin"'
        case "first":
            return f"substr({column}, 1, 1)"
        case "year":
            return f"year({column})"
        case "head":
            return f"substr({column}, 1, 14)"
        case "tail":
            return f"substr({column}, 7)"
        case "end":
            return f"substr({column}, 15)"
        case "start":
            return f"substr({column}, 1, 3)"
    raise ValueError(f"{definition.name}: no {part!r} of a field to block by")


def keys(definition: Definition, rule: tuple[str, ...], where: str, table: str = "node") -> str:
    """node, key: a field of several values gives a key for each."""
    many = [w for w in rule if definition.fields[w.split(".")[0]].many and "." not in w]
    source = f"{table} n"
    parts = []
    for word in rule:
        if word in many:
            source += f', unnest(n."{word}") as u_{word}(v)'
            parts.append(f"u_{word}.v::varchar")
        else:
            parts.append(f"{facet(definition, word, 'n')}::varchar")
    filled = " and ".join(f"{part} is not null" for part in parts)
    return f"select n.node, n.kind, n.is_new, hash({', '.join(parts)}) as k from {source} where {filled} and {where}"


def block(session: "Session", definition: Definition) -> list[Rule]:
    """`node` → `pair` (join_key_l, join_key_r, match_key): every two nodes that share a block and of which at least
    one has no attested id and at least one is new. Raises Problem when the rules give more pairs than allowed."""
    run = session.connection.execute
    run("create or replace temp table pair (join_key_l bigint, join_key_r bigint, match_key varchar)")
    done = [_block(session, definition, number, rule) for number, rule in enumerate(definition.block)]
    run("create or replace temp table pair as select join_key_l, join_key_r, min(match_key) as match_key"
        " from pair group by all")
    return done


def _block(session: "Session", definition: Definition, number: int, rule: tuple[str, ...]) -> Rule:
    run = session.connection.execute
    run(f"create or replace temp table open_key as {keys(definition, rule, f'n.kind <> {ATTESTED}')}")
    run(f"create or replace temp table sure_key as select * from ({keys(definition, rule, f'n.kind = {ATTESTED}')}) s"
        " semi join open_key o on o.k = s.k")
    run("""
        create or replace temp table size as
        select k, coalesce(o.n, 0)::hugeint * coalesce(s.n, 0) + coalesce(o.n, 0)::hugeint * (coalesce(o.n, 0) - 1) / 2
               as pairs
        from (select k, count(*) as n from open_key group by k) o
        left join (select k, count(*) as n from sure_key group by k) s using (k)""")
    kept, large, lost = run(f"""
        select coalesce(sum(pairs) filter (pairs <= {definition.most_in_block}), 0)::bigint,
               count(*) filter (pairs > {definition.most_in_block}),
               coalesce(sum(pairs) filter (pairs > {definition.most_in_block}), 0)::bigint from size""").fetchall()[0]
    before = run("select count(*) from pair").fetchall()[0][0]
    if before + kept > definition.most_pairs:
        words = " + ".join(rule)
        raise Problem(t(
            f"分块规则“{words}”会产生 {kept:,} 对比较，连同此前的 {before:,} 对超过上限 {definition.most_pairs:,}。"
            "请在定义中加严该规则，或提高 limits.pairs。",
            f"The blocking rule “{words}” would give {kept:,} comparisons; with the {before:,} before it that is more "
            f"than {definition.most_pairs:,}. Make the rule stricter in the definition, or raise limits.pairs."))
    run(f"""
        insert into pair
        select o.node, s.node, '{number}' from open_key o join sure_key s on s.k = o.k join size z on z.k = o.k
        where z.pairs <= {definition.most_in_block} and (o.is_new or s.is_new)
        union all
        select least(a.node, b.node), greatest(a.node, b.node), '{number}'
        from open_key a join open_key b on a.k = b.k and a.node < b.node join size z on z.k = a.k
        where z.pairs <= {definition.most_in_block} and (a.is_new or b.is_new)""")
    after = run("select count(*) from pair").fetchall()[0][0]
    return Rule(rule, after - before, large, lost)


def narrow(session: "Session", definition: Definition) -> None:
    """`edge` without children where only grown-ups stand, and with what only one can have."""
    if "birth_on" in definition.fields:
        for one, other in (("l", "r"), ("r", "l")):
            session.connection.execute(f"""
                delete from edge e using node g, node n where g.node = e.{one} and n.node = e.{other}
                and n.birth_on > (g.grown_at - interval {GROWN} year)::date""")
    _sole(session, definition)


def lone(session: "Session", definition: Definition) -> None:
    """`lone` (l, r): an edge of a record without an id to the only attested holder that comes near. A surname and a
    phone are enough for one, and too little between two."""
    session.connection.execute(f"""
        create or replace temp table lone as
        with sided as (
            select e.l, e.r, e.weight, case when a.kind = {NONE} then a.node else b.node end as one
            from edge e join node a on a.node = e.l join node b on b.node = e.r
            where least(a.kind, b.kind) = {ATTESTED} and greatest(a.kind, b.kind) = {NONE})
        select l, r from (
            select *, row_number() over heaviest as place, lead(weight) over heaviest as next
            from sided window heaviest as (partition by one order by weight desc))
        where place = 1 and {definition.lone_weight} > 0 and weight >= {definition.lone_weight}
          and coalesce(next, -1000) < weight - {NEAR}""")


def _sole(session: "Session", definition: Definition) -> None:
    """What only one can have: a node without an id that has it joins the one attested holder who has it too. Weights
    cannot say so, as a name that comes up twice among a million counts no more than being one of a million."""
    if not definition.sole:
        return
    names = ", ".join(f'"{name}"' for name in definition.sole)
    filled = " and ".join(f'"{name}" is not null' for name in definition.sole)
    run = session.connection.execute
    run(f"""
        create or replace temp table only_one as
        select n.node as l, h.node as r from node n join (
            select {names}, any_value(node) as node from node where kind = {ATTESTED} and {filled}
            group by {names} having count(*) = 1) h using ({names})
        where n.kind = {NONE} and n.is_new""")
    run("delete from edge e using only_one o"
        " where (e.l = o.l and e.r = o.r) or (e.l = o.r and e.r = o.l)")
    reason = ";".join(f"{name}:sole" for name in definition.sole)
    run(f"insert into edge select l, r, {definition.link_weight}, '{reason}' from only_one")

"""What rules may know of a person and an enterprise: pieces of SQL over the files and the departments' tables."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ludao.base import clock, sql
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.lake import public as lake
from ludao.blocks.profile import public as profile
from ludao.blocks.rule import public as rule

CONTENT = Path(__file__).parent / "content"
ENTITIES = {
    "person": ("data.benefit.person_facts", "person_id", {"zh": "个人", "en": "Person"}),
    "company": ("data.benefit.company_facts", "company_id", {"zh": "企业", "en": "Enterprise"}),
}
NUMBERS = {"person": "id_number", "company": "credit_code"}  # by which people know an entity
RECORDS = {"person": "data.person.record", "company": "data.enterprise.record"}
MATCHES = {"person": "data.benefit.person_match", "company": "data.benefit.company_match"}
MOST_CHANGED = 5_000  # files; of more of them all are judged, which is one pass
TYPES = {"number": "double", "money": "bigint", "text": "varchar", "boolean": "boolean", "date": "date"}


@dataclass(frozen=True)
class Piece:
    """One file: some facts, where they come from, and what is true of whoever does not stand there (`none`)."""

    name: str
    source: dict[str, str]
    columns: Mapping[str, dict[str, Any]]
    query: str

    @property
    def reads(self) -> frozenset[str]:
        return sql.tables(self.query.replace("$on", "current_date"), "duckdb") if self.query else frozenset()


@cache
def pieces(entity: str) -> tuple[Piece, ...]:
    return tuple(_piece(path) for path in sorted((CONTENT / entity).glob("*.sql")))


def _piece(path: Path) -> Piece:
    lines = path.read_text(encoding="utf-8").splitlines()
    head = [line[3:] for line in lines if line.startswith("-- ")]
    given = yaml.safe_load("\n".join(head))
    return Piece(path.stem, given["source"], given["columns"], "\n".join(lines[len(head) :]).strip())


def register() -> None:
    for entity, (address, key, title) in ENTITIES.items():
        columns = {
            name: rule.Fact(name, c["kind"], c["zh"], c["en"], c.get("unit", {}), p.source, c.get("grade", "internal"))
            for p in pieces(entity)
            for name, c in p.columns.items()
        }
        rule.register(rule.Facts(entity, address, key, title, columns, NUMBERS[entity]), left, look(entity))


def look(entity: str) -> Callable[[Actor, str, Mapping[str, Any]], None]:
    """Whoever judges one entity looks at its data: within reach only, and it reads who did."""
    key = ENTITIES[entity][1]

    def looked(actor: Actor, right: str, row: Mapping[str, Any]) -> None:
        profile.look(actor, right, entity, str(row[key]), row.get("area_code"))

    return looked


def left(policy: str) -> int | None:
    """What remains of this year's budget; None when there is none."""
    from .models import Budget

    budget = Budget.objects.filter(policy_id=policy, year=clock.today().year).first()
    return budget.left_fen if budget else None


def sources(entity: str) -> frozenset[str]:
    """The tables from which the facts come."""
    return frozenset().union(*(p.reads for p in pieces(entity)))


def query(entity: str, on: date, only: Collection[str] = ()) -> str:
    """One row an entity, or for `only` these. A piece whose tables the lake does not have yet is unknown to all."""
    key = ENTITIES[entity][1]
    base, *others = pieces(entity)
    there = [p for p in others if p.query and all(lake.exists(address) for address in p.reads)]
    joins = [f"left join ({p.query}) p{n} on p{n}.{key} = b.{key}" for n, p in enumerate(there)]
    columns = [f"cast(b.{name} as {TYPES[c['kind']]}) as {name}" for name, c in base.columns.items()]
    for p in others:
        n = there.index(p) if p in there else None
        columns += [_column(name, c, n) for name, c in p.columns.items()]
    text = f"select b.{key}, {', '.join(columns)} from ({base.query}) b {' '.join(joins)}"
    if only:
        few = these(entity, only)
        text = f"{text.replace(RECORDS[entity], f'(select * from {RECORDS[entity]} where {few})')} where b.{few}"
    return text.replace("$on", f"date '{on.isoformat()}'")


def _column(name: str, column: dict[str, Any], number: int | None) -> str:
    kind = TYPES[column["kind"]]
    if number is None:
        return f"cast(null as {kind}) as {name}"
    value = f"cast(p{number}.{name} as {kind})"
    if "none" not in column:
        return f"{value} as {name}"
    none = column["none"]
    literal = f"'{none}'" if kind == "varchar" else str(none).lower()
    return f"coalesce({value}, cast({literal} as {kind})) as {name}"


def compose(entity: str, on: date, run: str = "", only: Collection[str] = ()) -> int:
    """Write the facts of all entities, or of `only` these; gives the table's new version. Rows that say what they said
    are left alone, so that `lake.changes` tells whose facts are new."""
    address, key, whose = ENTITIES[entity]
    if not lake.exists(address):
        title = {"zh": f"免申即享：{whose['zh']}事实", "en": f"Benefits: facts, {whose['en']}"}
        return lake.write(address, query(entity, on), key=[key], buckets=16, run=run, title=title)
    if only:
        return lake.write(address, query(entity, on, only), mode="merge", key=[key], run=run)
    with lake.session() as work:
        work.sql(f"create temp table composed as {query(entity, on)}")
        lake.create(address, work.arrow("select * from composed limit 0").schema, key=[key])
        work.sql(f"""
            create temp table delta as select *, false as _gone from composed union all by name
            select {key}, true as _gone from {address} anti join composed using ({key})""")
        return lake.merge(address, "select * from delta", at=None, deletes="_gone", run=run, work=work).version


def changed(entity: str, since: int) -> list[str] | None:
    """Whose facts are new since a version; None where all have to be looked at: they are many, the version is past
    retention, or a file went into another, which concerns what that one claimed."""
    address, key, _ = ENTITIES[entity]
    found: list[str] = []
    try:
        for batch in lake.changes(address, since):
            if "delete" in batch.column("_change").to_pylist():
                return None
            found += batch.column(key).to_pylist()
            if len(found) > MOST_CHANGED:
                return None
    except Problem:
        return None
    return found


def _id(text: str) -> str:
    """File numbers are letters and digits; what is not comes from nobody's file."""
    if not (text.isascii() and text.replace("-", "").isalnum()):
        raise Problem(t(f"{text!r} 不是档案编号；编号只含字母和数字，以空格分隔",
                        f"{text!r} is no file number; these are letters and digits, parted by spaces"), field="only")
    return text


def these(entity: str, only: Collection[str]) -> str:
    """The condition that picks a few entities."""
    return f"{ENTITIES[entity][1]} in ({', '.join(repr(_id(e)) for e in sorted(only))})" if only else ""

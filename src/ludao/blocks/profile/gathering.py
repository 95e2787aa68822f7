"""Gathering: the rows of all sources as cleaned records, one row for each entity that a row speaks of."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ludao.blocks.lake import public as lake
from ludao.blocks.profile import cleaning
from ludao.blocks.profile.definition import Definition, Source

if TYPE_CHECKING:
    from ludao.blocks.lake.public import Session


def standard(definition: Definition) -> dict[str, str]:
    """Columns of a cleaned record and their types in DuckDB."""
    fields = {name: cleaning.kind_of(field.kind) for name, field in definition.fields.items()}
    return {"src": "smallint", "record_key": "varchar", "at": "timestamptz", **fields, "id_ok": "boolean"}


def gather(session: "Session", definition: Definition, table: str,
           only: Mapping[str, str] | None = None) -> int:
    """Clean the sources' rows into `table` of the session. `only`: for an address, a table of the session with those of
    its rows that are wanted; addresses it lacks are left out. Gives the number of records."""
    columns = ", ".join(f'"{name}" {kind}' for name, kind in standard(definition).items())
    session.connection.execute("create temp sequence if not exists record_number")
    session.connection.execute(
        f"create or replace temp table {table} (rid bigint default nextval('record_number'), {columns})")
    for number, source in enumerate(definition.sources):
        if lake.exists(source.address) and (only is None or source.address in only):
            rows = select(session, definition, number, source, only[source.address] if only else source.address)
            session.connection.execute(f"insert into {table} by name {rows}")
    return int(session.connection.execute(f"select count(*) from {table}").fetchall()[0][0])


def select(session: "Session", definition: Definition, number: int, source: Source, rows: str) -> str:
    """One source's cleaned records. The address is resolved once, into a view, as the query around it is long."""
    view = f"from_{definition.name}_{number}"
    session.sql(f"create or replace temp view {view} as select * from {rows}")
    table = lake.describe(source.address)
    has = {field.name for field in table.schema}
    at = f"r.{quoted(source.at)}::timestamptz" if source.at in has else "null::timestamptz"
    cleaned = []
    for name, field in definition.fields.items():
        kind = cleaning.kind_of(field.kind)
        column = source.columns.get(name)
        known = column in has if column else False
        cleaned.append(f"{cleaning.KINDS[field.kind](f'r.{quoted(column)}') if known else f'null::{kind}'}"
                       f' as "{name}"' if column else f'null::{kind} as "{name}"')
    identifying = [n for n in named(definition) if source.columns.get(n) in has]
    some = " or ".join(f'"{name}" is not null' for name in identifying) or "false"
    valid = id_check(definition, f'"{definition.id}"') if definition.id else "false"
    where = f" where {source.where}" if source.where else ""
    inner = (f"select {number}::smallint as src, {key_of(table.key, 'r')} as record_key, {at} as \"at\","
             f" {', '.join(cleaned)} from (select * from {view}{where}) r")
    return f"select c.*, {valid} as id_ok from ({inner}) c where {some}"


def named(definition: Definition) -> list[str]:
    """The fields that say who it is: without any of them a row speaks of nobody."""
    compared = [c.field for c in definition.compare]
    return list(dict.fromkeys([*([definition.id] if definition.id else []), *compared]))


def id_check(definition: Definition, x: str) -> str:
    kind = definition.fields[definition.id].kind
    return cleaning.VALID[kind](x) if kind in cleaning.VALID else f"({x} is not null)"


def key_of(key: Iterable[str], prefix: str = "") -> str:
    """A record's key as one text: its key columns joined by |."""
    dot = f"{prefix}." if prefix else ""
    one, *more = key
    if not more:  # plain, so that the engine sees which column is asked for
        return f"{dot}{quoted(one)}::varchar"
    return f"concat_ws('|', {', '.join(f'{dot}{quoted(name)}::varchar' for name in (one, *more))})"


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def rank(definition: Definition, field: str, src: str = "src") -> str:
    """How good an authority a record's source is for a field: 0 is the best."""
    ranks: dict[int, list[int]] = {}
    for number, source in enumerate(definition.sources):
        ranks.setdefault(definition.rank(field, source), []).append(number)
    cases = " ".join(f"when {src} in ({', '.join(map(str, numbers))}) then {r}" for r, numbers in sorted(ranks.items()))
    return f"(case {cases} else 99 end)"


def sure(definition: Definition, src: str = "src") -> str:
    numbers = [str(n) for n, source in enumerate(definition.sources) if source.sure]
    return f"({src} in ({', '.join(numbers)}))" if numbers else "false"


def best(definition: Definition, field: str, alias: str = "", where: str = "true") -> str:
    """The value that survives: by authority and then the newest, or (fresh) the newest and then by authority; of two
    that are equally good always the same one."""
    dot = f"{alias}." if alias else ""
    seconds = f"coalesce(epoch({dot}\"at\")::bigint, 0)"
    order = rank(definition, field, f"{dot}src")
    fresh = definition.fields[field].fresh
    code = f"(10000000000 - {seconds}) * 100 + {order}" if fresh else f"{order} * 10000000000 + 9999999999 - {seconds}"
    value = f'{dot}"{field}"'
    order = f"({code}) * 1000000 + (hash({value}) % 1000000)::bigint"
    return f"arg_min({value}, {order}) filter ({value} is not null and {where})"


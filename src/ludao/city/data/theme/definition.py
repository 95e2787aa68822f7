"""A table's definition as it is written: a header as above every dataset, then one SELECT over the lake.

What the header says is compared with what the query yields, and the query may do nothing but select from tables of the
lake; a column is never graded lower than the columns it is made of.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlglot
from sqlglot import exp

from ludao.base import registry
from ludao.base.datasets.dataset import Dataset, HeaderError
from ludao.base.datasets.header import GRADES, parse
from ludao.base.errors import Problem
from ludao.base.sql import located, select_only
from ludao.base.sql import parse as parse_sql
from ludao.base.sql.rules import nearest
from ludao.base.text import t
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.lake import public as lake

CONTENT = Path(__file__).parent / "content"
READABLE = ("source.", "data.")
SAID = {"a dataset is one SELECT": "只能写一条 SELECT 查询"}


@dataclass(frozen=True)
class Checked:
    """A definition that holds: its header, the SQL that runs, what it reads, and where its query begins in the text."""

    header: Dataset
    sql: str
    inputs: frozenset[str]
    start: int


def check(text: str, field: str = "text") -> Checked:
    """Raises a Problem with the line where the definition does not hold."""
    plain = text.replace("\r\n", "\n").strip() + "\n"
    try:
        header = parse(plain, CONTENT / "definition.sql", registry.by_address()["data.theme"])
    except HeaderError as error:
        said = SAID.get(error.text, error.text)
        words = t(f"第 {error.line} 行：{said}", f"Line {error.line}: {error.text}")
        raise Problem(words, field=field, line=error.line, column=1) from error
    if header.fresh == "live":
        raise Problem(t("请写 fresh: hourly、daily、weekly 或 monthly", "Say fresh: hourly, daily, weekly or monthly"),
                      field=field)
    flat = {address: address.replace(".", "__") for address in readable()}
    start, grown = max(plain.find(header.sql), 0), list[tuple[int, int]]()
    try:
        query, grown = _flattened(header.sql, flat, field)
        safe = select_only(query, set(flat.values()), dialect="duckdb", field=field)
    except Problem as problem:
        if at := problem.more.get("position"):
            problem.more["position"] = at - sum(more for place, more in grown if place <= at)
        raise located(problem, plain, field, start) from problem
    addresses = {name: address for address, name in flat.items()}
    return Checked(header, _addressed(safe.tree, addresses), frozenset(addresses[name] for name in safe.tables), start)


def bind(checked: Checked, text: str, field: str = "text") -> None:
    """Whether the engine finds every column and fits every kind; no row is read. Raises a Problem with its place."""
    try:
        lake.sql(f"select * from ({checked.sql}) limit 0").arrow()
    except Exception as error:  # whatever the engine says of it
        raise located(lake.told_of(type(error).__name__, str(error)), text, field, checked.start) from error


def inputs(text: str) -> frozenset[str]:
    """The addresses that a definition selects from, whether or not they are there."""
    tree = parse_sql(text, "duckdb")
    return frozenset(".".join(part.name for part in table.parts) for table in tree.find_all(exp.Table)
                     if len(table.parts) == 3)


def _flattened(query: str, flat: dict[str, str], field: str) -> tuple[str, list[tuple[int, int]]]:
    """The query with each address as one plain name, which the grammar of safe queries takes; and where it grew by
    how many characters, so that a mistake is told where it was written."""
    pieces, grown, at, length = [], [], 0, 0
    tables = [x for x in parse_sql(query, "duckdb", field).find_all(exp.Table) if len(x.parts) == 3]
    for table in sorted(tables, key=lambda x: int(x.parts[0].meta["start"])):
        address = ".".join(part.name for part in table.parts)
        start, end = table.parts[0].meta["start"], table.parts[-1].meta["end"] + 1
        if address not in flat:
            zh, en = nearest(address, flat)
            words = t(f"数据湖中没有 {address}{zh}", f"The lake has no {address}{en}")
            raise Problem(words, field=field, named=address)
        name = flat[address] + ("" if table.alias else f" as {table.name}")
        pieces += [query[at:start], name]
        length += start - at + len(name)
        grown.append((length, len(name) - (end - start)))
        at = end
    return "".join([*pieces, query[at:]]), grown


def _addressed(tree: exp.Expr, addresses: dict[str, str]) -> str:
    """The checked query with its addresses back."""
    again = tree.copy()
    for table in list(again.find_all(exp.Table)):
        if address := addresses.get(table.name):
            catalog, db, name = address.split(".")
            for part, word in (("catalog", catalog), ("db", db), ("this", name)):
                table.set(part, exp.to_identifier(word, quoted=True))
    return again.sql(dialect="duckdb")


def readable() -> list[str]:
    """The tables of the lake that a definition may select from."""
    return [address for prefix in READABLE for address in lake.addresses(prefix)]


def contract(address: str, owner: str, checked: Checked) -> dict[str, Any]:
    """What the catalogue is told of the table; it lifts a column that is graded below its inputs by itself."""
    header = checked.header
    sums = summed(checked)
    columns = {c.name: {**c.pair, "grade": c.grade, **({"mask": c.mask} if c.is_guarded else {}),
                        **({"masks": "按组汇总，不含单个人或企业的值"} if c.name in sums else {})}
               for c in header.columns}
    scope = {word: value for word in ("organisation", "area", "person") if (value := getattr(header.scope, word, ""))}
    return {
        "address": address, "title": header.titles, "row": header.rows, "owner": owner,
        "system": {"zh": "主题库", "en": "Thematic databases"}, "key": list(header.key), "promise": header.fresh,
        "scope": scope, "columns": columns, "rules": [],
    }


def low(checked: Checked) -> list[str]:
    """Columns that carry a value as it is, yet say a lower grade than the column they take it from; in words."""
    said = {c.name: c.grade for c in checked.header.columns}
    found = []
    for name, (address, column) in carried(checked).items():
        entry = catalogue.Column.objects.filter(entry=address, name=column).first()
        if entry and GRADES.index(entry.grade) > GRADES.index(said[name]):
            found.append(str(t(f"{name} 取自 {address}.{column}（{entry.grade}），不能定为 {said[name]}",
                               f"{name} is taken from {address}.{column} ({entry.grade}) and cannot be {said[name]}")))
    return found


def summed(checked: Checked) -> set[str]:
    """Output columns that count or sum over many rows, and so tell nothing of one."""
    outer = sqlglot.parse_one(checked.sql, dialect="duckdb").find(exp.Select)
    return {item.alias_or_name for item in (outer.expressions if outer else ()) if item.find(exp.AggFunc)
            and not item.find(exp.Window)}


def carried(checked: Checked) -> dict[str, tuple[str, str]]:
    """Output column → the (address, column) it is taken from unchanged."""
    tree = sqlglot.parse_one(checked.sql, dialect="duckdb")
    outer = tree.find(exp.Select)
    named = {x.alias_or_name: ".".join(part.name for part in x.parts) for x in tree.find_all(exp.Table)}
    found = {}
    for item in outer.expressions if outer else ():
        bare = item.unalias()
        if isinstance(bare, exp.Column):
            address = named.get(bare.table) or (next(iter(named.values())) if len(named) == 1 else "")
            if address:
                found[item.alias_or_name] = (address, bare.name)
    return found

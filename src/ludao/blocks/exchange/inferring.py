"""What an unknown file seems to hold: types, meanings, grades and key, found out over all of its rows."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ludao.blocks.exchange import meanings
from ludao.blocks.exchange.answering import latin
from ludao.blocks.exchange.contract import Column, folded
from ludao.blocks.exchange.formats import find_out
from ludao.blocks.exchange.keeping import Stage
from ludao.blocks.exchange.relations import Relation, quoted, relation
from ludao.blocks.lake import public as lake

MOST = 0.95  # of the values must fit; the others will be told one by one
NAMES = {
    "person_name": ("姓名", "xm", "name", "人员姓名", "居民姓名"),
    "enterprise_name": ("企业名称", "单位名称", "公司名称"),
    "address": ("地址", "住址", "address", "详细地址", "住所"),
    "sex": ("性别", "xb", "sex"),
    "birth_day": ("出生日期", "csrq", "birthon", "birthday"),
    "moment": ("更新时间", "gxsj", "updatedat"),
}
SENSITIVE = {
    "id_number": "id_number",
    "phone": "phone",
    "person_name": "name",
    "address": "address",
    "birth_day": "all",
}


@dataclass
class Guess:
    """One column: what it is called, and what it seems to be."""

    name: str
    zh: str
    type: str = "text"
    means: str = ""
    grade: str = "internal"
    mask: str = ""
    required: bool = False
    is_key: bool = False
    filled: int = 0
    distinct: int = 0
    odd: int = 0
    samples: list[str] = field(default_factory=list)


@dataclass
class Finding:
    """The whole file."""

    rows: int
    kind: str
    encoding: str
    delimiter: str
    columns: list[Guess]
    at: str = ""
    key: tuple[str, ...] = ()


def look(path: Path, mark: str) -> Finding:
    """One scan over all rows counts what fits what."""
    found = find_out(path)
    with Stage(f"look-{mark}") as stage, lake.session() as work:
        given = relation(work, path, found, stage)
        names = [name for name in given.columns if name not in ("_op", "_at")]
        counts = _counted(work, given, names)
        taken: set[str] = set()
        columns = []
        for name in names:
            columns.append(_guess(name, counts["rows"], counts[name], taken))
            columns[-1].samples = _samples(work, given, name)
        _whose(columns)
        return _keyed(work, given, Finding(counts["rows"], found.kind, found.encoding, found.delimiter, columns))


CODE = re.compile(r"(代码|编码|编号|号码|证号|code|number|(?<![a-z])id)$", re.IGNORECASE)  # counted with by nobody
KEYS = 5  # columns that are tried as key
KINDS = ("integer", "decimal", "boolean", "date", "timestamp")
MEANINGS = ("id_number", "credit_code", "phone", "area_code")
LONG = ("id_number", "credit_code")
SAMPLE, LIKELY = 5_000, 0.8  # what does not fit so many of these rows is not asked of all the others


def _counted(work: lake.Session, given: Relation, names: list[str]) -> dict[str, Any]:
    """How many values of each column fit what. Days and check digits are dear: over all rows only what a sample,
    drawn from the whole file, makes likely is asked."""
    some = f"select * from ({given.sql}) using sample reservoir({SAMPLE} rows) repeatable (1)"
    long = _long(work, some, names)
    tried = _count(work, some, {n: (*KINDS, *(m for m in MEANINGS if n in long or m not in LONG)) for n in names})
    likely = {
        name: tuple(one for one in (*KINDS, *MEANINGS) if tried[name][one] >= tried[name]["filled"] * LIKELY)
        for name in names
    }
    return _count(work, given.sql, likely)


def _long(work: lake.Session, some: str, names: list[str]) -> set[str]:
    """The columns with values as long as an id or a code: of a file of thirty columns, to ask that of all would take
    the engine longer to plan than to read."""
    counts = [f"count(*) filter (length({meanings.given(quoted(name))}) between 15 and 24)" for name in names]
    row = work.connection.execute(f"select {', '.join(counts)} from ({some})").fetchall()[0]
    return {name for name, count in zip(names, row, strict=True) if count}


def _count(work: lake.Session, sql: str, asked: dict[str, tuple[str, ...]]) -> dict[str, Any]:
    counts = ["count(*)"]
    for name, likely in asked.items():
        value = meanings.given(quoted(name))
        counts += [
            f"count({value})",
            f"approx_count_distinct({value})",
            f"count(*) filter (regexp_matches({value}, '^0[0-9]|^[^.]{{16}}'))",
            f"count(*) filter (contains({value}, ':'))",
            *(_fitting(one, value) if one in likely else "0" for one in (*KINDS, *MEANINGS)),
        ]
    row = list(work.connection.execute(f"select {', '.join(counts)} from ({sql})").fetchall()[0])
    fields = ("filled", "distinct", "coded", "timed", *KINDS, *MEANINGS)
    width = len(fields)
    return {"rows": row[0]} | {
        name: dict(zip(fields, row[1 + n * width : 1 + (n + 1) * width], strict=True)) for n, name in enumerate(asked)
    }


def _fitting(one: str, value: str) -> str:
    """How many values are of this kind, or of this meaning."""
    if one in KINDS:
        return f"count({meanings.typed(Column(name='x', type=one), value)})"
    column = Column(name="x", means=one)
    typed = meanings.typed(column, value)
    return f"count(*) filter ({value} is not null and not ({meanings.invalid(column, typed)}))"


def _guess(name: str, rows: int, count: dict[str, int], taken: set[str]) -> Guess:
    made = Guess(
        latin(name, {folded(one) for one in taken}), name, filled=count["filled"], distinct=count["distinct"]
    )
    taken.add(made.name)
    filled = count["filled"]
    made.required = bool(filled) and filled == rows
    if not filled:
        return made
    means = next((m for m in ("id_number", "credit_code", "phone") if count[m] >= filled * MOST), "")
    is_area = count["area_code"] >= filled * MOST and ("区" in name or "area" in name.lower())
    means = means or ("area_code" if is_area else "")
    means = means or next((m for m, names in NAMES.items() if folded(name) in {folded(n) for n in names}), "")
    made.means, made.mask = means, SENSITIVE.get(means, "")
    made.grade = "sensitive" if means in SENSITIVE else "internal"
    if means in meanings.NAMED:
        made.odd = filled - count[means]
        return made
    usual = ["date", "timestamp"] if not count["timed"] else ["timestamp"]
    usual = ["decimal", *usual, "boolean"] if not count["coded"] else usual
    if CODE.search(name) and not count["timed"]:
        usual = [kind for kind in usual if kind not in ("decimal", "boolean")]
    elif count["integer"] >= filled * MOST and not count["coded"]:
        made.type, made.odd = "integer", filled - count["integer"]
        return made
    for kind in usual:
        if count[kind] >= filled * MOST and (kind not in ("date", "timestamp") or count["decimal"] < filled * MOST):
            made.type, made.odd = kind, filled - count[kind]
            break
    return made


def _whose(columns: list[Guess]) -> None:
    """A bare `name` is a person's only where the rows are about persons."""
    if not any(c.means in ("id_number", "birth_day", "sex", "phone") for c in columns):
        for column in columns:
            if folded(column.zh) == "name":
                column.means, column.mask, column.grade = "", "", "internal"


def _samples(work: lake.Session, given: Relation, name: str) -> list[str]:
    found = work.connection.execute(
        f"select distinct left({quoted(name)}, 40) from (select {quoted(name)} from ({given.sql})"
        f" where {quoted(name)} is not null limit 200) limit 3"
    ).fetchall()
    return [row[0] for row in found]


def _keyed(work: lake.Session, given: Relation, found: Finding) -> Finding:
    """The key: a column that is always there and everywhere another, counted one by one, for equal keys would be taken
    for accounts of one thing; what is called a code or a number goes first. The source's time by name or type."""
    likely = [c for c in found.columns
              if c.required and c.type in ("text", "integer") and c.distinct >= found.rows * 0.9]
    for column in sorted(likely, key=lambda c: not CODE.search(c.zh))[:KEYS]:
        row = work.connection.execute(f"select count(distinct {quoted(column.zh)}) from ({given.sql})").fetchall()
        if found.rows and row[0][0] == found.rows:
            column.is_key = True
            found.key = (column.name,)
            break
    times = [c for c in found.columns if c.type in ("timestamp", "date") and c.means == "moment"]
    times = times or [c for c in found.columns if c.type == "timestamp"]
    if times:
        times[0].means, found.at = "moment", times[0].name
    return found

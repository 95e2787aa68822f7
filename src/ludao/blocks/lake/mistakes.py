"""What the engine says is wrong with a query, in the reader's words; `named` is what it speaks of."""

import re

from ludao.base.errors import Problem
from ludao.base.text import t

_SAID = (
    (r'Referenced column "(?P<named>[^"]+)" not found',
     ("没有列 {named}{near}", "There is no column {named}{near}")),
    (r'Referenced table "(?P<named>[^"]+)" not found',
     ("from 里没有表或别名 {named}{near}", "from names no {named}{near}")),
    (r'Table "(?P<of>[^"]+)" does not have a column named "(?P<named>[^"]+)"',
     ("{of} 没有列 {named}{near}", "{of} has no column {named}{near}")),
    (r'Values list "(?P<of>[^"]+)" does not have a column named "(?P<named>[^"]+)"',
     ("{of} 没有列 {named}{near}", "{of} has no column {named}{near}")),
    (r'column "?(?P<named>[^" ]+)"? must appear in the GROUP BY',
     ("{named} 既不在 group by 里，也没有汇总：请加到 group by，或用 max({named}) 等汇总",
      "{named} is neither in group by nor summed up: add it there, or write max({named}) or the like")),
    (r"(?P<of>GROUP BY|WHERE) clause cannot contain (?:aggregates|window)",
     ("{of} 里不能用汇总：汇总之后的条件写在 having 里", "{of} cannot hold sums: conditions on sums stand in having")),
    (r"No function matches the given name and argument types '(?P<of>[^']+)'",
     ("{of} 的类型不能这样计算：先用 cast(… as …) 转换", "{of} cannot be computed: convert with cast(… as …) first")),
    (r"Cannot compare values of type (?P<of>\w+)[^\n]* and (?:type )?(?P<named>\w+)",
     ("{of} 与 {named} 不能比较：先用 cast(… as …) 转换", "{of} and {named} cannot be compared: cast one of them")),
    (r'Ambiguous reference to column name "(?P<named>[^"]+)"',
     ("几张表都有列 {named}：请写成 表名.{named}", "Several tables have {named}: write table.{named}")),
    (r"[Ss]et operations can only apply to expressions with the same number",
     ("union 上下两个查询的列数不同", "Both sides of union need the same number of columns")),
    (r"More than one row returned by a subquery",
     ("子查询给出了不止一行：加 limit 1 或改用 in", "The inner query gives several rows: limit 1, or use in")),
)


_NEAR = re.compile(r'Candidate (?:bindings|tables):(?: :)? "([^"]+)"')


def said(text: str) -> Problem:
    """The mistake in words; the engine's own first line where it is none of those known."""
    for form, (zh, en) in _SAID:
        if found := re.search(form, text, re.MULTILINE | re.DOTALL):
            words = found.groupdict()
            near = [one for one in _NEAR.findall(text) if not one.startswith("lake_")][:1]
            zh_near, en_near = (f"，是不是 {near[0]}？", f"; did you mean {near[0]}?") if near else ("", "")
            return Problem(t(zh.format(**words | {"near": zh_near}), en.format(**words | {"near": en_near})),
                           field="sql", named=words.get("named") or words.get("of") or "")
    line = re.sub(r"lake_\d+", "…", text.splitlines()[0])
    return Problem(t(f"查询有误：{line}", f"The query is wrong: {line}"), field="sql")

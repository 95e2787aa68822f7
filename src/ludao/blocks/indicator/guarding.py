"""What an indicator that is written in the page may tell of people: counts, sums and means of enough rows, no value.

A column is as the catalogue's sandbox would show it: what it masks or leaves out for whoever writes the definition is
no column to take a smallest value of; and what is sensitive is not, whoever writes, for all staff read indicators.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from sqlglot import exp

from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.catalogue.public import FEWEST, GUARDED, IDENTIFYING, OPEN
from ludao.blocks.indicator.engine import aggregates
from ludao.blocks.indicator.engine.definition import Definition, Source
from ludao.blocks.lake import public as lake

if TYPE_CHECKING:
    from ludao.blocks.lake.public import Allowed

SUMS = (exp.Count, exp.Sum, exp.Avg)
Tells = Mapping[str, str]  # column in small letters → open, guarded, identifying


def least(actor: Actor, one: Definition, source: Source) -> int:
    """Of how many rows a value must be made; 0 where it tells nothing of people. Raises Problem at the word to mend."""
    found = catalogue.allowed_of(actor, _entries(source))
    known = _known(source, found)
    tells = _own(one, known, found) if one.own else _shared(source, known)
    is_held = _filtered(one.where, tells, "where")
    for word, text in (("area", source.area), ("at", source.at), *_times(one, source)):
        if text:
            _open(text, tells, word)
    return FEWEST if _measured(str(one.text["value"]), tells) or is_held else 0


def _times(one: Definition, source: Source) -> tuple[tuple[str, str], ...]:
    """Which days count; those of a shared source were read by others."""
    said = (("day", one.on), ("since", one.since), ("until", one.until))
    own = (("day", source.on), ("since", source.since), ("until", source.until)) if one.own else ()
    return *said, *own


def _entries(source: Source) -> list[catalogue.Entry]:
    return list(catalogue.Entry.objects.filter(pk__in=lake.tables_of(source.sql)).prefetch_related("columns"))


def _known(source: Source, found: "Mapping[str, Allowed]") -> dict[tuple[str, str], str]:
    """(address, column) → what it tells, as far as this person goes."""
    known = {}
    for entry in _entries(source):
        may = found.get(entry.address)
        for column in entry.columns.all():
            is_closed = may is None or column.name not in may.columns or column.name in may.masks
            known[entry.address, column.name] = GUARDED if is_closed and column.tells == OPEN else column.tells
    return known


def _shared(source: Source, known: Mapping[tuple[str, str], str]) -> Tells:
    """Of a source of the house, by its lineage; what is reckoned from an id number (a sex) does not name anybody."""
    tells: dict[str, str] = {}
    for name, origins in catalogue.made_of(source.sql).items():
        told = [(column, known.get((address, column), GUARDED)) for address, column in origins if column]
        if not name:
            raise Problem(
                t("这个来源的列无法追溯，请另选来源", "The columns of this source cannot be traced: choose another"),
                field="source",
            )
        if any(one == IDENTIFYING and column == name for column, one in told):
            tells[name.lower()] = IDENTIFYING
        else:
            tells[name.lower()] = OPEN if all(one == OPEN for _, one in told) else GUARDED
    return tells


def _own(one: Definition, known: Mapping[tuple[str, str], str], found: "Mapping[str, Allowed]") -> Tells:
    """A query of one's own names guarded columns only as they are, of one dataset, row by row: what joins, limits or
    groups them could make one person's value look like many."""
    assert one.own is not None
    tree = aggregates.query(one.own.sql)
    for address, may in found.items():
        if may.where:
            raise Problem(
                t(
                    f"您只能查看 {address} 的部分数据行，不能据此定义全市指标；请由其来源部门定义",
                    f"Only some rows of {address} are yours to see: let its department define the indicator",
                ),
                field="sql",
            )
    held = {name.lower(): told for (_, name), told in known.items() if told != OPEN}
    if not held:
        return {}
    if not _is_plain(tree):
        if touched := sorted(_touched(tree, held)):
            raise _refused(
                "sql",
                f"查询连接、汇总或截取了敏感列 {'、'.join(touched)}。请只从一个数据集逐行取出敏感列，"
                "在“计算式”中计数、求和或求平均；需要连接的，请数据管理员发布数据集或共用来源",
                f"The query joins, groups or cuts by the sensitive {', '.join(touched)}. Take sensitive columns row by "
                "row from one dataset, and count, sum or average them in the value; where a join is needed, have the "
                "data steward publish a dataset",
            )
        return {}
    return _plain(tree, held)


def _is_plain(tree: exp.Expr) -> bool:
    """One dataset, its rows one by one."""
    if type(tree) is not exp.Select or tree.find(exp.Subquery, exp.AggFunc, exp.Window, exp.Exists):
        return False
    source = tree.args.get("from_") or tree.args.get("from")
    given = {word for word, value in tree.args.items() if value} - {"expressions", "from_", "from", "where", "kind"}
    table = source.this if source else None
    return isinstance(table, exp.Table) and not given and not (table.args.get("alias") and table.args["alias"].columns)


def _plain(tree: exp.Expr, held: Tells) -> Tells:
    """What its columns tell. A name given to a guarded column may be used by what stands beside it, and in WHERE."""
    tells = dict(held)
    for item in tree.expressions:
        inner = item.unalias()
        if isinstance(inner, exp.Column) and inner.name.lower() in held:
            tells[item.alias_or_name.lower()] = held[inner.name.lower()]
    row = {table.alias_or_name.lower() for table in tree.find_all(exp.Table)}
    where = tree.args.get("where")
    if where and (touched := _touched(where, tells, row)):
        raise _refused(
            "sql",
            f"查询按敏感列 {'、'.join(sorted(touched))} 筛选。把筛选写到“条件”里，那里会保证每个数不少于 {FEWEST} 行",
            f"The query filters by the sensitive {', '.join(sorted(touched))}. Write the filter as the condition, "
            f"where each figure is kept to {FEWEST} rows or more",
        )
    for item in tree.expressions:
        inner = item.unalias()
        if isinstance(inner, exp.Column) and (inner.name.lower() in tells or isinstance(inner.this, exp.Star)):
            continue
        bare = isinstance(inner, exp.Star) and not any(inner.args.values())
        if not bare and (touched := _touched(inner, tells, row)):
            raise _refused(
                "sql",
                f"查询改算了敏感列 {'、'.join(sorted(touched))}。请原样取出",
                f"The query reckons with the sensitive {', '.join(sorted(touched))}. Take it as it is",
            )
    return tells


def _touched(tree: exp.Expr, held: Collection[str], rows: Collection[str] = ()) -> set[str]:
    """Names of guarded columns that stand anywhere in it. A star names them all, and so does a table (`rows`) that is
    taken as a value, or what gives columns other names."""
    tables = {table.alias_or_name.lower() for table in tree.find_all(exp.Table)} | set(rows)
    names = any(
        not column.table and column.name.lower() in tables or isinstance(column.this, exp.Star)
        for column in tree.find_all(exp.Column)
    )
    stars = any(not isinstance(node.parent, exp.Count) for node in tree.find_all(exp.Star))
    renamed = any(alias.columns for alias in tree.find_all(exp.TableAlias))
    natural = any(join.method.lower() == "natural" for join in tree.find_all(exp.Join))
    if names or stars or renamed or natural:
        return set(held)
    return {node.name.lower() for node in tree.find_all(exp.Identifier)} & set(held)


# — the value and its conditions ————————————————————————————————————————————————————————————————————


def _columns(tree: exp.Expr, tells: Tells) -> Iterator[tuple[exp.Column, str]]:
    for column in tree.find_all(exp.Column):
        told = tells.get(column.name.lower(), OPEN)
        if told != OPEN:
            yield column, told


def _filtered(text: str, tells: Tells, word: str) -> bool:
    """Whether a condition reads what is guarded; it never reads what names somebody."""
    found = list(_columns(aggregates.parsed(text), tells)) if text else []
    return _may_filter(found, word)


def _may_filter(found: Collection[tuple[exp.Column, str]], word: str) -> bool:
    for column, told in found:
        if told == IDENTIFYING:
            raise _refused(
                word,
                f"{column.name} 能指明个人，不能用来筛选",
                f"{column.name} names people: rows are not chosen by it",
            )
    return bool(found)


def _open(text: str, tells: Tells, word: str) -> None:
    for column, _ in _columns(aggregates.parsed(text), tells):
        raise _refused(
            word,
            f"{column.name} 是敏感列，不能作为区域或日期：最新一天就是某个人的数据",
            f"{column.name} is sensitive and no area or day: the newest of them is one person's",
        )


def _measured(text: str, tells: Tells) -> bool:
    """Whether a value reads what is guarded: as it stands, within a count, a sum or a mean of it."""
    is_held = False
    for column, told in _columns(aggregates.parsed(text), tells):
        is_held = True
        if _in_filter(column):
            _may_filter([(column, told)], "value")
            continue
        above = column.find_ancestor(exp.AggFunc)
        names = told == IDENTIFYING
        if not isinstance(above, exp.Count if names else SUMS) or not _is_of(above, column):
            may = "只能计数" if names else "只能计数、求和或求平均"
            can = "only counted" if names else "only counted, summed or averaged"
            such = f"{'count' if names else 'sum'}({column.name})"
            raise _refused(
                "value",
                f"{column.name} 是敏感列，{may}，且括号内只写这一列：{such}；最大、最小值会透露某个人的数据",
                f"{column.name} is sensitive and {can}, alone within the brackets: {such}; a largest or smallest value"
                " is one person's",
            )
    return is_held


def _in_filter(column: exp.Column) -> bool:
    above = column.find_ancestor(exp.Filter, exp.AggFunc)
    return isinstance(above, exp.Filter)


def _is_of(aggregate: exp.Expr, column: exp.Column) -> bool:
    of = aggregate.this
    if isinstance(of, exp.Distinct) and isinstance(aggregate, exp.Count) and len(of.expressions) == 1:
        of = of.expressions[0]
    return of is column


def _refused(word: str, zh: str, en: str) -> Problem:
    return Problem(t(zh, en), field=word)

"""What stands behind a query's names: its own tables, others' datasets by address, and both as of a moment.

The text is changed only where a name stands, so that what runs is what was written.
"""

from collections.abc import Callable, Collection, Iterator
from functools import cache

import sqlglot
from django.apps import apps
from django.db import models
from sqlglot import exp
from sqlglot.dialects.postgres import Postgres

from ludao.base import history
from ludao.base.datasets.dataset import Dataset
from ludao.base.registry import Manifest
from ludao.base.rights import scope_of

Cut = tuple[int, int, str]  # from, to (exclusive), what stands there instead
SHANGHAI_DAY = "(({moment}) at time zone 'Asia/Shanghai')::date"


class Faulty(LookupError):
    """A query names what it may not read."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line, self.text = line, text


@cache
def models_by_table() -> dict[str, type[models.Model]]:
    return {m._meta.db_table: m for m in apps.get_models(include_auto_created=True)}


def expand(dataset: Dataset, is_past: bool = False) -> str:
    """The dataset's query, ready for psycopg with parameters (% doubled); `is_past`: as of %(as_of)s."""
    return _expand(dataset, is_past, ())


def plain(dataset: Dataset) -> str:
    """The same as a statement without parameters, for a view."""
    return expand(dataset).replace("%%", "%")


def _expand(dataset: Dataset, is_past: bool, above: tuple[str, ...]) -> str:
    if dataset.address in above:
        raise Faulty(1, f"the datasets {' → '.join([*above, dataset.address])} read each other in a circle")
    reads = (*dataset.manifest.reads, *dataset.manifest.offers)
    path = (*above, dataset.address)

    def behind(table: exp.Table, name: str) -> str:
        at = dataset.line_of(table.this)
        if "." in name:
            return f"({_expand(_allowed(name, reads, dataset.manifest.address, at), is_past, path)})"
        return _own(name, dataset.manifest, is_past, at)

    return rewrite(dataset.sql, behind, "%(as_of)s::timestamptz" if is_past else "now()")


def _allowed(address: str, reads: Collection[str], reader: str, line: int) -> Dataset:
    from ludao.base.datasets import house

    if address not in reads:
        raise Faulty(line, f"{reader} does not declare that it reads {address}; add it to `reads` of its manifest")
    return house.get(address)


def own_model(table: str, manifest: Manifest, line: int) -> type[models.Model]:
    """Its own table, or one of a block that it uses, to which its keys may point."""
    model = models_by_table().get(table)
    if model is None or model._meta.app_label not in (manifest.label, *manifest.uses):
        raise Faulty(line, f"{table} is not a table of {manifest.address}; read others by their dataset's address")
    return model


def _own(table: str, manifest: Manifest, is_past: bool, line: int) -> str:
    model = own_model(table, manifest, line)
    if not is_past:
        return ""
    if model not in history.kept_models():
        raise Faulty(line, f"the past of {table} is not kept")
    return history.table_as_of(table, str(model._meta.pk.column))


def rewrite(sql: str, behind: Callable[[exp.Table, str], str], moment: str = "now()") -> str:
    """`behind` gives for each table or address what stands there, "" for the name itself. The query's clock
    is `moment`, and its day the day of Shanghai."""
    cuts = sorted([*_table_cuts(sql, behind), *_clock_cuts(sql, moment)])
    out, at = [], 0
    for start, end, text in cuts:
        out += [sql[at:start].replace("%", "%%"), text]
        at = end
    return "".join([*out, sql[at:].replace("%", "%%")])


def named_tables(sql: str) -> Iterator[tuple[exp.Table, str]]:
    """Every table or address in the query; names of its own `with` are left out."""
    tree = sqlglot.parse_one(sql, dialect="postgres")
    local = {cte.alias for cte in tree.find_all(exp.CTE)}
    for table in tree.find_all(exp.Table):
        parts = [part for part in table.parts if isinstance(part, exp.Identifier)]
        name = ".".join(part.name for part in parts)
        if parts and name not in local:
            yield table, name


def _table_cuts(sql: str, behind: Callable[[exp.Table, str], str]) -> Iterator[Cut]:
    for table, name in named_tables(sql):
        text = behind(table, name)
        if text:
            alias = "" if table.alias else f" as {table.this.name}"
            yield table.parts[0].meta["start"], table.parts[-1].meta["end"] + 1, text + alias


def _clock_cuts(sql: str, moment: str) -> Iterator[Cut]:
    tokens = Postgres.Tokenizer().tokenize(sql)
    for at, token in enumerate(tokens):
        match token.token_type.name, token.text.lower():
            case "CURRENT_DATE", _:
                yield token.start, token.end + 1, SHANGHAI_DAY.format(moment=moment)
            case "CURRENT_TIMESTAMP", _:
                yield token.start, token.end + 1, moment
            case "VAR", "now" if [t.token_type.name for t in tokens[at + 1 : at + 3]] == ["L_PAREN", "R_PAREN"]:
                yield token.start, tokens[at + 2].end + 1, moment


def scoped_tables(dataset: Dataset) -> list[str]:
    """Its own tables whose rows belong to somebody. Raises Faulty when the query reads what it may not."""
    expand(dataset)
    found = {name for _, name in named_tables(dataset.sql) if "." not in name}
    return sorted(name for name in found if scope_of(models_by_table()[name]) is not None)

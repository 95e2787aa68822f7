"""An indicator that is defined in the page: read as a file's would be, held to safe SQL, tried before it is kept."""

from collections.abc import Mapping
from typing import Any

import yaml

from ludao.base import clock, datasets
from ludao.base import sql as safe_sql
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.identity.public import Organisation
from ludao.blocks.indicator import guarding, house, shipping
from ludao.blocks.indicator.engine import compiling, formulas
from ludao.blocks.indicator.engine import definition as definitions
from ludao.blocks.indicator.engine.definition import Definition
from ludao.blocks.indicator.models import Indicator
from ludao.blocks.lake import public as lake

FUNCTIONS = safe_sql.DEFAULT | safe_sql.AGGREGATES


def keep(actor: Actor, code: str, text: str) -> Indicator:
    """Raises Problem that names what is wrong with the text."""
    try:
        one = read(actor, code, said_in(text))
    except Problem as problem:
        raise Problem(str(problem), field="code" if problem.field == "code" else "text") from problem
    row = Indicator.objects.filter(pk=code).first()
    if row and row.method == "loaded":
        raise Problem(t("导入的序列不能改定义", "A loaded series is not redefined"), field="code")
    row = row or Indicator(code=code, number=0)
    is_other = row.number > 0 and shipping.computes_otherwise(row.text, one.text)
    shipping.fill(row, one)
    row.number, row.changed_at, row.by, row.is_retired = row.number + 1, clock.now(), "page", False
    row.changed_by = actor.name[:200]
    row.save()
    if is_other:
        shipping.drop_values([code])
    house.forget()
    return row


def read(actor: Actor, code: str, said: Mapping[str, Any]) -> Definition:
    """What the words of a definition say, tried. Raises Problem whose field is the word to mend."""
    try:
        one = definitions.define(code, said, "page")
        definitions.check_names(one, house.sources(), house.references())
        one = definitions.settled(one, house.sources())
    except KeyError as error:
        raise Problem(t(f"缺少 {error}", f"{error} is missing"), field=str(error.args[0])) from error
    except (TypeError, ValueError) as error:
        raise Problem(
            t(f"定义有误：{error}", f"The definition is wrong: {error}"), field=_blamed(str(error))
        ) from error
    if not Organisation.objects.filter(pk=one.owner).exists():
        raise Problem(t(f"没有机构 {one.owner}", f"There is no organisation {one.owner}"), field="owner")
    if one.method == "computed":
        return _tried(actor, one)
    if one.method == "formula":
        _try_formula(one)
    return one


def is_reviewed(one: Definition) -> bool:
    """Whether it is computed as a file of the house says, whatever else the page changed of it."""
    shipped = next((r.definitions[one.code] for r in house.shipped().values() if one.code in r.definitions), None)
    return shipped is not None and not shipping.computes_otherwise(shipped.text, one.text)


def refused(one: Definition) -> Problem | None:
    """Why a definition of the page may not be computed (any more): a column has been graded higher since."""
    if is_reviewed(one):
        return None
    source = one.own or house.sources()[one.source]
    try:
        if guarding.least(Actor.system("indicator"), one, source) <= one.least:
            return None
    except Problem as problem:
        return problem
    return Problem(t("所用的列已定为敏感，请重新保存定义", "A column is sensitive now: save the definition again"))


def _blamed(words: str) -> str:
    """The word that an error of the reader is about."""
    for said, word in (("a code is", "code"), ("no source", "source"), ("no reference", "ref")):
        if said in words:
            return word
    return next((w for w in definitions.WORDS if words.startswith(f"{w} ")), "")


def said_in(text: str) -> dict[str, Any]:
    try:
        said = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise Problem(t(f"格式有误：{error}", f"Not well formed: {error}"), field="text") from error
    if not isinstance(said, dict):
        raise Problem(t("请逐行写“词: 内容”", "Write a word, a colon and what it says on each line"), field="text")
    return said


def _allow(actor: Actor, sql: str) -> None:
    """A query of one's own reads only datasets that are open to whoever writes it, in words that are on the list."""
    found: dict[str, Any] = {}
    known = {d.address for d in datasets.every()}
    for address in lake.tables_of(sql):
        may = catalogue.allowed(actor, address)
        if may is None:
            raise Problem(
                t(f"没有 {address}，或您无权使用它", f"There is no {address}, or it is not yours to use"), field="sql"
            )
        if address in known:
            lake.flow(address)
        found[address] = may
    if not found:
        raise Problem(
            t("请写明数据集，如 source.hotline.call", "Name a dataset, such as source.hotline.call"), field="sql"
        )
    lake.sandbox(sql, found, most_rows=1)


def _tried(actor: Actor, one: Definition) -> Definition:
    """Its expressions hold nothing but columns, listed functions and operators, and tell no person's value; and the
    engine takes them. Given back with the least number of rows that a value is made of."""
    source = one.own or house.sources()[one.source]
    if one.own:
        _allow(actor, one.own.sql)
    columns = [*lake.sql(f"select * from ({source.sql}) limit 0").arrow().column_names, "ends_on"]
    named = (("area", source.area), ("day", source.on), ("since", source.since), ("until", source.until))
    for word, text in (*named, ("at", source.at)):
        if one.own and text and text not in columns:
            raise Problem(t(f"查询结果没有列 {text}", f"The query has no column {text}"), field=word)
    said = {"value": str(one.text["value"]), "where": one.where, "day": one.on, "since": one.since, "until": one.until}
    for word, text in said.items():
        if text:
            safe_sql.expression(text, columns, FUNCTIONS, field=word)
    one = _kept_to(one, 0 if is_reviewed(one) else guarding.least(actor, one, source))
    unit = compiling.units([one], {source.name: source})[0]
    try:
        with lake.session() as work:
            work.sql("create temp table areas as select '3502' as code")
            work.sql(compiling.alone(unit, one, clock.today())).arrow()
    except Exception as error:
        told = lake.told_of(type(error).__name__, str(error))
        raise Problem(t(f"试算没有通过：{told}", f"It could not be computed: {told}"), field="value") from error
    return one


def _kept_to(one: Definition, least: int) -> Definition:
    """Nobody sets the least number of rows by hand."""
    said = {word: text for word, text in one.text.items() if word != "least"}
    again = definitions.define(one.code, {**said, "least": least} if least else said, one.by)
    return definitions.settled(again, house.sources())


def _try_formula(one: Definition) -> None:
    try:
        formulas.order({**house.known().definitions, one.code: one})
    except ValueError as error:
        raise Problem(t(f"公式有误：{error}", f"The formula is wrong: {error}"), field="formula") from error


def takers(code: str) -> list[str]:
    """Formulas that take this indicator."""
    return sorted(
        d.code
        for d in house.known().definitions.values()
        if d.method == "formula" and code in formulas.read(d.formula).codes
    )

"""An indicator that is defined in the page: read as a file's would be, held to safe SQL, tried before it is kept."""

from typing import Any

import yaml

from ludao.base import clock
from ludao.base import sql as safe_sql
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.identity.public import Organisation
from ludao.blocks.indicator import house, shipping
from ludao.blocks.indicator.engine import compiling, formulas
from ludao.blocks.indicator.engine import definition as definitions
from ludao.blocks.indicator.engine.definition import Definition
from ludao.blocks.indicator.models import Indicator
from ludao.blocks.lake import public as lake

FUNCTIONS = safe_sql.DEFAULT | safe_sql.AGGREGATES


def keep(actor: Actor, code: str, text: str) -> Indicator:
    """Raises Problem that names what is wrong with the text."""
    one = read(code, text)
    row = Indicator.objects.filter(pk=code).first()
    if row and row.method == "loaded":
        raise Problem(t("导入的序列不能改定义", "A loaded series is not redefined"), field="code")
    row = row or Indicator(code=code, number=0)
    shipping.fill(row, one)
    row.number, row.changed_at, row.by, row.is_retired = row.number + 1, clock.now(), "page", False
    row.save()
    house.forget()
    return row


def read(code: str, text: str) -> Definition:
    said = _said(text)
    try:
        one = definitions.define(code, said, "page")
        definitions.check_names(one, house.sources(), house.references())
        one = definitions.settled(one, house.sources())
    except (KeyError, TypeError, ValueError) as error:
        raise Problem(t(f"定义有误：{error}", f"The definition is wrong: {error}"), field="text") from error
    if not Organisation.objects.filter(pk=one.owner).exists():
        raise Problem(t(f"没有机构 {one.owner}", f"There is no organisation {one.owner}"), field="text")
    if one.method == "computed":
        _try_value(one)
    elif one.method == "formula":
        _try_formula(one)
    return one


def _said(text: str) -> dict[str, Any]:
    try:
        said = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise Problem(t(f"格式有误：{error}", f"Not well formed: {error}"), field="text") from error
    if not isinstance(said, dict):
        raise Problem(t("请逐行写“词: 内容”", "Write a word, a colon and what it says on each line"), field="text")
    return said


def _try_value(one: Definition) -> None:
    """Its expressions hold nothing but columns, listed functions and operators; and the engine takes them."""
    source = house.sources()[one.source]
    columns = [*lake.sql(f"select * from ({source.sql}) limit 0").arrow().column_names, "ends_on"]
    for text in filter(None, (one.value, one.where, one.on, one.since, one.until)):
        safe_sql.expression(text, columns, FUNCTIONS, field="text")
    unit = compiling.units([one], {source.name: source})[0]
    try:
        with lake.session() as work:
            work.sql("create temp table areas as select '3502' as code")
            work.sql(compiling.alone(unit, one, clock.today())).arrow()
    except Exception as error:
        raise Problem(t(f"试算没有通过：{error}", f"It could not be computed: {error}"), field="text") from error


def _try_formula(one: Definition) -> None:
    try:
        formulas.order({**house.known().definitions, one.code: one})
    except ValueError as error:
        raise Problem(t(f"公式有误：{error}", f"The formula is wrong: {error}"), field="text") from error


def takers(code: str) -> list[str]:
    """Formulas that take this indicator."""
    return sorted(
        d.code
        for d in house.known().definitions.values()
        if d.method == "formula" and code in formulas.read(d.formula).codes
    )

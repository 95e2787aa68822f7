"""What an editor may put on a theme's screen, read from what the page sends: figures, charts, lists and the story."""

import json
from string import Formatter
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ludao.base.actions import problem_of
from ludao.base.actor import Actor
from ludao.base.errors import Problem, Problems
from ludao.base.text import t
from ludao.blocks.chart import public as charting
from ludao.blocks.indicator import public as indicator
from ludao.blocks.place import public as place

from .declared import full

BOUND = ("total", "first", "first_value")  # the values that a sentence of the story may name


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Pair(_Strict):
    """The same in both languages."""

    zh: str = Field(min_length=1, max_length=300)
    en: str = Field(min_length=1, max_length=600)


class Unit(_Strict):
    zh: str = Field(max_length=20)
    en: str = Field(default="", max_length=60)


class Source(_Strict):
    """One of: an indicator, a declared chart, the rows of a layer; the first of them that has values is shown."""

    indicator: str = Field(default="", max_length=100)
    chart: str = Field(default="", max_length=120)
    layer: str = Field(default="", max_length=120)
    title: Pair | None = None


class Number(Source):
    of: Literal["count", "value"] = "count"
    unit: Unit | None = None


class Picture(Source):
    chart_by: str = Field(default="", max_length=60)
    by: str = Field(default="", max_length=60)
    kind: Literal["line", "area", "column", "bar", "pie"] = "bar"


class Rows(_Strict):
    layer: str = Field(min_length=1, max_length=120)


class Step(_Strict):
    """A sentence of the story, bound to the values of a layer, and what the map shows with it."""

    title: Pair
    text: Pair
    layer: str = Field(min_length=1, max_length=120)
    level: Literal["district", "street", "community"] = "street"
    show: list[str] = Field(default_factory=list, max_length=6)

    @field_validator("text")
    @classmethod
    def _bound(cls, text: Pair) -> Pair:
        for said in (text.zh, text.en):
            try:
                named = [(name, spec, how) for _, name, spec, how in Formatter().parse(said) if name is not None]
            except ValueError as error:
                raise ValueError(t("花括号没有成对", "A brace stands alone")) from error
            if any(name not in BOUND or spec or how for name, spec, how in named):
                raise ValueError(t("只能写 {total}、{first}、{first_value}", "Only {total}, {first}, {first_value}"))
        return text


class Parts(_Strict):
    figures: list[Number] = Field(default_factory=list, max_length=12)
    charts: list[Picture] = Field(default_factory=list, max_length=12)
    lists: list[Rows] = Field(default_factory=list, max_length=4)
    story: list[Step] = Field(default_factory=list, max_length=8)


def read(actor: Actor, text: str) -> dict[str, Any]:
    """The parts as an edition keeps them; {} where nothing was sent. Raises Problem or Problems in words."""
    if not text.strip():
        return {}
    try:
        found = Parts.model_validate(json.loads(text))
    except ValidationError as error:
        each = [problem_of(one) for one in error.errors(include_url=False)]
        raise Problems([Problem(f"{p.field}: {p}" if p.field else str(p), field="parts") for p in each]) from error
    except ValueError as error:
        raise Problem(t("不是完好的 JSON", "Not well-formed JSON"), field="parts") from error
    _known(actor, found)
    kept: dict[str, Any] = found.model_dump(exclude_none=True)
    return kept


def _known(actor: Actor, parts: Parts) -> None:
    """All that is named is there."""
    layers = {layer.address for layer in place.every(actor)}
    codes = indicator.known().definitions
    for one in (*parts.figures, *parts.charts):
        if not (one.indicator or one.chart or one.layer):
            raise Problem(t("每一项应写明指标、图表或图层", "Name an indicator, a chart or a layer"), field="parts")
        if one.indicator and one.indicator not in codes:
            raise Problem(t(f"没有指标 {one.indicator}", f"There is no indicator {one.indicator}"), field="parts")
        if one.chart:
            charting.get(one.chart)
    named = [one.layer for one in (*parts.figures, *parts.charts) if one.layer]
    named += [one.layer for one in parts.lists]
    named += [step.layer for step in parts.story]
    named += [name for step in parts.story for name in step.show]
    if missing := [name for name in named if full(name) not in layers]:
        raise Problem(t(f"没有图层 {missing[0]}", f"There is no layer {missing[0]}"), field="parts")

"""A declared chart: which dataset, counted how, by what; read from TOML and checked in words."""

import tomllib
from functools import lru_cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ludao.base.actions import problem_of
from ludao.base.errors import Problem, Problems
from ludao.base.text import from_pair, t

Drawn = Literal["line", "area", "column", "stack", "bar", "pie", "radar", "heat", "table", "number"]
MOST_GROUPS = 2000


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Strict):
    """The same in both languages."""

    zh: str = Field(min_length=1, max_length=120)
    en: str = Field(min_length=1, max_length=200)

    def __str__(self) -> str:
        return str(from_pair({"zh": self.zh, "en": self.en}))


class Unit(_Strict):
    """The English of a counter word (户, 件) is nothing."""

    zh: str = Field(min_length=1, max_length=20)
    en: str = Field(default="", max_length=40)

    def __str__(self) -> str:
        return str(from_pair({"zh": self.zh, "en": self.en}))


class Dimension(Words):
    """What the rows are grouped by. `kind` area: `sql` is a column of area codes, shown a level below the one that
    is looked at."""

    sql: str = Field(min_length=1, max_length=500)
    kind: Literal["text", "year", "month", "day", "area"] = "text"
    words: dict[str, Words] = Field(default_factory=dict, max_length=60)  # what a code is called

    @property
    def is_time(self) -> bool:
        return self.kind in ("year", "month", "day")


class Measure(Words):
    """What is counted; `scale` turns the stored unit into the shown one (fen to 10,000 yuan: 1e-6)."""

    sql: str = Field(min_length=1, max_length=500)
    unit: Unit | None = None
    scale: float = 1
    precision: int = Field(default=0, ge=0, le=6)


class Joined(_Strict):
    """Columns of a second dataset beside each row, found by what both have; a row that finds none keeps its place."""

    data: str = Field(pattern=r"^[a-z_]+(\.[a-z_]+){1,3}$", max_length=120)
    on: tuple[str, ...] = Field(min_length=1, max_length=3)
    columns: tuple[str, ...] = Field(min_length=1, max_length=12)


class Spec(_Strict):
    """One chart as declared."""

    title: Words
    lead: Words | None = None
    domain: str = Field(default="", max_length=40)
    kind: Drawn = "column"
    data: str = Field(pattern=r"^[a-z_]+(\.[a-z_]+){1,3}$", max_length=120)
    joined: Joined | None = None
    where: str = Field(default="", max_length=1000)
    area: str = Field(default="", max_length=60)
    dimensions: dict[str, Dimension] = Field(default_factory=dict, max_length=8)
    by: str = ""
    split: str = ""
    measures: tuple[Measure, ...] = Field(min_length=1, max_length=6)
    order: Literal["by", "value"] = "by"
    most: int = Field(default=60, ge=1, le=500)
    # The indicator that judges what is shown: its target and its light stand beside the picture.
    indicator: str = Field(default="", pattern=r"^([a-z_]+(\.[a-z0-9_]+){1,3})?$", max_length=100)

    @property
    def time(self) -> str:
        """The finest of its dimensions that are times; "" where it knows none."""
        times = {one.kind: name for name, one in self.dimensions.items() if one.is_time}
        return next((times[kind] for kind in ("day", "month", "year") if kind in times), "")

    @model_validator(mode="after")
    def _named(self) -> "Spec":
        for word in (self.by, self.split):
            if word and word not in self.dimensions:
                raise ValueError(f"{word}: {t('不在 dimensions 之中', 'is not among the dimensions')}")
        if self.kind != "number" and not self.by:
            raise ValueError(t("请写明 by：按哪个维度分组", "Say by which dimension: by"))
        return self


@lru_cache(maxsize=2048)
def read(text: str) -> Spec:
    """From TOML. Raises Problem or Problems that name the line or the field."""
    try:
        table: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Problem(t(f"不是完好的 TOML：{error}", f"Not well-formed TOML: {error}"), field="text") from error
    return checked(table)


def checked(table: dict[str, Any]) -> Spec:
    try:
        return Spec.model_validate(table)
    except ValidationError as error:
        found = [problem_of(each) for each in error.errors(include_url=False)]
        raise Problems([Problem(f"{p.field}: {p}" if p.field else str(p), field="text") for p in found]) from error

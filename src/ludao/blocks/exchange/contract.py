"""What a department promised to send: its columns, types, key, rules and rhythm."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ludao.base import masks
from ludao.base.actions import problem_of
from ludao.base.errors import Problem, Problems
from ludao.base.sql import SafeExpression, expression
from ludao.base.text import from_pair, t

if TYPE_CHECKING:
    import pyarrow as pa

Type = Literal["text", "integer", "decimal", "number", "boolean", "date", "timestamp"]
Promise = Literal["live", "hourly", "daily", "weekly", "monthly", "yearly"]
SQL = {
    "text": "varchar",
    "integer": "bigint",
    "decimal": "decimal(24,6)",
    "number": "double",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamptz",
}
TYPES = {
    "text": t("文字", "Text"),
    "integer": t("整数", "Whole number"),
    "decimal": t("小数", "Decimal"),
    "number": t("浮点数", "Number"),
    "boolean": t("是否", "Yes or no"),
    "date": t("日期", "Day"),
    "timestamp": t("时间", "Moment"),
}
LOADS = {
    "merge": t("按主键合并", "Merge by key"),
    "append": t("追加", "Append"),
    "replace": t("整表替换", "Replace all"),
}
WITHIN = {
    "live": timedelta(minutes=15),
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
    "monthly": timedelta(days=31),
    "yearly": timedelta(days=366),
}
ADDRESS = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){1,3}")
NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class Column(_Part):
    """One column: what it is called, how it is typed, what a value of it is."""

    name: str = ""
    zh: str = ""
    en: str = ""
    type: Type = "text"
    means: str = ""
    grade: Literal["public", "internal", "sensitive", "secret"] = "internal"
    mask: str = ""
    required: bool = False
    aliases: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return t(self.zh or self.name, self.en or self.name)

    @property
    def names(self) -> list[str]:
        """Every name under which it may come."""
        return [name for name in (self.name, self.zh, self.en, *self.aliases) if name]


class Rule(_Part):
    """What must hold for a row; one that `stops` sends the row that breaks it to quarantine."""

    name: str
    zh: str = ""
    en: str = ""
    kind: Literal["completeness", "validity", "uniqueness", "timeliness", "consistency"] = "validity"
    says: str
    stops: bool = False

    @property
    def title(self) -> str:
        return t(self.zh or self.name, self.en or self.name)

    def over(self, columns: Mapping[str, Any]) -> SafeExpression:
        """The rule as a checked expression over these columns."""
        return expression(re.sub(r"\btoday\s*\(\s*\)", "current_date", self.says), list(columns), field="rules")


class Contract(_Part):
    """The whole of it, as kept with its source."""

    address: str
    title: Any
    row: Any = ""
    owner: str
    system: Any = ""
    key: tuple[str, ...] = ()
    at: str = ""
    load: Literal["merge", "append", "replace"] = "merge"
    promise: Promise = "monthly"
    buckets: int = Field(default=1, ge=1, le=4096)
    scope: dict[str, str] = {}
    columns: dict[str, Column]
    rules: tuple[Rule, ...] = ()
    origin: dict[str, Any] = Field(default={}, alias="from")
    ignored: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        return from_pair(self.title)

    @property
    def schema(self) -> "pa.Schema":
        """As the lake keeps it."""
        import pyarrow as pa

        kinds = {
            "text": pa.string(),
            "integer": pa.int64(),
            "decimal": pa.decimal128(24, 6),
            "number": pa.float64(),
            "boolean": pa.bool_(),
            "date": pa.date32(),
            "timestamp": pa.timestamp("us", "UTC"),
        }
        return pa.schema([pa.field(c.name, kinds[c.type]) for c in self.columns.values()])

    @cached_property
    def by_name(self) -> dict[str, str]:
        """Folded name of a file's column → the contract's column."""
        found: dict[str, str] = {}
        for column in self.columns.values():
            for name in column.names:
                found.setdefault(folded(name), column.name)
        return found

    @cached_property
    def ignorable(self) -> frozenset[str]:
        return frozenset(folded(name) for name in self.ignored)

    @property
    def kind(self) -> str:
        return str(self.origin.get("kind", "upload"))


def is_kept_otherwise(former: Contract, new: Contract) -> bool:
    """Whether rows are kept otherwise under the new one: what stands must then be made anew."""
    same = (former.key, former.at, former.load) == (new.key, new.at, new.load)
    return not same or any(former.columns[name].type != one.type for name, one in new.columns.items()
                           if name in former.columns)


def differing(former: Contract, new: Contract) -> Iterator[str]:
    """What is said otherwise of the rows, each in words."""
    for name, column in new.columns.items():
        before = former.columns.get(name)
        if before is None:
            continue
        if before.type != column.type:
            was, now = TYPES[before.type], TYPES[column.type]
            yield t(f"“{column.title}”的类型：{was}改为{now}", f"{column.title}: {was} becomes {now}")
        if before.means != column.means:
            yield t(f"“{column.title}”的含义变了", f"{column.title}: another meaning")
        if before.required != column.required:
            yield t(f"“{column.title}”改为{'必填' if column.required else '可空'}",
                    f"{column.title}: {'required' if column.required else 'may be empty'}")
    if former.key != new.key:
        yield t(f"主键：{_titles(former, former.key)}改为{_titles(new, new.key)}",
                f"Key: {_titles(former, former.key)} becomes {_titles(new, new.key)}")
    if former.at != new.at:
        yield t(f"来源时间列：{_titles(former, (former.at,))}改为{_titles(new, (new.at,))}",
                f"The source's time: {_titles(former, (former.at,))} becomes {_titles(new, (new.at,))}")
    if former.load != new.load:
        was, now = LOADS[former.load], LOADS[new.load]
        yield t(f"装载方式：{was}改为{now}", f"Load: {was} becomes {now}")
    if former.rules != new.rules:
        yield t("质量规则变了", "Other rules of quality")


def _titles(contract: Contract, names: tuple[str, ...]) -> str:
    return "、".join(contract.columns[name].title for name in names if name) or str(t("无", "none"))


def folded(name: str) -> str:
    """Names of columns are compared without regard to width, case and blanks."""
    import unicodedata

    return re.sub(r"[\s_\-]+", "", unicodedata.normalize("NFKC", name)).casefold()


def read(table: Mapping[str, Any]) -> Contract:
    """Raises Problems that name every field at fault."""
    given = dict(table.get("columns", {}))
    order = [*(name for name in table.get("order", ()) if name in given), *given]  # jsonb keeps none
    columns = {name: {**given[name], "name": name} for name in dict.fromkeys(order)}
    try:
        contract = Contract.model_validate({**table, "columns": columns})
    except ValidationError as error:
        raise Problems([problem_of(e) for e in error.errors(include_url=False)]) from error
    if problems := list(_problems(contract)):
        raise Problems(problems)
    return contract


def _problems(contract: Contract) -> Any:
    columns = contract.columns
    if not ADDRESS.fullmatch(contract.address):
        yield Problem(
            t("地址应如 source.police.resident", "Write the address like source.police.resident"), field="address"
        )
    if not columns:
        yield Problem(t("至少要有一列", "There must be at least one column"), field="columns")
    for name, column in columns.items():
        if not NAME.fullmatch(name):
            yield Problem(
                t(
                    f"列名“{name}”应为小写字母、数字和下划线",
                    f"Name the column {name} in small letters, digits and underscores",
                ),
                field=f"columns.{name}",
            )
        if column.mask and column.mask not in masks.MASKS:
            yield Problem(
                t(f"没有“{column.mask}”这种掩码", f"There is no mask {column.mask}"), field=f"columns.{name}.mask"
            )
    for name in {*contract.key, *filter(None, [contract.at]), *contract.scope.values()} - {*columns}:
        yield Problem(t(f"“{name}”不在列中", f"{name} is not among the columns"), field="key")
    if contract.at and contract.at in columns and columns[contract.at].type not in ("timestamp", "date", "integer"):
        yield Problem(t("更新时间列应为时间", "The column of the source's time must be a time"), field="at")
    if contract.load == "merge" and not contract.key:
        yield Problem(t("按主键合并需要主键", "Merging needs a key"), field="key")
    for rule in contract.rules:
        try:
            rule.over(columns)
        except Problem as problem:
            yield Problem(t(f"规则“{rule.name}”：{problem.text}", f"Rule {rule.name}: {problem.text}"), field="rules")

"""What a reader asks of a dataset, checked: which columns and rows, in which order, as of which moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ludao.base import clock
from ludao.base.datasets.dataset import Dataset
from ludao.base.datasets.kinds import Kind, kinds_of
from ludao.base.errors import Problem, Problems
from ludao.base.models import History
from ludao.base.sql.rules import nearest
from ludao.base.text import t

OPERATORS = ("gte", "lte", "contains", "in", "isnull")
MOST_ROWS = 1000
MOST_VALUES = 200
MOST_LETTERS = 200


class Malformed(Problem):
    """Asked in a form the dataset's description does not have."""

    status = 400
    code = "malformed"


@dataclass
class Ask:
    """A checked question. `parameters` grow as the SQL is written."""

    dataset: Dataset
    kinds: dict[str, Kind]
    columns: tuple[str, ...]
    filters: list[tuple[str, str, Any]]
    order: tuple[str, ...]
    as_of: datetime | None = None
    parameters: dict[str, Any] = field(default_factory=dict)

    def bind(self, value: Any) -> str:
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f"%({name})s"

    @property
    def touched(self) -> set[str]:
        """The columns that it filters or sorts by."""
        return {column for column, _, _ in self.filters} | {name.lstrip("-") for name in self.order}


def ask(
    dataset: Dataset, *, filters: Mapping[str, Any] | None = None, order: Sequence[str] = (),
    columns: Sequence[str] = (), as_of: datetime | None = None,
) -> Ask:
    """Raises Problems that name each thing asked wrongly."""
    kinds = kinds_of(dataset)
    names = [c.name for c in dataset.columns]
    problems: list[Problem] = []
    problems += [unknown(name, names, "columns") for name in columns if name not in names]
    problems += [unknown(name, names, "order") for name in order if name.lstrip("-") not in names]
    problems += [Malformed(t(f"不能按 {name} 排序", f"{name} cannot be sorted by"), field="order") for name in order
                 if name.lstrip("-") in names and "gte" not in kinds[name.lstrip("-")].asks
                 and kinds[name.lstrip("-")].name not in ("boolean", "uuid")]
    asked: list[tuple[str, str, Any]] = []
    for name, given in (filters or {}).items():
        try:
            asked.append(_filter(kinds, names, name, given))
        except Problem as problem:
            problems.append(problem)
    if problems:
        raise Problems(problems) if len(problems) > 1 else problems[0]
    chosen = tuple(dict.fromkeys(columns)) or tuple(c.name for c in dataset.columns if c.grade != "secret")
    return Ask(dataset, kinds, chosen, asked, _full_order(dataset, order), moment_of(as_of))


def unknown(name: str, names: Sequence[str], field: str) -> Malformed:
    zh, en = nearest(name.lstrip("-"), names)
    return Malformed(t(f"没有 {name} 这一列{zh}", f"There is no column {name}{en}"), field=field)


def filters_of(kinds: Mapping[str, Kind]) -> list[str]:
    """Every filter the dataset knows: due_on, due_on__gte …"""
    return [f"{column}__{op}" if op else column for column, kind in kinds.items() for op in kind.asks]


def _filter(kinds: dict[str, Kind], names: list[str], name: str, given: Any) -> tuple[str, str, Any]:
    column, _, operator = name.rpartition("__") if name.rpartition("__")[2] in OPERATORS else (name, "", "")
    if column not in names or operator not in kinds[column].asks:
        zh, en = nearest(name, filters_of(kinds))
        raise Malformed(t(f"没有筛选条件 {name}{zh}", f"There is no filter {name}{en}"), field=name)
    if operator == "isnull":
        return column, operator, _value(name, given, _TRUTH)
    if operator == "in":
        values = list(given) if isinstance(given, list | tuple | set | frozenset) else [given]
        if not 1 <= len(values) <= MOST_VALUES:
            raise Malformed(t(f"请给出1至{MOST_VALUES}个值", f"Give 1 to {MOST_VALUES} values"), field=name)
        return column, operator, [_value(name, value, kinds[column]) for value in values]
    if operator == "contains" and not 1 <= len(str(given)) <= MOST_LETTERS:
        raise Malformed(t(f"请给出1至{MOST_LETTERS}个字", f"Give 1 to {MOST_LETTERS} characters"), field=name)
    return column, operator, _value(name, given, kinds[column])


_TRUTH = Kind("boolean", lambda text: {"true": True, "false": False}[text], {}, (), ("true 或 false", "true or false"))


def _value(name: str, given: Any, kind: Kind) -> Any:
    """Text from outside is read by the column's kind; a Python value is taken as it is."""
    if not isinstance(given, str):
        return given
    try:
        return kind.read(given)
    except (ValueError, KeyError):
        zh, en = kind.hint if kind.hint[0] else ("可用的文字", "usable text")
        raise Malformed(t(f"应为{zh}", f"Must be {en}"), field=name) from None


def _full_order(dataset: Dataset, order: Sequence[str]) -> tuple[str, ...]:
    """What was asked, with the key behind it, so that no two rows stand at the same place."""
    named = {name.lstrip("-") for name in order}
    falls = "-" if order and order[-1].startswith("-") else ""
    return (*dict.fromkeys(order), *(falls + key for key in dataset.key if key not in named))


def moment_of(as_of: datetime | None) -> datetime | None:
    """The moment asked for, if the past is known there."""
    if as_of is None:
        return None
    if as_of.tzinfo is None:
        raise Malformed(t("时间须带时区", "A moment needs its time zone"), field="as_of")
    if as_of > clock.now():
        raise Problem(t("as_of 不能是将来", "as_of cannot lie in the future"), field="as_of")
    first = History.objects.order_by("pk").values_list("at", flat=True).first()
    if first is None or as_of < first:
        since_zh = f"{first.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M:%S}" if first else ""
        raise Problem(t(f"历史自 {since_zh} 起记录，更早的不可查" if first else "还没有历史记录",
                        f"The past is known since {since_zh} only" if first else "No past is kept yet"), field="as_of")
    return as_of

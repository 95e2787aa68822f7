"""What a policy is made of: facts it looks at, parameters with their dates, conditions, groups, amount, examples."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from ludao.base.sql import SafeExpression
from ludao.base.text import from_pair

Kind = Literal["number", "money", "text", "boolean", "date"]
Value = float | str | bool | date | None
State = Literal["met", "not_met", "unknown"]
Pair = dict[str, str]
CODES: dict[int, State] = {0: "not_met", 1: "met", 2: "unknown"}
UNITS = {"分": 1, "元": 100, "万元": 10**6, "亿元": 10**10}  # in fen: a parameter of money is compared in fen


@dataclass(frozen=True)
class Fact:
    """One thing that is known of every person or enterprise: a column of the facts' table."""

    name: str
    kind: Kind
    zh: str
    en: str
    unit: Pair = field(default_factory=dict)
    source: Pair = field(default_factory=dict)
    grade: str = "internal"

    @property
    def title(self) -> str:
        return from_pair({"zh": self.zh, "en": self.en})

    @property
    def is_numeric(self) -> bool:
        return self.kind in ("number", "money")


@dataclass(frozen=True)
class Facts:
    """What rules may know of one kind of entity: a table of the lake with one row each."""

    entity: str
    address: str
    key: str
    title: Pair
    columns: Mapping[str, Fact]
    number: str = ""  # the column of the registered number, by which people know an entity


@dataclass(frozen=True)
class Dated:
    """A value of a parameter from a day on, and the article that says so."""

    since: date
    value: float | str | bool | date | tuple[str, ...] | tuple[float, ...]
    source: str = ""


@dataclass(frozen=True)
class Parameter:
    """A figure of the law that changes with time. `unit` of money turns the value into fen for comparing."""

    name: str
    title: Pair
    unit: str
    values: tuple[Dated, ...]

    def at(self, day: date) -> Dated | None:
        """What holds on a day; None before its first value."""
        return next((v for v in reversed(self.values) if v.since <= day), None)

    @property
    def factor(self) -> int:
        return UNITS.get(self.unit, 1)


@dataclass(frozen=True)
class Condition:
    """A named question about the facts; its answer is yes, no, or unknown for lack of data."""

    name: str
    title: Pair
    says: SafeExpression


@dataclass(frozen=True)
class Group:
    """all | any | none of its members, or at least `least` of them; members are names of conditions or groups."""

    kind: Literal["all", "any", "none", "at_least"]
    members: "tuple[str | Group, ...]"
    least: int = 0

    def names(self) -> Iterator[str]:
        for member in self.members:
            if isinstance(member, Group):
                yield from member.names()
            else:
                yield member


@dataclass(frozen=True)
class Row:
    """One line of a decision table: when this holds, pay that."""

    when: SafeExpression
    pay: SafeExpression
    title: Pair


@dataclass(frozen=True)
class Amount:
    """In fen: one formula, or a table whose first line that holds decides (`hit` sum or max: all that hold)."""

    formula: SafeExpression | None = None
    rows: tuple[Row, ...] = ()
    otherwise: SafeExpression | None = None
    hit: Literal["first", "sum", "max"] = "first"


@dataclass(frozen=True)
class Legal:
    """Where a policy comes from. `note` says honestly when it was written from public knowledge."""

    document: str = ""
    issuer: str = ""
    article: str = ""
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Example:
    """Given facts on a day, what must come out."""

    title: str
    on: date
    facts: Mapping[str, Value]
    expect: State
    amount_fen: int | None = None


@dataclass(frozen=True)
class Policy:
    """One policy, read and checked."""

    code: str
    entity: str
    title: Pair
    summary: Pair
    owner: str
    since: date
    until: date | None
    period: Literal["once", "month", "quarter", "year"]
    exclusive: str
    legal: Legal
    parameters: Mapping[str, Parameter]
    conditions: Mapping[str, Condition]
    who: Group
    amount: Amount | None
    examples: tuple[Example, ...]

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)

    def order(self) -> list[str]:
        """Conditions in the order of their bits: as the policy names them."""
        return list(self.conditions)


def period_of(kind: str, day: date) -> str:
    """The period that a payment is for: once → "once", year → "2026", quarter → "2026Q4", month → "2026-11"."""
    match kind:
        case "month":
            return f"{day:%Y-%m}"
        case "quarter":
            return f"{day.year}Q{(day.month + 2) // 3}"
        case "year":
            return str(day.year)
    return "once"

"""A file as people read it: rows by domain with what each value is and where it is from, events, conflicts, relations.

What stands here knows no page: `sheet` gives figures and words, the pages of persons and of enterprises show them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from ludao.base import clock
from ludao.base.masks import mask
from ludao.base.text import t
from ludao.blocks.profile.disputes import Correction

HIDDEN_COLUMNS = ("updated_at",)
class Sign(NamedTuple):
    """What a domain is known by; named so that the front end's build finds the icon."""

    icon: str


SIGNS = {
    "registry": Sign(icon="certificate"),
    "output": Sign(icon="award"),
    "household": Sign(icon="home"),
    "family": Sign(icon="heart"),
    "health": Sign(icon="vaccine"),
    "education": Sign(icon="school"),
    "work": Sign(icon="briefcase"),
    "aid": Sign(icon="heart-handshake"),
    "housing": Sign(icon="building"),
    "money": Sign(icon="coin"),
    "traffic": Sign(icon="car"),
    "credit": Sign(icon="scale"),
    "business": Sign(icon="building-store"),
    "appeal": Sign(icon="phone"),
    "licence": Sign(icon="certificate"),
    "tax": Sign(icon="receipt"),
    "trade": Sign(icon="ship"),
    "staff": Sign(icon="users-group"),
    "property": Sign(icon="building"),
    "innovation": Sign(icon="award"),
    "penalty": Sign(icon="gavel"),
    "change": Sign(icon="history"),
    "registration": Sign(icon="id"),
}
OWN = ("id_number", "phone", "person_name", "birth_day", "address")  # of others, masked to whom the file is about


@dataclass(frozen=True)
class Cell:
    """One value of one row, as this reader may see it."""

    name: str
    title: Any
    value: Any
    kind: str = ""
    is_masked: bool = False
    correction: Correction | None = None
    dispute: int | None = None
    seal: str = ""

    @property
    def text(self) -> str:
        """The value in plain words: what is disputed, what a machine reads."""
        return plain(self.value)


@dataclass(frozen=True)
class Card:
    """One row of one source about the entity."""

    address: str
    part: str
    title: str
    owner: str
    owner_code: str
    domain: str
    record_key: str
    as_of: datetime | None
    cells: tuple[Cell, ...]
    reason: str = ""
    weight: float | None = None
    linked_by: str = ""
    is_attached: bool = False

    @property
    def written(self) -> str:
        """The row as clerks' decisions name it."""
        return f"{self.address}#{self.part}|{self.record_key}"

    @property
    def summary(self) -> str:
        """What tells this row from its neighbours: its first words that are not masked."""
        said = [plain(c.value) for c in self.cells if c.kind in ("", "word") and not c.is_masked and c.value
                and c.name in TELLING]
        return " · ".join(dict.fromkeys(said))


TELLING = ("kind", "vaccine", "dose", "school", "stage", "grade", "class", "employer_name", "status", "reason",
           "topic", "field", "after", "name_of", "band", "level", "industry", "month", "year", "bank", "hospital")


@dataclass(frozen=True)
class Section:
    """A domain: its rows by source."""

    key: str
    title: Any
    cards: tuple[Card, ...]

    @property
    def icon(self) -> str:
        return SIGNS.get(self.key, Sign(icon="folder")).icon

    @property
    def groups(self) -> list[tuple[str, list[Card]]]:
        found: dict[str, list[Card]] = {}
        for card in self.cards:
            found.setdefault(card.title, []).append(card)
        return list(found.items())


@dataclass(frozen=True)
class Event:
    """Something that happened on a day, as a source has it."""

    day: date
    domain: str
    domain_title: Any
    title: str
    text: str
    source: str
    icon: str = "point-filled"


@dataclass(frozen=True)
class Golden:
    """A field of the golden record: the value that survived, where it is from, and what others say."""

    name: str
    title: Any
    value: Any
    kind: str = ""
    source: str = ""
    as_of: datetime | None = None
    others: tuple[tuple[str, str], ...] = ()
    correction: Correction | None = None


@dataclass(frozen=True)
class Sheet:
    """The whole file."""

    entity: str
    name: str
    golden: tuple[Golden, ...]
    sections: tuple[Section, ...]
    took_ms: float = 0.0
    datasets: int = 0
    withheld: tuple[str, ...] = field(default=())

    @property
    def cards(self) -> list[Card]:
        return [card for section in self.sections for card in section.cards]

    @property
    def conflicts(self) -> list[Golden]:
        return [one for one in self.golden if one.others]

    @property
    def events(self) -> list[Event]:
        """Everything with a day, newest first."""
        found = [event for section in self.sections for card in section.cards for event in _events(section, card)]
        return sorted(found, key=lambda e: e.day, reverse=True)

    def only(self, domain: str) -> "Sheet":
        return replace(self, sections=tuple(s for s in self.sections if s.key == domain))


def _events(section: Section, card: Card) -> Iterable[Event]:
    for cell in card.cells:
        if cell.kind in ("day", "moment") and isinstance(cell.value, date) and not cell.is_masked:
            day = clock.day_of(cell.value) if isinstance(cell.value, datetime) else cell.value
            if cell.name not in ("birth_on", "expires_on") or (cell.name == "expires_on" and day < clock.today()):
                title = f"{card.title} · {cell.title}"
                yield Event(day, section.key, section.title, title, card.summary, card.owner, section.icon)


def plain(value: Any) -> str:
    """A value as text."""
    match value:
        case None:
            return ""
        case bool():
            return str(t("是", "Yes")) if value else str(t("否", "No"))
        case datetime():
            return f"{value.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}" if value.tzinfo else f"{value:%Y-%m-%d %H:%M}"
    return str(value)


def kind_of(column: Mapping[str, Any]) -> str:
    """How a column's value is shown, by what its values are."""
    if column.get("means") == "money":
        return "money"
    if column.get("name") == "year" or column.get("means") == "year":
        return "year"
    return {"date": "day", "timestamp": "moment"}.get(str(column.get("type")), "")


def title_of(column: Mapping[str, Any]) -> Any:
    """Money is shown in yuan, so its title names no unit."""
    zh, en = str(column.get("zh") or column["name"]), str(column.get("en") or column["name"])
    return t(zh.replace("（分）", ""), en.replace(" (fen)", ""))


def masked(value: Any, name: str) -> str:
    text = plain(value)
    return mask(name or "all", text) if text else ""

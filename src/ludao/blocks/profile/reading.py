"""One file out of the lake: the rows of an entity put side by side, each value as this reader may see it.

What officers see is what the catalogue allows them of each dataset; what a person sees of herself is everything, but
for what her rows tell of others. Confirmed corrections stand over what the sources hold.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.masks import MASKS, mask
from ludao.base.text import t
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.identity.public import Area
from ludao.blocks.profile import definition as definitions
from ludao.blocks.profile import disputes, files, finder, looking
from ludao.blocks.profile.definition import Definition
from ludao.blocks.profile.graph import Node, Picture, draw
from ludao.blocks.profile.sheets import (
    HIDDEN_COLUMNS,
    OWN,
    Card,
    Cell,
    Golden,
    Section,
    Sheet,
    kind_of,
    masked,
    plain,
    title_of,
)

if TYPE_CHECKING:
    from ludao.blocks.lake.public import Allowed

NUMBERS = ("id_number", "phone", "bank_card")  # veiled in one's own file until asked for
RELATIONS = {
    "mother": t("母亲", "Mother"),
    "father": t("父亲", "Father"),
    "child": t("子女", "Child"),
    "spouse": t("配偶", "Spouse"),
    "guardian": t("监护人", "Guardian"),
    "ward": t("被监护人", "Ward"),
    "household": t("同户", "Same household"),
    "employer": t("就业单位", "Employer"),
    "legal_person": t("法定代表人", "Legal representative"),
    "owner": t("产权", "Owner of"),
    "employee": t("参保职工", "Employee"),
    "same_address": t("同一地址", "Same address"),
    "same_phone": t("同一电话", "Same phone"),
    "same_legal_person": t("同一法定代表人", "Same legal representative"),
}
KIND_MASKS = {"resident_id": "id_number", "phone": "phone"}
PERSON_MASKS = {"name": "name", "address": "address", "birth_on": "all", "household_id": "all", "ethnicity": "all"}
MOST_RELATED = 40


@dataclass(frozen=True)
class Row:
    """One row as it was filed."""

    source: str
    part: str
    key: str
    by: str
    weight: float | None
    reason: str
    values: dict[str, Any]

    @classmethod
    def read(cls, filed: Mapping[str, Any]) -> "Row":
        return cls(filed["source"], filed.get("part") or "", filed["key"], filed.get("by") or "", filed.get("weight"),
                   filed.get("reason") or "", filed["row"])


def golden(profile: str, entity: str) -> dict[str, Any] | None:
    """The golden record; None when nobody has this name."""
    return files.golden(profile, entity) if entity and len(entity) <= 40 else None


def candidates(profile: str, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Golden records that agree with all that is asked."""
    return finder.find(profile, asked)


def shown(profile: str, record: Mapping[str, Any], is_placed: bool = True) -> dict[str, Any]:
    """Somebody among those found: enough to tell them apart, no more."""
    definition = definitions.get(profile)
    is_person = profile == "person"
    name = name_of(record)
    born = record.get("birth_on")
    seen = [str(record.get("sex") or ""), f"{born:%Y-%m}" if born else ""]
    text = " · ".join(filter(None, seen)) if is_person else str(record.get("credit_code") or "")
    return {"entity": record[definition.entity], "name": veiled(name) if is_person else name, "text": text,
            "place": place(record.get("area_code")) if is_placed else ""}


def name_of(record: Mapping[str, Any]) -> str:
    """As it is written; of a company `name` is the form that is compared."""
    return str(record.get("full_name") or record.get("name") or "")


def veiled(name: str) -> str:
    return mask("name", name) if name else ""


def place(code: Any) -> str:
    """思明区 · 嘉莲街道 · …社区."""
    text = str(code or "")
    codes = [text[:n] for n in (6, 9, 12) if len(text) >= n]
    found = Area.objects.in_bulk(codes)
    return " · ".join(str(found[c]) for c in codes if c in found)


def own(actor: Actor, profile: str) -> str:
    """The entity that the actor is, or acts for; "" when there is none."""
    if not actor.person:
        return ""
    definition = definitions.get(profile)
    if profile == "person":
        number = looking.own_number(actor)
        asked = {"id_number": number}
    else:
        number = "" if actor.post else actor.organisation
        asked = {"credit_code": number}
    found = finder.find(profile, asked) if number else []
    return str(found[0][definition.entity]) if found else ""


def sheet(profile: str, entity: str, actor: Actor, *, is_own: bool = False, is_plain: bool = False,
          record: Mapping[str, Any] | None = None) -> Sheet:
    """The whole file as this reader may see it; `record` is the golden one where it is at hand."""
    began = time.perf_counter()
    definition = definitions.get(profile)
    whole = files.filed(definition, entity)
    rows = [Row.read(filed) for filed in finder.rows_in(whole)]
    record = record or golden(profile, entity) or {}
    addresses = list(dict.fromkeys(row.source for row in rows))
    entries = catalogue.Entry.objects.select_related("owner").prefetch_related("columns").in_bulk(addresses)
    sights = {} if is_own else catalogue.allowed_of(actor, list(entries.values()), actor.purpose)
    told = disputes.standing(profile, entity)
    fixed, open_ = disputes.corrections(told), disputes.pending_in(told)
    reader = _Reader(definition, actor, entity, record, is_own, is_plain, fixed, open_)
    open_rows = [row for row in rows if row.source in entries and (is_own or row.source in sights)]
    if not is_own:
        within = catalogue.covers_each([(sights[row.source], row.values) for row in open_rows])
        open_rows = [row for row, is_within in zip(open_rows, within, strict=True) if is_within]
    cards = [reader.card(row, entries[row.source], sights.get(row.source)) for row in open_rows]
    withheld = tuple(str(entries[a]) for a in addresses if a in entries and not is_own and a not in sights)
    name = name_of(record)
    if not is_own and not _is_open(definition, "name", sights):
        name = veiled(name) if profile == "person" else name
    return Sheet(entity, name, reader.golden(cards, files.conflicts(profile, entity, whole), entries, sights),
                 _sections(definition, cards), (time.perf_counter() - began) * 1000, len(addresses), withheld)


def _is_open(definition: Definition, field: str, sights: "Mapping[str, Allowed]") -> bool:
    """Whether some source shows this reader the field in the clear."""
    return any(
        (column := source.columns.get(field)) and (sight := sights.get(source.address)) is not None
        and column in sight.columns and column not in sight.masks
        for source in definition.sources)


def _sections(definition: Definition, cards: Iterable[Card]) -> tuple[Section, ...]:
    by_domain: dict[str, list[Card]] = {}
    for card in cards:
        by_domain.setdefault(card.domain, []).append(card)
    found = []
    for key, title in definition.domains.items():
        if mine := by_domain.pop(key, []):
            mine.sort(key=lambda c: (c.title, -(c.as_of.timestamp() if c.as_of else 0), c.record_key))
            found.append(Section(key, t(title["zh"], title["en"]), tuple(mine)))
    for key, rest in by_domain.items():
        found.append(Section(key or "other", t("其他", "Other"), tuple(rest)))
    return tuple(found)


class _Reader:
    """Turns filed rows into what one reader sees of one entity."""

    def __init__(self, definition: Definition, actor: Actor, entity: str, record: Mapping[str, Any], is_own: bool,
                 is_plain: bool, fixed: Mapping[tuple[str, str, str], disputes.Correction],
                 open_: Mapping[tuple[str, str, str], disputes.Dispute]) -> None:
        self.definition, self.actor, self.entity, self.record = definition, actor, entity, record
        self.is_own, self.is_plain, self.fixed, self.open = is_own, is_plain, fixed, open_
        self.parts = {(s.address, s.part): s for s in definition.sources}
        self.attached = {a.address for a in definition.attached}

    def card(self, row: Row, entry: "catalogue.Entry", sight: "Allowed | None") -> Card:
        source = self.parts.get((row.source, row.part))
        own_columns = set(source.columns.values()) if source else set()
        at = moment(row.values.get(source.at if source else "updated_at"))
        columns = sorted(entry.columns.all(), key=lambda c: c.place)
        cells = [self.cell(row, entry, c, own_columns, sight, at) for c in columns
                 if c.name not in HIDDEN_COLUMNS and (sight is None or c.name in sight.columns)]
        return Card(row.source, row.part, str(entry), str(entry.owner or ""), entry.owner_id or "",
                    self.definition.domain_of(row.source), row.key, at,
                    tuple(c for c in cells if c.value not in (None, "")),
                    files.explain(self.definition.name, row.reason), row.weight, row.by,
                    row.source in self.attached)

    def cell(self, row: Row, entry: "catalogue.Entry", column: "catalogue.Column", own_columns: set[str],
             sight: "Allowed | None", at: datetime | None) -> Cell:
        words = {"name": column.name, "zh": column.zh, "en": column.en, "type": column.type, "means": column.means}
        value = typed(row.values.get(column.name), column.type)
        where = (row.source, row.key, column.name)
        fixed = self.fixed.get(where)
        if fixed and (at is None or at <= fixed.at) and plain(value) != fixed.value:
            value = typed(fixed.value, column.type)
        else:
            fixed = None
        hidden = self.mask_of(column, own_columns, sight)
        waiting = self.open.get(where)
        seal = "" if waiting or fixed or not self.is_own else self.seal(row, entry, column, value)
        said: Any = masked(value, hidden) if hidden and value not in (None, "") else value
        return Cell(column.name, title_of(words), said, "" if hidden else kind_of(words), bool(hidden), fixed,
                    waiting.pk if waiting else None, "" if hidden == "all" and self.is_own else seal)

    def mask_of(self, column: "catalogue.Column", own_columns: set[str], sight: "Allowed | None") -> str:
        """For officers the catalogue's mask. In one's own file: what tells of others, and numbers until asked for."""
        if sight is not None:
            return sight.masks.get(column.name, "")
        usual = column.mask if column.mask in MASKS else "all"
        if self.definition.name == "person" and column.means in OWN and column.name not in own_columns \
                and _is_of_somebody(column.name):
            return usual
        return usual if column.means in NUMBERS and not self.is_plain and column.grade != "public" else ""

    def seal(self, row: Row, entry: "catalogue.Entry", column: "catalogue.Column", value: Any) -> str:
        """The value named for a dispute; what identifies the row itself is not disputed but parted."""
        if column.name in entry.key or not entry.owner_id:
            return ""
        return disputes.Value(
            self.definition.name, self.entity, name_of(self.record), row.source, row.key, column.name,
            (entry.title_zh, entry.title_en or entry.title_zh), (column.zh, column.en or column.zh), entry.owner_id,
            plain(value)).seal(self.actor)

    def golden(self, cards: Sequence[Card], conflicts: Sequence[Mapping[str, Any]],
               entries: "Mapping[str, catalogue.Entry]", sights: "Mapping[str, Allowed]") -> tuple[Golden, ...]:
        found = []
        for name, field in self.definition.fields.items():
            value = self.record.get(name)
            if not field.shown or value in (None, ""):
                continue
            source = self.source_of(name, value, cards)
            others = tuple(dict.fromkeys(
                (str(c["value"]), str(entries[c["source"]]) if c["source"] in entries else c["source"])
                for c in conflicts if c["field"] == name and not c["chosen"]))
            correction = self.corrected(name, source)
            said: Any = correction.value if correction else value
            if name == "area_code":
                said = place(value) or value
            hidden = self._hidden(name, field.kind, sights)
            if hidden:
                said = masked(said, hidden)
                others = tuple((masked(v, hidden), s) for v, s in others)
            found.append(Golden(name, field.title, said, "day" if isinstance(said, date) else "",
                                source.title if source else "", source.as_of if source else None, others, correction))
        return tuple(found)

    def _hidden(self, name: str, kind: str, sights: "Mapping[str, Allowed]") -> str:
        usual = KIND_MASKS.get(kind, "")
        if self.is_own:
            return usual if kind in ("resident_id", "phone") and not self.is_plain else ""
        if self.definition.name == "person":
            usual = usual or PERSON_MASKS.get(name, "")
        return "" if not usual or _is_open(self.definition, name, sights) else usual

    def source_of(self, name: str, value: Any, cards: Sequence[Card]) -> Card | None:
        """Where the surviving value stands: the best authority that says it, the newest of these."""
        best: tuple[tuple[int, float], Card] | None = None
        for card in cards:
            source = self.parts.get((card.address, card.part))
            column = source.columns.get(name) if source else None
            cell = next((c for c in card.cells if c.name == column), None) if column else None
            if source is None or cell is None:
                continue
            if not cell.is_masked and plain(cell.value) != plain(value) and not cell.correction:
                continue
            rank = (self.definition.rank(name, source), -(card.as_of.timestamp() if card.as_of else 0))
            if best is None or rank < best[0]:
                best = (rank, card)
        return best[1] if best else None

    def corrected(self, name: str, card: Card | None) -> disputes.Correction | None:
        if card is None:
            return None
        column = self.parts[card.address, card.part].columns.get(name)
        return next((c.correction for c in card.cells if c.name == column), None)


def _is_of_somebody(name: str) -> bool:
    """A column like mother_name or guardian_phone tells of somebody; `address` of the row itself does not."""
    return any(word in name for word in ("id_number", "_name", "phone")) and name != "employer_name"


def typed(value: Any, kind: str) -> Any:
    """A filed value in Python's terms; JSON has no days."""
    if value is None or not isinstance(value, str):
        return value
    match kind:
        case "date":
            return _or(value, lambda: date.fromisoformat(value[:10]))
        case "timestamp":
            return moment(value)
        case "integer":
            return _or(value, lambda: int(value))
        case "boolean":
            return value == "true"
    return value


def _or(value: str, read: Any) -> Any:
    try:
        return read()
    except ValueError:
        return value


def moment(value: Any) -> datetime | None:
    """Filed moments are UTC where they say nothing else."""
    if isinstance(value, datetime) or value is None:
        return value
    try:
        at = datetime.fromisoformat(str(value).replace(" ", "T"))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=clock.SHANGHAI)


def related(profile: str, entity: str, is_plain: bool = False) -> list[dict[str, Any]]:
    """Whom and what an entity is related to: names masked for officers, plain to oneself."""
    found = finder.relations(profile, entity)[:MOST_RELATED]
    names = {kind: finder.many(definitions.get(kind), [r["other_id"] for r in found if r["other_kind"] == kind])
             for kind in {r["other_kind"] for r in found} if kind in ("person", "company")}
    titles = catalogue.Entry.objects.in_bulk({r["source"] for r in found})
    merged_: dict[str, dict[str, Any]] = {}
    for one in found:
        row = _related(one, names, titles, is_plain)
        before = merged_.setdefault(one["other_id"], row)
        if before is not row and row["kind"] not in before["kind"]:
            before["kind"] = f"{before['kind']}、{row['kind']}"
    return list(merged_.values())


def _related(one: Mapping[str, Any], names: Mapping[str, Mapping[str, Any]], titles: Mapping[str, Any],
             is_plain: bool) -> dict[str, Any]:
    record = names.get(one["other_kind"], {}).get(one["other_id"], {})
    name = name_of(record) or str(one["other_id"])
    shape = one["other_kind"]
    if shape == "person" and not is_plain:
        name = veiled(name)
    text = ""
    if shape == "person" and record.get("birth_on"):
        text = f"{record['birth_on']:%Y}"
    elif shape == "company":
        text = str(record.get("credit_code") or "")
    ended = one.get("ended_on")
    if ended:
        text = f"{text} {t('至', 'until')} {ended:%Y-%m}".strip()
    home = "" if is_plain or not record else definitions.get(shape).address.replace(".", "/")
    url = f"/{home}/file/{one['other_id']}/" if home else ""
    return {"kind": str(RELATIONS.get(one["kind"], one["kind"])), "title": name, "text": text, "shape": shape,
            "url": url, "source": str(titles.get(one["source"], one["source"])), "is_over": bool(ended)}


def picture(profile: str, entity: str, name: str, is_plain: bool = False) -> Picture:
    nodes = [Node(r["title"], r["kind"], r["text"], r["url"], r["shape"], r["is_over"])
             for r in related(profile, entity, is_plain)]
    return draw(Node(name, "", shape=profile), nodes)


def value_of(actor: Actor, profile: str, address: str, column: str) -> tuple[str, str]:
    """A value of one's own file, sealed for a dispute, and who owns its source; "" where there is none."""
    entity = own(actor, profile)
    found = sheet(profile, entity, actor, is_own=True, is_plain=True) if entity else None
    for card in found.cards if found else ():
        for cell in card.cells:
            if card.address == address and cell.name == column and cell.seal:
                return cell.seal, card.owner_code
    return "", ""


def addresses(profile: str) -> list[str]:
    """The datasets a file is made of."""
    definition = definitions.get(profile)
    return list(dict.fromkeys([*definition.addresses, *(a.address for a in definition.attached)]))

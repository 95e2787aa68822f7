"""What goes wrong when departments write people down, planted with the truth beside it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ludao.demo.delivery.rows import About, Rows
from ludao.demo.population import cast
from ludao.demo.population.city import Part
from ludao.demo.population.names import ALIKE
from ludao.demo.population.seeds import Chance

# Share of the rows; a row has one thing wrong, or none.
USUAL = {
    "typo_name": 0.006, "swapped": 0.001, "old_address": 0.03, "old_phone": 0.02, "missing_id": 0.008,
    "invalid_id": 0.006, "old_id": 0.001, "small_x": 0.02, "wrong_birth": 0.004, "wrong_sex": 0.002,
    "full_width": 0.004, "blanks": 0.006, "missing_phone": 0.02, "future_birth": 0.0003, "missing_name": 0.0004,
}
ELSEWHERE: dict[str, dict[str, float]] = {
    "source.health.vaccination": {"missing_id": 0.35, "typo_name": 0.012, "old_address": 0.06, "old_phone": 0.05},
    "source.police.resident": {"typo_name": 0.001, "old_address": 0.01, "wrong_birth": 0.0005, "wrong_sex": 0.0003},
    "source.education.pupil": {"missing_id": 0.02, "typo_name": 0.008},
    "source.construction.lease": {"missing_id": 0.03, "invalid_id": 0.015},
    "source.hotline.call": {"typo_name": 0.04, "missing_name": 0.0},
    "source.police.permit": {"old_address": 0.08},
}
# The same of companies, where the credit code is not the key.
COMPANIES = {"missing_code": 0.01, "invalid_code": 0.006, "typo_company": 0.008, "short_company": 0.01}
STOPS = {"future_birth", "missing_name", "wrong_type"}  # kinds for which a row is held back
_WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


@dataclass
class Planted:
    """Rows of truth/dirt: which record, what is wrong, in which column, what it should be and what it became."""

    rows: list[np.ndarray] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    clean: list[pa.Array] = field(default_factory=list)
    dirty: list[pa.Array] = field(default_factory=list)

    def note(self, rows: np.ndarray, kind: str, column: str, clean: pa.Array | None, dirty: pa.Array | None) -> None:
        nothing = pa.nulls(len(rows), pa.utf8())
        self.rows.append(rows)
        self.kinds.append(kind)
        self.columns.append(column)
        self.clean.append(nothing if clean is None else pc.cast(clean, pa.utf8()))
        self.dirty.append(nothing if dirty is None else pc.cast(dirty, pa.utf8()))


def soil(rows: Rows, contract: Mapping[str, Any], part: Part) -> Planted:
    """Changes columns of `rows` and tells what it changed."""
    planted = Planted()
    for about in rows.people:
        rng = part.chance("dirt", contract["address"], about.role)
        _soil_person(rng, rows, about, contract, part, planted)
    if rows.companies is not None and rows.company_column not in contract["key"]:
        _soil_company(part.chance("company", contract["address"]), rows, contract, planted)
    _soil_form(part.chance("form", contract["address"]), rows, contract, planted)
    return planted


def _soil_person(
    rng: Chance, rows: Rows, about: About, contract: Mapping[str, Any], part: Part, planted: Planted
) -> None:
    address, columns = contract["address"], about.columns
    rates = USUAL | ELSEWHERE.get(address, {})
    draw, edge = rng.random(len(rows)), 0.0
    is_cast = (about.who < len(cast.FAMILIES)) if part.number == 0 else np.zeros(len(rows), bool)
    for kind, rate in rates.items():
        hit = (draw >= edge) & (draw < edge + rate) & ~is_cast
        edge += rate
        if part.number == 0 and about.role == "self":
            for (source, person), conflict in cast.CONFLICTS.items():
                if source == address and conflict == kind:
                    hit |= about.who == person
        at = np.flatnonzero(hit)
        what = _COLUMN[kind]
        column = columns.get(what, "")
        refused = column in contract["key"] and kind not in ("blanks",)
        unnamed = kind == "missing_name" and not contract["columns"].get(column, {}).get("required")
        if not column or refused or unnamed or not len(at):
            continue
        if kind == "swapped":
            _swap(rows, at, column, columns.get("phone", ""), planted)
            continue
        before = rows.columns[column].take(pa.array(at))
        after = _MAKE[kind](rng, before, part, about.who[at])
        changed = np.asarray(pc.fill_null(pc.not_equal(before, after), True)) & np.asarray(before.is_valid())
        at, before, after = at[changed], before.filter(pa.array(changed)), after.filter(pa.array(changed))
        if len(at):
            _put(rows, column, at, after)
            planted.note(at, kind, column, before, after)


def _soil_company(rng: Chance, rows: Rows, contract: Mapping[str, Any], planted: Planted) -> None:
    """Codes left out or misread; names misspelt or shortened, as people say them."""
    assert rows.companies is not None
    means = {column["means"]: name for name, column in contract["columns"].items()}
    names = means.get("enterprise_name", means.get("party_name", ""))
    draw, edge = rng.random(len(rows)), 0.0
    for kind, rate in COMPANIES.items():
        hit = (draw >= edge) & (draw < edge + rate) & (rows.companies >= 0) & (rows.companies != cast.SHOP)
        edge += rate
        column = rows.company_column if kind.endswith("_code") else names
        at = np.flatnonzero(hit)
        if not column or not len(at) or kind == "missing_code" and contract["columns"][column].get("required"):
            continue
        before = rows.columns[column].take(pa.array(at))
        after = _NAME_COMPANY[kind](rng, before)
        changed = np.asarray(pc.fill_null(pc.not_equal(before, after), True))
        at, before, after = at[changed], before.filter(pa.array(changed)), after.filter(pa.array(changed))
        _put(rows, column, at, after)
        planted.note(at, kind, column, before, after)


def _put(rows: Rows, column: str, at: np.ndarray, values: pa.Array) -> None:
    whole = rows.columns[column]
    mask = np.zeros(len(whole), bool)
    mask[at] = True
    rows.columns[column] = pc.replace_with_mask(whole, pa.array(mask), pc.cast(values, whole.type))


def _swap(rows: Rows, at: np.ndarray, one: str, two: str, planted: Planted) -> None:
    """Two fields filled in the wrong way round."""
    if not two:
        return
    first, second = (rows.columns[column].take(pa.array(at)) for column in (one, two))
    _put(rows, one, at, second)
    _put(rows, two, at, first)
    planted.note(at, "swapped", one, first, second)
    planted.note(at, "swapped", two, second, first)


def _each(change: Callable[[Chance, str], str | None]) -> Callable[..., pa.Array]:
    def apply(rng: Chance, before: pa.Array, part: Part, who: np.ndarray) -> pa.Array:
        return pa.array([None if text is None else change(rng, text) for text in before.to_pylist()], pa.utf8())

    return apply


def _typo(rng: Chance, name: str) -> str:
    """A character that sounds alike; if the name has none, the last is forgotten or doubled."""
    alike = [at for at, letter in enumerate(name) if letter in ALIKE]
    if alike:
        at = alike[int(rng.integers(len(alike)))]
        return name[:at] + ALIKE[name[at]] + name[at + 1 :]
    return name[:-1] if len(name) > 2 else name + name[-1]


def _typo_company(rng: Chance, name: str) -> str:
    """A character of its own name exchanged with the next."""
    at = name.find("区") + 1 if "区" in name[:8] else 3
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def _misread_code(rng: Chance, code: str) -> str:
    """A letter or digit of the body taken for another that looks alike."""
    at = int(rng.integers(8, 17))
    alike = dict(zip("0B8D5S1I2Z6G", "DB8056IZ1276", strict=True))
    other = alike.get(code[at], "3" if code[at] != "3" else "8")
    return code[:at] + (other if other != code[at] else "7") + code[at + 1 :]


def _misread(rng: Chance, number: str) -> str:
    """One digit wrong or two exchanged: the check digit no longer fits."""
    at = int(rng.integers(6, 16))
    if rng.random() < 0.5 and number[at] != number[at + 1]:
        return number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    return number[:at] + str((int(number[at]) + int(rng.integers(1, 10))) % 10) + number[at + 1 :]


def _wrong_birth(rng: Chance, before: pa.Array, part: Part, who: np.ndarray) -> pa.Array:
    """Day and month exchanged where that gives a day; else a month and a day off."""
    born = before.to_numpy(zero_copy_only=False).astype("M8[D]")
    month = born.astype("M8[M]").astype(np.int64) % 12 + 1
    day = (born - born.astype("M8[M]")).astype(np.int64) + 1
    exchanged = (born.astype("M8[Y]").astype("M8[M]") + (day - 1).clip(0, 11)).astype("M8[D]") + (month - 1)
    apart = (day <= 12) & (day != month)
    return pa.array(np.where(apart & (exchanged < part.as_of), exchanged, born - np.timedelta64(31, "D")))


def _future(rng: Chance, before: pa.Array, part: Part, who: np.ndarray) -> pa.Array:
    return pa.array(before.to_numpy(zero_copy_only=False).astype("M8[D]") + np.timedelta64(36_525, "D"))


def _nothing(rng: Chance, before: pa.Array, part: Part, who: np.ndarray) -> pa.Array:
    return pa.nulls(len(before), before.type)


_COLUMN = {
    "typo_name": "person_name", "swapped": "id_number", "old_address": "address", "old_phone": "phone",
    "missing_id": "id_number", "invalid_id": "id_number", "old_id": "id_number", "small_x": "id_number",
    "wrong_birth": "birth_day", "wrong_sex": "sex", "full_width": "id_number", "blanks": "person_name",
    "missing_phone": "phone", "future_birth": "birth_day", "missing_name": "person_name",
}
_MAKE: dict[str, Callable[..., pa.Array]] = {
    "typo_name": _each(_typo), "invalid_id": _each(_misread),
    "old_address": lambda rng, before, part, who: part.people.old_addresses.take(pa.array(who)),
    "old_phone": lambda rng, before, part, who: part.people.old_phones.take(pa.array(who)),
    "missing_id": _nothing, "missing_phone": _nothing, "missing_name": _nothing,
    "old_id": _each(lambda rng, number: number[:6] + number[8:17]),  # the 15 digits of before 1999
    "small_x": _each(lambda rng, number: number.lower()),
    "wrong_birth": _wrong_birth, "future_birth": _future,
    "wrong_sex": _each(lambda rng, sex: "女" if sex == "男" else "男"),
    "full_width": _each(lambda rng, number: number.translate(_WIDE)),
    "blanks": _each(lambda rng, name: name + "  " if rng.random() < 0.6 else "　" + name),
}


def _every(change: Callable[[Chance, str], str]) -> Callable[[Chance, pa.Array], pa.Array]:
    return lambda rng, before: pa.array([change(rng, text) for text in before.to_pylist()], pa.utf8())


_NAME_COMPANY: dict[str, Callable[[Chance, pa.Array], pa.Array]] = {
    "missing_code": lambda rng, before: pa.nulls(len(before), pa.utf8()), "invalid_code": _every(_misread_code),
    "typo_company": _every(_typo_company), "short_company": _every(lambda rng, name: name.removeprefix("厦门市")),
}


def _soil_form(rng: Chance, rows: Rows, contract: Mapping[str, Any], planted: Planted) -> None:
    """Faults of writing: words where a number belongs; Excel's day numbers where a date belongs."""
    if not str(contract["from"].get("pattern", "")).endswith(".csv"):
        return
    sums = [name for name, column in contract["columns"].items() if column["means"] == "money"]
    if sums and len(rows):
        at = np.flatnonzero(rng.random(len(rows)) < 0.0004)
        before = rows.columns[sums[0]] = pc.cast(rows.columns[sums[0]], pa.utf8())
        _put(rows, sums[0], at, pa.array(["不详"] * len(at), pa.utf8()))
        planted.note(at, "wrong_type", sums[0], before.take(pa.array(at)), pa.array(["不详"] * len(at), pa.utf8()))
    if contract["address"] == "source.civil.aid":
        at = np.flatnonzero(rng.random(len(rows)) < 0.03)
        before = rows.columns["began_on"]
        serial = (before.take(pa.array(at)).to_numpy(zero_copy_only=False).astype("M8[D]")
                  - np.datetime64("1899-12-30")).astype(np.int64)
        rows.columns["began_on"] = pc.cast(before, pa.utf8())
        after = pc.cast(pa.array(serial), pa.utf8())
        _put(rows, "began_on", at, after)
        planted.note(at, "excel_date", "began_on", before.take(pa.array(at)), after)

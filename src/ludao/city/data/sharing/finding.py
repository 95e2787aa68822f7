"""What an application needs to know of an entry of the catalogue: its owner, key, columns, how each is masked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ludao.base.errors import Problem, Problems
from ludao.base.text import pick, t
from ludao.blocks.catalogue import public as catalogue

SENSITIVE = ("sensitive", "secret")


@dataclass(frozen=True)
class Field:
    """One column as sharing sees it."""

    name: str
    zh: str
    en: str
    type: str
    grade: str
    mask: str

    @property
    def title(self) -> str:
        return pick(self.zh or self.name, self.en or self.name)

    @property
    def is_sensitive(self) -> bool:
        return self.grade in SENSITIVE


@dataclass(frozen=True)
class Found:
    """An entry with its columns."""

    address: str
    zh: str
    en: str
    owner: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]

    @property
    def names(self) -> list[str]:
        return [field.name for field in self.fields]

    def masks(self, columns: Iterable[str], plain: Iterable[str]) -> dict[str, str]:
        """Column → mask for the sensitive ones among these that are not given plainly."""
        shown = set(plain)
        return {
            f.name: f.mask or "all"
            for f in self.fields
            if f.name in set(columns) and f.is_sensitive and f.name not in shown
        }

    @property
    def hidden_keys(self) -> list[str]:
        """The key columns whose values never stand in a log."""
        return [f.name for f in self.fields if f.name in self.key and f.is_sensitive]


def find(address: str) -> Found:
    """Raises a Problem for the field `address` when the catalogue has no such entry."""
    entry = catalogue.get(address.strip())
    if entry is None:
        raise Problem(t(f"目录中没有 {address}", f"The catalogue has no {address}"), field="address")
    fields = tuple(Field(c.name, c.zh, c.en, c.type, c.grade, c.mask) for c in entry.columns.all())
    return Found(entry.address, entry.title_zh, entry.title_en, entry.owner_id or "", tuple(entry.key), fields)


def offered(address: str, contract: Mapping[str, Any]) -> Found:
    """The same of an entry of a peer's catalogue, as it told us."""
    fields = tuple(Field(name, c.get("zh", ""), c.get("en", ""), c.get("type", "text"), c.get("grade", "internal"), "")
                   for name, c in contract.get("columns", {}).items())
    title = contract.get("title", {})
    return Found(address, title.get("zh", address), title.get("en", ""), "", tuple(contract.get("key", ())), fields)


def check_columns(found: Found, columns: list[str], plain: list[str]) -> None:
    """Only columns that the entry has; plain ones among those that are asked for. Secret ones are never shared."""
    kinds = {f.name: f for f in found.fields}
    problems: list[Problem] = []
    for field, names in (("columns", columns), ("plain", plain)):
        if unknown := [name for name in names if name not in kinds]:
            problems.append(
                Problem(
                    t(
                        f"{found.zh} 没有字段 {'、'.join(unknown)}；可选 {'、'.join(kinds)}",
                        f"There is no column {', '.join(unknown)}; there are {', '.join(kinds)}",
                    ),
                    field=field,
                )
            )
    if not problems and (left := [name for name in plain if name not in columns]):
        problems.append(
            Problem(
                t(f"{'、'.join(left)} 不在申请字段中", f"{', '.join(left)} is not among the columns"), field="plain"
            )
        )
    if secret := [name for name in columns if name in kinds and kinds[name].grade == "secret"]:
        problems.append(
            Problem(
                t(f"核心数据不能共享：{'、'.join(secret)}", f"Secret columns are not shared: {', '.join(secret)}"),
                field="columns",
            )
        )
    if problems:
        raise Problems(problems)

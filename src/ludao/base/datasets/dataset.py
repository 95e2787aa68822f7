"""What a dataset is: one query, what one of its rows is, its key, its columns with their grades, whose a row is."""

from dataclasses import dataclass
from pathlib import Path

from sqlglot import exp

from ludao.base.registry import Manifest
from ludao.base.rights import Scope
from ludao.base.text import from_pair


class HeaderError(ValueError):
    """A dataset's file is not what it says; names file and line."""

    def __init__(self, path: Path, line: int, text: str) -> None:
        super().__init__(f"{path}:{line}: {text}")
        self.path, self.line, self.text = path, line, text


@dataclass(frozen=True)
class Column:
    """One column; its grade after GB/T 43697, and what is left of it for those who need not know."""

    name: str
    pair: dict[str, str]
    grade: str = "internal"
    mask: str = ""
    unit: str = ""

    @property
    def title(self) -> str:
        return str(from_pair(self.pair))

    @property
    def is_guarded(self) -> bool:
        return self.grade in ("sensitive", "secret")


@dataclass(frozen=True)
class Dataset:
    """One published dataset: the header and the query of datasets/<name>.sql."""

    manifest: Manifest
    path: Path
    titles: dict[str, str]
    rows: dict[str, str]
    key: tuple[str, ...]
    fresh: str
    columns: tuple[Column, ...]
    scope: Scope | None
    says_scope: bool
    right: str
    note: str
    sql: str
    first_line: int

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def address(self) -> str:
        return f"{self.manifest.address}.{self.name}"

    @property
    def view(self) -> str:
        """The PostgreSQL view of a live dataset: dataset_assurance_plan_item."""
        return "dataset_" + self.address.replace(".", "_")

    @property
    def title(self) -> str:
        return str(from_pair(self.titles))

    @property
    def row(self) -> str:
        """What one row is."""
        return str(from_pair(self.rows))

    @property
    def unmask(self) -> str:
        """The right to see its sensitive columns plainly."""
        return f"{self.manifest.address}.unmask"

    def column(self, name: str) -> Column:
        return next(c for c in self.columns if c.name == name)

    def line_of(self, node: exp.Expr) -> int:
        line: int = node.meta.get("line", 1)
        return self.first_line + line - 1

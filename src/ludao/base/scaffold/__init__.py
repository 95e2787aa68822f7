"""Begins a counter or a workshop: a folder that passes the contract tests at once."""

from dataclasses import dataclass
from pathlib import Path
from string import Template

from ludao.base import registry
from ludao.base.errors import LudaoError
from ludao.base.mapper import rows

HERE = Path(__file__).parent
NAME_LIMIT = 20  # index names of PostgreSQL end at 63 letters, Django's at 30


class CannotBegin(LudaoError):
    """Why the folder is not made, and what to do first."""


@dataclass(frozen=True)
class Plan:
    """What is known of the folder before it is made."""

    kind: str
    address: str
    zh: str
    en: str
    clause: str = ""
    words: tuple[str, ...] = ()
    owner: str = "市大数据管理局"

    @property
    def path(self) -> str:
        return f"{'city' if self.kind == 'city' else 'blocks'}/{self.address.replace('.', '/')}"

    @property
    def values(self) -> dict[str, str]:
        name = self.address.split(".")[-1]
        return {
            "address": self.address, "name": name, "label": self.address.replace(".", "_"),
            "module": "ludao." + self.path.replace("/", "."), "short": self.address.replace(".", "_")[:NAME_LIMIT],
            "role": f"{name}_officer", "zh": self.zh, "en": self.en, "lower": self.en[:1].lower() + self.en[1:],
            "clause": self.clause, "owner": self.owner,
            "words": ", ".join(f'"{word}"' for word in (self.zh, *self.words)),
        }


def city(chapter: str, name: str, *, clause: str = "", zh: str = "", en: str = "",
         package: Path = registry.PACKAGE) -> list[Path]:
    """A counter. Its words come from the list of clauses; one that is not listed needs them, and is listed."""
    _check_name(name)
    if chapter not in registry.CHAPTERS:
        raise CannotBegin(f"there is no chapter {chapter}; one of: {', '.join(registry.CHAPTERS)}")
    folder = f"{chapter}/{name}"
    listed = next(((number, row["folders"][folder]) for number, row in registry.clauses(package).items()
                   if folder in row["folders"]), None)
    if listed is None:
        if not (clause and zh and en):
            raise CannotBegin(f"no clause of the plan lists {folder}; give --clause, --zh and --en")
        _list(package, clause, folder, zh, en)
        listed = (clause, {"zh": zh, "en": en})
    number, words = listed
    plan = Plan("city", f"{chapter}.{name}", zh or words["zh"], en or words["en"], number)
    made = _make(plan, package)
    _mark_built(package, folder)
    return [*made, package / "city" / "clauses.toml"]


def block(name: str, *, zh: str = "", en: str = "", package: Path = registry.PACKAGE) -> list[Path]:
    """A workshop. It must have its row first, so that it is known who may use it."""
    _check_name(name)
    words = next((row[name] for row in rows(package) if name in row), None)
    if words is None:
        raise CannotBegin(f"{name} stands in no row; name it in blocks/rows.toml and in .importlinter first")
    plan = Plan("block", name, zh or words["zh"], en or words["en"], words=tuple(words.get("words", ())))
    return _make(plan, package)


def _check_name(name: str) -> None:
    if not name.isidentifier() or name != name.lower():
        raise CannotBegin(f"{name} is no name for a folder: small letters, digits and _ only")


def _make(plan: Plan, package: Path) -> list[Path]:
    target = package / plan.path
    if (target / "manifest.toml").exists():
        raise CannotBegin(f"{target} stands already")
    made = []
    for source in (HERE / "register", HERE / plan.kind):
        for template in sorted(source.rglob("*.in")):
            name = Template(str(template.relative_to(source)).removesuffix(".in")).substitute(plan.values)
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(Template(template.read_text(encoding="utf-8")).substitute(plan.values), encoding="utf-8")
            made.append(path)
    (target.parent / "__init__.py").touch()
    return made


def _list(package: Path, clause: str, folder: str, zh: str, en: str) -> None:
    """Under its clause in city/clauses.toml, as the last of its folders."""
    path = package / "city" / "clauses.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    start = next((i for i, line in enumerate(lines) if line == f'["{clause}"]'), None)
    if start is None:
        raise CannotBegin(f"the plan has no clause {clause}; see {path}")
    end = next((i for i in range(start + 1, len(lines)) if not lines[i].strip()), len(lines))
    lines.insert(end, f'folders."{folder}" = {{ zh = "{zh}", en = "{en}" }}')
    _write(path, lines)


def _mark_built(package: Path, folder: str) -> None:
    path = package / "city" / "clauses.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    mark = f'folders."{folder}" '
    lines = [line[:-2] + ", built = true }" if line.startswith(mark) and "built" not in line else line
             for line in lines]
    _write(path, lines)


def _write(path: Path, lines: list[str]) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    registry.clauses.cache_clear()

"""What the files of one folder do, read from their text without importing them."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import sqlglot

from ludao.base.registry import Manifest

SKIPPED = {"migrations", "tests", "__pycache__"}
RELATIONS = {"ForeignKey", "OneToOneField", "ManyToManyField"}


@dataclass(frozen=True)
class Mention:
    """A name that a file mentions, and where."""

    name: str
    path: Path
    line: int


class Source:
    """One Python file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        self.nodes = list(ast.walk(self.tree))

    def at(self, name: str, node: ast.AST) -> Mention:
        return Mention(name, self.path, getattr(node, "lineno", 1))

    @cached_property
    def calls(self) -> list[ast.Call]:
        return [node for node in self.nodes if isinstance(node, ast.Call)]

    def calls_of(self, *names: str) -> Iterator[ast.Call]:
        """Calls by the last word of what is called: `say(…)`, `events.say(…)`."""
        return (call for call in self.calls if last_word(call.func) in names)

    @cached_property
    def imports(self) -> list[Mention]:
        found = []
        for node in self.nodes:
            if isinstance(node, ast.Import):
                found += [self.at(name.name, node) for name in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found += [self.at(f"{node.module}.{name.name}", node) for name in node.names]
        return found

    @cached_property
    def texts(self) -> list[Mention]:
        """Every string that is written in the file."""
        return [self.at(node.value, node) for node in self.nodes
                if isinstance(node, ast.Constant) and isinstance(node.value, str)]

    def strings(self, node: ast.AST | None) -> list[Mention]:
        """The strings in an expression; a name stands for what the file assigns to it."""
        if node is None:
            return []
        if isinstance(node, ast.Name):
            return self.strings(self.assigned.get(node.id))
        return [self.at(n.value, n) for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)]

    @cached_property
    def assigned(self) -> dict[str, ast.expr]:
        found = {}
        for node in self.tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                found[node.targets[0].id] = node.value
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
                found[node.target.id] = node.value
        return found


def last_word(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((k.value for k in call.keywords if k.arg == name), None)


class Folder:
    """A manifest with everything that stands beside it."""

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest
        self.path = manifest.folder
        self.toml = (self.path / "manifest.toml").read_text(encoding="utf-8")

    @cached_property
    def sources(self) -> list[Source]:
        return [Source(path) for path in self.files("*.py")]

    def files(self, pattern: str) -> list[Path]:
        inside = (p for p in self.path.rglob(pattern))
        return sorted(p for p in inside if not SKIPPED & set(p.relative_to(self.path).parts))

    def declared(self, table: str, name: str = "") -> Mention:
        """Where the manifest says a word: the line of the name within its table, else the table's own line."""
        lines = self.toml.splitlines()
        starts = (i for i, line in enumerate(lines) if re.match(rf"\s*(\[{table}\]|{table}\s*=)", line))
        start = next(starts, 0)
        if name:
            quoted = re.compile(rf"(\"{re.escape(name)}\"|^\s*{re.escape(name)}\s*=)")
            start = next((i for i in range(start, len(lines)) if quoted.search(lines[i])), start)
        return Mention(name or table, self.path / "manifest.toml", start + 1)

    @cached_property
    def blocks(self) -> list[Mention]:
        """Blocks it uses: by import, or by a key into their tables."""
        found = [Mention(m.name.split(".")[2], m.path, m.line) for source in self.sources for m in source.imports
                 if m.name.startswith("ludao.blocks.")]
        found += [Mention(m.name.split(".")[0], m.path, m.line) for m in self.relations
                  if "." in m.name and "_" not in m.name.split(".")[0]]
        return [m for m in found if m.name not in (self.manifest.address, "base")]

    @cached_property
    def relations(self) -> list[Mention]:
        """Tables that its keys point at, as written: "identity.Person", "services_seal.Seal", "self"."""
        found = []
        for source in self.sources:
            for call in source.calls_of(*RELATIONS):
                target = call.args[0] if call.args else keyword(call, "to")
                if target is not None and last_word(target) == "AUTH_USER_MODEL":
                    found.append(source.at("identity.Person", call))
                found += [source.at(m.name, call) for m in source.strings(target)[:1]]
        return found

    @cached_property
    def read(self) -> list[Mention]:
        """Datasets it reads: `datasets.read("…")` and `"chapter"."name"."dataset"` in its SQL."""
        found = [m for source in self.sources for m in _dataset_calls(source)]
        found += [m for path in self.files("datasets/*.sql") for m in tables(path) if "." in m.name]
        return [m for m in found if not m.name.startswith(self.manifest.address + ".")]

    @cached_property
    def offered(self) -> list[Mention]:
        return [Mention(f"{self.manifest.address}.{p.stem}", p, 1) for p in self.files("datasets/*.sql")]

    @cached_property
    def heard(self) -> list[Mention]:
        return [m for source in self.sources for call in source.calls_of("hears") for m in source.strings(_first(call))]

    @cached_property
    def said(self) -> list[Mention]:
        """Events that its actions declare, or that it publishes itself."""
        found = []
        for source in self.sources:
            for call in source.calls_of("action"):
                found += source.strings(keyword(call, "says"))
            for call in source.calls_of("publish"):
                found += source.strings(_first(call))
        return found

    @cached_property
    def actions(self) -> list[tuple[Mention, str]]:
        """Each action with the right it asks."""
        found = []
        for source in self.sources:
            for call in source.calls_of("action"):
                named = source.strings(_first(call))
                asked = source.strings(keyword(call, "right"))
                if named:
                    found.append((source.at(named[0].name, call), asked[0].name if asked else named[0].name))
        return found


def _first(call: ast.Call) -> ast.expr | None:
    return call.args[0] if call.args else None


def _dataset_calls(source: Source) -> Iterator[Mention]:
    """Calls into `ludao.base.datasets` that name a dataset."""
    ways = {m.name.rsplit(".", 1)[1] for m in source.imports if m.name.startswith("ludao.base.datasets")}
    for call in source.calls:
        through = call.func.value if isinstance(call.func, ast.Attribute) else call.func
        if last_word(through) not in ways:
            continue
        for said in source.strings(_first(call))[:1]:
            if re.fullmatch(r"[a-z_]+(\.[a-z_]+){1,2}", said.name):
                yield said
            elif last_word(call.func) == "query":
                named = tables_in(said.name, said.path)
                yield from (Mention(m.name, said.path, said.line) for m in named if "." in m.name)


def tables(path: Path) -> list[Mention]:
    """Tables and datasets that a file's query names."""
    return tables_in(path.read_text(encoding="utf-8"), path)


def tables_in(sql: str, path: Path) -> list[Mention]:
    """Tables and datasets that a query names, with their lines; its own `with` names are left out."""
    found = []
    for query in sqlglot.parse(sql, dialect="postgres"):
        if query is None:
            continue
        local = {cte.alias for cte in query.find_all(sqlglot.exp.CTE)}
        for table in query.find_all(sqlglot.exp.Table):
            parts = [part for part in table.parts if isinstance(part, sqlglot.exp.Identifier)]
            name = ".".join(part.name for part in parts)
            if parts and name not in local:
                found.append(Mention(name, path, parts[-1].meta.get("line", 1)))
    return found

"""Draws docs/map.md from the manifests: chapters, blocks in rows, and who says, hears, reads and uses what."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ludao.base import registry
from ludao.base.registry import CHAPTERS, Manifest

HEAD = """\
# The map of the house

<!-- Made by `make map` from the manifests. Do not edit; `make test` compares. -->

| | built | listed |
|---|---|---|
"""


def root() -> Path:
    """The checkout: where docs/ and .importlinter stand."""
    return registry.PACKAGE.parents[1]


def text() -> str:
    found = registry.manifests()
    return "\n".join([HEAD + _counts(found), *_rows(found), *_city(found), *_events(found), *_datasets(found),
                      *_roles(found)]) + "\n"


def _counts(found: tuple[Manifest, ...]) -> str:
    listed = [folder for clause in registry.clauses().values() for folder in clause["folders"]]
    city = sum(m.kind == "city" for m in found)
    blocks = sum(m.kind == "block" for m in found)
    return (f"| counters (`city/`) | {city} | {len(listed)} |\n"
            f"| workshops (`blocks/`) | {blocks} | {sum(len(row) for row in rows())} |\n")


def rows(package: Path = registry.PACKAGE) -> list[dict[str, dict[str, Any]]]:
    """The blocks row by row, the upmost first, built or not, each with its words."""
    path = package / "blocks" / "rows.toml"
    found: list[dict[str, dict[str, Any]]] = tomllib.loads(path.read_text(encoding="utf-8"))["row"]
    return found


def _rows(found: tuple[Manifest, ...]) -> Iterator[str]:
    here = {m.address: m for m in found if m.kind == "block"}
    yield "## Workshops, in rows\n\nA block uses rows below it, never its own or above.\n"
    yield "| row | block | what | uses |\n|---|---|---|---|"
    count = len(rows())
    for place, row in enumerate(rows()):
        for name, words in row.items():
            block = here.get(name)
            what = _words(block.title) if block else f"{_words(words)} *not built yet*"
            uses = ", ".join(f"`{n}`" for n in block.uses) if block else ""
            yield f"| {count - place} | `{name}` | {what} | {uses} |"
    yield ""


def _words(title: dict[str, Any]) -> str:
    return f"{title.get('zh', '')} {title.get('en', '')}".strip()


def _city(found: tuple[Manifest, ...]) -> Iterator[str]:
    here = {m.address.replace(".", "/"): m for m in found if m.kind == "city"}
    listed = [(number, folder, words) for number, clause in registry.clauses().items()
              for folder, words in clause["folders"].items()]
    for chapter, title in CHAPTERS.items():
        yield f"## `{chapter}` {_words(title)}\n\n| clause | counter | what | uses | reads |\n|---|---|---|---|---|"
        for number, folder, words in listed:
            if folder.startswith(f"{chapter}/"):
                yield _counter(number, folder, words, here.get(folder))
        yield ""


def _counter(number: str, folder: str, words: dict[str, str], manifest: Manifest | None) -> str:
    if manifest is None:
        return f"| {number} | {folder} | {_words(words)} *not built yet* | | |"
    uses = ", ".join(f"`{name}`" for name in manifest.uses)
    reads = ", ".join(f"`{name}`" for name in manifest.reads)
    return f"| {number} | **{folder}** | {_words(manifest.title)} | {uses} | {reads} |"


def _events(found: tuple[Manifest, ...]) -> Iterator[str]:
    yield "## Events\n\n| event | said by | heard by |\n|---|---|---|"
    for name in sorted({name for m in found for name in (*m.says, *m.hears)}):
        said = ", ".join(f"`{m.address}`" for m in found if name in m.says)
        heard = ", ".join(f"`{m.address}`" for m in found if name in m.hears)
        yield f"| `{name}` | {said} | {heard} |"
    yield ""


def _datasets(found: tuple[Manifest, ...]) -> Iterator[str]:
    yield "## Datasets\n\n| dataset | read by |\n|---|---|"
    for name in sorted({name for m in found for name in m.offers}):
        readers = ", ".join(f"`{m.address}`" for m in found if name in m.reads)
        yield f"| `{name}` | {readers} |"
    yield ""


def _roles(found: tuple[Manifest, ...]) -> Iterator[str]:
    yield "## Roles and their rights\n\n| role | rights |\n|---|---|"
    titles = {role: title for m in found for role, title in m.roles.items()}
    for role in sorted({role for m in found for roles in m.may.values() for role in roles}):
        rights = ", ".join(f"`{m.address}.{right}`" for m in found for right, roles in m.may.items() if role in roles)
        yield f"| {_words(titles.get(role, {}))} `{role}` | {rights} |"


def write() -> Path:
    path = root() / "docs" / "map.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text(), encoding="utf-8")
    return path

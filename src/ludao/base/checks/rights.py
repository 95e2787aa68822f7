"""Every action and every declared page asks a right that stands in `[may]`, and every role has a title."""

import ast
import re
from collections.abc import Iterator

from ludao.base.checks.finding import Finding
from ludao.base.checks.house import House
from ludao.base.checks.source import Folder, Mention, Source, keyword, last_word

KIT = ("List", "Detail", "Page")


def check(house: House) -> Iterator[Finding]:
    for folder in house.folders:
        yield from _actions(house, folder)
        yield from _pages(house, folder)
        yield from _roles(house, folder)
        yield from _idle(folder)


def _actions(house: House, folder: Folder) -> Iterator[Finding]:
    own = folder.manifest.address + "."
    for at, right in folder.actions:
        if not at.name.startswith(own) or "." in at.name.removeprefix(own):
            yield Finding(at.path, at.line, "rights", f"the action {at.name} is not an address of {own[:-1]}",
                          f"name it {own}{at.name.rsplit('.', 1)[-1]}")
        elif right not in house.rights:
            yield _missing(at, f"the action {at.name}", right)


def _pages(house: House, folder: Folder) -> Iterator[Finding]:
    for source in folder.sources:
        if source.path.name not in ("pages.py", "console.py"):
            continue
        for call in source.calls_of(*KIT):
            right = right_of(source, call)
            full = right if "." in right else f"{folder.manifest.address}.{right}"
            if right and full not in house.rights:
                yield _missing(source.at("", call), "this page", full)


def right_of(source: Source, call: ast.Call) -> str:
    """The right that a declared page asks; "" opens it to everyone."""
    given = keyword(call, "right")
    if given is None and last_word(call.func) == "Page" and len(call.args) > 3:
        given = call.args[3]
    if given is None:
        return "read"
    said = source.strings(given)
    return said[0].name if said else ""


def _missing(at: Mention, what: str, right: str) -> Finding:
    return Finding(at.path, at.line, "rights", f"{what} asks the right {right}, which no manifest gives",
                   f"add {right.rsplit('.', 1)[-1]} = [roles…] to [may]")


def _roles(house: House, folder: Folder) -> Iterator[Finding]:
    for right, roles in folder.manifest.may.items():
        for role in roles:
            if role not in house.roles:
                at = folder.declared("may", right)
                yield Finding(at.path, at.line, "rights", f"the role {role} has no title",
                              f'add {role} = {{ zh = "…", en = "…" }} to [roles]')
    for right in folder.manifest.rights:
        if right not in folder.manifest.may:
            at = folder.declared("rights", right)
            yield Finding(at.path, at.line, "rights", f"[rights] names {right}, which [may] does not give",
                          "mend the name")
    for pair in folder.manifest.apart:
        for right in pair:
            if right not in folder.manifest.may:
                at = folder.declared("apart", right)
                yield Finding(at.path, at.line, "rights", f"`apart` names {right}, which [may] does not give",
                              "mend the name")


def _idle(folder: Folder) -> Iterator[Finding]:
    """A right that nothing asks is a promise nobody keeps."""
    asked = {right.rsplit(".", 1)[-1] for _, right in folder.actions}
    asked |= {right_of(source, call) for source in folder.sources for call in source.calls_of(*KIT)}
    written = {m.name.rsplit(".", 1)[-1] for source in folder.sources for m in source.texts}
    for right in folder.manifest.may:
        if right not in asked | written | _of_datasets(folder):
            at = folder.declared("may", right)
            yield Finding(at.path, at.line, "rights", f"the right {right} is asked by no action and no page",
                          "take it out of [may], or ask it")


def _of_datasets(folder: Folder) -> set[str]:
    """The rights that its datasets' headers ask: to read, and to see what is masked."""
    heads = [path.read_text(encoding="utf-8") for path in folder.files("datasets/*.sql")]
    named = {right for head in heads for right in re.findall(r"^-- right: *(?:\S*\.)?(\w+)", head, re.MULTILINE)}
    return named | ({"read"} if heads else set()) | ({"unmask"} if any("grade:" in head for head in heads) else set())

"""What a manifest declares is what its code does: uses, reads, offers, hears, says."""

from collections.abc import Iterable, Iterator

from ludao.base.checks.finding import Finding
from ludao.base.checks.house import House
from ludao.base.checks.source import Folder, Mention, tables


def check(house: House) -> Iterator[Finding]:
    for folder in house.folders:
        declared = folder.manifest
        yield from _compare(folder, "uses", declared.uses, folder.blocks)
        yield from _compare(folder, "reads", declared.reads, folder.read)
        yield from _compare(folder, "offers", declared.offers, folder.offered)
        yield from _compare(folder, "hears", declared.hears, folder.heard)
        yield from _compare(folder, "says", declared.says, folder.said)
        yield from _own(folder)
        yield from _others(house, folder)
        yield from _tables(house, folder)
    yield from _circles(house)


def _compare(folder: Folder, word: str, declared: Iterable[str], done: list[Mention]) -> Iterator[Finding]:
    listed = set(declared)
    first = {m.name: m for m in reversed(done)}
    for name in sorted(first.keys() - listed):
        at = first[name]
        yield Finding(at.path, at.line, word, f"{folder.manifest.address} {word} {name}, but not in its manifest",
                      f'add "{name}" to `{word}` in {folder.path.name}/manifest.toml')
    for name in sorted(listed - first.keys()):
        at = folder.declared(word, name)
        yield Finding(at.path, at.line, word, f"`{word}` names {name}, but no code does it",
                      f"take it out, or write what {word} it")


def _own(folder: Folder) -> Iterator[Finding]:
    """What a folder offers and says stands under its own address."""
    address = folder.manifest.address + "."
    for word, names in (("offers", folder.manifest.offers), ("says", folder.manifest.says)):
        for name in names:
            if not name.startswith(address):
                at = folder.declared(word, name)
                yield Finding(at.path, at.line, word, f"{name} is not an address of {folder.manifest.address}",
                              f"name it {address}{name.rsplit('.', 1)[-1]}")


def _others(house: House, folder: Folder) -> Iterator[Finding]:
    """What it uses, reads and hears exists. An event may still be waiting for a subsystem that is not built."""
    blocks = {f.manifest.address for f in house.folders if f.manifest.kind == "block"}
    offered = {name for f in house.folders for name in f.manifest.offers}
    said = {name for f in house.folders for name in f.manifest.says}
    missing = [("uses", name, "is no block") for name in folder.manifest.uses if name not in blocks]
    missing += [("reads", name, "is offered by nobody") for name in folder.manifest.reads if name not in offered]
    missing += [("hears", name, "is said by nobody") for name in folder.manifest.hears
                if name not in said and house.owner(name)]
    for word, name, what in missing:
        at = folder.declared(word, name)
        yield Finding(at.path, at.line, word, f"`{word}` names {name}, which {what}",
                      "mend the name, or build it first")


def _tables(house: House, folder: Folder) -> Iterator[Finding]:
    """A dataset's query stands over its own tables; everybody else's are read as datasets."""
    for path in folder.files("datasets/*.sql"):
        for table in tables(path):
            if "." not in table.name and not table.name.startswith(folder.manifest.label + "_"):
                yield Finding(table.path, table.line, "reads", f"the query reads the table {table.name} of another",
                              "read the other's dataset by its address, and name it in `reads`")


def _circles(house: House) -> Iterator[Finding]:
    """No block leads back to itself over what it uses, also not by keys, which import-linter does not see."""
    uses = {f.manifest.address: f.manifest.uses for f in house.folders if f.manifest.kind == "block"}
    for folder in house.folders:
        if folder.manifest.kind == "block" and folder.manifest.address in _reached(uses, folder.manifest.address):
            at = folder.declared("uses")
            yield Finding(at.path, at.line, "uses", f"the block {folder.manifest.address} uses itself over others",
                          "turn one of the edges into an event")


def _reached(uses: dict[str, tuple[str, ...]], start: str) -> set[str]:
    seen: set[str] = set()
    ahead = list(uses[start])
    while ahead:
        name = ahead.pop()
        if name not in seen:
            seen.add(name)
            ahead += uses.get(name, ())
    return seen

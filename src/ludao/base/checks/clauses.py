"""Every clause of the plan has its folders, or they are listed as not yet built."""

from collections.abc import Iterator

from ludao.base.checks.finding import Finding
from ludao.base.checks.house import House
from ludao.base.registry import clauses


def check(house: House) -> Iterator[Finding]:
    path = house.package / "city" / "clauses.toml"
    if not path.exists():
        yield Finding(path, 1, "clauses", "the list of the plan's clauses is missing", "put it back")
        return
    lines = path.read_text(encoding="utf-8").splitlines()
    listed = {name: (clause, words) for clause, row in clauses(house.package).items()
              for name, words in row["folders"].items()}
    here = {f.manifest.address.replace(".", "/"): f for f in house.folders if f.manifest.kind == "city"}

    def at(name: str) -> int:
        return next((i for i, line in enumerate(lines, 1) if f'"{name}"' in line), 1)

    for name, (_, words) in listed.items():
        if words.get("built") and name not in here:
            yield Finding(path, at(name), "clauses", f"{name} is listed as built, but has no folder with a manifest",
                          "build it, or take `built` out")
        if not words.get("built") and name in here:
            yield Finding(path, at(name), "clauses", f"{name} stands, but is listed as not yet built",
                          "add built = true")
        for language in ("zh", "en"):
            if not words.get(language):
                yield Finding(path, at(name), "clauses", f"{name} has no title in {language}", "give zh and en")
    for name, folder in here.items():
        found = folder.declared("clause")
        if name not in listed:
            yield Finding(found.path, found.line, "clauses", f"{name} serves no clause of the plan",
                          "list it in city/clauses.toml")
        elif folder.manifest.clause != listed[name][0]:
            yield Finding(found.path, found.line, "clauses",
                          f'{name} says clause "{folder.manifest.clause}", the plan says {listed[name][0]}',
                          f'write clause = "{listed[name][0]}"')

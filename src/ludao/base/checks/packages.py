"""Every folder is a package: import-linter does not see what is not."""

from collections.abc import Iterator

from ludao.base.checks.finding import Finding
from ludao.base.checks.house import House


def check(house: House) -> Iterator[Finding]:
    for folder in house.folders:
        holders = [folder.path, folder.path.parent] if folder.manifest.kind != "base" else [folder.path]
        holders += {p.parent for p in folder.files("*.py")}
        for holder in sorted(set(holders)):
            if not (holder / "__init__.py").exists():
                path = holder / "__init__.py"
                yield Finding(path, 1, "packages", "the file is missing, so the walls do not see this folder",
                              f"touch {path}")

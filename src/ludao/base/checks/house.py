"""The whole tree as the checks see it: every folder with a manifest, read from the files."""

from functools import cached_property
from pathlib import Path

from ludao.base import registry
from ludao.base.checks.finding import Finding
from ludao.base.checks.source import Folder


class House:
    """Under `package` stand base/, blocks/ and city/; nothing in it is imported."""

    def __init__(self, package: Path = registry.PACKAGE) -> None:
        self.package = package
        self.unreadable: list[Finding] = []
        self.folders: list[Folder] = []
        for folder, kind, address in registry.folders(package):
            try:
                self.folders.append(Folder(registry.read_manifest(folder, kind, address)))
            except (ValueError, TypeError) as error:
                what = str(error).removeprefix(f"{folder / 'manifest.toml'}: ")
                self.unreadable.append(Finding(folder / "manifest.toml", 1, "manifest", what, "mend the file"))

    @cached_property
    def rights(self) -> set[str]:
        return {f"{f.manifest.address}.{right}" for f in self.folders for right in f.manifest.may}

    @cached_property
    def roles(self) -> dict[str, dict[str, str]]:
        return {role: title for f in self.folders for role, title in f.manifest.roles.items()}

    def owner(self, address: str) -> Folder | None:
        """The folder under whose address a right, action, event or dataset stands."""
        return next((f for f in self.folders if address.startswith(f.manifest.address + ".")), None)

    def by_label(self, label: str) -> Folder | None:
        return next((f for f in self.folders if f.manifest.label == label), None)

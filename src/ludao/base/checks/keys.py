"""No key of a table leads across subsystems, neither by class nor by string."""

from collections.abc import Iterator

from ludao.base.checks.finding import Finding
from ludao.base.checks.house import House


def check(house: House) -> Iterator[Finding]:
    for folder in house.folders:
        for relation in folder.relations:
            label = relation.name.split(".")[0] if "." in relation.name else folder.manifest.label
            target = house.by_label(label)
            if target is None or target is folder or target.manifest.kind != "city":
                continue
            yield Finding(relation.path, relation.line, "keys",
                          f"a key of {folder.manifest.address} leads into {target.manifest.address} ({relation.name})",
                          "keep the other's number as a plain field, and read its dataset")

"""Every dataset's header is right, speaks both languages and asks rights that exist."""

from collections.abc import Iterator

from ludao.base.checks.finding import Finding
from ludao.base.checks.house import House
from ludao.base.checks.words import CHINESE
from ludao.base.datasets.dataset import Dataset, HeaderError
from ludao.base.datasets.header import parse


def check(house: House) -> Iterator[Finding]:
    for folder in house.folders:
        for path in folder.files("datasets/*.sql"):
            try:
                dataset = parse(path.read_text(encoding="utf-8"), path, folder.manifest)
            except HeaderError as error:
                yield Finding(path, error.line, "datasets", error.text, "mend the header")
                continue
            yield from _words(dataset)
            yield from _rights(house, dataset)


def _words(dataset: Dataset) -> Iterator[Finding]:
    said = {"title": dataset.titles, "row": dataset.rows, **{c.name: c.pair for c in dataset.columns}}
    for name, pair in said.items():
        if CHINESE.search(pair["en"]):
            yield Finding(dataset.path, _line(dataset, name), "words", f"`{name}` has no English title",
                          f"write {name}: {{ zh: …, en: … }}")


def _rights(house: House, dataset: Dataset) -> Iterator[Finding]:
    asked = [dataset.right, *([dataset.unmask] if any(c.is_guarded for c in dataset.columns) else [])]
    for right in asked:
        if right not in house.rights:
            yield Finding(dataset.path, _line(dataset, "right"), "rights",
                          f"the dataset asks the right {right}, which no manifest gives",
                          f"add {right.rsplit('.', 1)[-1]} = [roles…] to [may]")


def _line(dataset: Dataset, name: str) -> int:
    lines = dataset.path.read_text(encoding="utf-8").splitlines()
    return next((i for i, line in enumerate(lines, 1) if f"{name}:" in line), 1)

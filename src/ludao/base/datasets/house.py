"""All datasets of the house, read from the files that the manifests' folders hold."""

from collections.abc import Iterator
from functools import cache

from ludao.base import registry
from ludao.base.datasets.dataset import Dataset, HeaderError
from ludao.base.datasets.header import parse
from ludao.base.errors import Refused
from ludao.base.registry import Manifest
from ludao.base.text import t


def of(manifest: Manifest) -> Iterator[Dataset]:
    """The datasets of one folder. Raises HeaderError at the first file that is not right."""
    for path in sorted((manifest.folder / "datasets").glob("*.sql")):
        yield parse(path.read_text(encoding="utf-8"), path, manifest)


@cache
def _all() -> dict[str, Dataset]:
    return {dataset.address: dataset for manifest in registry.manifests() for dataset in of(manifest)}


def every() -> list[Dataset]:
    """All of them, by address."""
    return [_all()[address] for address in sorted(_all())]


def get(address: str) -> Dataset:
    """Raises Refused (not found) for an address nobody publishes."""
    try:
        return _all()[address]
    except KeyError:
        raise Refused(t(f"没有数据集 {address}", f"There is no dataset {address}")) from None


def faults() -> list[HeaderError]:
    """What is wrong with the files, every folder's first error; needs no database."""
    found = []
    for manifest in registry.manifests():
        try:
            found += [fault for dataset in of(manifest) for fault in _faults_of(dataset)]
        except HeaderError as error:
            found.append(error)
    return found


def _faults_of(dataset: Dataset) -> Iterator[HeaderError]:
    from ludao.base.datasets.tables import Faulty, scoped_tables

    try:
        limited = scoped_tables(dataset)
    except Faulty as error:
        yield HeaderError(dataset.path, error.line, error.text)
        return
    if limited and not dataset.says_scope:
        yield HeaderError(dataset.path, 1, f"the rows of {', '.join(limited)} belong to somebody: say so by "
                                           "`scope: { organisation: …, area: …, person: … }`, or `scope: none`")

"""Datasets that are not `live` are read from where they were copied; `lake` fills this hook when the house starts."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Protocol

from ludao.base.datasets.dataset import Dataset


class Store(Protocol):
    """Keeps copies of datasets."""

    def rows(
        self, dataset: Dataset, sql: str, parameters: Mapping[str, Any], as_of: datetime | None
    ) -> tuple[datetime, Iterator[dict[str, Any]]]:
        """The moment the copy is of, and the rows of a SELECT in PostgreSQL's words that reads the dataset by its
        address, with parameters as %(name)s."""
        ...


_store: Store | None = None


def install(store: Store) -> None:
    global _store
    _store = store


def store_of(dataset: Dataset) -> Store | None:
    """Where the dataset is read instead of its tables; None for a live one."""
    return None if dataset.fresh == "live" else _store

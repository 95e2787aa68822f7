"""Every dataset: yields exactly its columns, one row a key, to whoever may; API and code read the same."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from ludao.base import datasets, registry
from ludao.base.datasets import Dataset
from ludao.base.datasets.tables import expand
from ludao.base.errors import Refused

from .conftest import STRANGER

EVERY = datasets.every()
every_dataset = pytest.mark.parametrize("dataset", EVERY, ids=[d.address for d in EVERY])


@every_dataset
def test_yields_exactly_its_columns_and_one_row_a_key(dataset: Dataset, city: None) -> None:
    key = ", ".join(f'"{name}"' for name in dataset.key)
    with connection.cursor() as cursor:
        cursor.execute(f"select * from ({expand(dataset)}) as rows limit 1", {})
        assert [c.name for c in cursor.description or ()] == [c.name for c in dataset.columns]
        cursor.execute(f"select count(*), count(distinct ({key})), count(*) filter (where row({key}) is null)"
                       f" from ({expand(dataset)}) as rows", {})
        rows, keys, empty = cursor.fetchone()
    assert (rows, empty) == (keys, 0)
    assert rows, f"the demonstration city has no row of {dataset.address}: a test that sees none proves nothing"


@every_dataset
def test_api_and_code_read_the_same(
    dataset: Dataset, holder: Callable[..., Client], actor_who: Callable[..., Any]
) -> None:
    client = holder(dataset.right)
    page = datasets.read(dataset, actor_who(dataset.right), limit=20)
    answer = client.get(f"/api/v1/datasets/{dataset.address}", {"limit": 20})
    assert answer.status_code == 200, answer.text[-600:]
    rows = answer.json()["rows"]
    assert [{name: datasets.outside(value) for name, value in row.items()} for row in page.rows] == rows
    assert all(list(row) == [c.name for c in dataset.columns] for row in rows)


@every_dataset
def test_a_stranger_reads_nothing(dataset: Dataset, city: None, client_of: Callable[[str], Client],
                                  actor_of: Callable[[str], Any]) -> None:
    roles = set(registry.rights()[dataset.right])
    if {"anyone", "person"} & roles:
        pytest.skip("everybody may")
    with pytest.raises(Refused):
        datasets.read(dataset, actor_of(STRANGER))
    assert client_of(STRANGER).get(f"/api/v1/datasets/{dataset.address}").status_code == 404
    assert client_of("").get(f"/api/v1/datasets/{dataset.address}").status_code == 401

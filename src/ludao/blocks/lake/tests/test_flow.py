"""Datasets flow to the lake by what changed, and are read there as they are read where they stand."""

import dataclasses

import pytest

from ludao.base import datasets
from ludao.base.actor import Actor
from ludao.base.datasets import house

WHO = Actor.system("test", channel="test")


@pytest.fixture
def copied(city, lake, monkeypatch):
    """The plan's items as a dataset with a daily promise."""
    from ludao.blocks.lake.flow import flow

    every = dict(house._all())
    address = "assurance.plan.item"
    every[address] = dataclasses.replace(every[address], fresh="daily")
    monkeypatch.setattr(house, "_all", lambda: every)
    return address, lambda: flow(address)


def test_every_live_dataset_can_flow(city, lake):
    from ludao.blocks.lake.flow import flow

    for dataset in datasets.every():
        done = flow(dataset.address)
        rows = list(datasets.stream(dataset, WHO)[1])
        assert lake.describe(dataset.address).rows == len(rows) == done.changed
        again = flow(dataset.address)
        assert (again.changed, again.version) == (0, done.version)


def test_the_copy_reads_as_the_tables_do(copied):
    address, flow = copied
    live = dataclasses.replace(datasets.get(address), fresh="live")
    key, first = live.key[0], datasets.read(live, WHO, limit=5)
    asks = [{}, {"order": ["-" + live.columns[1].name]}, {"filters": {key: first.rows[2][key]}},
            {"filters": {f"{live.columns[1].name}__isnull": False}}, {"limit": 7}]
    for ask in asks:
        want, got = datasets.read(live, WHO, **ask), datasets.read(address, WHO, **ask)
        assert [{n: datasets.outside(v) for n, v in row.items()} for row in got.rows] == \
               [{n: datasets.outside(v) for n, v in row.items()} for row in want.rows], ask
    page, seen = datasets.read(address, WHO, limit=9), []
    while True:
        seen += [row[key] for row in page.rows]
        if not page.next:
            break
        page = datasets.read(address, WHO, limit=9, after=page.next)
    assert seen == [row[key] for row in datasets.stream(live, WHO)[1]]


def test_only_changed_rows_flow(city, lake):
    from ludao.blocks.identity.models import Organisation
    from ludao.blocks.lake.flow import flow

    address = "identity.organisation"
    first = flow(address)
    code = lake.sql(f"select min(code) as c from {address} where parent_code is not null").one()
    Organisation.objects.filter(code=code).update(name="改了名的局")
    done = flow(address)
    assert (done.changed, done.is_whole) == (1, False)
    assert lake.lookup(address, {"code": code})[0]["name"] == "改了名的局"
    assert done.version == first.version + 1


def test_a_deleted_row_is_gone_from_the_copy_and_stays_in_its_past(city, lake):
    from ludao.blocks.identity.models import Organisation
    from ludao.blocks.lake.flow import flow

    address = "identity.organisation"
    new = Organisation.objects.create(code="xm-try", name="试", short="试", kind="office", level=9)
    first = flow(address)
    new.delete()
    assert flow(address).changed == 1
    assert lake.lookup(address, {"code": "xm-try"}) == []
    assert lake.sql(f"select name from {address} where code = 'xm-try'", as_of=first.version).rows() == [{"name": "试"}]
